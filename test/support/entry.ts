import { createServer, request } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

/** One address for several servers, as the proxy of `compose.yml` is. */
export interface Entry {
  readonly url: string;
  /** Addresses of the servers that stand behind it now. */
  readonly servers: Set<string>;
  close(): Promise<void>;
}

/** In turns; who does not answer is passed over, and 502 where nobody does. */
export async function openEntry(): Promise<Entry> {
  const servers = new Set<string>();
  let turn = 0;
  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      turn += 1;
      const all = [...servers];
      for (let tried = 0; tried < all.length; tried += 1) {
        const target = all[(turn + tried) % all.length] ?? "";
        if (await forward(target, incoming, body, outgoing)) return;
      }
      outgoing.writeHead(502).end();
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}`,
    servers,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** False where nobody answered. */
function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<boolean> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(target);
    const { method, url: path, headers } = incoming;
    const sent = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
      answer.on("end", () => resolve(true));
      answer.on("error", () => resolve(true));
    });
    sent.on("error", () => resolve(false));
    sent.end(body);
  });
}
