import type { Comparison, Difference } from "../../core/agreement.ts";
import { explainChoice } from "../../core/explain-choice.ts";
import type { History } from "../../core/history.ts";
import type { Merge } from "../../core/merges.ts";
import type { Replay } from "../../core/replay.ts";
import type { Instant } from "../../core/state.ts";
import type { Level } from "../../core/version.ts";
import { waitQuantiles } from "../../core/waiting.ts";
import type { Waits } from "../../core/waiting.ts";

const HOUR_MS = 60 * 60_000;

/** `smallbatch replay --json`. Keys are only ever added. Times are UTC, waits hours. */
export interface Report {
  /** `owner/name`, or the folder's name. */
  readonly repository: string;
  readonly branch: string;
  readonly component: string;
  /** Version tag that the replay of policies begins after; null: the first commit. */
  readonly from: string | null;
  readonly head: string;
  readonly commits: number;
  readonly pulls: number;
  /** Version tags on the branch. */
  readonly tags: number;
  readonly agreement: {
    readonly compared: number;
    readonly agreed: number;
    /** Null where nothing was compared. */
    readonly ratio: number | null;
    readonly disagreements: readonly Disagreement[];
  };
  /** What the policy (the last of `policies`) would have released. */
  readonly releases: readonly ReleaseRow[];
  readonly waiting: {
    readonly actualHoursP50: number | null;
    readonly policyHoursP50: number | null;
  };
  readonly actual: Cadence;
  readonly policies: readonly (Cadence & { readonly name: string })[];
  readonly elapsedMs: { readonly read: number; readonly plan: number };
}

interface Disagreement {
  readonly tag: string;
  readonly previous: string;
  readonly actual: string;
  readonly chosen: string;
  readonly difference: Difference;
  readonly why: string;
}

interface ReleaseRow {
  readonly version: string;
  readonly level: Level;
  readonly sha: string;
  readonly at: string;
  readonly pulls: readonly number[];
  readonly commits: number;
}

/** How releases came, and how long work waited for them. */
export interface Cadence {
  readonly releases: number;
  /** Of these, let go by a person. Null: nobody knows. */
  readonly byPerson: number | null;
  readonly changesPerReleaseP50: number | null;
  readonly changesPerReleaseMax: number | null;
  readonly waitHoursP50: number | null;
  readonly waitHoursP90: number | null;
  /** Changes that are not released at the end. */
  readonly unreleased: number;
}

/** Batches in the order of their releases, and every wait: what charts are drawn from. */
export interface Course {
  readonly name: string;
  readonly batches: readonly { readonly at: Instant; readonly size: number }[];
  readonly waits: Waits;
  readonly byPerson: number | null;
}

/** How many tags were compared, and where another version would have been chosen. */
export interface Agreement {
  readonly compared: number;
  readonly differing: readonly Comparison[];
}

export interface ReportInput {
  readonly repository: string;
  readonly component: string;
  readonly head: string;
  readonly from: string | null;
  readonly history: History;
  readonly agreement: Agreement;
  readonly actual: Course;
  /** Not empty; the last one is the one that was asked for. */
  readonly replays: readonly { readonly name: string; readonly replay: Replay }[];
  readonly elapsedMs: Report["elapsedMs"];
}

export function makeReport(input: ReportInput): Report {
  const { history, agreement, replays, actual } = input;
  const { compared, differing } = agreement;
  const agreed = compared - differing.length;
  const courses = replays.map(({ name, replay }) => courseOf(name, replay));
  const cadence = cadenceOf(actual);
  const policies = courses.map((course) => ({ name: course.name, ...cadenceOf(course) }));
  return {
    repository: input.repository,
    branch: history.branch,
    component: input.component,
    from: input.from,
    head: input.head,
    commits: history.graph.nodes.length,
    pulls: history.pulls.size,
    tags: history.tags.length,
    agreement: {
      compared,
      agreed,
      ratio: compared === 0 ? null : agreed / compared,
      disagreements: differing.map(toDisagreement),
    },
    releases: (replays.at(-1)?.replay.releases ?? []).map(({ version, level, at, merges }) => ({
      version,
      level,
      sha: merges.at(-1)?.unit.sha ?? "",
      at: new Date(at).toISOString(),
      pulls: merges.flatMap(({ unit }) => unit.pull?.number ?? []),
      commits: merges.reduce((sum, { unit }) => sum + unit.commits.length, 0),
    })),
    waiting: {
      actualHoursP50: cadence.waitHoursP50,
      policyHoursP50: policies.at(-1)?.waitHoursP50 ?? null,
    },
    actual: cadence,
    policies,
    elapsedMs: input.elapsedMs,
  };
}

function toDisagreement(comparison: Comparison): Disagreement {
  const { tag, previous, chosen, difference } = comparison;
  return {
    tag: tag.tag.name,
    previous,
    actual: tag.version,
    chosen,
    difference: difference ?? "skipped",
    why: explainChoice(comparison),
  };
}

export function courseOf(name: string, { releases, waits }: Replay): Course {
  return {
    name,
    batches: releases.map(({ at, merges }) => ({ at, size: merges.length })),
    waits,
    byPerson: releases.filter(({ isByPerson }) => isByPerson).length,
  };
}

/** What really happened to the same merges: each was out with the first stable tag that holds it. */
export function actualCourse(merges: readonly Merge[], endsAt: Instant): Course {
  const released = merges.flatMap(({ at, releasedIn }) =>
    releasedIn === null ? [] : [{ at, releasedIn }],
  );
  const batches = Map.groupBy(released, ({ releasedIn }) => releasedIn);
  return {
    name: "in reality",
    batches: [...batches].map(([{ at }, own]) => ({ at, size: own.length })),
    waits: {
      // A commit's date may be later than the tag's, where clocks differ.
      ended: released.map(({ at, releasedIn }) => Math.max(0, releasedIn.at - at)),
      open: merges
        .filter(({ releasedIn }) => releasedIn === null)
        .map(({ at }) => Math.max(0, endsAt - at)),
    },
    byPerson: null,
  };
}

function cadenceOf({ batches, waits, byPerson }: Course): Cadence {
  const [waitHoursP50 = null, waitHoursP90 = null] = waitQuantiles(waits, [0.5, 0.9]).map(toHours);
  const sizes = batches.map(({ size }) => size).toSorted((left, right) => left - right);
  return {
    releases: batches.length,
    byPerson,
    changesPerReleaseP50: sizes[Math.floor((sizes.length - 1) / 2)] ?? null,
    changesPerReleaseMax: sizes.at(-1) ?? null,
    waitHoursP50,
    waitHoursP90,
    unreleased: waits.open.length,
  };
}

/** Rounded to a second and a half. */
function toHours(ms: number | null): number | null {
  return ms === null ? null : Number((ms / HOUR_MS).toFixed(3));
}
