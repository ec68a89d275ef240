import type { Comparison } from "./agreement.ts";
import type { BatchUnit } from "./batch.ts";
import { plainLine } from "./inert.ts";
import { isReleaseUnit } from "./merges.ts";
import { nameUnit } from "./units.ts";

/** Changes that are named; the rest is counted. */
const NAMED_MAX = 3;
const TITLE_CHARS_MAX = 60;

const FROM: Readonly<Record<BatchUnit["from"], string>> = {
  label: "its label",
  title: "its title",
  commits: "its commits",
  "breaking-body": "BREAKING CHANGE in its message",
  "stock-label": "its label",
  untyped: "saying nothing of its kind",
  revert: "being a revert",
};

/** Why a version was chosen: the changes that decided. One line. */
export function explainChoice({ batch, level, difference }: Comparison): string {
  const hint = difference === null ? "" : HINTS[difference];
  const work = batch.units.filter(({ unit }) => !isReleaseUnit(unit));
  const [first, ...rest] = work.filter(
    (unit) => unit.level !== "none" && unit.level === batch.level,
  );
  if (first === undefined) return `patch, the least: ${describeIdle(work)}${hint}`;
  const left = rest.length + 1 - NAMED_MAX;
  const shown = [first, ...rest].slice(0, NAMED_MAX).map(quote).join(", ");
  return `${level} by ${FROM[first.from]}: ${shown}${left > 0 ? ` and ${left} more` : ""}${hint}`;
}

const HINTS: Readonly<Record<NonNullable<Comparison["difference"]>, string>> = {
  further: "",
  less: "",
  skipped: "; the tag leaves a number out",
  backwards: "; the tag is below one that its commit contains",
};

function describeIdle(units: readonly BatchUnit[]): string {
  if (units.length === 0) return "nothing was merged between them";
  const undone = units.filter(
    ({ cancelledBy, cancels }) => cancelledBy !== null || cancels.length > 0,
  );
  if (undone.length > 0) {
    return `these cancel each other: ${undone.slice(0, NAMED_MAX).map(quote).join(", ")}`;
  }
  const count = units.length === 1 ? "the one change rides" : `all ${units.length} changes ride`;
  return `${count} along: ${units.slice(0, NAMED_MAX).map(quote).join(", ")}`;
}

function quote(judged: BatchUnit): string {
  return `${nameUnit(judged.unit)} “${plainLine(judged.unit.title, TITLE_CHARS_MAX)}”`;
}
