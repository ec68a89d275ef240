import type {
  Attribution,
  DirectCommitRecord,
  FeedbackRecord,
  PullRecord,
  ReleaseRecord,
} from "../clocks/records.ts";
import type { Instant, Sha } from "../state.ts";

/** What is kept of each record, beside what follows from other records. */

interface PullKept extends Omit<PullRecord, "revertedAt"> {
  /** What it takes back, in its own words. Empty: it is no revert. */
  readonly revertsPulls: readonly number[];
  /** At least 7 digits each. */
  readonly revertsShas: readonly Sha[];
}

interface ReleaseKept extends Omit<ReleaseRecord, "kind" | "lines" | "rolledBackAt"> {
  /** As far as the release alone tells. */
  readonly ownKind: "regular" | "first" | "backfill";
}

type Saying = Extract<Attribution, { readonly tier: "explicit" }>["by"];

/** What ties feedback to a release in somebody's words. */
export type Claim = { readonly by: Saying } & (
  | { readonly tag: string }
  /** With or without what the tags put before it. */
  | { readonly version: string }
  /** A commit that it has, or its own. */
  | { readonly sha: Sha }
  | { readonly pull: number }
);

interface FeedbackKept extends Omit<
  FeedbackRecord,
  "attribution" | "fixedAt" | "fixTag" | "fixUsableAt"
> {
  /** Null: nobody said. */
  readonly claim: Claim | null;
  /** Pulls that are to mend it. */
  readonly fixPulls: readonly number[];
  /** Release that mends it, where that is known by itself: the one of a rollback. */
  readonly fixRelease: string | null;
}

/** When a record was looked at. */
interface SeenTimes {
  /** By the newest look that said anything that may change. */
  readonly seenAt: Instant;
  /** When all of it was read from GitHub; null: never. */
  readonly readAt: Instant | null;
}

export type Kept<T> = T & SeenTimes;

/** What one look saw of a record. What it left out, it did not look for. */
export interface Seen<T> {
  readonly at: Instant;
  /** GitHub was asked for all of it: what older looks say counts no more. */
  readonly isWhole: boolean;
  readonly record: Partial<T>;
  /** What the record begins with, where nothing is known of it yet. */
  readonly begin?: Partial<T>;
}

/** How two looks at one field become one. */
type Rule =
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
  exceptions: "newest",
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
  usableAt: "state",
  usableBy: "state",
  withdrawnAt: "state",
  actorId: "newest",
  ownKind: "newest",
  carries: "newest",
  rollsBack: "union",
  overrides: "newest",
};

const FEEDBACK_RULES: Rules<FeedbackKept> = {
  repositoryId: "key",
  key: "key",
  kind: "newest",
  openedAt: "earliest",
  reporterId: "newest",
  reporter: "newest",
  claim: "newest",
  duplicateOf: "state",
  closedAt: "state",
  resolution: "state",
  fixPulls: "union",
  fixRelease: "newest",
};

const DEFAULTS = {
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
    exceptions: 0,
    revertsPulls: [],
    revertsShas: [],
  },
  commit: { isReleasable: true },
  release: {
    component: "",
    channel: "stable",
    isPrerelease: true,
    usableAt: null,
    usableBy: "published",
    withdrawnAt: null,
    actorId: null,
    ownKind: "regular",
    carries: [],
    rollsBack: [],
    overrides: 0,
  },
  feedback: {
    reporterId: null,
    claim: null,
    duplicateOf: null,
    closedAt: null,
    resolution: null,
    fixPulls: [],
    fixRelease: null,
  },
} as const;

/** Everything that is kept, by what it is about. */
export interface KeptKinds {
  readonly pull: PullKept;
  readonly commit: DirectCommitRecord;
  readonly release: ReleaseKept;
  readonly feedback: FeedbackKept;
}

export type KeptKind = keyof KeptKinds;

const RULES = {
  pull: PULL_RULES,
  commit: COMMIT_RULES,
  release: RELEASE_RULES,
  feedback: FEEDBACK_RULES,
};

/** What a record is without: from a look that says none of it, nothing begins. */
const NEEDED: Readonly<Record<KeptKind, readonly string[]>> = {
  pull: ["number", "createdAt"],
  commit: ["sha", "at"],
  release: ["tag", "sha", "publishedAt", "isPrerelease"],
  feedback: ["key", "kind", "openedAt", "reporter"],
};

type Fields = Readonly<Record<string, unknown>>;

/**
 * What is kept after one more look, in whatever order looks come, and however often. Null: it does
 * not say enough to begin a record.
 */
export function mergeSeen<K extends KeptKind>(
  kind: K,
  known: Kept<KeptKinds[K]> | null,
  seen: Seen<KeptKinds[K]>,
): Kept<KeptKinds[K]> | null {
  const rules = RULES[kind] as Readonly<Record<string, Rule>>;
  const said: Fields = { ...seen.record };
  if (known === null && !NEEDED[kind].every((field) => (said[field] ?? null) !== null)) return null;
  const before: Fields = { ...(known ?? { ...DEFAULTS[kind], ...seen.begin }) };
  const times = { seenAt: known?.seenAt ?? -Infinity, readAt: known?.readAt ?? null };
  const isCurrent = seen.at >= times.seenAt;
  const isOutdated = times.readAt !== null && seen.at < times.readAt;
  const after: Record<string, unknown> = {};
  let isNews = false;
  for (const [field, rule] of Object.entries(rules)) {
    const own = before[field];
    const other = said[field];
    if (other === undefined) after[field] = own;
    else if (rule === "newest" || rule === "state") {
      const mayFill = rule === "newest" && (own === null || own === "") && !isOutdated;
      const takes = own === undefined || isCurrent || mayFill;
      after[field] = takes ? other : own;
      isNews = true;
    } else after[field] = JOIN[rule](own, other);
  }
  const at = {
    seenAt: isNews || known === null ? Math.max(times.seenAt, seen.at) : times.seenAt,
    readAt: seen.isWhole ? Math.max(times.readAt ?? seen.at, seen.at) : times.readAt,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- RULES has every field
  return { ...after, ...at } as unknown as Kept<KeptKinds[K]>;
}

const JOIN: Readonly<
  Record<Exclude<Rule, "newest" | "state">, (own: unknown, other: unknown) => unknown>
> = {
  key: (_, other) => other,
  earliest: (own, other) => {
    const times = [own, other].filter((time) => typeof time === "number");
    return times.length === 0 ? null : Math.min(...times);
  },
  always: (own, other) => own === true && other === true,
  union: (own, other) => {
    const texts = new Set([own, other].flat().map((one) => JSON.stringify(one)));
    return [...texts].toSorted().map((text) => JSON.parse(text) as unknown);
  },
};
