import type { Comparison } from "../agreement.ts";
import type { Finding } from "../doctor/finding.ts";
import { explainChoice } from "../explain-choice.ts";
import { inertCode, inertText } from "../inert.ts";
import type { Merge } from "../merges.ts";
import { POLICY_PATH, formatPolicyError } from "../policy/policy-errors.ts";
import { parsePolicy } from "../policy/policy.ts";
import type { Instant, LineState } from "../state.ts";
import { nameUnit } from "../units.ts";
import { asFile } from "./proposal-file.ts";
import type { RecentPast } from "./proposal-replay.ts";
import { describeStart } from "./proposal-start.ts";

/** A type that asks for no release, so that the merge of the proposal is none by itself. */
export const PROPOSAL_TITLE = "chore: start releasing with Smallbatch";

/** GitHub takes 65,536 characters. What is longer goes without its folded parts. */
const BODY_CHARS_MAX = 60_000;
const WHY_CHARS_MAX = 300;
const TITLE_CHARS_MAX = 72;
const DIFFERING_SHOWN = 10;
const NAMED_MAX = 6;

/** What a proposal says. */
export interface ProposalContent {
  readonly findings: readonly Finding[];
  /** Of the file on the branch; null: nothing was merged yet, or the file is not valid. */
  readonly past: RecentPast | null;
  /** Text of the policy file as it stands on the branch, or will; null: somebody took it away. */
  readonly file: string | null;
  /** Somebody changed the file, and it is left as it is. */
  readonly isFileTheirs: boolean;
}

/**
 * Text of the proposal, Markdown, without our marker. Numbers of pulls are in code, because a
 * reference would be noted on the page of each of them.
 */
export function renderProposal(
  state: LineState,
  { findings, past, file, isFileTheirs }: ProposalContent,
  now: Instant,
): string {
  const branch = inertCode(state.line.branch);
  const started = describeFile(state, file, now);
  const needed = [
    `**Merging this starts Smallbatch** on ${branch}: every merged pull request is then released as ` +
      "soon as its checks are green, with a tag, notes and one comment. Until then it only " +
      "watches. **Closing this is a no**, and it is not asked again.",
    started,
    renderTodos(
      findings.filter((finding) => !isAnswered(finding, file) && !isSaid(finding, started)),
    ),
  ];
  const folded = [
    ...(past === null ? [] : [renderPast(past), renderTags(past.comparisons)]),
    renderDoctor(findings, file),
    renderNever(state),
  ];
  const last = isFileTheirs
    ? "The file has changes by others and stays as they made it; this text says what it would do."
    : "Change the file here as you like before you merge; this text then says what it would do.";
  const whole = join([...needed, ...folded, last]);
  return whole.length <= BODY_CHARS_MAX ? whole : join([...needed, renderNever(state), last]);
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

/** What the file would do, or why it would do nothing. */
function describeFile(state: LineState, file: string | null, now: Instant): string {
  if (file === null) {
    return `**There is no ${inertCode(POLICY_PATH)} on this branch any more:** merging it starts nothing.`;
  }
  const parsed = parsePolicy(asFile(file));
  if (parsed.kind === "valid") return describeStart(state, file, now);
  const errors = parsed.errors.map((error) => `- ${inertCode(formatPolicyError(error))}`);
  return `**The policy file on this branch is not valid yet:**\n${errors.join("\n")}`;
}

/** The file holds all that the doctor asked of it. */
function isAnswered({ policy }: Finding, file: string | null): boolean {
  const lines = new Set(file?.split("\n"));
  return policy.length > 0 && policy.every((line) => lines.has(line));
}

/** What holds the first release is said there. */
function isSaid({ todo }: Finding, started: string): boolean {
  return todo !== null && started.includes(todo);
}

/** What a person had better do first. */
function renderTodos(findings: readonly Finding[]): string {
  const rows = findings
    .filter(({ state }) => state === "todo")
    .map(({ text, todo }) => `- ${text}.${todo === null ? "" : ` ${todo}`}`);
  return rows.length === 0 ? "" : `**Before you merge:**\n${rows.join("\n")}`;
}

const WORDS = {
  fine: "fine",
  todo: "to do",
  answered: "done by the file here",
  unknown: "not known",
} as const;

function renderDoctor(findings: readonly Finding[], file: string | null): string {
  if (findings.length === 0) return "";
  const wordOf = (finding: Finding): string =>
    WORDS[isAnswered(finding, file) ? "answered" : finding.state];
  const counts = Object.values(WORDS).flatMap((word) => {
    const own = findings.filter((finding) => wordOf(finding) === word).length;
    return own === 0 ? [] : [`${own} ${word}`];
  });
  const rows = findings.map((finding) => {
    const { name, text, offered } = finding;
    const lines = ["  ```yaml", ...offered.map((line) => `  ${line}`), "  ```"];
    const block = offered.length === 0 ? "" : ` You may add:\n\n${lines.join("\n")}\n`;
    return `- **${name}**, ${wordOf(finding)}: ${text}.${block}`;
  });
  return fold(`What the doctor found here: ${counts.join(", ")}`, rows.join("\n"));
}

function renderPast({ merges, replay, base, nameVersion }: RecentPast): string {
  const { releases, waiting } = replay;
  if (merges.length === 0) return "";
  const which = merges.length === 1 ? "The last merge" : `The last ${merges.length} merges`;
  const came =
    releases.length === 0
      ? "would not have been released"
      : `would have been ${count(releases.length, "release")}`;
  const after = base === null ? "" : ` after ${nameVersion(base)}`;
  const still = waiting.length === 0 ? "" : `; ${waiting.length} would wait for a person`;
  const rows = [
    ...releases.map(({ version, merges: own, isByPerson }) => {
      const person = isByPerson ? " (let go by a person)" : "";
      return `- ${inertCode(nameVersion(version))}${person}: ${listMerges(own)}`;
    }),
    ...(waiting.length === 0 ? [] : [`- waiting for a person: ${listMerges(waiting)}`]),
  ];
  const text = `${rows.toReversed().join("\n")}\n\n${CAVEAT}`;
  return fold(`${which} ${came}${after}${still}`, text);
}

const CAVEAT =
  "Every merge counts as green. What waits for a person counts as let go when it was really " +
  "released. Six releases may follow each other, then one every two hours: what comes faster " +
  "goes out together.";

function listMerges(merges: readonly Merge[]): string {
  const shown = merges
    .slice(0, NAMED_MAX)
    .map(({ unit }) => `${inertCode(nameUnit(unit))} ${inertText(unit.title, TITLE_CHARS_MAX)}`);
  const left = merges.length - shown.length;
  return [...shown, ...(left === 0 ? [] : [`and ${left} more`])].join("; ");
}

function renderTags(comparisons: readonly Comparison[]): string {
  if (comparisons.length === 0) return "";
  const differing = comparisons.filter(({ difference }) => difference !== null);
  const agreed = comparisons.length - differing.length;
  if (differing.length === 0) {
    return comparisons.length === 1
      ? "The newest tag has the version that Smallbatch would have given it."
      : `The newest ${comparisons.length} tags all have the version that Smallbatch would have given them.`;
  }
  const rows = differing
    .slice(-DIFFERING_SHOWN)
    .toReversed()
    .map((comparison) => {
      const { tag, chosen } = comparison;
      const why = inertText(explainChoice(comparison), WHY_CHARS_MAX);
      return `- ${inertCode(tag.tag.name)} would have been ${inertCode(chosen)}: ${why}`;
    });
  const left = differing.length - rows.length;
  const more = left === 0 ? [] : [`- and ${left} older ones`];
  return fold(
    `${agreed} of the newest ${count(comparisons.length, "tag")} ${agreed === 1 ? "has" : "have"} the ` +
      `version that Smallbatch would have given; ${differing.length} ${differing.length === 1 ? "differs" : "differ"}`,
    [...rows, ...more].join("\n"),
  );
}

function renderNever({ line }: LineState): string {
  return fold(
    "What it never does",
    [
      "- move or delete a tag, or delete a release;",
      `- push to ${inertCode(line.branch)}, unless \`files\` in the policy asks it to write versions;`,
      "- merge a pull request, or change a workflow file;",
      "- release a commit whose checks are red or not done;",
      "- comment on what was merged before the start.",
    ].join("\n"),
  );
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** `summary`: plain words of ours. */
function fold(summary: string, text: string): string {
  return `<details><summary>${summary}</summary>\n\n${text}\n\n</details>`;
}
