import type { z } from "zod";
import type { ClockForge, Page, RepositoryName } from "../clocks-port.ts";
import { parseCard } from "../core/card-text.ts";
import type { IssueRead } from "../core/clock-records/issue-sighting.ts";
import type { PullRead, PullReview } from "../core/clock-records/pull-sighting.ts";
import type { CarriedCommit, ReleaseRead } from "../core/clock-records/release-sighting.ts";
import type { GitHubClient } from "./client.ts";
import {
  clockCarriedAnswer,
  clockIssuesAnswer,
  clockPullsAnswer,
  clockReleasesAnswer,
  clockTagsAnswer,
} from "./clock-answers.ts";
import type { clockPull } from "./clock-answers.ts";
import {
  READ_CLOCK_CARRIED,
  READ_CLOCK_ISSUES,
  READ_CLOCK_PULLS,
  READ_CLOCK_RELEASES,
  READ_CLOCK_TAGS,
} from "./clock-documents.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { isAboutComparison } from "./look.ts";
import { readActor } from "./readings.ts";

/** Tags of a repository that are looked through, newest first. */
const TAGS_MAX = 2_000;
/** Commits of one release that are looked through; what is beyond is not on record for it. */
const CARRIED_MAX = 1_000;

export function openClockForge(client: GitHubClient): ClockForge {
  return {
    readPulls: async (repository, after) => {
      const { page, quota } = await askPage(client, repository, {
        document: READ_CLOCK_PULLS,
        schema: clockPullsAnswer,
        after,
      });
      return toPage(page, quota, (node) => node.updatedAt, readPull);
    },
    readReleases: async (repository, after) => {
      const { page, quota } = await askPage(client, repository, {
        document: READ_CLOCK_RELEASES,
        schema: clockReleasesAnswer,
        after,
      });
      return toPage(page, quota, latest, readRelease);
    },
    readIssues: async (repository, after) => {
      const { page, quota } = await askPage(client, repository, {
        document: READ_CLOCK_ISSUES,
        schema: clockIssuesAnswer,
        after,
      });
      return toPage(page, quota, (node) => node.updatedAt, readIssue);
    },
    readTags: (repository) => readTags(client, repository),
    readCarried: (repository, from, to) => readCarried(client, repository, { from, to }),
  };
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
      repository: { page: Connection<T> | null } | null;
    }>;
    readonly after: string | null;
  },
): Promise<{ readonly page: Connection<T> | null; readonly quota: QuotaSeen }> {
  const { document, schema, after } = request;
  const answer = await ask(client, repository, { document, schema, variables: { after } });
  return { page: answer.repository?.page ?? null, quota: answer.rateLimit ?? null };
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

const REVIEW_STATES: Readonly<Record<string, PullReview["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};

const CHECKS: Readonly<Record<string, boolean>> = { SUCCESS: true, FAILURE: false, ERROR: false };

function readPull(node: z.infer<typeof clockPull>): PullRead & { readonly baseBranch: string } {
  const issues = (node.closingIssuesReferences?.nodes ?? []).map(({ createdAt }) => createdAt);
  const state = node.last.nodes[0]?.commit.statusCheckRollup?.state;
  return {
    number: node.number,
    title: node.title,
    body: node.body,
    author: readActor(node.author),
    createdAt: node.createdAt,
    mergedAt: node.mergedAt,
    closedAt: node.closedAt,
    isDraft: node.isDraft,
    turns: node.timelineItems.nodes.flatMap(({ kind, createdAt: at }) =>
      at === undefined ? [] : [{ isReady: kind === "ReadyForReviewEvent", at }],
    ),
    baseBranch: node.baseRefName,
    headBranch: node.headRefName,
    mergeSha: node.mergedAt === null ? null : (node.mergeCommit?.oid ?? null),
    mergedBy: node.mergedBy === null ? null : readActor(node.mergedBy),
    labels: (node.labels?.nodes ?? []).map(({ name }) => name),
    assigneeIds: node.assignees.nodes.flatMap(({ databaseId }) => databaseId ?? []),
    reviews: (node.reviews?.nodes ?? []).flatMap(({ state: said, submittedAt: at, author }) => {
      const known = REVIEW_STATES[said];
      return known === undefined || at === null
        ? []
        : [{ state: known, at, author: readActor(author) }];
    }),
    commits: node.commits.nodes.map(({ commit }) => {
      const { author } = commit;
      const user = author?.user ?? null;
      return {
        sha: commit.oid,
        message: commit.message,
        authoredAt: commit.authoredDate,
        author:
          user === null
            ? { id: null, login: "ghost", isBot: author?.name?.endsWith("[bot]") === true }
            : { id: user.databaseId, login: user.login, isBot: user.login.endsWith("[bot]") },
        name: author?.name ?? "",
        email: author?.email ?? "",
        isMerge: commit.parents.totalCount > 1,
      };
    }),
    additions: node.additions,
    deletions: node.deletions,
    paths: (node.files?.nodes ?? []).map(({ path }) => path),
    hasMorePaths: node.files?.pageInfo.hasNextPage ?? true,
    isGreen: CHECKS[state ?? ""] ?? null,
    oldestIssueAt: issues.length === 0 ? null : Math.min(...issues),
  };
}

type ReleaseNode = NonNullable<
  NonNullable<z.infer<typeof clockReleasesAnswer>["repository"]>["page"]
>["nodes"][number];

/** Null: it is published for nobody, or its tag is gone. */
function readRelease(node: ReleaseNode): ReleaseRead | null {
  const { isDraft, publishedAt, tagCommit, tagName, isPrerelease, author, description } = node;
  if (isDraft || publishedAt === null || tagCommit === null) return null;
  return {
    tag: tagName,
    sha: tagCommit.oid,
    isPrerelease,
    publishedAt,
    committedAt: tagCommit.committedDate,
    actorId: author?.databaseId ?? null,
    card: parseCard(description ?? ""),
  };
}

type IssueNode = NonNullable<
  NonNullable<z.infer<typeof clockIssuesAnswer>["repository"]>["page"]
>["nodes"][number];

function readIssue(node: IssueNode): IssueRead {
  return {
    number: node.number,
    title: node.title,
    body: node.body,
    author: readActor(node.author),
    association: node.authorAssociation,
    createdAt: node.createdAt,
    updatedAt: node.updatedAt,
    closedAt: node.closedAt,
    reason: node.stateReason,
    labels: (node.labels?.nodes ?? []).map(({ name }) => name),
    type: null,
    fixPulls: (node.closedByPullRequestsReferences?.nodes ?? []).map(({ number }) => number),
    duplicateOf: null,
    isOurs: node.viewerDidAuthor,
  };
}

async function readTags(
  client: GitHubClient,
  repository: RepositoryName,
): Promise<readonly string[]> {
  const tags: string[] = [];
  let after: string | null = null;
  do {
    const answer: z.infer<typeof clockTagsAnswer> = await ask(client, repository, {
      document: READ_CLOCK_TAGS,
      schema: clockTagsAnswer,
      variables: { after },
    });
    const page = answer.repository?.page;
    tags.push(...(page?.nodes ?? []).map(({ name }) => name));
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
