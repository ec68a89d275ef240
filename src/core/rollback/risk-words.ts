import { parseHeader } from "../conventional.ts";
import { pluralOf } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import type { Ecosystem } from "./packages.ts";
import type { Listed, Risk } from "./risk.ts";
import { linkPull, linkRelease } from "./rollback-links.ts";
import type { LinkPlace } from "./rollback-links.ts";
import type { Foreseen, Pulls } from "./rollback.ts";

/**
 * The risk of a rollback in words: what deserves a look, each with what to do about it. The desk says
 * it before anybody asks, and the issue after that, by the same words.
 */

/** What would be done, or is; `risk` null: not read yet. */
export type Risked = Foreseen & { readonly risk: Risk | null };

const FIXES = new Set(["fix", "bugfix", "hotfix", "security"]);

export function renderRisk(rollback: Risked, place: LinkPlace): string {
  const { risk } = rollback;
  const known =
    risk === null
      ? ["- Which files it changed is not read yet."]
      : [
          ...sayUnread(risk, rollback),
          ...sayDatabase(risk, rollback),
          ...sayLater(risk, place),
          ...sayWorkflows(risk),
          ...sayLocks(risk),
          ...sayPublished(risk),
        ];
  const all = [...known, ...sayLost(rollback, place)];
  return (all.length === 0 && risk !== null ? [sayNothing(risk)] : all).join("\n");
}

/** In one line without Markdown, for who has to decide; null: nothing of it deserves a look. */
export function sumUpRisk({ risk, restore, ...foreseen }: Risked): string | null {
  const lost = countLost(foreseen);
  const parts = [
    ...(risk === null ? ["which files it changed is not read yet"] : sumUpFiles(risk, restore)),
    ...(lost === null ? [] : [`${lost} lost until the next release`]),
  ];
  return parts.length === 0 ? null : parts.join("; ");
}

function sumUpFiles(risk: Risk, restore: Foreseen["restore"]): readonly string[] {
  const { migrations, workflows, locks, changedAgain, files, isWhole, packages } = risk;
  const some = ({ count: many }: Listed, one: string, more: string): readonly string[] =>
    many === 0 ? [] : [`${isWhole ? "" : "at least "}${pluralOf(many, one, more)}`];
  return [
    ...(isUnread(risk, { restore }) ? ["nobody could read which files it changed"] : []),
    ...some(migrations, "migration", "migrations"),
    ...some(changedAgain, "file", "files").map((said) => `${said} of ${files} changed again since`),
    ...some(workflows, "workflow file", "workflow files"),
    ...some(locks, "lock file", "lock files"),
    ...(packages.length === 0 ? [] : [`installed from ${listEcosystems(packages)}`]),
  ];
}

function listEcosystems(packages: Risk["packages"]): string {
  return [...new Set(packages.map(({ ecosystem }) => NAMES[ecosystem] ?? ecosystem))].join(", ");
}

const NAMES: Readonly<Partial<Record<Ecosystem, string>>> = {
  images: "a registry of images",
  actions: "GitHub Actions",
};

/** Of the first release of a line nobody needs to know. */
function isUnread({ files }: Risk, { restore }: Pick<Foreseen, "restore">): boolean {
  return files === null && restore !== null;
}

function sayUnread(risk: Risk, foreseen: Pick<Foreseen, "restore">): readonly string[] {
  return isUnread(risk, foreseen) ? ["- Nobody could read which files it changed."] : [];
}

function sayNothing({ files, isWhole }: Risk): string {
  if (files === null) {
    return "- It is the first release that is known of its line: there is no code to go back to.";
  }
  const what = "No migrations, workflow files or lock files";
  const where = isWhole
    ? `are among the ${pluralOf(files, "file that goes", "files that go")} back, and nobody changed them again since`
    : `are among the ${files} files that GitHub listed of it; there may be more`;
  return `- ${what} ${where}.`;
}

function sayDatabase(
  { migrations, isWhole }: Risk,
  { good, release }: Pick<Foreseen, "good" | "release">,
): readonly string[] {
  if (migrations.count === 0) return [];
  const before = good === null ? "the code before it" : inertText(good.tag);
  return [
    `- **Database:** it changed ${count(migrations, isWhole, "migration", "migrations")} (${listPaths(migrations)}). ` +
      `Where they ran, they stay: make sure that ${before} works with the database that ${inertText(release.tag)} left.`,
  ];
}

function sayLater(risk: Risk, place: LinkPlace): readonly string[] {
  const { changedAgain, later, laterCount, isUnexplained, files, isWhole } = risk;
  if (changedAgain.count === 0 || files === null) return [];
  const pulls = later.map(({ number, tag }) => {
    const where = tag === null ? "not released yet" : `in ${linkRelease(tag, place)}`;
    return `${linkPull(number, place)} (${where})`;
  });
  const left = laterCount - later.length;
  const by = [
    ...pulls,
    ...(left === 0 ? [] : [`${left} more`]),
    ...(isUnexplained ? ["commits that are of none of the pull requests we know"] : []),
  ];
  return [
    `- **Later work:** ${count(changedAgain, isWhole, "file", "files")} of its ${files} (${listPaths(changedAgain)}) ` +
      `${changedAgain.count === 1 ? "was" : "were"} changed again by ${by.join(", ")}. That work stays; where it built on the same lines, the pull request conflicts.`,
  ];
}

function sayWorkflows({ workflows, isWhole }: Risk): readonly string[] {
  if (workflows.count === 0) return [];
  return [
    `- **Workflows:** it changed ${count(workflows, isWhole, "workflow file", "workflow files")} (${listPaths(workflows)}). ` +
      "GitHub lets an App write those only with a permission of its own: where it refuses, the commands of git restore them.",
  ];
}

function sayLocks({ locks, isWhole }: Risk): readonly string[] {
  if (locks.count === 0) return [];
  return [
    `- **Dependencies:** it changed ${count(locks, isWhole, "lock file", "lock files")} (${listPaths(locks)}). ` +
      "They go back as well, and with them whatever was mended there.",
  ];
}

/** Packages that a sentence names; the rest is counted. */
const PACKAGES_SHOWN = 3;

function sayPublished({ packages }: Risk): readonly string[] {
  if (packages.length === 0) return [];
  const shown = packages.slice(0, PACKAGES_SHOWN).map(({ ecosystem, name, bad }) => {
    return `${inertCode(`${name} ${bad[0]}`)} (${NAMES[ecosystem] ?? ecosystem})`;
  });
  const left = packages.length - shown.length;
  const all = [...shown, ...(left === 0 ? [] : [`${left} more`])].join(", ");
  return [
    `- **Installed clients:** whoever has ${all} keeps it, and others still get it there, until somebody who may ` +
      "publish runs the commands of the rollback issue.",
  ];
}

type Lost = Pick<Foreseen, "loses" | "affected" | "movesLatest" | "good">;

/** Without a good release before it Latest stays where it is. */
function isLosing({ good, affected, movesLatest }: Lost): boolean {
  return good !== null && affected.length > 0 && movesLatest;
}

/** What people who follow Latest go without; null: nothing, as far as anybody knows. */
function countLost(foreseen: Lost): string | null {
  const { loses, affected } = foreseen;
  if (!isLosing(foreseen)) return null;
  if (loses === null) return `what ${pluralOf(affected.length, "release", "releases")} brought`;
  if (loses.count === 0) return null;
  const fixes = sayFixes(loses);
  const pulls = pluralOf(loses.count, "pull request", "pull requests");
  return fixes === null ? pulls : `${pulls} with ${fixes}`;
}

/** Null: none is known. */
function sayFixes(loses: NonNullable<Pulls>): string | null {
  const { length } = findFixes(loses);
  if (length === 0) return null;
  // Titles of long ago are not read any more.
  const isCut = loses.shown.length < loses.count || loses.shown.some(({ title }) => title === null);
  return `${isCut ? "at least " : ""}${pluralOf(length, "fix", "fixes")}`;
}

function sayLost(foreseen: Lost, place: LinkPlace): readonly string[] {
  const { loses, affected } = foreseen;
  if (!isLosing(foreseen)) return [];
  const releases = affected.map(({ tag }) => linkRelease(tag, place)).join(", ");
  if (loses === null) return [`- **Lost until the next release:** what ${releases} brought.`];
  if (loses.count === 0) return [];
  const fixes = sayFixes(loses);
  const names = findFixes(loses).map((number) => linkPull(number, place));
  const mended = fixes === null ? "" : `, ${fixes} among them (${names.join(", ")})`;
  return [
    `- **Lost until the next release:** ${pluralOf(loses.count, "pull request", "pull requests")} of ${releases}${mended}. They stay on the branch.`,
  ];
}

/** By their titles, as far as those are known. */
function findFixes(pulls: NonNullable<Pulls>): readonly number[] {
  return pulls.shown
    .filter(({ title }) => FIXES.has(parseHeader(title ?? "")?.type ?? ""))
    .map(({ number }) => number);
}

function count(listed: Listed, isWhole: boolean, one: string, many: string): string {
  return `${isWhole ? "" : "at least "}${pluralOf(listed.count, one, many)}`;
}

function listPaths({ shown, count: all }: Listed): string {
  const left = all - shown.length;
  const names = shown.map((path) => inertCode(path)).join(", ");
  return left === 0 ? names : `${names} and ${left} more`;
}
