import type { Hono } from "hono";
import { HttpError, readJson, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { runGraphql } from "./execute.ts";
import { GitReads } from "./git-reads.ts";

/** `POST /graphql`, executed against GitHub's published schema. */
export function register(app: Hono<Env>, github: GitHub): void {
  const reads = new GitReads(github.git);
  app.post("/graphql", async (c) => {
    const actor = c.get("actor");
    if (actor.kind === "anonymous") {
      throw new HttpError(401, { message: "This endpoint requires you to be authenticated." });
    }
    const body = await readJson(c);
    const { query, variables, operationName } = body;
    if (typeof query !== "string") {
      const message = "A query attribute must be specified and must be a string.";
      return c.json({ errors: [{ message }] });
    }
    const answer = await runGraphql(github, actor, reads, {
      query,
      variables: isRecord(variables) ? variables : {},
      operationName: typeof operationName === "string" ? operationName : null,
    });
    return c.json(answer);
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
