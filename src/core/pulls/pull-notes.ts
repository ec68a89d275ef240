import type { Grade, NoteLine, RejectedClaim } from "../evidence/note-line.ts";
import { shownClaim } from "../evidence/shown-claim.ts";
import { inertCode, inertText, plainLine } from "../inert.ts";

/** What the check of an open pull says about its line in the notes. */

export interface PullNotes {
  /** The line as it would stand; null: its title stands, because nothing was drafted. */
  readonly line: NoteLine | null;
  /** Why there is no line; one plain sentence without a full stop. May hold names of others. */
  readonly waits: string | null;
}

const REJECTED_CHARS_MAX = 300;
const REASONS_MAX = 8;

/** What a grade promises, after the words of who worded the line. */
const GRADES: Readonly<Record<Exclude<Grade, "C">, string>> = {
  A: "what it names and what it quotes stands in the pull request",
  B: "what it names stands in the pull request; nothing is quoted for it",
};

/** Who may change the line, and how. */
const HOW =
  "Whoever opened the pull request, or anybody with write, can word the line: comment " +
  "`/notes Widgets no longer shrink`.";

/** Paragraphs of Markdown below the line itself. */
export function describePullNotes({ line, waits }: PullNotes): string {
  const said =
    line === null
      ? [`Not drafted${waits === null ? "" : `: ${inertText(waits)}`}.`]
      : [describeGrade(line), ...describeRejected(line.rejected)];
  return [...said, HOW].join("\n\n");
}

function describeGrade(line: NoteLine): string {
  const { grade, source, by } = line;
  const who = by === null ? "somebody" : inertCode(by);
  if (grade !== "C") {
    const whose = source === "person" ? `worded by ${who}` : "drafted by Claude";
    return `**Grade ${grade}**, ${whose}: ${GRADES[grade]}.`;
  }
  const what = source === "person" || by !== null ? `the words of ${who} were` : "the draft was";
  return line.rejected === null
    ? "**Grade C**: the title stands for itself."
    : `**Grade C**: ${what} not kept, and the title stands for itself.`;
}

function describeRejected(rejected: RejectedClaim | null): readonly string[] {
  if (rejected === null) return [];
  const shown = shownClaim(rejected);
  const text = plainLine(shown.text, REJECTED_CHARS_MAX).replaceAll("`", "'");
  // Where the claim is not shown, nothing that names its words is.
  const isHidden = shown.reasons.length === 0;
  const why = isHidden
    ? shown.codes.map((code) => inertCode(code))
    : shown.reasons.map((each) => inertText(each));
  const rows = why.slice(0, REASONS_MAX).map((each) => `- ${each}`);
  return [`Not kept:\n\n\`\`\`text\n${text}\n\`\`\`\n\n${rows.join("\n")}`];
}

/** The same for machines. */
export function notesForAgents({ line, waits }: PullNotes): Record<string, unknown> {
  return {
    grade: line?.grade ?? null,
    source: line?.source ?? "title",
    by: line?.by ?? null,
    rejected: line?.rejected?.codes ?? [],
    waits,
  };
}
