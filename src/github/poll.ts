import { createHash } from "node:crypto";
import { z } from "zod";
import type { RepositoryRef } from "../ports.ts";
import type { GitHubClient, RestRequest } from "./client.ts";
import { nextPageOf } from "./client.ts";
import { understand, type Answer } from "./failure.ts";
import { REPOSITORIES_PATH, readRepositories } from "./installations.ts";

/**
 * Looking for changes without webhooks: conditional requests, which cost nothing of the rate limit
 * where nothing changed. GitHub's ETags hold for one token only, so that a new token, each hour and
 * after each start, gets whole answers again; and they cover more than we want to know, such as
 * counts of downloads. What decides is therefore the digest of the part that matters to us.
 */
export interface Reading {
  /** Null where GitHub gave none: the next request is no conditional one. */
  readonly etag: string | null;
  /** Of the part that matters to a release; equal digests mean that nothing changed. */
  readonly digest: string;
}

const listReadingSchema = z.object({
  etag: z.string().nullable(),
  repositories: z.array(
    z.object({
      id: z.number(),
      nodeId: z.string(),
      owner: z.string(),
      name: z.string(),
      isPrivate: z.boolean(),
      isArchived: z.boolean(),
      defaultBranch: z.string().nullable(),
      pushedAt: z.string().nullable(),
    }),
  ),
  /** Address of the next page; null on the last. */
  next: z.string().nullable(),
});

/** One page of an installation's list of repositories. */
type ListReading = Readonly<z.infer<typeof listReadingSchema>>;

/** As it was kept; what another version of Smallbatch kept in another shape is read anew. */
export function readKeptList(pages: unknown): readonly ListReading[] {
  return z.array(listReadingSchema).safeParse(pages).data ?? [];
}

/** 100,000 repositories. */
const PAGES_MAX = 1_000;

const SCOPE = { kind: "poll" } as const;

/** Rate limit of the token as the last answer told it; null where GitHub has none (its own server). */
export interface Allowance {
  readonly limit: number;
  readonly remaining: number;
}

function allowanceOf({ headers }: Answer): Allowance | null {
  const limit = Number(headers["x-ratelimit-limit"]);
  const remaining = Number(headers["x-ratelimit-remaining"]);
  return Number.isFinite(limit) && Number.isFinite(remaining) ? { limit, remaining } : null;
}

/**
 * The list of the installation's repositories. `kept`: the pages as last read; those that did not
 * change are taken from there.
 */
export async function pollList(
  client: GitHubClient,
  kept: readonly ListReading[],
): Promise<readonly ListReading[]> {
  const pages: ListReading[] = [];
  let path: string | null = REPOSITORIES_PATH;
  while (path !== null && pages.length < PAGES_MAX) {
    const known: ListReading | undefined = kept[pages.length];
    const request: RestRequest = { method: "GET", path, scope: SCOPE, allow: [304] };
    const answer = await client.rest({ ...request, etag: known?.etag ?? null });
    const page: ListReading =
      answer.status === 304 && known !== undefined
        ? known
        : {
            etag: etagOf(answer),
            repositories: [...readRepositories(answer.data)],
            next: nextPageOf(answer),
          };
    pages.push(page);
    path = page.next;
  }
  return pages;
}

/** A branch that is gone, a repository without commits, a permission that was not granted. */
const NOTHING_THERE = [403, 404, 409, 410, 422] as const;

interface Resource {
  readonly name: string;
  path(repository: PolledRepository): string;
  /** The part of an answer that matters; the rest may change as it likes. */
  digest(data: unknown, appId: number | null): unknown;
}

export interface PolledRepository extends RepositoryRef {
  readonly defaultBranch: string;
}

const statusSchema = z.object({
  sha: z.string(),
  statuses: z.array(z.object({ context: z.string(), state: z.string() })),
});

const checksSchema = z.object({
  check_runs: z.array(
    z.object({
      id: z.number(),
      status: z.string(),
      conclusion: z.string().nullable(),
      app: z.object({ id: z.number() }).nullish(),
    }),
  ),
});

const issuesSchema = z.array(z.object({ number: z.number(), updated_at: z.string() }));

const releasesSchema = z.array(
  z.object({
    id: z.number(),
    tag_name: z.string(),
    target_commitish: z.string(),
    name: z.string().nullish(),
    body: z.string().nullish(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: z.string().nullish(),
  }),
);

const tagsSchema = z.array(z.object({ name: z.string(), commit: z.object({ sha: z.string() }) }));

/**
 * What a release depends on. The combined status names the head, and with it every merge and every
 * new policy; rules of branches and older pages are left to the sweep.
 */
const RESOURCES: readonly Resource[] = [
  {
    name: "status",
    path: ({ defaultBranch }) => `/commits/${encodePath(defaultBranch)}/status?per_page=100`,
    digest: (data) => understand("GET the combined status", statusSchema, data),
  },
  {
    name: "checks",
    path: ({ defaultBranch }) => `/commits/${encodePath(defaultBranch)}/check-runs?per_page=100`,
    digest: (data, appId) =>
      understand("GET the check runs", checksSchema, data).check_runs.filter(
        // Our own check says what we know already.
        ({ app }) => appId === null || app?.id !== appId,
      ),
  },
  {
    // Issues and pulls alike: labels, titles and comments all count as an update.
    name: "issues",
    path: () => "/issues?state=all&sort=updated&direction=desc&per_page=1",
    digest: (data) => understand("GET the newest issue", issuesSchema, data),
  },
  {
    name: "releases",
    path: () => "/releases?per_page=20",
    digest: (data) => understand("GET the releases", releasesSchema, data),
  },
  {
    name: "tags",
    path: () => "/tags?per_page=100",
    digest: (data) => understand("GET the tags", tagsSchema, data),
  },
];

/** Requests that one look at a repository takes. */
export const REQUESTS_PER_LOOK = RESOURCES.length;

/** What one look read anew; what is left out stands as it was kept. */
export interface Look {
  readonly readings: ReadonlyMap<string, Reading>;
  /** Something that matters differs from what was kept, or was never read before. */
  readonly isChanged: boolean;
  readonly allowance: Allowance | null;
}

/** Look at one repository. `pace` is awaited before each request. */
export async function pollRepository(
  client: GitHubClient,
  repository: PolledRepository,
  kept: ReadonlyMap<string, Reading>,
  pace: () => Promise<void>,
): Promise<Look> {
  const readings = new Map<string, Reading>();
  let isChanged = false;
  let allowance: Allowance | null = null;
  for (const resource of RESOURCES) {
    await pace();
    const known = kept.get(resource.name);
    const owner = encodeURIComponent(repository.owner);
    const name = encodeURIComponent(repository.name);
    const answer = await client.rest({
      method: "GET",
      path: `/repos/${owner}/${name}${resource.path(repository)}`,
      scope: SCOPE,
      etag: known?.etag ?? null,
      allow: [304, ...NOTHING_THERE],
    });
    allowance = allowanceOf(answer) ?? allowance;
    if (answer.status === 304) continue;
    const digest =
      answer.status === 200
        ? digestOf(resource.digest(answer.data, client.appId))
        : `status ${answer.status}`;
    readings.set(resource.name, { etag: etagOf(answer), digest });
    if (digest !== known?.digest) isChanged = true;
  }
  return { readings, isChanged, allowance };
}

function etagOf({ status, headers: { etag } }: Answer): string | null {
  return status === 200 && typeof etag === "string" ? etag : null;
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}

/** A branch's name may have slashes, which GitHub takes as they are. */
function encodePath(text: string): string {
  return text.split("/").map(encodeURIComponent).join("/");
}
