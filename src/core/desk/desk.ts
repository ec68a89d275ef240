import { inertCode, inertText } from "../inert.ts";
import { formatBox } from "./desk-box.ts";
import { renderDeskNotes } from "./desk-notes.ts";
import { renderNews, renderProblems, renderReleases } from "./desk-parts.ts";
import type { DeskLine, DeskOffer, DeskView } from "./desk-view.ts";
import { codeReferences, formatDay, pluralOf, renderUnits } from "./desk-words.ts";

/**
 * The release desk as Markdown. The same view gives the same text, so that nothing is written where
 * nothing changed: times are absolute, boxes are not ticked. Pulls are named in code spans, because
 * GitHub would note each mention on the pull's own page.
 */

export const DESK_TITLE = "Release desk";

/** Below GitHub's 65,536 characters by what the hidden state may take. */
export const DESK_CHARS_MAX = 56_000;

/** How much of each part is shown; the first that fits is taken, and the last one always does. */
interface Extent {
  /** Lines with all that they say. */
  readonly lines: number;
  /** Lines of which nothing waits, each in one row. */
  readonly quietLines: number;
  readonly units: number;
  readonly releases: number;
  readonly riskChars: number;
  readonly detailChars: number;
  readonly others: number;
}

const EXTENTS: readonly [Extent, ...Extent[]] = [
  {
    lines: 50,
    quietLines: 100,
    units: 30,
    releases: 10,
    riskChars: 24_000,
    detailChars: 4_000,
    others: 10,
  },
  {
    lines: 30,
    quietLines: 50,
    units: 10,
    releases: 5,
    riskChars: 12_000,
    detailChars: 1_000,
    others: 10,
  },
  {
    lines: 20,
    quietLines: 20,
    units: 3,
    releases: 2,
    riskChars: 4_000,
    detailChars: 400,
    others: 5,
  },
  { lines: 8, quietLines: 8, units: 1, releases: 1, riskChars: 0, detailChars: 200, others: 3 },
];

/** First line of every desk: which repository it is the desk of. Anybody can copy it. */
function formatDeskMarker(repositoryId: number): string {
  return `<!-- smallbatch:desk v1 repository=${repositoryId} -->`;
}

/** Does a body say that it is the desk of this repository? */
export function isDeskOf(body: string, repositoryId: number): boolean {
  return body.split("\n").some((line) => line.trimEnd() === formatDeskMarker(repositoryId));
}

/** Does a body say that it is some repository's desk? */
export function hasDeskMarker(body: string): boolean {
  return /^<!-- smallbatch:desk v1 repository=\d+ -->[ \t]*\r?$/m.test(body);
}

export function renderDesk(view: DeskView): string {
  let body = "";
  for (const extent of EXTENTS) {
    body = renderExtent(view, extent);
    if (body.length <= DESK_CHARS_MAX) break;
  }
  return body;
}

function renderExtent(view: DeskView, extent: Extent): string {
  const isAlone = view.lines.length === 1;
  const busy = view.lines.filter((line) => isAlone || isBusy(line));
  const quiet = view.lines.filter((line) => !busy.includes(line));
  const parts = [
    formatDeskMarker(view.repository.id),
    summarize(view.lines),
    ...busy.slice(0, extent.lines).map((line) => renderLine(line, isAlone, extent)),
    ...more(busy.length - extent.lines, "line", "lines"),
    ...renderQuiet(quiet, extent),
    ...renderProblems(view.problems, extent.others),
    ...(view.notes ? renderDeskNotes(view.notes, extent.others) : []),
    ...renderReleases(view.lines, { isAlone, ...extent }),
    ...renderNews(view.news, extent.others),
    FOOTER,
  ];
  return `${parts.join("\n\n")}\n`;
}

const FOOTER = [
  "<details><summary>How this works</summary>",
  "Tick a box, and Smallbatch asks GitHub whether you may, does it once, takes the tick away and " +
    "says so here. `/release`, `/hold` and `/resume` in a comment do the same. Edits of this " +
    "issue notify nobody. Close it to switch the desk off; releases go on.",
  "</details>",
].join("\n\n");

function isBusy({ state, units }: DeskLine): boolean {
  return state === "held" || state === "prepared" || units.length > 0;
}

function isForPerson({ state, boxes }: DeskLine): boolean {
  return state === "prepared" || boxes.some(({ act }) => act === "resume");
}

/** The first sentence: must anybody do anything? */
function summarize(lines: readonly DeskLine[]): string {
  const waiting = lines.filter(isForPerson).length;
  const held = lines.filter((line) => line.state === "held" && !isForPerson(line)).length;
  if (waiting > 0) {
    return `**${waiting === 1 ? "One release waits" : `${waiting} releases wait`} for a person.**`;
  }
  return held === 0
    ? "**Nothing waits for a person.**"
    : `**${held === 1 ? "One release is held" : `${held} releases are held`}.** No box here ends that.`;
}

function renderLine(line: DeskLine, isAlone: boolean, extent: Extent): string {
  const { text, detail, since, boxes, rollbacks = [] } = line;
  const isSaid = since === null || !isBusy(line) || text.includes(" since ");
  const waits = isSaid ? "" : ` Waiting since ${formatDay(since)}.`;
  const cut = detail === null ? null : cutDetail(detail, extent.detailChars);
  return [
    `### ${renderHeading(line, isAlone)}`,
    `${capital(inertText(text))}.${waits}`,
    ...(rollbacks.length === 0 ? [] : [`Rolled back: ${rollbacks.map(linkRollback).join(", ")}.`]),
    ...(boxes.length === 0 ? [] : [boxes.map((box) => renderBox(box, line)).join("\n")]),
    ...(cut === null ? [] : [codeReferences(cut)]),
    ...renderUnits(line, extent.units),
  ].join("\n\n");
}

function linkRollback({ tag, url }: NonNullable<DeskLine["rollbacks"]>[number]): string {
  return `[${inertText(tag)}](${url})`;
}

function renderHeading({ name, tag, state, boxes }: DeskLine, isAlone: boolean): string {
  const said = sayHeading({ tag, state, boxes });
  if (isAlone) return capital(said);
  return `${name === "" ? "The repository" : inertCode(name)}: ${said}`;
}

function sayHeading({ tag, state, boxes }: Pick<DeskLine, "tag" | "state" | "boxes">): string {
  if (boxes.some(({ act }) => act === "resume")) return "releases are on hold";
  const next = tag === null ? "the next release" : inertText(tag);
  if (state === "prepared") return `${next} waits for you to publish it`;
  if (state === "held") return `${next} is held`;
  return tag === null || state === "rides-along" ? "no release is due" : `${next} is next`;
}

/** Cut between paragraphs or words, never inside of a code span or a link. */
function cutDetail(detail: string, charsMax: number): string {
  if (detail.length <= charsMax) return detail;
  const cut = detail.slice(0, charsMax);
  const end = Math.max(cut.lastIndexOf("\n\n"), 0);
  return end === 0
    ? "The check on the newest commit says what to do."
    : `${cut.slice(0, end)}\n\n…`;
}

function renderBox(offer: DeskOffer, line: DeskLine): string {
  return formatBox(offer, `${sayBox(offer, line)} (needs ${offer.least})`);
}

/** What it does stands first and bold: it is how a tick is named later. */
function sayBox({ act, batch }: DeskOffer, { name, tag, units }: DeskLine): string {
  const where = name === "" ? "" : ` of ${inertCode(name)}`;
  if (act === "hold") return `**Hold releases**${where}: nothing more is released until you resume`;
  if (act === "resume") return `**Resume releases**${where}`;
  const what = inertText(tag ?? String(batch?.version));
  const count = pluralOf(units.length, "change", "changes");
  if (act === "publish") return `**Publish ${what}**${where} with its ${count}`;
  return `**Release ${what} now**${where} with ${count}, without waiting`;
}

function renderQuiet(lines: readonly DeskLine[], extent: Extent): readonly string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, extent.quietLines);
  const rows = shown.map((line) => {
    const { name, boxes } = line;
    const [box] = boxes;
    const label = name === "" ? "the repository" : inertCode(name);
    return box === undefined
      ? `- ${label}`
      : formatBox(box, `**Hold releases** of ${label} (needs ${box.least})`);
  });
  return [
    "### Nothing to release",
    rows.join("\n"),
    ...more(lines.length - shown.length, "line", "lines"),
  ];
}

function more(left: number, one: string, many: string): readonly string[] {
  return left <= 0 ? [] : [`…and ${pluralOf(left, `${one} more`, `${many} more`)}.`];
}

/** A version is not a word. */
function capital(text: string): string {
  return /^v?\d/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** The desk that was closed: one last text, because its boxes do nothing any more. */
export function renderClosedDesk(
  repositoryId: number,
  why: { readonly by: string | null; readonly isByPolicy: boolean },
): string {
  const who = why.by === null ? "somebody" : inertCode(why.by);
  const what = why.isByPolicy
    ? "The release desk is switched off by `desk: off` in `.github/smallbatch.yml`. This issue can be closed."
    : `The release desk is switched off, because ${who} closed it. Reopen it (write permission) or ` +
      "write `desk: on` in `.github/smallbatch.yml` to have it back.";
  return `${formatDeskMarker(repositoryId)}\n\n${what} Releases go on as before.\n`;
}
