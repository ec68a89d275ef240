import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";

/** Of whoever is at the other end: a proxy in front counts as one. */
export function addressOf(context: Context): string {
  // The server hands it over; a test that calls the routes themselves has none.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const bindings = context.env as Partial<HttpBindings> | undefined;
  return bindings?.incoming?.socket.remoteAddress ?? "";
}
