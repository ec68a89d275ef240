import { drawLots } from "../support/seed.ts";
import type { Lots } from "../support/seed.ts";

/**
 * The laws of the simulated company: how long things truly take. Nothing here knows the code under
 * test; the true numbers are those of a million draws from the laws themselves, each of another
 * repository and another person, with nothing left open.
 */

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** How many times slower than usual each clock goes; in the slow company much is still open. */
export interface Pace {
  readonly capability: number;
  readonly release: number;
  readonly feedback: number;
}

export const USUAL: Pace = { capability: 1, release: 1, feedback: 1 };

/** So slow that of the work of the last four weeks 40 % is open. */
export const SLOW_RELEASES: Pace = { capability: 12, release: 22, feedback: 1 };
export const SLOW_FIXES: Pace = { capability: 1, release: 1, feedback: 10 };

/** Spreads of logarithms: what repositories and people share, and what is left to each piece. */
const SPREAD = { repository: 0.35, person: 0.3, own: 0.9, releases: 0.5, failing: 0.4 } as const;

/** What all work of one repository shares. */
export interface RepositoryLaw {
  readonly coding: number;
  readonly cutsPerMs: number;
  readonly failing: number;
  readonly fixing: number;
}

export function drawRepository(lots: Lots, pace: Pace): RepositoryLaw {
  const hours = 14 * pace.release * Math.exp(SPREAD.releases * normal(lots));
  return {
    coding: SPREAD.repository * normal(lots),
    cutsPerMs: 1 / (hours * HOUR),
    failing: 1 / (1 + Math.exp(1.2 + SPREAD.failing * normal(lots))),
    fixing: SPREAD.repository * normal(lots),
  };
}

/** What all work of one person shares. */
export function drawPerson(lots: Lots): number {
  return SPREAD.person * normal(lots);
}

export function drawCodingMs(
  lots: Lots,
  shared: { readonly repository: number; readonly person: number; readonly isAgents: boolean },
  pace: Pace,
): number {
  const log = shared.repository + shared.person + SPREAD.own * normal(lots);
  return 20 * HOUR * pace.capability * (shared.isAgents ? 0.6 : 1) * Math.exp(log);
}

export const AGENTS_SHARE = 0.3;
export const CLOSED_SHARE = 0.12;
export const TAKEN_BACK_SHARE = 0.03;
export const DECLINED_SHARE = 0.15;
export const EXPLICIT_SHARE = 0.6;

export function drawTakenBackMs(lots: Lots, pace: Pace): number {
  return exponential(lots, 1 / (20 * HOUR * pace.release));
}

/** From the tag to usable: publishing takes its time. */
export function drawPublishingMs(lots: Lots): number {
  return 12 * 60_000 * Math.exp(0.5 * normal(lots));
}

/** From usable to the first trouble of a release that fails. */
export function drawDetectMs(lots: Lots): number {
  return 40 * HOUR * Math.exp(normal(lots));
}

/** From feedback to the fix merged; `reporter` is what one person's reports share. */
export function drawFixingMs(
  lots: Lots,
  shared: { readonly repository: number; readonly reporter: number },
  pace: Pace,
): number {
  const log = shared.repository + shared.reporter + SPREAD.own * normal(lots);
  return 18 * HOUR * pace.feedback * Math.exp(log);
}

export function exponential(lots: Lots, perMs: number): number {
  return -Math.log(1 - lots.next()) / perMs;
}

export function normal(lots: Lots): number {
  const radius = Math.sqrt(-2 * Math.log(1 - lots.next()));
  return radius * Math.cos(2 * Math.PI * lots.next());
}

export interface Truth {
  /** Milliseconds within which half of all is there; what ends otherwise never is. */
  readonly capability: number;
  readonly release: number;
  readonly return: number;
  /** Shares of releases with trouble within 14 days: said, and said or inferred. */
  readonly changeFailLow: number;
  readonly changeFailHigh: number;
}

const WATCHED = 14 * DAY;

export function drawTruth(pace: Pace, draws: number): Truth {
  const lots = drawLots(20_260_105);
  const capability = new Float64Array(draws);
  const release = new Float64Array(draws);
  const fix = new Float64Array(draws);
  let [low, high] = [0, 0];
  for (let at = 0; at < draws; at += 1) {
    const law = drawRepository(lots, pace);
    const isAgents = lots.chance(AGENTS_SHARE);
    const shared = { repository: law.coding, person: drawPerson(lots), isAgents };
    const codingMs = drawCodingMs(lots, shared, pace);
    capability[at] = lots.chance(CLOSED_SHARE) ? Infinity : codingMs;
    const usableMs = exponential(lots, law.cutsPerMs) + drawPublishingMs(lots);
    const isTaken = lots.chance(TAKEN_BACK_SHARE) && drawTakenBackMs(lots, pace) < usableMs;
    release[at] = isTaken ? Infinity : usableMs;
    const told = { repository: law.fixing, reporter: drawPerson(lots) };
    const fixMs = drawFixingMs(lots, told, pace);
    const backMs = fixMs + exponential(lots, law.cutsPerMs) + drawPublishingMs(lots);
    fix[at] = lots.chance(DECLINED_SHARE) ? Infinity : backMs;
    const fails = lots.chance(law.failing) && drawDetectMs(lots) <= WATCHED;
    if (fails) high += 1;
    if (fails && lots.chance(EXPLICIT_SHARE)) low += 1;
  }
  return {
    capability: middle(capability),
    release: middle(release),
    return: middle(fix),
    changeFailLow: low / draws,
    changeFailHigh: high / draws,
  };
}

function middle(values: Float64Array): number {
  return Number(values.toSorted()[Math.floor(values.length / 2)]);
}
