import { inertCode, inertText } from "../inert.ts";
import { listNames } from "../reasons.ts";
import { formatBox } from "./desk-box.ts";
import type { DeskLine, DeskNews, DeskProblem, DeskRelease, ReleaseFate } from "./desk-view.ts";
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
function renderOffer(name: string, { tag, rollback }: DeskRelease): readonly string[] {
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
    formatBox(box, `**Roll back ${inertText(tag)}**${where} (needs ${box.least})`),
    `  ${risk.join("; ")}. [With a reason, by an issue](${issueUrl})`,
  ];
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
