/** Why a sentence is not published. Stable: cases and counts of the past name them. */
export type FaultCode =
  | "advisory-not-in-source"
  | "after-not-in-diff"
  | "before-not-in-diff"
  | "breaking-dropped"
  | "breaking-without-signal"
  | "direction"
  | "empty"
  | "evidence-of-another-pull"
  | "flag-not-in-source"
  | "identifier-not-in-source"
  | "injection-suspected"
  | "markup"
  | "negation"
  | "no-change-in-source"
  | "number-not-in-source"
  | "path-not-in-source"
  | "quoted-not-in-source"
  | "security-dropped"
  | "security-without-signal"
  | "too-long"
  | "unchanged-in-diff"
  | "version-not-in-source";

export interface Fault {
  readonly code: FaultCode;
  /** One plain phrase for people, without a full stop. */
  readonly reason: string;
}

/** At most one fault of a code: the first says enough. */
export function firstOfEach(faults: readonly Fault[]): readonly Fault[] {
  const seen = new Set<FaultCode>();
  return faults.filter(({ code }) => !seen.has(code) && seen.add(code));
}
