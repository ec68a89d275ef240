import { isAgent } from "./agents.ts";
import type { BatchUnit } from "./batch.ts";
import type { Actor, Instant } from "./state.ts";
import { workOf } from "./units.ts";
import type { Unit } from "./units.ts";
import { DAY_MS } from "./zone.ts";

/** What bots change in dependencies is released at the latest so long after the first waits. */
const RIDES_MS_MAX = 7 * DAY_MS;

/** Accounts that do nothing but update dependencies, lower case; some are no Apps. */
const DEPENDENCY_BOTS: ReadonlySet<string> = new Set([
  "dependabot[bot]",
  "dependabot-preview[bot]",
  "renovate[bot]",
  "renovate-bot",
  "mend-for-github-com[bot]",
  "depfu[bot]",
  "pyup-bot",
  "scala-steward",
  "scala-steward[bot]",
  "snyk-bot",
]);

/** `deps: …`, `chore(deps): …`, `fix(deps-dev)!: …`, `build(npm/deps): …` */
const DEPENDENCY_TITLE =
  /^(?:deps(?:\([^)]{0,200}\))?|(?:chore|fix|build)\((?:[\w./-]{1,100}\/)?deps\b[^)]{0,200}\))!?:/i;

/** Dependabot once put it first, Renovate puts it last. */
const SECURITY_TITLE = /\[security\]/i;

/**
 * What Dependabot and Renovate write in the description of a security update, and in no other: a
 * sentence of Dependabot's, Renovate's list of alerts, or its advisories from OSV. Release notes
 * that are quoted there name advisories too, but not in these forms.
 */
const SECURITY_SECTIONS: readonly RegExp[] = [
  /\*\*This update includes (?:a )?security fix(?:es)?\.\*\*/,
  /^You can disable automated security fix PRs for this repo from the /m,
  /^### (?:GitHub )?Vulnerability Alerts[ \t]*\r?\n(?:[ \t]*\r?\n){0,3}####[ \t\r\n]{0,4}\[?(?:CVE|GHSA)-/m,
  /^(?:[\w-]{1,40} \/ ){0,3}\[(?:CVE|GHSA)-[\w-]{1,40}\]\(https:\/\/[^\n]{1,2000}\r?\n(?:[ \t]*\r?\n){0,3}<details>\r?\n<summary>More information<\/summary>/m,
];

/** Characters of a description that are searched. */
const BODY_CHARS_MAX = 65_536;

const CO_AUTHOR = /^[ \t]*Co-authored-by:[ \t]*([^<\r\n]{0,200})<([^<>\s]{1,200})>/gim;

/**
 * Is it a pull of bots alone that updates dependencies? By a bot that does nothing else, or by
 * another one that says so in its title. Not where a person, or an agent that a person asked, has
 * worked on it: that is wanted.
 */
export function isDependencyUpdate(unit: Unit): boolean {
  if (unit.pull === null) return false;
  const { author, title } = unit;
  const isKnown = isDependencyBot(author.login);
  const isOther = author.isBot && !isAgent(author) && DEPENDENCY_TITLE.test(title);
  return (isKnown || isOther) && workOf(unit).every((commit) => !hasPerson(commit, author));
}

export function isDependencyBot(login: string): boolean {
  return DEPENDENCY_BOTS.has(login.toLowerCase());
}

/** Commits of bots often have no account that GitHub knows: only what is seen counts. */
export function hasPerson(
  { author, message }: { readonly author: Actor; readonly message: string },
  bot: Actor,
): boolean {
  const isBots = (login: string): boolean =>
    login === "ghost" || login.endsWith("[bot]") || isSameBot(login, bot) || isDependencyBot(login);
  if (!author.isBot && !isBots(author.login)) return true;
  return [...message.matchAll(CO_AUTHOR)].some(([, name = "", email = ""]) => {
    return !/\[bot\]/i.test(`${name} ${email}`) && !isBots(name.trim());
  });
}

/** GraphQL names some bots without the suffix. */
function isSameBot(login: string, bot: Actor): boolean {
  return login.toLowerCase() === bot.login.toLowerCase().replace(/\[bot\]$/, "");
}

/** Does the bot that made the update say that it closes a hole, in its title or its description? */
export function isSecurityUpdate(unit: Unit): boolean {
  const { title, pull } = unit;
  if (pull === null || !isDependencyUpdate(unit)) return false;
  const body = pull.body.slice(0, BODY_CHARS_MAX);
  return SECURITY_TITLE.test(title) || SECURITY_SECTIONS.some((section) => section.test(body));
}

/**
 * Is all that asks for a release the work of dependency bots, and can it wait? Null: no. Else when
 * it is released at the latest. With the label `security`, whoever set it, nothing waits.
 */
export function judgeRiding(units: readonly BatchUnit[], now: Instant): Instant | null {
  const asking = units.filter(({ level, cancelledBy }) => level !== "none" && cancelledBy === null);
  const isWaiting = asking.every(({ unit }) => isDependencyUpdate(unit) && !isUrgent(unit));
  if (asking.length === 0 || !isWaiting) return null;
  const endsAt = Math.min(...asking.map(({ unit }) => unit.at)) + RIDES_MS_MAX;
  return now < endsAt ? endsAt : null;
}

/** Of a dependency update. */
function isUrgent(unit: Unit): boolean {
  return unit.pull?.labels.some(({ name }) => isSecurityLabel(name)) || isSecurityUpdate(unit);
}

export function isSecurityLabel(name: string): boolean {
  return name.toLowerCase() === "security";
}
