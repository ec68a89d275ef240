import type { z } from "zod";
import { parseCard } from "../core/card-text.ts";
import type { DeploymentRead } from "../core/clock-records/deployment-sighting.ts";
import type { IssueRead } from "../core/clock-records/issue-sighting.ts";
import type { PullRead, PullReview } from "../core/clock-records/pull-sighting.ts";
import type { ReleaseRead, TagRead } from "../core/clock-records/release-sighting.ts";
import type { GitHubClient } from "./client.ts";
import type {
  clockDeploymentsAnswer,
  clockIssuesAnswer,
  clockPull,
  clockReleasesAnswer,
  clockTag,
} from "./clock-answers.ts";
import { readActor, readChecks } from "./readings.ts";

/** Entries of GitHub's lists, as the clocks see them. */

const REVIEW_STATES: Readonly<Record<string, PullReview["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  COMMENTED: "commented",
  DISMISSED: "dismissed",
};

const CHECKS: Readonly<Record<string, boolean>> = { SUCCESS: true, FAILURE: false, ERROR: false };

const FILE_CHANGES: Readonly<Record<string, PullRead["files"][number]["status"]>> = {
  ADDED: "added",
  COPIED: "added",
  DELETED: "removed",
  RENAMED: "renamed",
};

export function readPull(
  node: z.infer<typeof clockPull>,
): PullRead & { readonly baseBranch: string } {
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
    isFork: node.isCrossRepository,
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
    files: (node.files?.nodes ?? []).map(({ changeType, ...file }) => ({
      ...file,
      status: FILE_CHANGES[changeType] ?? "modified",
      // GitHub says neither here.
      previousPath: null,
      isBinary: false,
      real: null,
    })),
    hasMoreFiles: node.files?.pageInfo.hasNextPage ?? true,
    isGreen: CHECKS[state ?? ""] ?? null,
    oldestIssueAt: issues.length === 0 ? null : Math.min(...issues),
  };
}

type ReleaseNode = NonNullable<
  NonNullable<z.infer<typeof clockReleasesAnswer>["repository"]>["page"]
>["nodes"][number];

/** Null: it is published for nobody, or its tag is gone. */
export function readRelease(client: GitHubClient, node: ReleaseNode): ReleaseRead | null {
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
    checks: readChecks(tagCommit.statusCheckRollup?.contexts.nodes ?? [], client, "").checks,
    isTagOnly: false,
  };
}

type IssueNode = NonNullable<
  NonNullable<z.infer<typeof clockIssuesAnswer>["repository"]>["page"]
>["nodes"][number];

export function readIssue(node: IssueNode): IssueRead {
  return {
    number: node.number,
    title: node.title,
    body: node.body,
    author: readActor(node.author),
    association: node.authorAssociation,
    createdAt: node.createdAt,
    closedAt: node.closedAt,
    reason: node.stateReason,
    labels: (node.labels?.nodes ?? []).map(({ name }) => name),
    type: null,
    fixPulls: (node.closedByPullRequestsReferences?.nodes ?? []).map(({ number }) => number),
    duplicateOf: readOriginal(node),
    isOurs: node.viewerDidAuthor,
  };
}

/** Issue of the same repository that it was last said to repeat. */
function readOriginal({ timelineItems }: IssueNode): number | null {
  const last = timelineItems.nodes.at(-1);
  if (last?.kind !== "MarkedAsDuplicateEvent" || last.isCrossRepository === true) return null;
  return last.canonical?.number ?? null;
}

type DeploymentNode = NonNullable<
  NonNullable<z.infer<typeof clockDeploymentsAnswer>["repository"]>["page"]
>["nodes"][number];

export function readDeployment(node: DeploymentNode): DeploymentRead | null {
  const { databaseId: id, commitOid: sha, environment, createdAt, statuses } = node;
  if (id === null) return null;
  const states = (statuses?.nodes ?? []).map(({ state, createdAt: at }) => ({ state, at }));
  return { id, sha, environment: environment ?? "", createdAt, statuses: states };
}

export function readTag({ name, target }: z.infer<typeof clockTag>): TagRead {
  const commit = target?.target ?? target;
  return {
    name,
    sha: commit?.oid ?? "",
    taggedAt: target?.tagger?.date ?? null,
    committedAt: commit?.committedDate ?? null,
  };
}
