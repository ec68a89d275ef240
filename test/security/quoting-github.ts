import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** How a request ends that does not reach GitHub. Answers quote the credentials that came along. */
type Failure = 401 | 403 | 422 | 502 | "reset";

export interface QuotingGitHub {
  readonly url: string;
  /** Every `authorization` that came, without its scheme. */
  readonly credentials: ReadonlySet<string>;
  /** The next request whose line and body fit ends so, once. */
  failNext(pattern: RegExp, failure: Failure): void;
  close(): Promise<void>;
}

/**
 * In front of a GitHub: passes everything on, and fails on request as an indiscreet server or proxy
 * would, with the credentials of the request in its own words.
 */
export async function startQuotingGitHub(target: () => string): Promise<QuotingGitHub> {
  const credentials = new Set<string>();
  const rules: { pattern: RegExp; failure: Failure }[] = [];

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await readText(request);
    const { authorization = "" } = request.headers;
    credentials.add(authorization.replace(/^\w+ /, ""));
    const line = `${request.method} ${request.url} ${body}`;
    const at = rules.findIndex(({ pattern }) => pattern.test(line));
    const rule = at < 0 ? undefined : rules.splice(at, 1)[0];
    if (rule?.failure === "reset") return void request.socket.resetAndDestroy();
    if (rule !== undefined) {
      const quoted = `You sent ${authorization} (${encodeURIComponent(authorization)})`;
      const documentation = `https://x-access-token:${authorization.split(" ")[1]}@docs.example/`;
      response.writeHead(rule.failure, { "content-type": "application/json", "x-echo": quoted });
      return void response.end(
        JSON.stringify({ message: quoted, errors: [quoted], documentation_url: documentation }),
      );
    }
    const passed = await fetch(`${target()}${request.url}`, {
      method: request.method ?? "GET",
      headers: {
        authorization,
        "user-agent": request.headers["user-agent"] ?? "",
        ...(body === "" ? {} : { "content-type": "application/json" }),
      },
      redirect: "manual",
      ...(body === "" ? {} : { body }),
    });
    const {
      "content-encoding": _,
      "content-length": __,
      ...headers
    } = Object.fromEntries(passed.headers);
    response.writeHead(passed.status, headers).end(await passed.text());
  };

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials,
    failNext: (pattern, failure) => rules.push({ pattern, failure }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}
