import type { DraftAnswer } from "./answer.ts";
import type { Fault } from "./fault.ts";
import type { NoteSource } from "./source.ts";

type DraftLine = DraftAnswer["lines"][number];

const SAYS_BREAKING =
  /(?<![-\w])breaking change|\bbackwards?[- ]incompatib|(?:^|[*.] ?)breaking\b[^.:]{0,20}:/i;
/** Of what somebody else changed, or of what is put back: the pull itself breaks nothing by it. */
const BREAKING_OF_OTHERS =
  /\b(?:(?:work(?:s|ed|ing)?[- ]?around(?: for)?|(?:adapt|adjust)(?:s|ed|ing)? to|(?:account|compensat)\w* for|(?:cop|deal)\w* with|handl(?:es?|ed|ing)|due to|because of|caused by)(?: (?:an?|the|some|recent|upstream|new))* breaking changes? (?:in|of|from|by|made|introduced)|(?:revert|undo|avoid|prevent)(?:e?s|ed|ing)?(?: (?:an?|the|accidental|unintended|unintentional))* breaking changes?)\b/gi;

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
  if (breaking.length === 0 && (line.isBreaking || saysBreaking(line.text))) {
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

function saysBreaking(text: string): boolean {
  return SAYS_BREAKING.test(text.replaceAll(BREAKING_OF_OTHERS, "x"));
}
