import { judgeReverts, readClaim } from "../reverts.ts";
import type { Instant } from "../state.ts";
import type { Unit } from "../units.ts";
import { DAY_MS } from "../zone.ts";
import { differenceInterval, shareInterval } from "./proportion.ts";
import type { Counted, Interval } from "./proportion.ts";
import type { SizeLimits, SizePolicy } from "./size-policy.ts";
import { BUCKETS } from "./size.ts";
import type { Bucket, Size } from "./size.ts";

/**
 * What a history says of size limits: how large its merges were, what limits would have said, how
 * many were taken back, and which limit could be kept. Nothing is said below a stated number.
 */

/** Younger merges may be taken back yet. */
export const WATCHED_DAYS = 30;
/** Merges of a bucket below which no share of it is said. */
const SHARE_MIN = 20;
/** Merges of either side below which sides are not compared, and of both that were taken back. */
export const SIDE_MIN = 50;
export const TAKEN_BACK_MIN = 10;
/** Merges that a limit is drawn from: the newest, and at least so many. */
const DRAWN_MAX = 500;
export const DRAWN_MIN = 100;
/** The usual share of merges over each limit, when it is drawn. */
const OVER_WARN = 0.1;
const OVER_LIMIT = 0.02;

type Measure = Pick<Size, "lines" | "files" | "verdict" | "bucket">;

export interface SizedMerge {
  readonly unit: Unit;
  /** Null: git could not read it. */
  readonly size: Measure | null;
}

/** Of some merges, how many were taken back later; null: too few to say a share. */
export interface TakenBack extends Counted {
  readonly interval: Interval | null;
}

export interface SizeReplay {
  /** Merges by people that take nothing back: what all the rest is about. */
  readonly merges: number;
  readonly leftOut: {
    readonly bots: number;
    readonly reverts: number;
    readonly unreadable: number;
  };
  /** First and last of them; null: there are none. */
  readonly period: { readonly from: Instant; readonly to: Instant } | null;
  readonly limits: SizeLimits;
  readonly verdicts: Readonly<Record<"ok" | "warn" | "over", number>>;
  readonly buckets: readonly {
    readonly bucket: Bucket;
    readonly merges: number;
    readonly takenBack: TakenBack;
  }[];
  readonly comparison: Comparison;
  /** Null: there are too few merges. */
  readonly suggestion: Suggestion | null;
}

/** Large ones (L and more) beside the rest. */
interface Comparison {
  readonly large: TakenBack;
  readonly small: TakenBack;
  /** How much larger the share of the large ones is; null: not enough data. */
  readonly difference: Interval | null;
  readonly verdict: "more" | "fewer" | "no-difference" | "not-enough-data";
}

interface Suggestion {
  /** Merges that it was drawn from, the newest. */
  readonly drawnFrom: number;
  readonly since: Instant;
  readonly limits: SizeLimits;
  /** Of these merges, how many each limit would have named. */
  readonly overWarn: number;
  readonly overLimit: number;
}

const LARGE: readonly Bucket[] = ["L", "XL", "XXL"];

/** `merges`: oldest first. `endsAt`: when the history ends. */
export function replaySizes(
  merges: readonly SizedMerge[],
  policy: SizePolicy,
  { fullName, endsAt }: { readonly fullName: string | null; readonly endsAt: Instant },
): SizeReplay {
  const units = merges.map(({ unit }) => unit);
  const claims = new Map(units.map((unit) => [unit, readClaim(unit, fullName)]));
  const gone = new Set(
    judgeReverts(units, (unit) => claims.get(unit) ?? null).flatMap(({ unit, fate }) =>
      fate.kind === "cancelled" ? [unit] : [],
    ),
  );
  const isRevert = ({ unit }: SizedMerge): boolean => claims.get(unit) !== null;
  const isBots = ({ unit }: SizedMerge): boolean => unit.author.isBot;
  const bots = merges.filter(isBots);
  const reverts = merges.filter((merge) => !isBots(merge) && isRevert(merge));
  const people = merges.filter((merge) => !isBots(merge) && !isRevert(merge));
  const sized = people.flatMap(({ unit, size }) =>
    size === null ? [] : [{ unit, size, isGone: gone.has(unit) }],
  );
  const watched = sized.filter(({ unit }) => unit.at <= endsAt - WATCHED_DAYS * DAY_MS);
  const [first, last] = [sized[0], sized.at(-1)];
  return {
    merges: sized.length,
    leftOut: {
      bots: bots.length,
      reverts: reverts.length,
      unreadable: people.length - sized.length,
    },
    period:
      first === undefined || last === undefined ? null : { from: first.unit.at, to: last.unit.at },
    limits: policy.limits,
    verdicts: {
      ok: countOf(sized, "ok"),
      warn: countOf(sized, "warn"),
      over: countOf(sized, "over"),
    },
    buckets: BUCKETS.map((bucket) => ({
      bucket,
      merges: sized.filter(({ size }) => size.bucket === bucket).length,
      takenBack: count(watched.filter(({ size }) => size.bucket === bucket)),
    })),
    comparison: compare(watched),
    suggestion: suggest(sized),
  };
}

interface Known {
  readonly unit: Unit;
  readonly size: Measure;
  readonly isGone: boolean;
}

function countOf(sized: readonly Known[], verdict: Measure["verdict"]): number {
  return sized.filter(({ size }) => size.verdict === verdict).length;
}

function count(group: readonly Known[]): TakenBack {
  const counted = { of: group.length, hits: group.filter(({ isGone }) => isGone).length };
  return { ...counted, interval: counted.of < SHARE_MIN ? null : shareInterval(counted) };
}

function compare(watched: readonly Known[]): Comparison {
  const large = count(watched.filter(({ size }) => LARGE.includes(size.bucket)));
  const small = count(watched.filter(({ size }) => !LARGE.includes(size.bucket)));
  const isEnough =
    Math.min(large.of, small.of) >= SIDE_MIN && large.hits + small.hits >= TAKEN_BACK_MIN;
  if (!isEnough) return { large, small, difference: null, verdict: "not-enough-data" };
  const difference = differenceInterval(large, small);
  const verdict = difference.low > 0 ? "more" : difference.high < 0 ? "fewer" : "no-difference";
  return { large, small, difference, verdict };
}

/** Limits that few of the newest merges are over, in round numbers: such that people keep. */
function suggest(sized: readonly Known[]): Suggestion | null {
  const drawn = sized.slice(-DRAWN_MAX);
  const [first] = drawn;
  if (first === undefined || drawn.length < DRAWN_MIN) return null;
  const draw = (what: "lines" | "files", share: number, least: number): number => {
    const values = drawn.map(({ size }) => size[what]).toSorted((left, right) => right - left);
    return roundUp(Math.max(least, Number(values[Math.floor(drawn.length * share)])));
  };
  const warn = { lines: draw("lines", OVER_WARN, 100), files: draw("files", OVER_WARN, 10) };
  const limit = {
    lines: draw("lines", OVER_LIMIT, warn.lines * 2),
    files: draw("files", OVER_LIMIT, warn.files * 2),
  };
  const over = (most: SizeLimits["warn"]): number =>
    drawn.filter(({ size }) => size.lines > most.lines || size.files > most.files).length;
  return {
    drawnFrom: drawn.length,
    since: first.unit.at,
    limits: { warn, limit },
    overWarn: over(warn),
    overLimit: over(limit),
  };
}

/** To the next of 10, 15, 20, 25, 30, 40, 50, 60, 80, 100, 150 and so on. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8].find((each) => each * power >= value);
  return Math.round((step ?? 10) * power);
}
