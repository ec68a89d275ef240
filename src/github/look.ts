import type { z } from "zod";
import { checkNameOf } from "../core/check.ts";
import type { Family } from "../core/lines.ts";
import type { Memory } from "../core/memory.ts";
import type { Instant, Line, LineState } from "../core/state.ts";
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
  /** The default line; null where this is it. */
  readonly root: LineState | null;
  /** Name of our check for this line. */
  readonly checkName: string;
  /** Branches whose merged pulls may be units of the line. */
  readonly bases: readonly string[];
  /** Looked at as if another policy stood: one that never did before would start it now. */
  readonly isAsIf?: boolean;
  /** Null until the policy is known, and where there is none. */
  readonly family: Family | null;
}

/** What follows from the line for how it is looked at, before its policy is known. */
export function beginLook(
  seen: Pick<Look, "client" | "owner" | "name" | "line" | "memory" | "now" | "root">,
): Look {
  const defaultBranch = seen.root?.repository.defaultBranch ?? seen.line.branch;
  const checkName = checkNameOf(seen.line, defaultBranch);
  return { ...seen, checkName, bases: [seen.line.branch], family: null };
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

/** The filters of `CommitFields` that find our check for the line. */
export function ourCheckFilters({ client, checkName }: Look): Record<string, object> {
  const ours = client.appId === null ? {} : { appId: client.appId };
  return {
    ourSuite: { ...ours, checkName },
    ourRun: { checkName, checkType: "LATEST" },
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
