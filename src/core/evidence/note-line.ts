import type { CATEGORIES } from "./answer.ts";

/** A: quotes and words are in the sources. B: the words are. C: something failed. */
export type Grade = "A" | "B" | "C";

/** A sentence that was not published, and why. */
export interface RejectedClaim {
  /** Untrusted: what was drafted. */
  readonly text: string;
  /** Stable codes, e.g. `number-not-in-source`, `quote-not-in-source`, `markup`. */
  readonly codes: readonly string[];
  /** One plain phrase for each code, for people. */
  readonly reasons: readonly string[];
}

/** The line of one or several units in the notes. */
export interface NoteLine {
  /** Names of the units that it is about, in order: `#12`. */
  readonly units: readonly string[];
  /** Plain words, verified but not escaped; null (grade C): the titles stand for themselves. */
  readonly text: string | null;
  readonly grade: Grade;
  readonly category: (typeof CATEGORIES)[number];
  readonly isBreaking: boolean;
  readonly isSecurity: boolean;
  /** `person`: worded by `/notes`. `title`: the deterministic line. */
  readonly source: "claude" | "person" | "title";
  /** Login of who worded it; null: nobody did. */
  readonly by: string | null;
  readonly rejected: RejectedClaim | null;
}
