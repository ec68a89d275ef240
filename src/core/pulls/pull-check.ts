import type { ActionOf } from "../action.ts";
import { digestCheck } from "../check.ts";
import { inertJson, plainLine } from "../inert.ts";
import { renderInstall } from "../install.ts";
import type { Manifests } from "../install.ts";
import type { LineState } from "../state.ts";
import type { OpenPull } from "./open-pull.ts";
import { describePullNotes, notesForAgents } from "./pull-notes.ts";
import type { PullNotes } from "./pull-notes.ts";
import type { Previewed, PullPreview } from "./pull-preview.ts";
import { judgePullRules } from "./pull-rules.ts";
import type { PullRuling } from "./pull-rules.ts";

/** Name of our check run on open pulls. */
export const PREVIEW_CHECK_NAME = "smallbatch/preview";

const TITLE_CHARS_MAX = 120;
const DETAIL_CHARS_MAX = 50_000;
const BLOCKED_BY_MAX = 50;

/** What the level was read from, after "patch, ". */
const SOURCES: Readonly<Record<PullPreview["unit"]["from"], string>> = {
  label: "by its `release:` label",
  title: "by its title",
  commits: "by its commits",
  "breaking-body": "by a breaking change that its commits announce",
  "stock-label": "by its labels",
  revert: "by what it reverts",
  untyped: "because it has neither a type nor a label",
};

/**
 * The check on the head of an open pull, from what each line of its branch says to it. Null where no
 * line has anything to say, or where it says all of it already.
 */
export function renderPullCheck(
  state: LineState,
  pull: OpenPull,
  said: {
    readonly judged: readonly Previewed[];
    readonly manifests: Manifests;
    /** Absent: nobody asked how the line was worded. */
    readonly notes?: PullNotes | null;
  },
): ActionOf<"writeCheck"> | null {
  const { judged, manifests, notes: worded = null } = said;
  if (judged.length === 0) return null;
  const previews = judged.filter((preview) => preview !== "invalid");
  const rulings = judgePullRules({ state, pull, previews });
  const title = sentenceOfPull(previews);
  const isSaid = previews.length === 1 && title.length <= TITLE_CHARS_MAX;
  const parts = previews.flatMap((preview) => [
    ...(previews.length > 1 ? [`### ${preview.name === "" ? "Repository" : preview.name}`] : []),
    describeUnit(preview),
    describeLine(preview),
    describeHold(preview, isSaid),
  ]);
  const notes = rulings.map(({ text }) => `Note: ${text}.`);
  const asOf = `As of ${pull.headSha.slice(0, 7)}, and looked at again when this pull request changes.`;
  const line = worded === null ? "" : describePullNotes(worded);
  const text = previews.length === 0 ? [UNKNOWN] : [...parts, line, ...notes];
  const shown = [...text, renderPreviews(state, pull, manifests), asOf];
  const detail = shown.filter((part) => part !== "").join("\n\n");
  const drafted = worded === null ? {} : { notes: notesForAgents(worded) };
  const json = inertJson({ ...forAgents(pull, previews, rulings), ...drafted });
  const summary = `${detail.slice(0, DETAIL_CHARS_MAX)}\n\n\`\`\`json\n${json}\n\`\`\``;
  const conclusion = conclude(previews, rulings);
  const externalId = digestCheck("preview", [title, summary, conclusion]);
  if (externalId === pull.ourCheck?.externalId) return null;
  return {
    kind: "writeCheck",
    name: PREVIEW_CHECK_NAME,
    sha: pull.headSha,
    existing: pull.ourCheck,
    externalId,
    title: plainLine(title, TITLE_CHARS_MAX),
    summary,
    conclusion,
  };
}

const UNKNOWN =
  "The policy file on the default branch is not valid, and none before it was: nothing is " +
  "released until it is mended. The check on the branch says where.";

/** It never blocks a merge: neutral is no failure, and GitHub takes it as passed. */
function conclude(previews: readonly PullPreview[], rulings: readonly PullRuling[]) {
  if (previews.length === 0 || rulings.length > 0) return "neutral";
  const isGood = previews.every(
    (preview) => preview.isReleased || stateOf(preview) === "rides-along",
  );
  return isGood ? "success" : "neutral";
}

/** What each line says, the first that releases something first. */
export function sentenceOfPull(previews: readonly PullPreview[]): string {
  const [first, ...rest] = previews.toSorted(
    (left, right) => Number(right.isReleased) - Number(left.isReleased),
  );
  if (first === undefined) return "cannot say what it would release";
  const more = rest.length === 0 ? "" : `; and ${rest.length} more`;
  return `${sentenceOf(first)}${more}`;
}

function sentenceOf({ unit, reason, tag, isReleased, others }: PullPreview): string {
  if (!isReleased || tag === null) return reason.text;
  const level = unit.level === "none" ? "rides along" : unit.level;
  return others === 0
    ? `would release ${tag} (${level})`
    : `would release ${tag} (${level}, with ${count(others)})`;
}

function count(others: number): string {
  return `${others} other merged ${others === 1 ? "change" : "changes"}`;
}

function describeUnit({ unit, tag, others, otherwise }: PullPreview): string {
  const level = unit.level === "none" ? "no release of its own" : `**${unit.level}**`;
  const lines = [`- Level: ${level}, ${SOURCES[unit.from]}.`];
  if (otherwise !== null) {
    const { level: other, from } = otherwise.unit;
    const what = other === "none" ? "no release of its own" : other;
    lines.push(`- Merged by a merge commit or a rebase: ${what}, ${SOURCES[from]}.`);
  }
  if (tag !== null) {
    const together = others === 0 ? "with nothing else" : `with ${count(others)}`;
    lines.push(`- Version if it were merged now: **${plainLine(tag)}**, ${together}.`);
  }
  return lines.join("\n");
}

/**
 * As it reads there: in a fence nothing is active, so what was escaped for the notes shows plain. But
 * for backticks: no title may look like the block of JSON to whoever searches for it.
 */
function describeLine({ line, section }: PullPreview): string {
  const shown = line.replaceAll(/\\([!-/:-@[-_{-~])/g, "$1");
  return `In the notes, under “${section}”:\n\n\`\`\`text\n${shown}\n\`\`\``;
}

/** Why not at once, if not; `isSaid`: the title has said it. */
function describeHold({ reason, isReleased }: PullPreview, isSaid: boolean): string {
  if (isReleased) return "";
  const said = [isSaid ? null : `${plainLine(reason.text)}.`, reason.detail];
  return said.filter((part) => part !== null).join("\n\n");
}

function renderPreviews({ repository }: LineState, pull: OpenPull, manifests: Manifests): string {
  const newest = pull.previews.toSorted((left, right) => left.name.localeCompare(right.name));
  const shown = newest.map((preview) =>
    renderInstall(
      { tag: preview.name, sha: preview.sha },
      repository.url,
      preview.sha === pull.headSha ? manifests : { files: [], goModule: null },
    ),
  );
  return shown.length === 0 ? "" : `### Previews\n\n${shown.join("\n\n")}`;
}

/** The fields are those of the first line; `lines` has each, where there are several. */
function forAgents(
  pull: OpenPull,
  previews: readonly PullPreview[],
  rulings: readonly PullRuling[],
): Record<string, unknown> {
  const [first = null] = previews;
  const blockedBy = [
    ...previews.flatMap((each) => (each.isReleased ? [] : each.reason.blockedBy)),
    ...rulings.flatMap((ruling) => ruling.blockedBy),
  ];
  return {
    pull: pull.number,
    asOf: pull.headSha,
    ...(first === null ? { state: "held", reason: "policy-invalid" } : describe(first)),
    ...(previews.length > 1
      ? { lines: previews.map((each) => ({ line: each.name, ...describe(each) })) }
      : {}),
    rules: rulings.map(({ rule }) => rule),
    blockedBy: [...new Set(blockedBy)].slice(0, BLOCKED_BY_MAX),
    previews: pull.previews.map(({ name }) => name),
  };
}

function describe(preview: PullPreview): Record<string, unknown> {
  const { unit, reason, version, section, line, isReleased } = preview;
  return {
    state: isReleased ? "would-release" : stateOf(preview),
    reason: reason.code,
    level: unit.level,
    levelFrom: unit.from,
    version,
    section,
    note: line,
  };
}

/** Of what is not released. The judged line is one that only watches: its words say what would be. */
function stateOf({ reason }: PullPreview): string {
  const [, word = "rides-along"] = /^would be (held|prepared)\b/.exec(reason.text) ?? [];
  return word;
}
