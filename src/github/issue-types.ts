import { z } from "zod";
import type { Quota, RepositoryName } from "../clocks-port.ts";
import { isTypeTelling } from "../core/clock-records/issue-sighting.ts";
import type { IssueRead } from "../core/clock-records/issue-sighting.ts";
import type { Instant } from "../core/state.ts";
import { instant } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import type { Answer } from "./failure.ts";

/** Types of issues, such as Bug: REST tells them, and the description of GraphQL has none. */

const typedAnswer = z.array(
  z.object({
    number: z.number().int(),
    updated_at: instant,
    // Older Enterprise Servers know no types, and list all issues then.
    type: z.object({ name: z.string() }).nullish(),
  }),
);

const LENGTH = 100;
/** Of one page of issues. More than one takes hundreds that were changed within one second. */
const REQUESTS_MAX = 4;
/** The list begins a little before what it is asked for: GitHub's times are whole seconds. */
const OVERLAP_MS = 1_000;
/** An owner without types, or issues that are switched off or not granted. */
const UNTYPED = [403, 404, 410, 422] as const;

type Types = ReadonlyMap<number, string>;

/**
 * Types of the issues of one page, by one request, and by none where labels say all: of issues with
 * a type that changed since the last one on the page, the oldest first, its own come before all
 * others. One that changes meanwhile is further down, and is told of again.
 */
export async function readTypes(
  client: GitHubClient,
  repository: RepositoryName,
  page: readonly { readonly issue: IssueRead; readonly updatedAt: Instant }[],
): Promise<{ readonly types: Types; readonly quota: Quota | null }> {
  const types = new Map<number, string>();
  if (!page.some(({ issue }) => isTypeTelling(issue))) return { types, quota: null };
  const times = page.map(({ updatedAt }) => updatedAt);
  let quota: Quota | null = null;
  for (let nth = 1; nth <= REQUESTS_MAX; nth += 1) {
    const path = pathOf(repository, Math.min(...times) - OVERLAP_MS, nth);
    const scope = { kind: "repository", repositoryId: repository.id } as const;
    const answer = await client.rest({ method: "GET", path, scope, allow: UNTYPED });
    quota = quotaOf(answer);
    if (answer.status >= 300) break;
    const listed = understand(`GET ${path}`, typedAnswer, answer.data);
    const typed = listed.flatMap(({ number, type }) =>
      type ? [[number, type.name] as const] : [],
    );
    for (const [number, name] of typed) types.set(number, name);
    const isBeyond = Number(listed.at(-1)?.updated_at) > Math.max(...times);
    if (listed.length < LENGTH || isBeyond || typed.length === 0) break;
  }
  return { types, quota };
}

function pathOf({ owner, name }: RepositoryName, since: Instant, nth: number): string {
  const order = `state=all&sort=updated&direction=asc&per_page=${LENGTH}&page=${nth}`;
  const from = encodeURIComponent(new Date(since).toISOString());
  return `/repos/${owner}/${name}/issues?type=*&${order}&since=${from}`;
}

/** Null: it does not say, as an Enterprise Server without limits. */
function quotaOf({ headers }: Answer): Quota | null {
  const [limit, remaining, reset] = ["limit", "remaining", "reset"].map((name) =>
    Number(headers[`x-ratelimit-${name}`] ?? Number.NaN),
  );
  if (limit === undefined || remaining === undefined || reset === undefined) return null;
  if (![limit, remaining, reset].every((each) => Number.isFinite(each))) return null;
  return { limit, remaining, resetAt: reset * 1_000 };
}
