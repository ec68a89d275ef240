import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { IncomingMessage, ServerResponse } from "node:http";

/** A request as GitHub counts it: API, GraphQL and git's own alike. */
export interface LoggedRequest {
  readonly method: string;
  /** Without its query. */
  readonly path: string;
  /** `user-agent`, or nothing; the same goes for `authorization`. */
  readonly agent: string;
  readonly authorization: string;
  /** Epoch milliseconds with fractions. */
  readonly beganAt: number;
  /** When the answer was handed over whole; null: not yet. */
  endedAt: number | null;
  status: number | null;
}

export interface RequestLog {
  /** In the order they came. */
  readonly requests: readonly LoggedRequest[];
  close(): void;
}

/**
 * Every HTTP request to a port of this process, told by Node itself: a proxy would cost a hop, and
 * the local GitHub's own list leaves out what git asks.
 */
export function logRequests(port: number): RequestLog {
  const requests: LoggedRequest[] = [];
  const listen = (message: unknown): void => {
    const { request, response } = message as Started;
    if (request.socket.localPort !== port) return;
    const entry: LoggedRequest = {
      method: request.method ?? "",
      path: (request.url ?? "").split("?")[0] ?? "",
      agent: request.headers["user-agent"] ?? "",
      authorization: request.headers.authorization ?? "",
      beganAt: now(),
      endedAt: null,
      status: null,
    };
    requests.push(entry);
    response.once("finish", () => {
      entry.endedAt = now();
      entry.status = response.statusCode;
    });
  };
  subscribe(CHANNEL, listen);
  return { requests, close: () => void unsubscribe(CHANNEL, listen) };
}

/** Node, "Diagnostics Channel", HTTP. */
const CHANNEL = "http.server.request.start";

interface Started {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Epoch milliseconds with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
