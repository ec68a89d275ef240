import type { DraftAnswer } from "./answer.ts";
import type { Fault } from "./fault.ts";
import type { NoteSource } from "./source.ts";

type DraftLine = DraftAnswer["lines"][number];

const SAYS_BREAKING = /(?<![-\w])breaking change|\bbackwards?[- ]incompatib/i;
const SAYS_SECURITY =
  /\bvulnerabilit|\bexploit|\bsecurity (?:fix|flaw|hole|issue|patch|bug|problem)/i;

/** What a sentence says of breaking and of security, against what its sources are marked with. */
export function judgeSignals(
  line: Pick<DraftLine, "isBreaking" | "isSecurity" | "text">,
  sources: readonly NoteSource[],
): readonly Fault[] {
  const faults: Fault[] = [];
  const breaking = sources.flatMap(({ signals }) => signals.breaking);
  const security = sources.flatMap(({ signals }) => signals.security);
  if (breaking.length > 0 && !line.isBreaking) {
    faults.push({
      code: "breaking-dropped",
      reason: `it does not say that it breaks something, though ${breaking[0]} does`,
    });
  }
  if (breaking.length === 0 && (line.isBreaking || SAYS_BREAKING.test(line.text))) {
    faults.push({
      code: "breaking-without-signal",
      reason: "it says that something breaks, and nothing in the pull request is marked so",
    });
  }
  if (security.length > 0 && !line.isSecurity) {
    faults.push({
      code: "security-dropped",
      reason: `it does not say that it is about security, though ${security[0]} does`,
    });
  }
  if (security.length === 0 && (line.isSecurity || SAYS_SECURITY.test(line.text))) {
    faults.push({
      code: "security-without-signal",
      reason: "it speaks of security, and nothing in the pull request is marked so",
    });
  }
  return faults;
}
