import { measureAgentsShare } from "./agents-share.ts";
import { measureCadence } from "./cadence.ts";
import { capabilityFacts } from "./capability-clock.ts";
import { measureClock } from "./clock.ts";
import { measureDebt, measureReviewPace } from "./debt.ts";
import { measureFailures, measureRecovery } from "./failures.ts";
import { detectFacts, feedbackFacts } from "./feedback-clock.ts";
import { fromCommit, fromWork, leadTimeFacts } from "./lead-time.ts";
import { isExternal, isInternal, measureIdeas, measureLearning } from "./learning.ts";
import type { Scope } from "./measure.ts";
import type { ClockMeasured, Figure, Measured } from "./measured.ts";
import { isOfBot, isOfOtherKind, measureCare, measureMerged, mergedIn } from "./merged-pulls.ts";
import { hasAgent } from "./pull-times.ts";
import { releaseFacts } from "./release-clock.ts";
import { measureRepairs, measureRework } from "./rework.ts";
import { measureSegments } from "./segment-numbers.ts";
import { measureTeam } from "./team.ts";

/** The clocks and what stands beside them. */
export type ClockId =
  | "capability"
  | "release"
  /** 3a: usable to feedback. */
  | "detect"
  /** 3b: feedback to fix merged or rollback published. */
  | "respond"
  /** 3c: feedback to fix usable. */
  | "return"
  | "capabilityOfBots"
  | "capabilityOfOtherKinds"
  /** Of what maintainers or CI found. */
  | "detectInternal"
  | "respondInternal"
  | "returnInternal"
  | "leadTime"
  | "leadTimeFromCommit"
  | "recovery";

export type NumberId =
  | "coding"
  | "waiting"
  | "review"
  | "queue"
  | "effectiveCadence"
  | "rawCadence"
  | "emptyReleases"
  | "timeBetweenReleases"
  | "batchPulls"
  | "batchLines"
  | "changeFailLow"
  | "changeFailHigh"
  | "changeFailLowAllIn"
  | "changeFailHighAllIn"
  | "rework"
  | "repairs"
  | "learningRadius"
  | "externalReporters"
  | "loopClosed30"
  | "loopClosed90"
  | "signalledReleases"
  | "ideas"
  | "qualityDebt"
  | "reviewPace"
  | "unreviewed"
  | "unreviewedOfAgents"
  | "unreviewedOfOthers"
  | "revertedAfterRelease"
  | "revertedAfterReleaseOfAgents"
  | "revertedAfterReleaseOfOthers"
  | "mergedPulls"
  | "mergedCapability"
  | "netCapability"
  | "oldIssues"
  | "exceptions"
  | "overrides"
  | "mergedPerEngineerDay"
  | "busiestReviewer"
  | "agentsShare";

/** All numbers of one window. */
export interface Numbers {
  readonly clocks: Readonly<Record<ClockId, ClockMeasured>>;
  readonly numbers: Readonly<Record<NumberId, Measured>>;
}

/** The same without their rows. */
export interface Figures {
  readonly clocks: Readonly<Record<ClockId, Figure<ClockMeasured>>>;
  readonly numbers: Readonly<Record<NumberId, Figure>>;
}

/** Rows are not even made. */
export function measureFigures({ known, window }: Scope): Figures {
  const { clocks, numbers } = measureNumbers({ known, window, isBrief: true });
  return { clocks: withoutRows(clocks), numbers: withoutRows(numbers) };
}

function withoutRows<K extends string, M extends Measured>(all: Readonly<Record<K, M>>) {
  const entries = Object.entries<M>(all).map(([id, number]) => {
    const kept = Object.entries(number).filter(([name]) => !ROWS.includes(name));
    return [id, Object.fromEntries(kept)];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all but the rows are kept
  return Object.fromEntries(entries) as Record<K, Figure<M>>;
}

const ROWS = ["rows", "completedRows"];

export function measureNumbers(scope: Scope): Numbers {
  return { clocks: measureClocks(scope), numbers: measureRest(scope) };
}

/** One of them with its rows: those of the others are not kept. */
export function measureNumber(scope: Scope, id: ClockId | NumberId): Measured {
  if (isClockId(id)) return CLOCKS[id](scope);
  const brief = { ...scope, isBrief: true };
  const [numbers] = Object.values(GROUPS).flatMap((measure) => {
    return id in measure(brief) ? [measure(scope)] : [];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each number is in a group
  return (numbers as Numbers["numbers"])[id];
}

function isClockId(id: ClockId | NumberId): id is ClockId {
  return id in CLOCKS;
}

const CLOCKS: Readonly<Record<ClockId, (scope: Scope) => ClockMeasured>> = {
  capability: (scope) => measureClock(scope, capabilityFacts(scope)),
  release: (scope) => measureClock(scope, releaseFacts(scope)),
  detect: (scope) => measureClock(scope, detectFacts(scope, isExternal)),
  respond: (scope) => measureClock(scope, feedbackFacts(scope, "fixedAt", isExternal)),
  return: (scope) => measureClock(scope, feedbackFacts(scope, "fixUsableAt", isExternal)),
  capabilityOfBots: (scope) => measureClock(scope, capabilityFacts(scope, isOfBot)),
  capabilityOfOtherKinds: (scope) => measureClock(scope, capabilityFacts(scope, isOfOtherKind)),
  detectInternal: (scope) => measureClock(scope, detectFacts(scope, isInternal)),
  respondInternal: (scope) => measureClock(scope, feedbackFacts(scope, "fixedAt", isInternal)),
  returnInternal: (scope) => measureClock(scope, feedbackFacts(scope, "fixUsableAt", isInternal)),
  leadTime: (scope) => measureClock(scope, leadTimeFacts(scope, fromWork)),
  leadTimeFromCommit: (scope) => measureClock(scope, leadTimeFacts(scope, fromCommit)),
  recovery: measureRecovery,
};

function measureClocks(scope: Scope): Numbers["clocks"] {
  const entries = Object.entries(CLOCKS).map(([id, measure]) => [id, measure(scope)]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has each of them
  return Object.fromEntries(entries) as Numbers["clocks"];
}

/** Numbers that are made of the same. */
const GROUPS = {
  segments: measureSegments,
  cadence: measureCadence,
  failures: measureFailures,
  repairs: (scope: Scope) => ({ rework: measureRework(scope), repairs: measureRepairs(scope) }),
  learning: measureLearning,
  ideas: (scope: Scope) => ({ ideas: measureIdeas(scope) }),
  debt: (scope: Scope) => ({
    qualityDebt: measureDebt(scope),
    reviewPace: measureReviewPace(scope),
  }),
  care: measureCares,
  merged: measureMerged,
  team: measureTeam,
  agents: (scope: Scope) => ({ agentsShare: measureAgentsShare(scope) }),
};

function measureRest(scope: Scope): Numbers["numbers"] {
  return {
    ...GROUPS.segments(scope),
    ...GROUPS.cadence(scope),
    ...GROUPS.failures(scope),
    ...GROUPS.repairs(scope),
    ...GROUPS.learning(scope),
    ...GROUPS.ideas(scope),
    ...GROUPS.debt(scope),
    ...GROUPS.care(scope),
    ...GROUPS.merged(scope),
    ...GROUPS.team(scope),
    ...GROUPS.agents(scope),
  };
}

function measureCares(scope: Scope) {
  const merged = mergedIn(scope);
  const all = measureCare(scope, merged, "");
  const agents = measureCare(scope, merged.filter(hasAgent), "with an agent's trace");
  const others = measureCare(
    scope,
    merged.filter((pull) => !hasAgent(pull)),
    "without an agent's trace",
  );
  return {
    unreviewed: all.unreviewed,
    unreviewedOfAgents: agents.unreviewed,
    unreviewedOfOthers: others.unreviewed,
    revertedAfterRelease: all.revertedAfterRelease,
    revertedAfterReleaseOfAgents: agents.revertedAfterRelease,
    revertedAfterReleaseOfOthers: others.revertedAfterRelease,
  };
}
