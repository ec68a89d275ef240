import type { Known, Window } from "./known.ts";
import type { ClockId, NumberId } from "./numbers.ts";
import { movedFrom, signalsOf } from "./signals.ts";
import type { Moved, Signals } from "./signals.ts";

/** What the clocks say only together: one of them alone would hide it. */

type FindingName =
  | "low-quality fast shipping"
  | "high score, low output"
  | "re-releasing"
  | "ships quickly, does not learn"
  | "shipping into silence"
  | "healthy learning"
  | "growing quality debt";

export interface Finding {
  readonly name: FindingName;
  /** "unknown": not enough data in two of three weeks. */
  readonly state: "fires" | "quiet" | "unknown";
  /** For a reader, without a full stop. */
  readonly sentence: string;
  /** Numbers to look at. */
  readonly numbers: readonly (ClockId | NumberId)[];
  /** Of the newest first: did it hold in the window that ends then? Null: not enough data. */
  readonly weeks: readonly (boolean | null)[];
}

const WEEK_MS = 7 * 86_400_000;

const WEEKS = 3;

/** Weeks that have to agree, of three. */
const AGREEING = 2;

/** True, false, or null for not known. */
type Held = boolean | null;

interface Pair {
  readonly before: Signals;
  readonly now: Signals;
  readonly moved: (name: MovedName) => Moved;
}

type MovedName = Exclude<keyof Signals, "signalled" | "radius" | "debt">;

interface Rule {
  readonly name: FindingName;
  readonly says: string;
  readonly numbers: Finding["numbers"];
  readonly holds: (pair: Pair) => Held;
  readonly agreeing?: number;
}

/** Share of releases with feedback below which nothing is heard. */
const SILENCE_SHARE = 0.05;

const RULES: readonly Rule[] = [
  {
    name: "low-quality fast shipping",
    says: "work is merged and usable faster, and more of it comes back as trouble",
    numbers: ["capability", "release", "detect", "changeFailHigh", "repairs"],
    holds: ({ moved }) =>
      all(
        is(moved("capability"), "lower"),
        is(moved("release"), "lower"),
        any(
          is(moved("detect"), "lower"),
          is(moved("changeFail"), "higher"),
          is(moved("repairs"), "higher"),
        ),
      ),
  },
  {
    name: "high score, low output",
    says: "more is merged, or faster, and people do not get more of it",
    numbers: ["capability", "mergedCapability", "release", "effectiveCadence", "emptyReleases"],
    holds: ({ moved }) =>
      all(
        any(is(moved("capability"), "lower"), is(moved("merged"), "higher")),
        isNot(moved("release"), "lower"),
        any(
          is(moved("backlog"), "higher"),
          is(moved("emptyReleases"), "higher"),
          all(is(moved("merged"), "higher"), isNot(moved("releases"), "higher")),
        ),
      ),
  },
  {
    name: "re-releasing",
    says: "releases come faster while work takes longer: cadence without new capability",
    numbers: ["capability", "release", "effectiveCadence"],
    holds: ({ moved }) => all(is(moved("capability"), "higher"), is(moved("release"), "lower")),
  },
  {
    name: "ships quickly, does not learn",
    says: "releases come faster while fixes of what people report take longer",
    numbers: ["release", "return"],
    holds: ({ moved }) => all(is(moved("release"), "lower"), is(moved("return"), "higher")),
  },
  {
    name: "shipping into silence",
    says: "all is faster and nobody outside says anything: no evidence either way",
    numbers: ["capability", "release", "signalledReleases"],
    holds: ({ moved, before, now }) =>
      all(
        is(moved("capability"), "lower"),
        is(moved("release"), "lower"),
        Math.min(before.signalled.n, now.signalled.n) < 5
          ? null
          : now.signalled.value < SILENCE_SHARE && now.signalled.value < before.signalled.value,
      ),
  },
  {
    name: "healthy learning",
    says: "fixes come back faster and more people are heard, at the same pace of work",
    numbers: ["capability", "release", "return", "learningRadius"],
    holds: ({ moved, before, now }) =>
      all(
        is(moved("capability"), "same"),
        is(moved("release"), "same"),
        is(moved("return"), "lower"),
        is(moved("reporters"), "higher"),
        now.radius === null || before.radius === null ? null : now.radius > before.radius,
      ),
  },
  {
    name: "growing quality debt",
    says: "agents' lines have grown faster than verified ones three times running",
    numbers: ["qualityDebt", "agentsShare", "unreviewedOfAgents"],
    holds: ({ now }) => (now.debt === null ? null : now.debt > 0),
    agreeing: WEEKS,
  },
];

/**
 * Judged in three windows as long as the one that is given, a week apart, each against the one just
 * before it: four weeks against four, or a quarter against a quarter.
 */
export function findingsIn(known: Known, { from, to }: Window): Finding[] {
  const pairs = Array.from({ length: WEEKS }, (_, week) => {
    const end = to - week * WEEK_MS;
    const now = { from: end - (to - from), to: end };
    return pairOf(known, now);
  });
  return RULES.map(({ name, says, numbers, holds, agreeing = AGREEING }) => {
    const weeks = pairs.map(holds);
    const count = (held: Held): number => weeks.filter((each) => each === held).length;
    const state = count(true) >= agreeing ? "fires" : count(null) >= AGREEING ? "unknown" : "quiet";
    return { name, state, sentence: sayFinding(state, says), numbers, weeks };
  });
}

function sayFinding(state: Finding["state"], says: string): string {
  if (state === "fires") return says;
  if (state === "unknown") return `not enough data to tell whether ${says}`;
  return `not seen: ${says}`;
}

function pairOf(known: Known, window: Window): Pair {
  const earlier = { from: window.from - (window.to - window.from), to: window.from };
  const now = signalsOf({ known, window });
  const before = signalsOf({ known, window: earlier });
  return { before, now, moved: (name) => movedFrom(before[name], now[name]) };
}

function is(moved: Moved, wanted: Moved): Held {
  return moved === null ? null : moved === wanted;
}

function isNot(moved: Moved, unwanted: Moved): Held {
  return moved === null ? null : moved !== unwanted;
}

function all(...held: readonly Held[]): Held {
  if (held.includes(false)) return false;
  return held.includes(null) ? null : true;
}

function any(...held: readonly Held[]): Held {
  if (held.includes(true)) return true;
  return held.includes(null) ? null : false;
}
