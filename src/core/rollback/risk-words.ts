import { parseHeader } from "../conventional.ts";
import { pluralOf } from "../desk/desk-words.ts";
import { inertCode, inertText } from "../inert.ts";
import type { Listed, Risk } from "./risk.ts";
import { linkPull, linkRelease } from "./rollback-links.ts";
import type { RollbackPlace } from "./rollback-links.ts";
import type { Pulls, Rollback } from "./rollback.ts";

/** The risk of a rollback in words: what deserves a look, each with what to do about it. */

const FIXES = new Set(["fix", "bugfix", "hotfix", "security"]);

export function renderRisk(rollback: Rollback, place: RollbackPlace): string {
  const { risk } = rollback;
  const known =
    risk === null
      ? ["- Which files it changed is not read yet."]
      : [
          ...sayDatabase(risk, rollback),
          ...sayLater(risk, place),
          ...sayWorkflows(risk),
          ...sayLocks(risk),
        ];
  const all = [...known, ...sayLost(rollback, place)];
  return (all.length === 0 && risk !== null ? [sayNothing(risk)] : all).join("\n");
}

function sayNothing({ files, isWhole }: Risk): string {
  if (files === null) return "- Nobody could read which files it changed.";
  const what = "No migrations, workflow files or lock files";
  const where = isWhole
    ? `are among the ${pluralOf(files, "file that goes", "files that go")} back, and nobody changed them again since`
    : `are among the ${files} files that GitHub listed of it; there may be more`;
  return `- ${what} ${where}.`;
}

function sayDatabase(
  { migrations, isWhole }: Risk,
  { good, release }: Rollback,
): readonly string[] {
  if (migrations.count === 0) return [];
  const before = good === null ? "the code before it" : inertText(good.tag);
  return [
    `- **Database:** it changed ${count(migrations, isWhole, "migration", "migrations")} (${listPaths(migrations)}). ` +
      `Where they ran, they stay: make sure that ${before} works with the database that ${inertText(release.tag)} left.`,
  ];
}

function sayLater(risk: Risk, place: RollbackPlace): readonly string[] {
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

function sayLost(
  { loses, affected, movesLatest }: Rollback,
  place: RollbackPlace,
): readonly string[] {
  if (affected.length === 0 || !movesLatest) return [];
  const releases = affected.map(({ tag }) => linkRelease(tag, place)).join(", ");
  if (loses === null) return [`- **Lost until the next release:** what ${releases} brought.`];
  if (loses.count === 0) return [];
  const fixes = findFixes(loses).map((number) => linkPull(number, place));
  const isCut = loses.shown.length < loses.count;
  const mended =
    fixes.length === 0
      ? ""
      : `, ${isCut ? "at least " : ""}${pluralOf(fixes.length, "fix", "fixes")} among them (${fixes.join(", ")})`;
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
