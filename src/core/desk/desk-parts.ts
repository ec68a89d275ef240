import { inertCode, inertText } from "../inert.ts";
import { listNames } from "../reasons.ts";
import type { RiskTold } from "../rollback/foreseen-words.ts";
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
  /** Characters of all risks together, of the newest releases; of the others a sum. Absent: all. */
  readonly riskChars?: number;
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
  let chars = extent.riskChars ?? Number.POSITIVE_INFINITY;
  const rows = all.slice(0, max).map(({ name, release }) => {
    chars -= release.rollback?.risk.text.length ?? 0;
    return [renderRelease(release), ...renderOffer(name, release, chars >= 0)].join("\n");
  });
  const [first = "", ...rest] = rows;
  const folded =
    rest.length === 0
      ? []
      : [
          `<details><summary>${pluralOf(rest.length, "release", "releases")} before it</summary>`,
          rest.join("\n").trimEnd(),
          "</details>",
        ];
  return ["### Released", first.trimEnd(), ...folded];
}

/** The box, and below it what it would take along: known before anybody ticks it. */
function renderOffer(
  name: string,
  { tag, rollback, signals = [] }: DeskRelease,
  isWhole: boolean,
): readonly string[] {
  if (rollback === undefined) return [];
  const { box, effect, risk, issueUrl } = rollback;
  const where = name === "" ? "" : ` of ${inertCode(name)}`;
  return [
    ...(signals.length === 0 ? [] : [renderSignals(tag, signals)]),
    formatBox(box, `**Roll back ${inertText(tag)}**${where} (needs ${box.least})`),
    `  ${effect}. ${sayShortly(risk, isWhole)}[With a reason, by an issue](${issueUrl})`,
    ...(risk.summary === null || !isWhole ? [] : [foldRisk(risk.summary, risk.text)]),
  ];
}

/** What is not folded. */
function sayShortly({ summary, text }: RiskTold, isWhole: boolean): string {
  if (summary === null) return `${text} `;
  return isWhole ? "" : `Risk: ${summary}; the rollback issue has all of it. `;
}

/** A block of its own: within the list, the blank lines would tear its rows apart. */
function foldRisk(summary: string, text: string): string {
  return `\n<details><summary>Risk: ${summary}</summary>\n\n${text}\n\n</details>\n`;
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
