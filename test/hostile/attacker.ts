import { createHmac, randomUUID } from "node:crypto";
import { request, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";

/** A server that takes webhooks, and the secret that the attacker may have stolen. */
export interface Target {
  readonly url: string;
  readonly secret: string;
}

/** What came back, how often: `202 300, 503 12`. */
export type Tally = Readonly<Record<string, number>>;

const PATH = "/api/github/webhooks";

function sign(body: Buffer | string, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

export interface Shot {
  readonly body: Buffer | string;
  readonly event?: string;
  readonly guid?: string;
  /** Null: signed with a secret that is not ours. */
  readonly signature?: string | null;
  readonly headers?: OutgoingHttpHeaders;
}

/** Status of the answer, or the code of the error where none came. */
export function shoot(target: Target, shot: Shot): Promise<string> {
  const { body, event = "push", guid = randomUUID(), signature, headers = {} } = shot;
  return new Promise((resolve) => {
    const sent = request(`${target.url}${PATH}`, {
      method: "POST",
      agent: false,
      headers: {
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "x-github-event": event,
        "x-github-delivery": guid,
        "x-hub-signature-256":
          signature === null ? sign("?", "guessed") : (signature ?? sign(body, target.secret)),
        ...headers,
      },
    });
    sent.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.once("response", (response) => {
      response.resume();
      response.once("close", () => resolve(String(response.statusCode)));
    });
    if (headers["transfer-encoding"] === "chunked") {
      sent.removeHeader("content-length");
      sent.write(body);
      sent.end();
    } else sent.end(body);
  });
}

/** So many shots, so many at a time. */
export async function volley(
  count: number,
  width: number,
  fire: (index: number) => Promise<string>,
): Promise<Tally> {
  const tally: Record<string, number> = {};
  let next = 0;
  const shooter = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      const said = await fire(next);
      tally[said] = (tally[said] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, shooter));
  return tally;
}

export function formatTally(tally: Tally): string {
  return Object.entries(tally)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([said, count]) => `${said}: ${count}`)
    .join(", ");
}

/** Sockets that send the text and then nothing; the status line each got before it was closed. */
export async function crawl(target: Target, count: number, text: string): Promise<Tally> {
  const port = Number(new URL(target.url).port);
  return volley(
    count,
    count,
    () =>
      new Promise((resolve) => {
        const socket = connect(port, "127.0.0.1");
        let received = "";
        socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
        socket.on("error", () => undefined);
        socket.once("close", () => resolve(/^HTTP\/1\.1 (\d+)/.exec(received)?.[1] ?? "closed"));
        socket.write(text);
      }),
  );
}

/** The head of a delivery, as it goes over the wire. */
export function rawHead(headers: Readonly<Record<string, string | number>>): string {
  const all = {
    host: "x",
    "x-github-event": "push",
    "x-github-delivery": randomUUID(),
    "x-hub-signature-256": "sha256=0",
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST ${PATH} HTTP/1.1\r\n${lines.join("")}\r\n`;
}

/** JSON of exactly that many bytes. */
export function jsonOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, " ").fill('""', bytes - 2);
}

export const MEGABYTE = 1024 * 1024;

/** Bodies that a parser, or what comes after it, may stumble over. */
export const BODIES: readonly (readonly [name: string, body: Buffer | string])[] = [
  ["nothing", ""],
  ["half of an object", '{"a":'],
  ["a form", "payload=%7B%7D"],
  ["null", "null"],
  ["a number", "7"],
  ["a list", "[]"],
  ["a list of lists, 100,000 deep", "[".repeat(100_000) + "]".repeat(100_000)],
  ["objects, 100,000 deep", '{"a":'.repeat(100_000) + "1" + "}".repeat(100_000)],
  ["an open list, 1,000,000 deep", "[".repeat(1_000_000)],
  ["numbers beyond a double", `{"installation":{"id":1e999},"repository":{"id":-1e999}}`],
  ["a number of 100,000 digits", `{"installation":{"id":${"9".repeat(100_000)}}}`],
  ["an id beyond 2^63", '{"installation":{"id":99999999999999999999}}'],
  ["an id beyond 2^53", '{"installation":{"id":9007199254740993}}'],
  ["an id that is text", '{"installation":{"id":"1; drop table"}}'],
  ["__proto__ and constructor", '{"__proto__":{"hint":true},"constructor":{"prototype":{"x":1}}}'],
  ["a key twice", '{"installation":{"id":1},"installation":{"id":2}}'],
  ["lone surrogates", String.raw`{"action":"\ud800","sender":{"id":1,"login":"\udfff"}}`],
  ["NUL in text", String.raw`{"action":"a\u0000b","installation":{"id":5}}`],
  ["NUL bytes", '{"action":"\0"}'],
  ["a byte order mark", '\u{feff}{"action":"x"}'],
  ["bytes that are no UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ["200,000 keys", `{${Array.from({ length: 200_000 }, (_, at) => `"k${at}":${at}`).join(",")}}`],
  ["a text of 5 MB", JSON.stringify({ action: "x".repeat(5_000_000) })],
];
