import type {
  Attribution,
  DirectCommitRecord,
  FeedbackRecord,
  PullRecord,
  ReleaseRecord,
} from "../clocks/records.ts";
import type { Instant, Sha } from "../state.ts";
import { DEFAULTS, NEEDED, RULES } from "./kept-rules.ts";
import type { Rule } from "./kept-rules.ts";

/** What is kept of each record, beside what follows from other records. */

export interface PullKept extends Omit<PullRecord, "revertedAt" | "exceptions"> {
  /** Of this repository; null: of another one. */
  readonly headBranch: string | null;
  /** Branch that is not followed and that it was merged into; null: it goes to a followed one. */
  readonly onto: string | null;
  /** When it was merged into that. */
  readonly ontoAt: Instant | null;
  /** What it takes back, in its own words. Empty: it is no revert. */
  readonly revertsPulls: readonly number[];
  /** At least 7 digits each. */
  readonly revertsShas: readonly Sha[];
}

export interface ReleaseKept extends Omit<
  ReleaseRecord,
  "kind" | "lines" | "rolledBackAt" | "usableAt" | "usableBy"
> {
  /** How the checks that its publishing started stand. */
  readonly checks: ChecksStanding;
  /** When the last of them ended, all green; null: they are not. */
  readonly checksAt: Instant | null;
  /** There is a tag, and GitHub has no release of it. */
  readonly isTagOnly: boolean;
  /** Pulls that somebody let pass a rule, once for each exception. */
  readonly excepted: readonly number[];
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

export type ChecksStanding = "none" | "pending" | "red" | "green";

/** One that was made to an environment of production. */
export interface DeploymentKept {
  readonly repositoryId: number;
  readonly id: number;
  readonly sha: Sha;
  readonly environment: string;
  readonly createdAt: Instant;
  /** Null: it has not. */
  readonly succeededAt: Instant | null;
  readonly failedAt: Instant | null;
}

export interface FeedbackKept extends Omit<
  FeedbackRecord,
  "attribution" | "fixedAt" | "fixTag" | "fixUsableAt"
> {
  /** It lost what made it feedback. */
  readonly isDropped: boolean;
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

/** Everything that is kept, by what it is about. */
export interface KeptKinds {
  readonly pull: PullKept;
  readonly commit: DirectCommitRecord;
  readonly release: ReleaseKept;
  readonly feedback: FeedbackKept;
  readonly deployment: DeploymentKept;
}

export type KeptKind = keyof KeptKinds;

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
