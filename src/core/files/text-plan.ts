import { compareVersions, parseTag } from "../version.ts";

/** What becomes of the text of one file, or why nothing may be done with it. */
export type TextPlan =
  | { readonly kind: "planned"; readonly text: string }
  /** `line` from 1; null: the whole file. `what` follows the file's name: `has no "version"`. */
  | { readonly kind: "problem"; readonly line: number | null; readonly what: string };

export function problem(line: number | null, what: string): TextPlan {
  return { kind: "problem", line, what };
}

/** Why a version that stands in a file may not become `version`; null: it may. */
export function refuseVersion(standing: string, version: string): string | null {
  const own = parseTag(standing, "{version}");
  if (own === null) return `"${standing}" is not a version such as 1.4.2`;
  return compareVersions(own, version) > 0
    ? `says ${standing}, which is higher than the next version, ${version}`
    : null;
}
