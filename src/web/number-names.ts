import type { Figure, Measured } from "../core/clocks/measured.ts";
import type { ClockId, NumberId } from "../core/clocks/numbers.ts";
import { sayDuration } from "./charts/durations.ts";
import { percent } from "./charts/figure.ts";

/** What a number is called on a page, and what it is, in a sentence. */
interface Naming {
  readonly name: string;
  readonly how: string;
}

export type AnyNumber = ClockId | NumberId;

export const CLOCK_NAMES: Readonly<Record<ClockId, Naming>> = {
  capability: {
    name: "Work start to merged",
    how: "From the first commit or the opening of a pull, whichever came first, until it was merged. Features, fixes, performance and security; pulls of bots and other kinds stand beside it. A pull closed without a merge is another end, not a slow merge.",
  },
  release: {
    name: "Merged to usable",
    how: "From the merge until the first stable release that has the commit could be used: when its publishing was seen to succeed, or its deployment did. By ancestry, never by dates. What is merged and not usable yet counts as still waiting.",
  },
  detect: {
    name: "Usable to first feedback",
    how: "From a release being usable until somebody outside said that something is wrong with it; a release is watched for 14 days.",
  },
  respond: {
    name: "Feedback to fix merged",
    how: "From the report until its last fix was merged, or a rollback was published.",
  },
  return: {
    name: "Feedback to fix usable",
    how: "From the report until the release with its last fix could be used. An issue that is opened again goes on.",
  },
  capabilityOfBots: {
    name: "Work start to merged, bots",
    how: "The same for pulls of bots that are no coding agents, such as updates of dependencies.",
  },
  capabilityOfOtherKinds: {
    name: "Work start to merged, other kinds",
    how: "The same for documentation, tests, refactoring and chores.",
  },
  detectInternal: {
    name: "Usable to found by ourselves",
    how: "As usable to first feedback, for what maintainers or checks found.",
  },
  respondInternal: {
    name: "Found by ourselves to fix merged",
    how: "As feedback to fix merged, for what maintainers or checks found.",
  },
  returnInternal: {
    name: "Found by ourselves to fix usable",
    how: "As feedback to fix usable, for what maintainers or checks found.",
  },
  leadTime: { name: "Lead time", how: "From the start of the work until it was usable." },
  leadTimeFromCommit: {
    name: "Lead time from the first commit",
    how: "From the first commit until it was usable: the strict definition.",
  },
  recovery: {
    name: "Recovery",
    how: "From a release that failed being usable until its rollback, or the fix of its trouble, was.",
  },
};

export const NUMBER_NAMES: Readonly<Record<NumberId, Naming>> = {
  coding: {
    name: "Coding",
    how: "From the start of the work until the pull was ready for review, and while it was a draft again.",
  },
  waiting: {
    name: "Waiting for review",
    how: "From ready until the first review of a person who is not its author.",
  },
  review: { name: "Review", how: "From the first review until the last approval it needed." },
  queue: {
    name: "Waiting for the merge",
    how: "From the last approval until the merge. The medians of the four parts do not add up.",
  },
  effectiveCadence: {
    name: "Effective releases a week",
    how: "Releases that brought something to use. Several tags of one commit are one; empty ones are none.",
  },
  rawCadence: {
    name: "Tags a week",
    how: "All releases as they are counted elsewhere, empty ones too.",
  },
  emptyReleases: {
    name: "Empty releases",
    how: "Releases without a pull or commit that is for release.",
  },
  timeBetweenReleases: {
    name: "Time between releases",
    how: "From one effective release to the next.",
  },
  batchPulls: { name: "Units in a release", how: "Pulls and commits that a release brought." },
  batchLines: {
    name: "Lines in a release",
    how: "Added and deleted lines that a release brought.",
  },
  changeFailLow: {
    name: "Releases that failed, known",
    how: "Releases to which trouble was tied explicitly within 14 days: a rollback, a label, a reverted commit. Younger releases are pending, not good.",
  },
  changeFailHigh: {
    name: "Releases that failed, with inferred",
    how: "The same, and trouble that came while the release was the newest. The truth lies between the two.",
  },
  changeFailLowAllIn: {
    name: "Failed, known, rollbacks counted",
    how: "The same with rollbacks in the denominator.",
  },
  changeFailHighAllIn: {
    name: "Failed, with inferred, rollbacks counted",
    how: "The same with rollbacks in the denominator.",
  },
  rework: { name: "Rework", how: "Hotfixes and rollbacks, of the releases of six months." },
  repairs: { name: "Repairs", how: "Releases that repaired an earlier one, of all." },
  learningRadius: {
    name: "Learning radius",
    how: "Different people outside whose feedback was tied to a release, times the share of it that was fixed: a definition of ours.",
  },
  externalReporters: { name: "People outside who reported", how: "Each counted once." },
  loopClosed30: {
    name: "Fixed within 30 days",
    how: "Feedback whose fix was usable within 30 days.",
  },
  loopClosed90: {
    name: "Fixed within 90 days",
    how: "Feedback whose fix was usable within 90 days.",
  },
  signalledReleases: {
    name: "Releases that somebody spoke about",
    how: "Releases with at least one piece of feedback from outside. Silence is not success.",
  },
  ideas: { name: "Ideas", how: "Enhancements that people asked for: a stream of its own." },
  qualityDebt: {
    name: "Quality debt",
    how: "How much faster lines of agents grew than lines that somebody verified, as a logarithm of ratios: 0 is no change, above it debt grows.",
  },
  reviewPace: {
    name: "Review time for 100 lines",
    how: "Minutes of review for each 100 changed lines.",
  },
  unreviewed: {
    name: "Merged without a person's review",
    how: "Pulls that nobody but their author looked at.",
  },
  unreviewedOfAgents: {
    name: "Merged without review, agents'",
    how: "The same for pulls with a trace of an agent.",
  },
  unreviewedOfOthers: {
    name: "Merged without review, others'",
    how: "The same for pulls without a trace.",
  },
  revertedAfterRelease: {
    name: "Reverted after release",
    how: "Pulls that were taken back when people already had them.",
  },
  revertedAfterReleaseOfAgents: {
    name: "Reverted after release, agents'",
    how: "The same for pulls with a trace of an agent.",
  },
  revertedAfterReleaseOfOthers: {
    name: "Reverted after release, others'",
    how: "The same for pulls without a trace.",
  },
  mergedPulls: { name: "Merged pulls", how: "All of them, those of bots, too." },
  mergedCapability: {
    name: "Merged capability",
    how: "Merged features, fixes, performance, security.",
  },
  netCapability: {
    name: "Net capability",
    how: "The same without what was reverted within 14 days.",
  },
  oldIssues: {
    name: "Closed an old issue",
    how: "Merged pulls that closed an issue older than 90 days.",
  },
  exceptions: { name: "Exceptions", how: "Exceptions from rules that stand on record for pulls." },
  overrides: { name: "Overrides", how: "Rules that a person lifted for a release." },
  mergedPerEngineerDay: {
    name: "Merged pulls per engineer-day",
    how: "Merged capability by the weekdays of everybody who was active; of teams of three or more alone, and never by person.",
  },
  busiestReviewer: {
    name: "Busiest reviewer's share",
    how: "Share of the reviews that one person does; of teams of three or more, without a name.",
  },
  agentsShare: {
    name: "Pulls with a trace of an agent",
    how: "At least: many agents leave no trace, and none found does not mean written by hand.",
  },
};

export function nameOf(id: AnyNumber): string {
  return namingOf(id).name;
}

export function namingOf(id: AnyNumber): Naming {
  return { ...CLOCK_NAMES, ...NUMBER_NAMES }[id];
}

/** Null: there is no such number. */
export function readNumberId(text: string): AnyNumber | null {
  return isNumberId(text) ? text : null;
}

function isNumberId(text: string): text is AnyNumber {
  return Object.hasOwn(CLOCK_NAMES, text) || Object.hasOwn(NUMBER_NAMES, text);
}

/** What is not known is a dash, never a zero. */
export function sayValue({ unit }: Pick<Measured, "unit">, value: number | null): string {
  if (value === null) return "–";
  switch (unit) {
    case "milliseconds":
      return sayDuration(value);
    case "share":
      return percent(value);
    case "count":
    case "pulls":
    case "lines":
    case "components":
    case "people":
    case "people × share":
      return sayNumber(value);
    case "per week":
      return `${sayNumber(value)} a week`;
    case "per engineer-day":
      return `${sayNumber(value)} a day`;
    case "minutes per 100 lines":
      return `${sayNumber(value)} min`;
    case "log ratio":
      return `${value > 0 ? "+" : value < 0 ? "−" : ""}${sayNumber(Math.abs(value))}`;
  }
}

export function sayInterval(measured: Figure): string | null {
  const { interval } = measured;
  if (interval === null) return null;
  const [low, high] = [sayValue(measured, interval.low), sayValue(measured, interval.high)];
  if (interval.low === null && interval.high === null) return null;
  if (interval.high === null) return `${low} or more`;
  if (interval.low === null) return `up to ${high}`;
  return `${low} to ${high}`;
}

function sayNumber(value: number): string {
  const digits = Math.abs(value) < 10 ? 1 : 0;
  return value.toLocaleString("en-US", { maximumFractionDigits: digits });
}
