import type { z } from "zod";
import type { ClockForge, Page, RepositoryName } from "../clocks-port.ts";
import type { CarriedCommit, TagRead } from "../core/clock-records/release-sighting.ts";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { ContentsAnswer } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import {
  clockCarriedAnswer,
  clockDeploymentsAnswer,
  clockIssuesAnswer,
  clockPullsAnswer,
  clockReleasesAnswer,
  clockStandingAnswer,
  clockTagsAnswer,
} from "./clock-answers.ts";
import {
  formatClockStanding,
  READ_CLOCK_CARRIED,
  READ_CLOCK_DEPLOYMENTS,
  READ_CLOCK_ISSUES,
  READ_CLOCK_PULLS,
  READ_CLOCK_RELEASES,
  READ_CLOCK_TAGS,
} from "./clock-documents.ts";
import { readDeployment, readIssue, readPull, readRelease, readTag } from "./clock-nodes.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { readTypes } from "./issue-types.ts";
import { isAboutComparison, numbered } from "./look.ts";
import { readPolicy } from "./readings.ts";

/** Tags of a repository that are looked through, newest first. */
const TAGS_MAX = 2_000;
/** For so long after it began a deployment may come to its end. */
const CHANGING_MS = 24 * 3_600_000;
/** Commits of one release that are looked through; what is beyond is not on record for it. */
const CARRIED_MAX = 1_000;

export function openClockForge(client: GitHubClient): ClockForge {
  return {
    readPulls: async (repository, after) => {
      const { page, policy, quota } = await askPage(client, repository, {
        document: READ_CLOCK_PULLS,
        schema: clockPullsAnswer,
        after,
      });
      const policyFile = policy === null ? null : readPolicy(policy, POLICY_PATH);
      return { ...toPage(page, quota, (node) => node.updatedAt, readPull), policyFile };
    },
    readReleases: async (repository, after) => {
      const { page, quota } = await askPage(client, repository, {
        document: READ_CLOCK_RELEASES,
        schema: clockReleasesAnswer,
        after,
      });
      return toPage(page, quota, latest, (node) => readRelease(client, node));
    },
    readIssues: async (repository, after) => {
      const { page, quota } = await askPage(client, repository, {
        document: READ_CLOCK_ISSUES,
        schema: clockIssuesAnswer,
        after,
      });
      const nodes = page?.nodes ?? [];
      const dated = nodes.map((node) => ({ issue: readIssue(node), updatedAt: node.updatedAt }));
      const { types, quota: ofTypes } = await readTypes(client, repository, dated);
      return toPage(
        page,
        leastOf(quota, ofTypes),
        (node) => node.updatedAt,
        (node) => ({ ...readIssue(node), type: types.get(node.number) ?? null }),
      );
    },
    readStanding: (repository, tags) => readStanding(client, repository, tags),
    readDeployments: async (repository, after) => {
      const { page, policy, quota } = await askPage(client, repository, {
        document: READ_CLOCK_DEPLOYMENTS,
        schema: clockDeploymentsAnswer,
        after,
      });
      const policyFile = policy === null ? null : readPolicy(policy, POLICY_PATH);
      return { ...toPage(page, quota, changingUntil, readDeployment), policyFile };
    },
    readTags: (repository) => readTags(client, repository),
    readCarried: (repository, from, to) => readCarried(client, repository, { from, to }),
  };
}

function changingUntil({ createdAt }: { readonly createdAt: number }): number {
  return createdAt + CHANGING_MS;
}

/** Of two kinds of requests, whose limits are counted apart: what is nearer to its end. */
function leastOf(one: QuotaSeen, other: QuotaSeen): QuotaSeen {
  if (one === null || other === null) return one ?? other;
  return one.remaining * other.limit <= other.remaining * one.limit ? one : other;
}

function latest(node: { readonly createdAt: number; readonly publishedAt: number | null }): number {
  return Math.max(node.createdAt, node.publishedAt ?? 0);
}

interface Connection<T> {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly T[];
}

type QuotaSeen = Page<unknown>["quota"];

/** Lists that the owner did not grant are empty. */
function isDeclined({ type }: GraphqlError): boolean {
  return type === "FORBIDDEN";
}

async function ask<T>(
  client: GitHubClient,
  { id, owner, name }: RepositoryName,
  request: {
    readonly document: string;
    readonly schema: z.ZodType<T>;
    readonly variables: Readonly<Record<string, unknown>>;
    readonly tolerate?: (error: GraphqlError) => boolean;
  },
): Promise<T> {
  const { document, schema, variables, tolerate = isDeclined } = request;
  const { data } = await client.graphql({
    document,
    variables: { owner, name, ...variables },
    scope: { kind: "repository", repositoryId: id },
    tolerate,
  });
  return understand(`Read the past of ${owner}/${name}`, schema, data);
}

async function askPage<T>(
  client: GitHubClient,
  repository: RepositoryName,
  request: {
    readonly document: string;
    readonly schema: z.ZodType<{
      rateLimit?: QuotaSeen | undefined;
      repository: { page: Connection<T> | null; policy?: ContentsAnswer | null | undefined } | null;
    }>;
    readonly after: string | null;
  },
): Promise<{
  readonly page: Connection<T> | null;
  readonly policy: ContentsAnswer | null;
  readonly quota: QuotaSeen;
}> {
  const { document, schema, after } = request;
  const answer = await ask(client, repository, { document, schema, variables: { after } });
  const { page = null, policy = null } = answer.repository ?? {};
  return { page, policy, quota: answer.rateLimit ?? null };
}

function toPage<T, R>(
  page: Connection<T> | null,
  quota: QuotaSeen,
  changedAt: (node: T) => number,
  read: (node: T) => R | null,
): Page<R> {
  const nodes = page?.nodes ?? [];
  const oldest = nodes.at(-1);
  return {
    items: nodes.map(read).filter((item) => item !== null),
    oldestAt: oldest === undefined ? null : changedAt(oldest),
    next: page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null,
    total: page?.totalCount ?? 0,
    quota,
  };
}

async function readStanding(
  client: GitHubClient,
  repository: RepositoryName,
  tags: readonly string[],
): Promise<readonly string[]> {
  const answer = await ask(client, repository, {
    document: formatClockStanding(tags.length),
    schema: clockStandingAnswer,
    variables: numbered("t", tags),
  });
  // Where GitHub shows nothing of the repository, nothing is known to be gone.
  if (answer.repository === null) return tags;
  return Object.values(answer.repository).flatMap((release) =>
    release === null || release.isDraft ? [] : [release.tagName],
  );
}

async function readTags(
  client: GitHubClient,
  repository: RepositoryName,
): Promise<readonly TagRead[]> {
  const tags: TagRead[] = [];
  let after: string | null = null;
  do {
    const answer: z.infer<typeof clockTagsAnswer> = await ask(client, repository, {
      document: READ_CLOCK_TAGS,
      schema: clockTagsAnswer,
      variables: { after },
    });
    const page = answer.repository?.page;
    tags.push(...(page?.nodes ?? []).map(readTag));
    after = page?.pageInfo.hasNextPage === true ? page.pageInfo.endCursor : null;
  } while (after !== null && tags.length < TAGS_MAX);
  return tags;
}

async function readCarried(
  client: GitHubClient,
  repository: RepositoryName,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly CarriedCommit[] | null> {
  const commits: CarriedCommit[] = [];
  let after: string | null = null;
  do {
    const answer: z.infer<typeof clockCarriedAnswer> = await ask(client, repository, {
      document: READ_CLOCK_CARRIED,
      schema: clockCarriedAnswer,
      variables: { from: `refs/tags/${from}`, to: `refs/tags/${to}`, after },
      tolerate: (error) => isDeclined(error) || isAboutComparison(error),
    });
    const found = answer.repository?.ref?.compare?.commits;
    if (found === undefined) return null;
    for (const node of found.nodes) {
      const pulls = (node.associatedPullRequests?.nodes ?? []).filter(({ merged }) => merged);
      commits.push({
        sha: node.oid,
        message: node.message,
        committedAt: node.committedDate,
        isMerge: node.parents.totalCount > 1,
        pulls: pulls.map(({ number, mergeCommit }) => ({
          number,
          mergeSha: mergeCommit?.oid ?? null,
        })),
      });
    }
    after = found.pageInfo.hasNextPage ? found.pageInfo.endCursor : null;
  } while (after !== null && commits.length < CARRIED_MAX);
  return commits;
}
