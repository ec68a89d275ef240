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
import { besideFacts, measureCare, measureMerged, mergedIn } from "./merged-pulls.ts";
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

function measureClocks(scope: Scope): Numbers["clocks"] {
  const beside = besideFacts(scope);
  return {
    capability: measureClock(scope, capabilityFacts(scope)),
    release: measureClock(scope, releaseFacts(scope)),
    detect: measureClock(scope, detectFacts(scope, isExternal)),
    respond: measureClock(scope, feedbackFacts(scope, "fixedAt", isExternal)),
    return: measureClock(scope, feedbackFacts(scope, "fixUsableAt", isExternal)),
    capabilityOfBots: measureClock(scope, beside.bots),
    capabilityOfOtherKinds: measureClock(scope, beside.otherKinds),
    detectInternal: measureClock(scope, detectFacts(scope, isInternal)),
    respondInternal: measureClock(scope, feedbackFacts(scope, "fixedAt", isInternal)),
    returnInternal: measureClock(scope, feedbackFacts(scope, "fixUsableAt", isInternal)),
    leadTime: measureClock(scope, leadTimeFacts(scope, fromWork)),
    leadTimeFromCommit: measureClock(scope, leadTimeFacts(scope, fromCommit)),
    recovery: measureRecovery(scope),
  };
}

function measureRest(scope: Scope): Numbers["numbers"] {
  const merged = mergedIn(scope);
  const all = measureCare(scope, merged, "");
  const agents = measureCare(scope, merged.filter(hasAgent), "with an agent's trace");
  const others = measureCare(
    scope,
    merged.filter((pull) => !hasAgent(pull)),
    "without an agent's trace",
  );
  return {
    ...measureSegments(scope),
    ...measureCadence(scope),
    ...measureFailures(scope),
    rework: measureRework(scope),
    repairs: measureRepairs(scope),
    ...measureLearning(scope),
    ideas: measureIdeas(scope),
    qualityDebt: measureDebt(scope),
    reviewPace: measureReviewPace(scope),
    unreviewed: all.unreviewed,
    unreviewedOfAgents: agents.unreviewed,
    unreviewedOfOthers: others.unreviewed,
    revertedAfterRelease: all.revertedAfterRelease,
    revertedAfterReleaseOfAgents: agents.revertedAfterRelease,
    revertedAfterReleaseOfOthers: others.revertedAfterRelease,
    ...measureMerged(scope),
    ...measureTeam(scope),
    agentsShare: measureAgentsShare(scope),
  };
}
