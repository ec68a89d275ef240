import { inertCode, inertText } from "../inert.ts";
import { listNames } from "../reasons.ts";
import { formatBox } from "./desk-box.ts";
import type {
  DeskLine,
  DeskNews,
  DeskProblem,
  DeskRelease,
  DeskSignal,
  ReleaseFate,
} from "./desk-view.ts";
import { formatDay, pluralOf } from "./desk-words.ts";

/** Parts of the desk below the lines. */

interface Extent {
  readonly isAlone: boolean;
  readonly lines: number;
  readonly releases: number;
}

/** Of one line its newest ones; of several, the newest of all of them. */
export function renderReleases(
  lines: readonly Pick<DeskLine, "name" | "releases">[],
  extent: Extent,
): readonly string[] {
  const all = lines
    .flatMap(({ name, releases }) => releases.map((release) => ({ name, release })))
    .toSorted((left, right) => right.release.publishedAt - left.release.publishedAt);
  if (all.length === 0) return [];
  const max = extent.releases * (extent.isAlone ? 1 : 2);
  const rows = all
    .slice(0, max)
    .map(({ name, release }) => [renderRelease(release), ...renderOffer(name, release)].join("\n"));
  const [first = "", ...rest] = rows;
  const folded =
    rest.length === 0
      ? []
      : [
          `<details><summary>${pluralOf(rest.length, "release", "releases")} before it</summary>`,
          rest.join("\n"),
          "</details>",
        ];
  return ["### Released", first, ...folded];
}

/** The box, and below it what it would take along: known before anybody ticks it. */
function renderOffer(
  name: string,
  { tag, rollback, signals = [] }: DeskRelease,
): readonly string[] {
  if (rollback === undefined) return [];
  const { box, movesLatest, good, pulls, affected, issueUrl } = rollback;
  const latest =
    good === null
      ? "no good release before it is known"
      : `Latest ${movesLatest ? `goes to ${inertText(good)}` : "stays where it is"}`;
  const where = name === "" ? "" : ` of ${inertCode(name)}`;
  const without =
    pulls === null
      ? "nobody knows how many pull requests go with it"
      : `${pluralOf(pulls, "pull request goes", "pull requests go")} with it`;
  const risk = [
    latest,
    without,
    ...(affected === 0
      ? []
      : [`${pluralOf(affected, "later release holds", "later releases hold")} it too`]),
  ];
  return [
    ...(signals.length === 0 ? [] : [renderSignals(tag, signals)]),
    formatBox(box, `**Roll back ${inertText(tag)}**${where} (needs ${box.least})`),
    `  ${risk.join("; ")}. [With a reason, by an issue](${issueUrl})`,
  ];
}

/** Signals in one sentence; the rest is counted. */
const SIGNALS_SHOWN = 5;

/** Names and links alone: what people wrote there stays there. */
function renderSignals(tag: string, signals: readonly DeskSignal[]): string {
  const shown = signals.slice(0, SIGNALS_SHOWN).map(renderSignal);
  const left = signals.length - shown.length;
  const more = left === 0 ? [] : [`${left} more`];
  return `  **${inertText(tag)} may be bad:** ${[...shown, ...more].join("; ")}. Roll back?`;
}

function renderSignal({ kind, name, url }: DeskSignal): string {
  const code = inertCode(name);
  const link = url === null ? code : `[${code}](${url})`;
  switch (kind) {
    case "publish":
      return `${code} failed`;
    case "deployment":
      return `a deployment to ${code} failed`;
    case "bug":
      return `${link} reports a bug in it`;
    case "regression":
      return `${link} is labelled \`regression\``;
  }
}

function renderRelease({
  tag,
  url,
  publishedAt,
  pulls,
  level,
  checks,
  isOurs,
  fate,
  affectedBy,
}: DeskRelease): string {
  const said = [
    formatDay(publishedAt),
    ...(level === null ? [] : [level]),
    ...(pulls === null ? [] : [pluralOf(pulls, "pull request", "pull requests")]),
    ...(checks === null
      ? []
      : [checks === 0 ? "no checks" : `${pluralOf(checks, "check", "checks")} green`]),
    ...(isOurs ? [] : ["made by hand"]),
    ...sayFate(fate),
    ...(affectedBy === undefined ? [] : [`holds ${inertText(affectedBy)}, which was rolled back`]),
  ];
  return `- [**${inertText(tag)}**](${url}) · ${said.join(" · ")}`;
}

function sayFate({ kind, names }: ReleaseFate): readonly string[] {
  const list = inertText(listNames(names));
  switch (kind) {
    case "unknown":
      return [];
    case "usable":
      return ["usable"];
    case "published":
      return [`usable, ${list} done`];
    case "publishing":
      return [`being published (${list})`];
    case "failed":
      return [`**on GitHub only**: ${list} failed`];
    case "overdue":
      return [`**on GitHub only so far**: ${list} did not end within an hour`];
  }
}

export function renderProblems(problems: readonly DeskProblem[], max: number): readonly string[] {
  if (problems.length === 0) return [];
  const rows = problems.slice(0, max).map(({ where, what, fix }) => {
    const label = where === "" ? "" : `${inertCode(where)}: `;
    return `- ${label}${inertText(what)}. ${fix}`;
  });
  const left = problems.length - rows.length;
  return ["### To mend", [...rows, ...(left === 0 ? [] : [`- …and ${left} more`])].join("\n")];
}

export function renderNews(news: readonly DeskNews[], max: number): readonly string[] {
  if (news.length === 0) return [];
  const rows = news.slice(0, max).map(({ at, by, said, url, refused }) => {
    const who = by === null ? "Somebody" : inertCode(by);
    const what = url === null ? inertCode(said) : `[${inertCode(said)}](${url})`;
    const end = refused === null ? "" : `, and nothing was done: ${refused}`;
    return `- ${formatDay(at)}: ${who} asked for ${what}${end}`;
  });
  return ["### Lately", rows.join("\n")];
}
