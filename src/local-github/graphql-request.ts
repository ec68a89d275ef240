import type { RequestContext } from "./context.ts";

/** The GraphQL request of the body; null when it is none. Reading it leaves it to the handler. */
export async function readGraphql(
  c: RequestContext,
): Promise<{ query: string; operationName: string | null } | null> {
  if (c.req.method !== "POST" || c.req.path !== "/graphql") return null;
  try {
    const body: unknown = JSON.parse(await c.req.text());
    if (typeof body !== "object" || body === null) return null;
    const query = "query" in body && typeof body.query === "string" ? body.query : "";
    const named = /\b(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? null;
    const said = "operationName" in body ? body.operationName : null;
    return { query, operationName: typeof said === "string" ? said : named };
  } catch {
    // A body that is not JSON matches nothing; the handler answers it.
    return null;
  }
}
