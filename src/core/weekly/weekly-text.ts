import { NO_PROOF } from "../clocks/change.ts";
import { sayCount, sayDuration } from "../clocks/say.ts";
import { inertCode, inertText } from "../inert.ts";
import { POLICY_PATH } from "../policy/policy-errors.ts";
import type { Instant } from "../state.ts";
import { formatWallTime, wallTimeAt } from "../zone.ts";
import { formatWeeklyMarker } from "./weekly-marker.ts";
import type { WeeklyNumber, WeeklyUnit, WeeklyView } from "./weekly-view.ts";

/**
 * The report as GitHub shows it and sends it by mail: short lines and lists, no tables and nothing
 * folded, which mail programs show badly. Names of pulls are code and link to their commits, because
 * a reference would be noted on each of them, every week.
 */

const RELEASES_MAX = 10;
const UNITS_MAX = 3;
const WAITING_MAX = 5;
const TITLE_CHARS_MAX = 100;

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS =
  "January February March April May June July August September October November December".split(
    " ",
  );

/** `Monday 23 November 2026`, by the zone's wall clocks. */
function formatWeekday(at: Instant, zone: string): string {
  const wall = new Date(wallTimeAt(at, zone));
  const month = MONTHS[wall.getUTCMonth()];
  return `${DAYS[wall.getUTCDay()]} ${wall.getUTCDate()} ${month} ${wall.getUTCFullYear()}`;
}

export function titleOfWeekly({ week, zone }: Pick<WeeklyView, "week" | "zone">): string {
  const [, ...day] = formatWeekday(week.to, zone).split(" ");
  return `Weekly report to ${day.join(" ")}`;
}

/** Markdown, with the hidden line that says which week it is of. */
export function renderWeekly(view: WeeklyView): string {
  const { week, zone, repository } = view;
  const parts = [
    `**${capital(view.headline)}.**`,
    "### What changed",
    changed(view),
    ...releaseRows(view),
    "### What the clocks find",
    findings(view),
    "### Three numbers",
    `The ${view.days} days to ${formatWeekday(week.to, zone)}, against the ${view.days} before.`,
    view.numbers.map(numberRow).join("\n"),
    "### Oldest unreleased work",
    waiting(view),
    "---",
    ...foot(view),
    formatWeeklyMarker(repository.id, week.to),
  ];
  return `${parts.join("\n\n")}\n`;
}

function capital(sentence: string): string {
  return `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
}

function changed({ releases, counts, week, zone }: WeeklyView): string {
  const { merged, byAgents, byBots, pushed, takenBack, reported, settled } = counts;
  const of = [
    ...(byAgents === 0 ? [] : [`at least ${byAgents} with an agent`]),
    ...(byBots === 0 ? [] : [`${byBots} by bots`]),
  ];
  const [first, ...rest] = [
    sayCount(releases.length, "release", "releases"),
    `${sayCount(merged, "pull request", "pull requests")} merged` +
      (of.length === 0 ? "" : ` (${of.join(", ")})`),
    ...(pushed === 0 ? [] : [`${sayCount(pushed, "commit", "commits")} pushed without one`]),
    ...(takenBack === 0 ? [] : [`${sayCount(takenBack, "release", "releases")} taken back`]),
    `${sayCount(reported, "report", "reports")} of trouble or ideas opened`,
    `${settled} closed`,
  ];
  const since = `From ${formatWallTime(week.from, zone)} to ${formatWallTime(week.to, zone)}`;
  return `${since}: ${[first, ...rest].join(", ")}.`;
}

function releaseRows({ releases, zone }: WeeklyView): readonly string[] {
  const rows = releases.slice(0, RELEASES_MAX).map(({ tag, url, at, isTakenBack, units }) => {
    const said = units.slice(0, UNITS_MAX).map(unitOf);
    const left = units.length - said.length;
    const all = [...said, ...(left === 0 ? [] : [sayCount(left, "more change", "more changes")])];
    const [day] = formatWeekday(at, zone).split(" ");
    const back = isTakenBack ? ", taken back since" : "";
    const what = all.length === 0 ? "no change of its own" : all.join("; ");
    return `- [${inertCode(tag)}](${url}), ${day}${back}: ${what}`;
  });
  const left = releases.length - rows.length;
  const more = left === 0 ? [] : [`- and ${sayCount(left, "more release", "more releases")}`];
  return rows.length === 0 ? [] : [[...rows, ...more].join("\n")];
}

function unitOf({ name, title, url }: WeeklyUnit): string {
  const code = inertCode(name);
  const link = url === null ? code : `[${code}](${url})`;
  return title === null || title === "" ? link : `${link} ${inertText(title, TITLE_CHARS_MAX)}`;
}

function findings({ findings: all }: WeeklyView): string {
  const fires = all.filter(({ state }) => state === "fires");
  const unknown = all.filter(({ state }) => state === "unknown").length;
  if (unknown === all.length)
    return `Nothing: there is not enough data yet for any of ${unknown} patterns.`;
  const quiet = all.length - unknown - fires.length;
  const rest = [
    `${sayCount(quiet, "pattern was", "patterns were")} looked for and not seen`,
    ...(unknown === 0 ? [] : [`there is not enough data for ${unknown} more`]),
  ].join("; ");
  const rows = fires.map(({ name, sentence }) => `- **${capital(name)}**: ${sentence}.`);
  return [...(rows.length === 0 ? [] : [rows.join("\n")]), `${rest}.`].join("\n\n");
}

function numberRow({ name, measured, change, down }: WeeklyNumber): string {
  const { value, sentence, missing } = measured;
  if (value === null) return `- **${name}**: not known, because ${String(missing)}.`;
  const isKnown = change.value !== null;
  const compared = isKnown ? change.sentence.replace(/: [^:]*$/, "") : change.sentence;
  const direction = isKnown ? `${capital(directionOf(change.direction, down))}: ` : "";
  return `- **${name}**: ${sentence}. ${isKnown ? direction + compared : capital(compared)}.`;
}

function directionOf(
  direction: WeeklyNumber["change"]["direction"],
  down: WeeklyNumber["down"],
): string {
  if (direction === "unclear") return "no clear change";
  const isDown = direction === "down";
  if (down === "faster") return isDown ? "faster" : "slower";
  return isDown ? "better" : "worse";
}

function waiting({ waiting: all }: WeeklyView): string {
  if (all.length === 0) return "Nothing: all that was merged and is to be released is usable.";
  const rows = all
    .slice(0, WAITING_MAX)
    .map((unit) => `- ${unitOf(unit)}, merged ${sayDuration(unit.ms)} before`);
  const left = all.length - rows.length;
  return [...rows, ...(left === 0 ? [] : [`- and ${left} more that wait less long`])].join("\n");
}

function foot({ pageUrl, oldRecordsAt, zone }: WeeklyView): readonly string[] {
  const rows = pageUrl === null ? [] : [`[All numbers, with the rows of each](${pageUrl}).`];
  const old =
    oldRecordsAt === null
      ? []
      : [
          `GitHub was last read to the end on ${formatWallTime(oldRecordsAt, zone)}: something since may be missing.`,
        ];
  const how =
    `${NO_PROOF} This is written because \`weekly\` stands in \`${POLICY_PATH}\`; without it there is none. ` +
    "The next report closes this one.";
  return [...old, [...rows, how].join(" ")];
}
