import type { BatchUnit } from "./batch.ts";
import { renderCard } from "./card-text.ts";
import type { ReleaseCard } from "./card.ts";
import type { NoteLine } from "./evidence/note-line.ts";
import { proseOf } from "./evidence/prose.ts";
import { inertCode, inertText } from "./inert.ts";
import { formatReleaseMarker, formatReleasedMarker } from "./marker.ts";
import { listPresent, renderMissing } from "./missing.ts";
import type { Cut } from "./release-card.ts";
import { renderRolledBack } from "./rollback/rolled-back.ts";
import type { Actor, Line, LineState } from "./state.ts";
import { nameUnit } from "./units.ts";
import type { Unit } from "./units.ts";

/** GitHub refuses a body of more than 125,000 characters; the rest is room for people's edits. */
export const NOTES_CHARS_MAX = 119_999;

/** Characters kept for headings and the lines at the end. */
const FRAME_CHARS = 4_000;

/** The last line of notes in which Claude worded something: what the code made sure of. */
const DRAFTED =
  "Drafted by Claude, and checked: the numbers, versions, names and paths in its lines stand in " +
  "the changes that they name.";

export const SECTIONS = [
  "Breaking changes",
  "Features",
  "Fixes",
  "Performance",
  "Other changes",
  "Reverts",
  "Riding along",
  "Cancelled out",
] as const;

type Section = (typeof SECTIONS)[number];

/** Markdown of a release's page: every unit once, and nothing of other people's text is active. */
export function renderNotes(state: LineState, cut: Cut, card: ReleaseCard | null): string {
  const { rollsBack = [] } = cut;
  const { url } = state.repository;
  const rolledBack = renderRolledBack(rollsBack, url);
  const marker = `${formatReleaseMarker(state.line, cut.sha)}${rolledBack}`;
  const end = renderEnd(state, cut);
  const folded = card === null ? "" : `\n\n${renderCard(card)}`;
  const budget = NOTES_CHARS_MAX - FRAME_CHARS - end.length - rolledBack.length;
  const units = listPresent(state, cut.batch).filter(({ isRollback }) => isRollback !== true);
  const rows = rowsOf(units, cut.notes?.lines ?? []);
  const whole = renderSections(rows, budget - folded.length, url);
  if (whole.left === 0) {
    const text = whole.text === "" && rolledBack === "" ? renderNothing(state) : whole.text;
    return [marker, text, `${end}${folded}`].filter((part) => part !== "").join("\n\n");
  }
  // The list comes before the card: the card can be read from the command line.
  const { text, left } = renderSections(rows, budget, url);
  const name = `${state.repository.owner}/${state.repository.name}`;
  const absent = card === null ? "" : `\n\nCard: \`smallbatch card ${name} ${cut.tag}\``;
  const more = left === 0 ? "" : `\n\n…and ${left} more, all of them in the changes below.`;
  return `${marker}\n\n${text}${more}\n\n${end}${absent}`;
}

/** The same lists for a local history: without what only GitHub knows. */
export function renderChanges(
  units: readonly BatchUnit[],
  lines: readonly NoteLine[],
  url: string | null,
): string {
  const { text, left } = renderSections(rowsOf(units, lines), NOTES_CHARS_MAX - FRAME_CHARS, url);
  const parts = [text, ...(left === 0 ? [] : [`…and ${left} more.`])];
  if (lines.some(({ source }) => source === "claude")) parts.push(DRAFTED);
  return parts.join("\n\n");
}

/** Heading that a unit stands under. */
export function sectionOf(judged: BatchUnit): Section {
  const { level, type, cancelledBy, cancels } = judged;
  if (cancelledBy !== null || cancels.length > 0) return "Cancelled out";
  if (level === "major") return "Breaking changes";
  if (type === "revert") return "Reverts";
  if (level === "none") return "Riding along";
  if (level === "minor") return "Features";
  if (type === "perf") return "Performance";
  if (type !== null && ["fix", "bugfix", "hotfix", "security"].includes(type)) return "Fixes";
  return "Other changes";
}

/** A component that goes along with others may have nothing to tell. */
function renderNothing({ line, linked }: LineState): string {
  const others = (linked?.components ?? []).filter((name) => name !== line.component);
  const along = others.map((name) => inertCode(name)).join(", ");
  return `No change of its own${along === "" ? "." : `: it is released together with ${along}.`}`;
}

/** One bullet: a unit by its title, or one or several in words. */
interface Row {
  /** At least one, all of one section. */
  readonly units: readonly BatchUnit[];
  /** Plain, verified words; null: the title stands. */
  readonly line: NoteLine | null;
  readonly section: Section;
}

/** Every unit in one row, at the place of the first of it. */
function rowsOf(units: readonly BatchUnit[], lines: readonly NoteLine[]): readonly Row[] {
  const byName = Map.groupBy(units, ({ unit }) => nameUnit(unit));
  // Two commits may begin alike: then nobody knows whose words these are.
  const whole = lines.filter((line) => line.units.every((name) => byName.get(name)?.length === 1));
  const worded = new Map(whole.flatMap((line) => line.units.map((name) => [name, line] as const)));
  return units.flatMap((judged): Row[] => {
    const name = nameUnit(judged.unit);
    const line = worded.get(name) ?? null;
    const section = sectionOf(judged);
    if (line === null) return [{ units: [judged], line, section }];
    if (line.units[0] !== name) return [];
    const own = units.filter((other) => worded.get(nameUnit(other.unit)) === line);
    return [{ units: own, line, section }];
  });
}

/** Whole rows only, until the budget of characters is used; `left` units did not fit. */
function renderSections(
  rows: readonly Row[],
  budget: number,
  url: string | null,
): { readonly text: string; readonly left: number } {
  const parts: string[] = [];
  let used = 0;
  let left = 0;
  for (const section of SECTIONS) {
    const lines: string[] = [];
    const own = rows.filter((row) => row.section === section);
    for (const [at, row] of own.entries()) {
      const line = renderRow(row, url);
      if (used + line.length + 1 > budget) {
        left += own.slice(at).reduce((sum, { units }) => sum + units.length, 0);
        break;
      }
      used += line.length + 1;
      lines.push(line);
    }
    if (lines.length > 0) parts.push(`### ${section}\n\n${lines.join("\n")}`);
  }
  return { text: parts.join("\n\n"), left };
}

function renderRow({ units, line }: Row, url: string | null): string {
  const words = line?.text ?? null;
  if (words === null) return units.map((judged) => renderUnit(judged, url)).join("\n");
  const references = units.map(({ unit }) => referenceOf(unit, url)).join(", ");
  const names = [...new Set(units.flatMap(({ unit }) => nameAuthor(unit) ?? []))];
  const by = names.length === 0 ? "" : ` by ${joinNames(names)}`;
  const marker = line?.isSecurity === true ? "**Security:** " : "";
  // The references end the sentence.
  return `- ${marker}${proseOf(words.replace(/(?<!\.)\.$/, ""))} (${references})${by}`;
}

function joinNames(names: readonly string[]): string {
  const [last, before] = [names.slice(-1).join(""), names.slice(0, -1).join(", ")];
  return before === "" ? last : `${before} and ${last}`;
}

/** Null: nobody GitHub knows, an e-mail address without an account, or a deleted one. */
function nameAuthor({ pull, author }: Unit): string | null {
  if (author.login === "ghost") return null;
  return pull === null ? quietName(author) : mention(author);
}

/** Line of a unit in the notes: in these words, where the line has any. */
export function renderWorded(judged: BatchUnit, url: string, line: NoteLine | null): string {
  return renderRow({ units: [judged], line, section: sectionOf(judged) }, url);
}

/** Line of a unit in the notes, by its title. */
export function renderUnit(judged: BatchUnit, url: string | null): string {
  const { unit, cancelledBy, cancels } = judged;
  const name = nameAuthor(unit);
  const by = name === null ? "" : ` by ${name}`;
  const others = cancelledBy === null ? cancels : [cancelledBy];
  const fate = others.map((other) => referenceOf(other, url)).join(", ");
  const verb = cancelledBy === null ? "takes back" : "taken back by";
  const tail = others.length === 0 ? "" : `, ${verb} ${fate}`;
  return `- ${titleOf(unit)} (${referenceOf(unit, url)})${by}${tail}`;
}

/** Without the number that GitHub appends to a squash: the reference follows it anyway. */
export function titleOf(unit: Unit): string {
  const suffix = ` (#${unit.pull?.number})`;
  return inertText(unit.title.endsWith(suffix) ? unit.title.slice(0, -suffix.length) : unit.title);
}

/** `url` of the repository; null: nobody knows where it is, and a commit is its name alone. */
export function referenceOf(unit: Unit, url: string | null): string {
  if (unit.pull !== null) return `#${unit.pull.number}`;
  if (url === null) return `\`${unit.sha.slice(0, 7)}\``;
  return `[\`${unit.sha.slice(0, 7)}\`](${url}/commit/${unit.sha})`;
}

/** A contributor's own handle, as on GitHub's own release pages. Bots are not called. */
function mention(author: Actor): string {
  const isPerson = !author.isBot && author.id !== null && author.login !== "ghost";
  return isPerson && isLogin(author.login) ? `@${author.login}` : quietName(author);
}

function quietName(author: Actor): string {
  return inertText(author.login.replace(/\[bot\]$/, ""), 60);
}

function isLogin(login: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,60}$/.test(login);
}

function renderEnd(state: LineState, cut: Cut): string {
  const { repository, earlierCommitCount } = state;
  const parts: string[] = [];
  const missing = renderMissing(state, cut.batch);
  if (missing !== null) parts.push(missing);
  const firsts = firstContributions(state, listPresent(state, cut.batch));
  if (firsts.length > 0) parts.push(`### First-time contributors\n\n${firsts.join("\n")}`);
  if (cut.previousTag === null) {
    const what = earlierCommitCount === 1 ? "commit" : "commits";
    const history = `The first release; ${earlierCommitCount} earlier ${what} are in it.`;
    parts.push(earlierCommitCount === 0 ? "The first release." : history);
  } else {
    const range = [cut.previousTag, cut.tag].map((tag) => encodeURIComponent(tag)).join("...");
    const text = inertCode(`${cut.previousTag}...${cut.tag}`);
    parts.push(`All changes: [${text}](${repository.url}/compare/${range})`);
  }
  const isDrafted = cut.notes?.lines.some(({ source }) => source === "claude") ?? false;
  if (isDrafted) parts.push(DRAFTED);
  return parts.join("\n\n");
}

/** At most 20, so that the end of the page stays bounded. */
function firstContributions(state: LineState, units: readonly BatchUnit[]): readonly string[] {
  const seen = new Set<string>();
  const lines: string[] = [];
  for (const { unit, cancelledBy } of units) {
    const { login } = unit.author;
    const isFirst = state.firstTimers.includes(login) && !seen.has(login) && !unit.author.isBot;
    if (unit.pull === null || cancelledBy !== null || !isFirst) continue;
    seen.add(login);
    lines.push(`- ${mention(unit.author)} made their first contribution in #${unit.pull.number}`);
  }
  return lines.slice(0, 20);
}

/** The one comment on a released pull or a closed issue. `failed`: publish checks that are red. */
export function renderReleasedComment(released: {
  readonly line: Line;
  readonly tag: string;
  readonly url: string;
  readonly failed: readonly string[];
}): string {
  const { line, tag, url, failed } = released;
  const names = failed.map((name) => inertCode(name)).join(", ");
  const warning = ` ${names} failed: ${inertText(tag)} stands on GitHub only.`;
  const text = `Released in [${inertText(tag)}](${url}).${failed.length === 0 ? "" : warning}`;
  return `${text}\n\n${formatReleasedMarker(line, tag)}`;
}
