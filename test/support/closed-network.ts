import { createServer as createHttpServer, request as requestHttp } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { connect, type Socket } from "node:net";
import type { Certificates } from "./certificates.ts";

/** An HTTPS server in front of an HTTP one, as GitHub stands behind its own. */
export interface TlsFront {
  readonly port: number;
  /** Ports that requests came from, one for each request. */
  readonly clientPorts: number[];
  close(): Promise<void>;
}

export async function startTlsFront(
  target: string,
  { key, certificate }: Certificates,
): Promise<TlsFront> {
  const clientPorts: number[] = [];
  const server = createTlsServer({ key, cert: certificate }, (incoming, outgoing) => {
    clientPorts.push(incoming.socket.remotePort ?? 0);
    const { method, headers, url = "/" } = incoming;
    const inner = requestHttp(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    inner.on("error", () => outgoing.destroy());
    incoming.pipe(inner);
  });
  const port = await listen(server);
  return { port, clientPorts, close: () => close(server) };
}

/** A proxy that carries everything to this machine, whatever the name says. */
export interface Proxy {
  readonly port: number;
  /** `CONNECT github.test:443`, in order. */
  readonly seen: string[];
  /** Ports that its own connections go out from. */
  readonly ports: Set<number>;
  /** What it answers instead of carrying; null: it carries. */
  refusal: string | null;
  close(): Promise<void>;
}

/** `credentials`: what it asks for, as `user:password`; null: nothing. */
export async function startProxy(credentials: string | null): Promise<Proxy> {
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString("base64")}`;
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  const state = { seen: [] as string[], ports: new Set<number>(), refusal: null as string | null };
  const sockets = new Set<Socket>();
  server.on("connect", ({ url = "", headers }: IncomingMessage, client: Socket) => {
    state.seen.push(`CONNECT ${url}`);
    client.on("error", () => client.destroy());
    const isKnown = wanted === null || headers["proxy-authorization"] === wanted;
    const refusal = state.refusal ?? (isKnown ? null : "407 Proxy Authentication Required");
    if (refusal !== null) {
      client.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const upstream = connect(Number(url.split(":").at(-1)), "127.0.0.1", () => {
      state.ports.add(upstream.localPort ?? 0);
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      upstream.pipe(client);
      client.pipe(upstream);
    });
    sockets.add(client);
    upstream.on("error", () => client.destroy());
    client.on("close", () => upstream.destroy());
  });
  const port = await listen(server);
  return Object.assign(state, {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return close(server);
    },
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(address !== null && typeof address === "object" ? address.port : 0);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
