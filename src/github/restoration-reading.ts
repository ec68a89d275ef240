import { z } from "zod";
import type {
  MergeMethod,
  RestorationSeen,
  RestoringPull,
} from "../core/rollback/judge-restoration.ts";
import type { Restoring } from "../rollback-port.ts";
import { instant, nodes, rollup } from "./answers.ts";
import { readAllChecks } from "./checks.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { isAboutComparison } from "./look.ts";
import { lookOf } from "./open-pulls.ts";
import { isUs } from "./our-commits.ts";
import { READ_RESTORATION } from "./restoration-documents.ts";
import { author, viewer } from "./version-file-answers.ts";
import type { ViewerAnswer } from "./version-file-answers.ts";

const commit = z.object({
  kind: z.string(),
  oid: z.string().optional(),
  tree: z.object({ oid: z.string() }).optional(),
});
const peeled = commit.extend({ target: commit.extend({ target: commit.optional() }).optional() });
const comparison = z.object({ behindBy: z.number().int() }).nullable();
const tag = z.object({ target: peeled.nullable(), compare: comparison }).nullable();

const pull = z.object({
  id: z.string(),
  number: z.number().int(),
  url: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  createdAt: instant,
  isDraft: z.boolean(),
  viewerDidAuthor: z.boolean(),
  isCrossRepository: z.boolean(),
  baseRefName: z.string(),
  headRefOid: z.string(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  reviewDecision: z.string().nullable(),
  isMergeQueueEnabled: z.boolean(),
  isInMergeQueue: z.boolean(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  potentialMergeCommit: z
    .object({
      tree: z.object({ oid: z.string() }),
      parents: z.object({ nodes: nodes(z.object({ oid: z.string() })) }),
    })
    .nullable(),
  latestOpinionatedReviews: z.object({ nodes: nodes(z.object({ state: z.string() })) }).nullable(),
  commits: z.object({
    nodes: nodes(z.object({ commit: z.object({ oid: z.string(), statusCheckRollup: rollup }) })),
  }),
});

type PullAnswer = z.infer<typeof pull>;

const ourBranch = z.object({
  target: peeled
    .extend({
      author: author.optional(),
      parents: z.object({ nodes: nodes(z.object({ oid: z.string() })) }).optional(),
      signature: z.object({ isValid: z.boolean(), wasSignedByGitHub: z.boolean() }).nullish(),
    })
    .nullable(),
});

const restorationAnswer = z.object({
  viewer,
  repository: z.object({
    squashMergeAllowed: z.boolean(),
    rebaseMergeAllowed: z.boolean(),
    mergeCommitAllowed: z.boolean(),
    bad: tag,
    before: tag,
    line: z.object({ target: peeled.nullable() }).nullable(),
    ours: ourBranch.nullable(),
    pulls: z.object({ nodes: nodes(pull) }),
  }),
});

type RestorationAnswer = z.infer<typeof restorationAnswer>["repository"];

/** What stands of a restoration. */
export async function readRestoration(
  client: GitHubClient,
  { state, rollback, restoration }: Restoring,
): Promise<RestorationSeen> {
  const { owner, name, id } = state.repository;
  const { restore, release } = rollback;
  const { data } = await client.graphql({
    document: READ_RESTORATION,
    variables: {
      owner,
      name,
      bad: `refs/tags/${release.tag}`,
      badTag: release.tag,
      before: `refs/tags/${restore?.before ?? ""}`,
      line: `refs/heads/${state.line.branch}`,
      branch: state.line.branch,
      ours: `refs/heads/${restoration.branch}`,
      from: restoration.branch,
    },
    scope: { kind: "repository", repositoryId: id },
    tolerate: isAboutComparison,
  });
  const answer = understand(`Read the restoration of ${release.tag}`, restorationAnswer, data);
  const { bad, before, line, ours } = answer.repository;
  const wasAt = readCommit(before?.target ?? null);
  const head = readCommit(line?.target ?? null);
  const isWhole = (restore?.path ?? ".") === "." && (restore?.others ?? []).length === 0;
  return {
    bad: readCommit(bad?.target ?? null),
    before: wasAt,
    isOnBranch: bad?.compare?.behindBy === 0,
    isAfter: before?.compare?.behindBy === 0,
    head,
    wanted: isWhole ? (wasAt?.tree ?? null) : null,
    branch: ours === null ? null : readBranch(ours, answer.viewer),
    pull: await readPull(
      client,
      { state, restoration, rollback },
      { answer: answer.repository, head },
    ),
    methods: readMethods(answer.repository),
    refused: [],
  };
}

/** One commit on the branch where that can be. */
function readMethods(answer: RestorationAnswer): readonly MergeMethod[] {
  const { squashMergeAllowed, rebaseMergeAllowed, mergeCommitAllowed } = answer;
  return [
    ...(squashMergeAllowed ? (["squash"] as const) : []),
    ...(rebaseMergeAllowed ? (["rebase"] as const) : []),
    ...(mergeCommitAllowed ? (["merge"] as const) : []),
  ];
}

function readCommit(
  target: z.infer<typeof peeled> | null,
): { readonly sha: string; readonly tree: string } | null {
  const found = [target, target?.target, target?.target?.target].find(
    (each) => each?.kind === "Commit",
  );
  if (found?.oid === undefined || found.tree === undefined) return null;
  return { sha: found.oid, tree: found.tree.oid };
}

function readBranch(
  { target }: z.infer<typeof ourBranch>,
  by: ViewerAnswer,
): RestorationSeen["branch"] {
  const seen = readCommit(target);
  if (target === null || seen === null) return null;
  const { signature } = target;
  const isSigned = signature?.isValid === true && signature.wasSignedByGitHub;
  return {
    ...seen,
    parents: (target.parents?.nodes ?? []).map(({ oid }) => oid),
    isOurs: isSigned && isUs(target.author ?? null, by),
  };
}

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

async function readPull(
  client: GitHubClient,
  { state }: Restoring,
  { answer, head }: { readonly answer: RestorationAnswer; readonly head: RestorationSeen["head"] },
): Promise<RestoringPull | null> {
  const own = answer.pulls.nodes.filter(({ isCrossRepository }) => !isCrossRepository);
  const found =
    own.find(({ viewerDidAuthor }) => viewerDidAuthor) ??
    own.find((each) => each.state !== "CLOSED");
  if (found === undefined) return null;
  const tip = found.commits.nodes.find(({ commit: at }) => at.oid === found.headRefOid)?.commit;
  const isOpen = found.state === "OPEN";
  const { checks } =
    tip === undefined || !isOpen
      ? { checks: [] }
      : await readAllChecks(lookOf(client, state), tip.oid, tip.statusCheckRollup);
  return { ...describe(found), isEmpty: isEmpty(found, head), checks };
}

/** Only the test merge into the head that stands now tells. */
function isEmpty(
  { potentialMergeCommit: tried }: PullAnswer,
  head: RestorationSeen["head"],
): boolean | null {
  if (tried === null || head === null || tried.parents.nodes[0]?.oid !== head.sha) return null;
  return tried.tree.oid === head.tree;
}

function describe(found: PullAnswer): Omit<RestoringPull, "isEmpty" | "checks"> {
  const { mergeable, reviewDecision, isMergeQueueEnabled, isInMergeQueue } = found;
  const isRefused = (found.latestOpinionatedReviews?.nodes ?? []).some(
    (review) => review.state === "CHANGES_REQUESTED",
  );
  return {
    id: found.id,
    number: found.number,
    url: found.url,
    state: STATES[found.state],
    isOurs: found.viewerDidAuthor,
    createdAt: found.createdAt,
    isDraft: found.isDraft,
    baseBranch: found.baseRefName,
    headSha: found.headRefOid,
    hasConflict: mergeable === "UNKNOWN" ? null : mergeable === "CONFLICTING",
    blocked: BLOCKED[found.mergeStateStatus] ?? null,
    reviews:
      isRefused || reviewDecision === "CHANGES_REQUESTED"
        ? "changes"
        : reviewDecision === "REVIEW_REQUIRED"
          ? "wanted"
          : null,
    queue: isInMergeQueue ? "in" : isMergeQueueEnabled ? "out" : "none",
    mergedSha: found.mergeCommit?.oid ?? null,
  };
}

const BLOCKED: Readonly<Record<string, RestoringPull["blocked"]>> = {
  BEHIND: "behind",
  BLOCKED: "blocked",
};
