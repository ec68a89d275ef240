import { createHmac } from "node:crypto";
import { Agent, request } from "node:http";
import type { ClientRequest, IncomingMessage } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "@jest/globals";
import { Client } from "pg";
import { formatPolicySchema } from "../src/core/policy/policy-schema.ts";
import type { Interpretation } from "../src/deliveries-port.ts";
import { SCHEMA_PATH, startServer } from "../src/server.ts";
import type { Server, ServerOptions } from "../src/server.ts";
import { openDatabase } from "../src/store/database.ts";
import { WEBHOOK_PATH } from "../src/webhooks.ts";
import { useDatabase } from "./support/database.ts";
import { deliveryOf } from "./support/deliveries.ts";
import { eventually } from "./support/eventually.ts";

const test = useDatabase();
const SECRET = "0123456789abcdef0123456789abcdef";
const PREVIOUS = "fedcba9876543210fedcba9876543210";
const BODY = JSON.stringify({ zen: "Keep it logically awesome." });
const BYTES_MAX = 25 * 1024 * 1024;
const servers: Server[] = [];
let deliveries = 0;

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

function ignore(): void {}

function fail(): never {
  throw new TypeError("a bug");
}

/** JSON of exactly that many bytes. */
function bodyOf(bytes: number): Buffer {
  return Buffer.alloc(bytes, " ").fill('""', bytes - 2);
}

async function begin(changes: Partial<ServerOptions> = {}): Promise<Server> {
  const server = await startServer({
    settings: {
      host: "127.0.0.1",
      port: 0,
      webhookSecrets: [SECRET, PREVIOUS],
      hasWebhooks: true,
      serverUrl: "https://github.com",
      appId: 7,
    },
    database: test.database,
    interpret: (_name, _payload, { guid }) => deliveryOf(guid).interpretation,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    ...changes,
  });
  servers.push(server);
  return server;
}

function sign(body: string | Buffer, secret = SECRET): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}

function headersOf(body: string | Buffer, changes: Record<string, string> = {}) {
  deliveries += 1;
  const all = {
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": `d-${deliveries}`,
    "x-hub-signature-256": sign(body),
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

interface Answer {
  readonly status: number;
  readonly json: unknown;
  readonly headers: IncomingMessage["headers"];
}

function open(server: Server, headers: Record<string, string>) {
  const sent = request(`${server.url}${WEBHOOK_PATH}`, { method: "POST", headers, agent: false });
  return { sent, answer: answerOf(sent) };
}

function answerOf(sent: ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.once("end", () => {
        const json: unknown = text === "" ? null : JSON.parse(text);
        resolve({ status: response.statusCode ?? 0, json, headers: response.headers });
      });
    });
  });
}

async function deliver(
  server: Server,
  changes: Record<string, string> = {},
  body: string | Buffer = BODY,
): Promise<Answer> {
  const { sent, answer } = open(server, headersOf(body, changes));
  sent.end(body);
  return await answer;
}

async function get(server: Server, path: string): Promise<Answer> {
  const sent = request(`${server.url}${path}`, { agent: false });
  sent.end();
  return await answerOf(sent);
}

async function isKept(guid: string): Promise<boolean> {
  return (await test.database.inbox.findKnown([guid])).has(guid);
}

describe("a delivery", () => {
  it("is answered with 202 when it is kept, and once only", async () => {
    const server = await begin();
    const guid = { "x-github-delivery": "first" };
    expect(await deliver(server, guid)).toMatchObject({ status: 202, json: { ok: true } });
    expect(await isKept("first")).toBe(true);
    expect(await deliver(server, guid)).toMatchObject({ status: 202, json: { duplicate: true } });
    const rows = await test.query("select payload from smallbatch.delivery where guid = 'first'");
    expect(rows).toEqual([{ payload: JSON.parse(BODY) }]);
  });

  it("is taken with a question mark after the path", async () => {
    const { url } = await begin();
    const headers = headersOf(BODY);
    const sent = request(`${url}${WEBHOOK_PATH}?from=relay`, { method: "POST", headers });
    const answer = answerOf(sent);
    sent.end(BODY);
    expect(await answer).toMatchObject({ status: 202 });
  });

  it("is interpreted with our App's id, its GUID and the time", async () => {
    const seen: unknown[] = [];
    const interpret = (...args: unknown[]): Interpretation => {
      seen.push(args);
      return deliveryOf("x", { note: "odd" }).interpretation;
    };
    const server = await begin({ interpret, now: () => 1_767_600_000_123 });
    await deliver(server, { "x-github-delivery": "told", "x-github-event": "check_run" });
    const context = { appId: 7, guid: "told", receivedAt: 1_767_600_000_123 };
    expect(seen).toEqual([["check_run", JSON.parse(BODY), context]]);
  });

  it.each([
    ["the present secret", 202, SECRET],
    ["the previous secret", 202, PREVIOUS],
    ["another secret", 401, "development"],
  ])("signed with %s is answered with %d", async (_what, status, secret) => {
    const server = await begin();
    const guid = `signed-${secret}`;
    const changes = { "x-github-delivery": guid, "x-hub-signature-256": sign(BODY, secret) };
    expect(await deliver(server, changes)).toMatchObject({ status });
    expect(await isKept(guid)).toBe(status === 202);
  });

  it.each([
    ["of other bytes", { "x-hub-signature-256": sign(`${BODY} `) }, 401],
    ["cut short", { "x-hub-signature-256": sign(BODY).slice(0, -1) }, 401],
    ["of the old kind", { "x-hub-signature-256": "sha1=00" }, 401],
    ["missing", { "x-hub-signature-256": "" }, 400],
  ])("with a signature %s is refused", async (_what, changes, status) => {
    expect(await deliver(await begin(), changes)).toMatchObject({ status });
  });

  it.each([
    ["no event", { "x-github-event": "" }],
    ["no GUID", { "x-github-delivery": "" }],
    ["an odd event", { "x-github-event": "../x" }],
    ["an odd GUID", { "x-github-delivery": "a b" }],
    ["an endless GUID", { "x-github-delivery": "a".repeat(101) }],
  ])("with %s is refused with 400", async (_what, changes) => {
    expect(await deliver(await begin(), changes)).toMatchObject({ status: 400 });
  });

  it.each(["", "{", "payload=%7B%7D", "\u0000"])(
    "that says %j is refused with 400",
    async (body) => {
      expect(await deliver(await begin(), {}, body)).toMatchObject({ status: 400 });
    },
  );

  it("is looked at as JSON only after its signature proved right", async () => {
    const server = await begin();
    const wrong = { "x-hub-signature-256": sign("other") };
    expect(await deliver(server, wrong, "{")).toMatchObject({ status: 401 });
  });

  it("is not answered with 202 before it is committed, and with 503 where that fails", async () => {
    const server = await begin();
    await deliver(server);
    const blocker = new Client({ connectionString: test.url });
    await blocker.connect();
    await blocker.query("begin");
    await blocker.query("select 1 from smallbatch.repository where id = 42 for update");
    let answered = false;
    const answer = deliver(server, { "x-github-delivery": "late" }).then((got) => {
      answered = true;
      return got;
    });
    await eventually("it waits for the row", async () => {
      const rows = await test.query(`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    expect(answered).toBe(false);
    await test.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`);
    expect(await answer).toMatchObject({ status: 503 });
    await blocker.end();
    expect(await isKept("late")).toBe(false);
    expect(await deliver(server, { "x-github-delivery": "late" })).toMatchObject({ status: 202 });
  });

  it("that the interpreter cannot digest is not lost silently", async () => {
    expect(await deliver(await begin({ interpret: fail }))).toMatchObject({ status: 503 });
  });
});

describe("an overload", () => {
  it("is answered with 503 before the body is read, and what waits is kept", async () => {
    const server = await begin({ deliveriesMax: 2 });
    await deliver(server);
    const blocker = new Client({ connectionString: test.url });
    await blocker.connect();
    await blocker.query("begin");
    await blocker.query("select 1 from smallbatch.repository where id = 42 for update");
    const waiting = ["wait-1", "wait-2"].map((guid) =>
      deliver(server, { "x-github-delivery": guid }),
    );
    await eventually("they wait for the row", async () => {
      const rows = await test.query(`select 1 from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    // Only its headers are sent.
    const refused = await eventually("it is full", async () => {
      const { sent, answer } = open(server, headersOf(BODY, { "x-github-delivery": "refused" }));
      sent.setHeader("content-length", Buffer.byteLength(BODY));
      sent.flushHeaders();
      const got = await Promise.race([answer, sleep(200, null)]);
      answer.catch(ignore);
      sent.destroy();
      return got;
    });
    expect(refused).toMatchObject({
      status: 503,
      headers: { "retry-after": "5" },
      json: { error: "Too much arrives at once; please deliver it again." },
    });
    await blocker.query("rollback");
    await blocker.end();
    for (const kept of waiting) expect(await kept).toMatchObject({ status: 202 });
    expect(await test.database.inbox.findKnown(["wait-1", "wait-2", "refused"])).toEqual(
      new Set(["wait-1", "wait-2"]),
    );
    expect(await deliver(server, { "x-github-delivery": "refused" })).toMatchObject({
      status: 202,
    });
  });

  it("leaves the connection open, so that the next delivery may come at once", async () => {
    const server = await begin({ deliveriesMax: 0 });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const ports: (number | undefined)[] = [];
    for (const body of [BODY, BODY]) {
      const sent = request(`${server.url}${WEBHOOK_PATH}`, {
        method: "POST",
        headers: headersOf(body),
        agent,
      });
      sent.once("socket", (socket) => socket.once("connect", () => ports.push(socket.localPort)));
      const answer = answerOf(sent);
      sent.end(body);
      expect(await answer).toMatchObject({ status: 503 });
    }
    agent.destroy();
    expect(ports).toHaveLength(1);
  });
});

describe("the size of a delivery", () => {
  it.each([
    ["25 MB", BYTES_MAX, 202],
    ["one byte more", BYTES_MAX + 1, 413],
  ])(
    "of %s",
    async (_what, bytes, status) => {
      const body = bodyOf(bytes);
      const answer = await deliver(await begin(), {}, body);
      expect(answer).toMatchObject({ status });
    },
    30_000,
  );

  it("is counted, whatever the sender says, and the connection is closed", async () => {
    const server = await begin();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    socket.on("error", ignore);
    const headers = Object.entries({ host: "x", "transfer-encoding": "chunked", ...headersOf("") });
    const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join("");
    socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\n${lines}\r\n`);
    // An endless body: each chunk is 100000 in hexadecimal bytes long.
    const chunk = `100000\r\n${" ".repeat(1024 * 1024)}\r\n`;
    const pump = () => void (socket.writable && socket.write(chunk, () => setImmediate(pump)));
    pump();
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
  }, 30_000);
});

describe("a slow sender", () => {
  it.each([
    ["of headers", "POST / HTTP/1.1\r\nHost: x\r\n"],
    [
      "of a body",
      `POST ${WEBHOOK_PATH} HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: push\r\nX-GitHub-Delivery: s\r\nX-Hub-Signature-256: s\r\nContent-Length: 9\r\n\r\n{`,
    ],
  ])("%s is cut off", async (_what, text) => {
    const server = await begin({ requestMsMax: 100 });
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
    socket.write(text);
    await closed;
    expect(received).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("health", () => {
  it("is alive and ready", async () => {
    const server = await begin();
    expect(await get(server, "/livez")).toMatchObject({ status: 200, json: { ok: true } });
    expect(await get(server, "/readyz")).toMatchObject({ status: 200, json: { ok: true } });
  });

  it("is alive and not ready where the database does not answer", async () => {
    const database = openDatabase("postgres://nobody:x@127.0.0.1:1/none");
    const server = await begin({ database });
    expect(await get(server, "/livez")).toMatchObject({ status: 200 });
    expect(await get(server, "/readyz")).toMatchObject({
      status: 503,
      json: { ok: false, reason: "the database does not answer" },
    });
    const several = [deliver(server), deliver(server), deliver(server)];
    for (const answer of several) expect(await answer).toMatchObject({ status: 503 });
    await database.close();
  });
});

describe("the schema of the policy", () => {
  it("is there for editors", async () => {
    const { status, headers, json } = await get(await begin(), SCHEMA_PATH);
    expect({ status, json }).toEqual({ status: 200, json: formatPolicySchema() });
    expect(headers["content-type"]).toBe("application/schema+json");
  });
});

describe("every answer", () => {
  it.each(["/nothing", "/livez", "/.env", "/api/github/webhooks", "/%2e%2e/x"])(
    "to GET %s tells browsers to do nothing with it",
    async (path) => {
      const { headers, status } = await get(await begin(), path);
      expect(status).toBe(path === "/livez" ? 200 : 404);
      expect(headers).toMatchObject({
        "cache-control": "no-store",
        "content-security-policy": expect.stringContaining("default-src 'none'"),
        "referrer-policy": "same-origin",
        "strict-transport-security": expect.stringContaining("max-age="),
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
      });
      expect(headers["x-powered-by"]).toBeUndefined();
    },
  );
});

describe("close", () => {
  it("answers what is in flight, is not ready meanwhile, and accepts nothing more", async () => {
    const server = await begin();
    const { sent, answer } = open(server, headersOf(BODY, { "x-github-delivery": "in-flight" }));
    sent.write(BODY.slice(0, 5));
    const port = Number(new URL(server.url).port);
    const socket = connect(port, "127.0.0.1");
    await new Promise<void>((resolve) => socket.once("connect", () => resolve()));
    socket.write("GET /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n");
    let received = "";
    socket.on("data", (chunk: Buffer) => (received += chunk.toString()));
    await eventually("the first answer", () => received.includes('{"ok":true}'));
    const late = new Agent({ keepAlive: true });
    const kept = request(`${server.url}${WEBHOOK_PATH}`, {
      method: "POST",
      headers: headersOf(BODY),
      agent: late,
    });
    const lateAnswer = answerOf(kept);
    await new Promise<void>((resolve) => kept.write(BODY.slice(0, 5), () => resolve()));
    const closing = server.close();
    kept.end(BODY.slice(5));
    expect(await lateAnswer).toMatchObject({ status: 202, headers: { connection: "close" } });
    late.destroy();
    socket.write("\r\n");
    await eventually("it is not ready", () => received.includes('"reason":"stopping"'));
    sent.end(BODY.slice(5));
    expect(await answer).toMatchObject({ status: 202, headers: { connection: "close" } });
    await closing;
    expect(await isKept("in-flight")).toBe(true);
    await expect(get(server, "/livez")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    servers.splice(0);
  });

  it("says that a port is taken", async () => {
    const server = await begin();
    const port = Number(new URL(server.url).port);
    const settings = {
      host: "127.0.0.1",
      port,
      webhookSecrets: [SECRET],
      hasWebhooks: true,
      serverUrl: "https://github.com",
      appId: 7,
    };
    await expect(begin({ settings })).rejects.toThrow(`PORT: ${port} is taken`);
  });
});
