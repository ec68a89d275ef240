import { measureDurations } from "./cadence.ts";
import type { Scope } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { mergedIn } from "./merged-pulls.ts";
import { changesCapability, segmentsOf } from "./pull-times.ts";
import type { Segments } from "./pull-times.ts";
import { keyOfPull } from "./row-key.ts";

const WORDS: Readonly<Record<keyof Segments, string>> = {
  coding: "from the start of work to ready for review",
  waiting: "from ready to the first review",
  review: "from the first review to the last approval",
  queue: "from allowed to merged",
};

export type SegmentNumbers = Readonly<Record<keyof Segments, Measured>>;

/** Where the time of merged pulls goes. Medians of parts do not add up: never stack them. */
export function measureSegments(scope: Scope): SegmentNumbers {
  const merged = mergedIn(scope).filter(changesCapability);
  const one = (name: keyof Segments): Measured => {
    const sized = merged.flatMap((pull) => {
      const size = segmentsOf(pull)?.[name] ?? null;
      return size === null ? [] : [{ key: keyOfPull(pull), size }];
    });
    return measureDurations(scope, sized, WORDS[name]);
  };
  return {
    coding: one("coding"),
    waiting: one("waiting"),
    review: one("review"),
    queue: one("queue"),
  };
}
