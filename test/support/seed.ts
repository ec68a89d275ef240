import { randomInt } from "node:crypto";

const VARIABLE = "SMALLBATCH_TEST_SEED";

/**
 * The seed of a test that draws lots: the environment's, to repeat a failure, else `usual`, a new
 * one when left out.
 */
export function readSeed(usual = randomInt(1, 2 ** 31)): number {
  const set = process.env[VARIABLE];
  if (set === undefined || set === "") return usual;
  const seed = Number(set);
  if (!Number.isSafeInteger(seed)) throw new Error(`${VARIABLE} should be a whole number: ${set}`);
  return seed;
}

/** For the message of a failure. */
export function formatReplay(seed: number): string {
  return `repeat it with ${VARIABLE}=${seed}`;
}

export interface Lots {
  /** 0 up to but not 1. */
  next(): number;
  /** A whole number from `min` up to but not `max`. */
  between(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
}

/** Mulberry32: small, and the same numbers for the same seed everywhere. */
export function drawLots(seed: number): Lots {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick: (from) => {
      const picked = from[between(0, from.length)];
      if (picked === undefined) throw new Error("There is nothing to pick from.");
      return picked;
    },
  };
}
