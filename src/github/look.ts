import type { z } from "zod";
import { CHECK_NAME } from "../core/check.ts";
import type { Instant, Line, Memory } from "../core/state.ts";
import type { GitHubClient, GraphqlRequest } from "./client.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";

/** One observation of one line: where it looks, and as whom. */
export interface Look {
  readonly client: GitHubClient;
  readonly owner: string;
  readonly name: string;
  readonly line: Line;
  readonly memory: Memory;
  readonly now: Instant;
}

type Ask = Pick<GraphqlRequest, "document" | "variables" | "tolerate">;

/** Ask one GraphQL document of the repository, and read the answer in the shape we know. */
export async function ask<T>(look: Look, schema: z.ZodType<T>, request: Ask): Promise<T> {
  const { client, owner, name, line } = look;
  const { data } = await client.graphql({
    ...request,
    variables: { owner, name, ...request.variables },
    tolerate: (error) => isAboutClosedIssues(error) || request.tolerate?.(error) === true,
    scope: { kind: "repository", repositoryId: line.repositoryId },
  });
  return understand(`Read ${owner}/${name}`, schema, data);
}

/**
 * Issues that a pull closes may be out of our sight: the owner did not grant issues, or they are of
 * another private repository. Nobody comments there then, and the pull is released all the same.
 */
function isAboutClosedIssues({ type, path }: GraphqlError): boolean {
  const isThere = path?.some((key) => key === "closingIssuesReferences" || key === "subjects");
  return type === "FORBIDDEN" && isThere === true;
}

/** The filters of `CommitFields` that find our check. */
export function ourCheckFilters(appId: number | null): Record<string, object> {
  const ours = appId === null ? {} : { appId };
  return {
    ourSuite: { ...ours, checkName: CHECK_NAME },
    ourRun: { checkName: CHECK_NAME, checkType: "LATEST" },
  };
}

/**
 * `compare` fails for histories without a common commit: then the tag is simply no ancestor. An
 * error without a type is a failure inside GitHub, and says nothing about the tag.
 */
export function isAboutComparison(error: {
  readonly type?: string | undefined;
  readonly path?: readonly (string | number)[] | undefined;
}): boolean {
  return (
    error.path?.at(-1) === "compare" &&
    (error.type === "NOT_FOUND" || error.type === "UNPROCESSABLE")
  );
}

/** Number the variables of a document that asks the same of several things: `t0`, `t1`... */
export function numbered<T>(prefix: string, values: readonly T[]): Record<string, T> {
  return Object.fromEntries(values.map((value, index) => [`${prefix}${index}`, value]));
}

/** Parts of at most `size`, in order. */
export function chunk<T>(values: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let start = 0; start < values.length; start += size) {
    parts.push(values.slice(start, start + size));
  }
  return parts;
}
