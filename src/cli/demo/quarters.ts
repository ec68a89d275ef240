/** Two quarters of a team that does not exist: how it works in each, and what it decides by lot. */

/** How a team works in one quarter. Times are spans around which lots are drawn. */
export interface Habits {
  readonly pullsADay: number;
  /** From opening a pull to merging it. */
  readonly codingHours: number;
  /** From a merge to the release that carries it. */
  readonly releaseHours: number;
  /** Of releases: those that somebody outside reports trouble of. */
  readonly troubleShare: number;
  /** From a release to its report, and from a report to the merge of its fix. */
  readonly reportHours: number;
  readonly fixHours: number;
  /** Of pulls. */
  readonly agentsShare: number;
  readonly reviewedShare: number;
  readonly testedShare: number;
}

/** Slow, reviewed, and seldom wrong. */
export const SOBER: Habits = {
  pullsADay: 0.4,
  codingHours: 42,
  releaseHours: 22,
  troubleShare: 0.15,
  reportHours: 48,
  fixHours: 30,
  agentsShare: 0,
  reviewedShare: 0.95,
  testedShare: 0.7,
};

/** Agents write, hardly anybody looks, and more than half of it comes back. */
export const FAST_BUT_BAD: Habits = {
  pullsADay: 0.6,
  codingHours: 9,
  releaseHours: 3,
  troubleShare: 0.6,
  reportHours: 14,
  fixHours: 28,
  agentsShare: 0.8,
  reviewedShare: 0.1,
  testedShare: 0.1,
};

export const QUARTER_DAYS = 91;

/** The same numbers for the same seed everywhere (mulberry32); 0 up to but not 1. */
export function drawLots(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
