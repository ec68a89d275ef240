import type { Hono } from "hono";
import type { Env } from "./context.ts";
import { isApiPath } from "./http.ts";
import { LOGIN_TOKEN_PATH } from "./routes/logins.ts";

/** One request and its answer, as a client saw them. */
export interface Exchange {
  method: string;
  path: string;
  /** With its question mark; empty without a query. */
  query: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  status: number;
  responseHeaders: Record<string, string>;
  responseBody: string;
}

/** Tells of what programs ask of the API and of logins. What git and browsers ask is left out. */
export function recordExchanges(app: Hono<Env>, listener: (exchange: Exchange) => void): void {
  app.use(async (c, next) => {
    await next();
    if (!isApiPath(c.req.path) && c.req.path !== LOGIN_TOKEN_PATH) return;
    const url = new URL(c.req.url);
    listener({
      method: c.req.method,
      path: url.pathname,
      query: url.search,
      requestHeaders: c.req.header(),
      requestBody: await readText(() => c.req.text()),
      status: c.res.status,
      responseHeaders: Object.fromEntries(c.res.headers),
      responseBody: await readText(() => c.res.clone().text()),
    });
  });
}

/** A body that was given up on the way (a lost connection) counts as empty. */
async function readText(read: () => Promise<string>): Promise<string> {
  try {
    return await read();
  } catch {
    return "";
  }
}
