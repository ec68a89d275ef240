import { WIDTH_CHARS, wrap } from "../wrap.ts";
import type { Cadence, Report } from "./report.ts";

const LABEL_CHARS = 24;
const DISAGREEMENTS_SHOWN = 10;

/** The report as people read it in a terminal of 80 columns. */
export function renderReport(report: Report): string {
  return [
    ...renderHead(report),
    "",
    "Against its tags",
    ...renderAgreement(report),
    "",
    `As a policy, ${report.from === null ? "from the first commit" : `after ${report.from}`}`,
    ...renderPolicies(report),
    "",
    ...wrap(CAVEAT, ""),
  ].join("\n");
}

export const CAVEAT =
  "A local history has no checks: every merge counts as green, and is released in the moment it " +
  "came. What a policy keeps for a person is let go when somebody really released it. Waits count " +
  "from the merge; what is still unreleased counts for as long as it waited (Kaplan-Meier).";

function renderHead({ repository, branch, component, commits, pulls, tags }: Report): string[] {
  const part = component === "" ? "" : `, component ${component}`;
  return [
    `${repository}, ${branch}${part}`,
    `  ${count(commits, "commit")}, ${count(pulls, "pull")}, ${count(tags, "version tag")}`,
  ];
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en-US")} ${noun}${number === 1 ? "" : "s"}`;
}

function renderAgreement({ agreement, tags }: Report): string[] {
  const { compared, agreed, ratio, disagreements } = agreement;
  if (ratio === null) return wrap(describeNothing(tags), "  ");
  const shown = disagreements.slice(-DISAGREEMENTS_SHOWN);
  const left = disagreements.length - shown.length;
  const of = `${agreed.toLocaleString("en-US")} of ${count(compared, "release")}`;
  const rows = [`  ${percent(ratio)}  ${of} would have had the same version`];
  if (disagreements.length > 0) rows.push(`  differing: ${describeDifferences(agreement)}`);
  if (left > 0) rows.push("", `  The newest ${shown.length} (--json and --html have all):`);
  else if (shown.length > 0) rows.push("");
  for (const { previous, tag, chosen, why } of shown) {
    rows.push(`  ${previous} -> ${tag}, chosen ${chosen}`, ...wrap(why, "      "));
  }
  return rows;
}

/** Why nothing was compared, and what to do. */
export function describeNothing(tags: number): string {
  return tags === 0
    ? "There is no version tag on this branch. Tags of another form than v1.2.3 or 1.2.3 are read with a policy file that says how they look, such as tag: pkg-v{version}. Nor does anything say when somebody released: what a policy keeps for a person is never let go below."
    : "There is only the first version tag: nothing comes before it to compare with.";
}

const DIFFERENCES: Readonly<Record<string, string>> = {
  further: "went further",
  less: "went less far",
  skipped: "left a number out",
  backwards: "went back",
};

/** `83 went further, 6 left a number out` */
export function describeDifferences({ disagreements }: Report["agreement"]): string {
  return Object.entries(DIFFERENCES)
    .map(([key, words]) => ({
      words,
      own: disagreements.filter(({ difference }) => difference === key).length,
    }))
    .flatMap(({ words, own }) => (own === 0 ? [] : [`${own.toLocaleString("en-US")} ${words}`]))
    .join(", ");
}

export function percent(ratio: number): string {
  // 99.97 must not read as all of them.
  return `${(Math.floor(ratio * 10_000) / 100).toFixed(ratio === 1 ? 0 : 2)} %`;
}

/** The rows of the comparison of policies, with a word for what is not known. */
export const CADENCE_ROWS: readonly (readonly [string, (cadence: Cadence) => string])[] = [
  ["releases", ({ releases }) => releases.toLocaleString("en-US")],
  ["let go by a person", ({ byPerson }) => byPerson?.toLocaleString("en-US") ?? "not known"],
  ["changes in one, median", ({ changesPerReleaseP50: size }) => size?.toString() ?? "-"],
  ["changes in one, most", ({ changesPerReleaseMax: size }) => size?.toString() ?? "-"],
  ["wait, median", ({ waitHoursP50 }) => formatWait(waitHoursP50)],
  ["wait, 9 of 10", ({ waitHoursP90 }) => formatWait(waitHoursP90)],
  ["unreleased at the end", ({ unreleased }) => unreleased.toLocaleString("en-US")],
];

function renderPolicies({ actual, policies }: Report): string[] {
  const columns = [{ name: "in reality", ...actual }, ...policies];
  const width = Math.floor((WIDTH_CHARS - LABEL_CHARS) / columns.length);
  const row = (label: string, cells: readonly string[]): string =>
    `  ${label}`.padEnd(LABEL_CHARS) +
    cells.map((cell) => shorten(cell, width - 2).padStart(width)).join("");
  return [
    row(
      "",
      columns.map(({ name }) => name),
    ).trimEnd(),
    ...CADENCE_ROWS.map(([label, read]) => row(label, columns.map(read))),
  ];
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `…${text.slice(1 - max)}`;
}

/** `20 min`, `3.4 h`, `8.1 d`; null: less than the share was ever released. */
export function formatWait(hours: number | null): string {
  if (hours === null) return "for ever";
  if (hours < 1 / 60) return "none";
  if (hours < 1) return `${Math.round(hours * 60)} min`;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`;
}
