import { ROWS_MIN } from "../../core/clocks/measured.ts";
import { sayValue } from "../../web/number-names.ts";
import { wrap } from "../wrap.ts";
import type { SplitNumber, SplitReport, SplitSide, SplitWindows } from "./split-report.ts";
import { count } from "./text.ts";

const LABEL_CHARS = 34;
const CELL_CHARS = 14;

/** The comparison as people read it in a terminal of 80 columns. */
export function renderSplit(report: SplitReport): string {
  const { repository, branch, split, agentsMonths } = report;
  return [
    `${repository}, ${branch}: before and after ${split}`,
    ...wrap(describeExtent(report), "  "),
    ...wrap(describeAdoption(report), "  "),
    ...report.windows.flatMap((windows) => ["", ...renderWindows(windows, report)]),
    "",
    "Pulls with a trace of an agent, by month",
    ...renderMonths(agentsMonths),
    "",
    "Not known",
    ...report.notKnown.flatMap((line) => wrap(line, "  ")),
    "",
    ...wrap(report.warning, ""),
  ].join("\n");
}

/** What was read, and what of it cannot be used. */
export function describeExtent(report: SplitReport): string {
  const { pulls, pullsWithStart, commitsWithoutPull, tags, tagsWithoutDate, endsAt } = report;
  const { tagsOfReleaseBranches: sideTags } = report;
  return [
    `${count(pulls, "pull")}, ${count(commitsWithoutPull, "commit")} without one,`,
    `${count(tags, "stable version tag")}${sideTags === 0 ? "" : `, ${sideTags.toLocaleString("en-US")} of them on release branches`}; the history ends on ${endsAt.slice(0, 10)}.`,
    `When work began is known of ${pullsWithStart.toLocaleString("en-US")} pulls: the others were squashed,`,
    "and have only the time of their merge.",
    ...(tags === 0 ? [NO_TAGS] : []),
    ...(tagsWithoutDate === 0 ? [] : [describeUndated(tagsWithoutDate)]),
  ].join(" ");
}

const NO_TAGS =
  "Tags of another form than v1.2.3 or 1.2.3 are read with a policy file that says how they look, such as tag: pkg-v{version}.";

function describeUndated(tags: number): string {
  return tags === 1
    ? "1 tag has only the date of the work that it is at: its release was later, and the waits for it longer."
    : `${count(tags, "tag")} have only the date of the work that they are at: their releases were later, and the waits for them longer.`;
}

export function describeAdoption({ adoption }: SplitReport): string {
  return adoption === null
    ? "No month had traces of agents on more than 5 % of its merged pulls."
    : `Traces of agents first passed 5 % of merged pulls in ${adoption}; many agents leave none.`;
}

/** Why two windows were not compared. */
export function describeMissing({ days }: SplitWindows, { beginsAt, endsAt }: SplitReport): string {
  const extent = `from ${beginsAt.slice(0, 10)} to ${endsAt.slice(0, 10)}`;
  return `Not compared: the history goes ${extent}, and not over ${days} days on either side.`;
}

function renderWindows(windows: SplitWindows, report: SplitReport): string[] {
  const { days, numbers } = windows;
  const title = `${days} days on either side`;
  if (numbers.length === 0) return [title, ...wrap(describeMissing(windows, report), "  ")];
  return [
    title.padEnd(LABEL_CHARS) +
      ["before", "after"].map((cell) => cell.padStart(CELL_CHARS)).join(""),
    ...numbers.map((number) => {
      const cells = [number.before, number.after].map((side) => sayCell(number, side));
      return (
        `  ${number.name}`.slice(0, LABEL_CHARS).padEnd(LABEL_CHARS) +
        cells.map((cell) => cell.padStart(CELL_CHARS)).join("") +
        `  ${sayChange(number)}`
      ).trimEnd();
    }),
  ];
}

/** Enough work, and less than half of it had come to its end when the history did. */
export function isUnreached(
  { unit }: Pick<SplitNumber, "unit">,
  { value, n, open }: SplitSide,
): boolean {
  return value === null && unit === "milliseconds" && n >= ROWS_MIN && open > 0;
}

/** `2.3 h (41)`; the name of a rate says already of what. */
function sayCell({ unit }: Pick<SplitNumber, "unit">, side: SplitSide): string {
  const { value, n } = side;
  if (isUnreached({ unit }, side)) return `not yet (${n})`;
  const counted = unit === "count" ? "" : ` (${n.toLocaleString("en-US")})`;
  return `${sayValue({ unit }, value).replace(/ a week$/, "")}${counted}`;
}

/** A plain count has no interval that says whether it moved. */
function sayChange({ change, unit }: SplitNumber): string {
  if (change.value === null) return "?";
  if (unit === "count") return `${Math.round(change.value * 100) / 100} times`;
  return change.direction === "unclear" ? "no clear change" : `clearly ${change.direction}`;
}

const SHARE = { unit: "share" } as const;

function renderMonths(months: SplitReport["agentsMonths"]): string[] {
  const known = months.filter(({ features }) => features.n > 0);
  if (known.length === 0) return ["  None in these months. Many agents leave no trace."];
  return known
    .map(({ month, features, withoutPerson, weightedLines, standing }) =>
      [
        `${month}: at least ${count(features.n, "pull")};`,
        `features ${sayCell(SHARE, features)},`,
        `without a person's commit ${sayCell(SHARE, withoutPerson)},`,
        `lines ${sayCell({ unit: "lines" }, weightedLines)},`,
        `standing after 14 days ${sayCell(SHARE, standing)}`,
      ].join(" "),
    )
    .flatMap((line) => wrap(line, "  "));
}
