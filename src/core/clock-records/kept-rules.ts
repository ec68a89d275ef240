import type { DirectCommitRecord } from "../clocks/records.ts";
import type { DeploymentKept, FeedbackKept, KeptKind, PullKept, ReleaseKept } from "./kept.ts";

/** How what was seen of each field becomes one, and what a record begins with. */

/** How two looks at one field become one. */
export type Rule =
  /** What it is known by. */
  | "key"
  /** The earliest ever seen; null is no time. */
  | "earliest"
  /** What is false once stays so. */
  | "always"
  /** All that was ever seen. */
  | "union"
  /** As the newest look has it. */
  | "newest"
  /** The same, and null is as good as any. */
  | "state";

type Rules<T> = Readonly<Record<keyof T, Rule>>;

const PULL_RULES: Rules<PullKept> = {
  repositoryId: "key",
  number: "key",
  title: "newest",
  kind: "newest",
  authorId: "newest",
  isBot: "newest",
  initiatorId: "newest",
  agents: "union",
  hasPersonsCommit: "newest",
  createdAt: "earliest",
  firstAuthoredAt: "earliest",
  readyAt: "earliest",
  redrafts: "newest",
  firstReviewAt: "earliest",
  approvedAt: "newest",
  mergedAt: "earliest",
  closedAt: "state",
  mergeSha: "newest",
  mergedById: "newest",
  reviewerIds: "union",
  additions: "newest",
  deletions: "newest",
  weightedLines: "newest",
  components: "newest",
  hasTestChange: "newest",
  wasGreen: "newest",
  isReleasable: "newest",
  oldestIssueAt: "newest",
  headBranch: "newest",
  onto: "state",
  ontoAt: "state",
  revertsPulls: "newest",
  revertsShas: "newest",
};

const COMMIT_RULES: Rules<DirectCommitRecord> = {
  repositoryId: "key",
  sha: "key",
  at: "earliest",
  isReleasable: "newest",
};

const RELEASE_RULES: Rules<ReleaseKept> = {
  repositoryId: "key",
  tag: "key",
  sha: "newest",
  component: "newest",
  channel: "newest",
  // A rollback marks the bad one as a prerelease: it was none when people took it.
  isPrerelease: "always",
  publishedAt: "earliest",
  checks: "newest",
  checksAt: "state",
  withdrawnAt: "state",
  actorId: "newest",
  ownKind: "newest",
  carries: "newest",
  rollsBack: "union",
  overrides: "newest",
  excepted: "newest",
  isTagOnly: "newest",
};

const FEEDBACK_RULES: Rules<FeedbackKept> = {
  repositoryId: "key",
  key: "key",
  kind: "newest",
  kindBy: "newest",
  openedAt: "earliest",
  reporterId: "newest",
  reporter: "newest",
  isDropped: "newest",
  claim: "newest",
  duplicateOf: "state",
  closedAt: "state",
  resolution: "state",
  fixPulls: "union",
  fixRelease: "newest",
};

const DEPLOYMENT_RULES: Rules<DeploymentKept> = {
  repositoryId: "key",
  id: "key",
  sha: "newest",
  environment: "newest",
  createdAt: "earliest",
  succeededAt: "earliest",
  failedAt: "earliest",
};

export const DEFAULTS = {
  pull: {
    title: "",
    kind: "untyped",
    authorId: null,
    isBot: false,
    initiatorId: null,
    agents: [],
    hasPersonsCommit: null,
    firstAuthoredAt: null,
    readyAt: null,
    redrafts: [],
    firstReviewAt: null,
    approvedAt: null,
    mergedAt: null,
    closedAt: null,
    mergeSha: null,
    mergedById: null,
    reviewerIds: [],
    additions: null,
    deletions: null,
    weightedLines: null,
    components: null,
    hasTestChange: null,
    wasGreen: null,
    isReleasable: true,
    oldestIssueAt: null,
    headBranch: null,
    onto: null,
    ontoAt: null,
    revertsPulls: [],
    revertsShas: [],
  },
  commit: { isReleasable: true },
  release: {
    component: "",
    channel: "stable",
    isPrerelease: true,
    checks: "none",
    checksAt: null,
    withdrawnAt: null,
    actorId: null,
    ownKind: "regular",
    carries: [],
    rollsBack: [],
    overrides: 0,
    excepted: [],
    isTagOnly: false,
  },
  feedback: {
    kindBy: null,
    reporterId: null,
    isDropped: false,
    claim: null,
    duplicateOf: null,
    closedAt: null,
    resolution: null,
    fixPulls: [],
    fixRelease: null,
  },
  deployment: { succeededAt: null, failedAt: null },
} as const;

export const RULES = {
  pull: PULL_RULES,
  commit: COMMIT_RULES,
  release: RELEASE_RULES,
  feedback: FEEDBACK_RULES,
  deployment: DEPLOYMENT_RULES,
};

/** What a record is without: from a look that says none of it, nothing begins. */
export const NEEDED: Readonly<Record<KeptKind, readonly string[]>> = {
  pull: ["number", "createdAt"],
  commit: ["sha", "at"],
  release: ["tag", "sha", "publishedAt", "isPrerelease"],
  feedback: ["key", "kind", "openedAt", "reporter"],
  deployment: ["id", "sha", "environment", "createdAt"],
};
