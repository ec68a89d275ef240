import type { BatchUnit } from "../batch.ts";
import { isDependencyUpdate } from "../dependency-bots.ts";
import { nameUnit, workOf } from "../units.ts";
import type { DraftUnit } from "./unit-draft.ts";

/** What says that a unit breaks something, by the rule that found it. */
const BREAKING: Readonly<Record<BatchUnit["from"], string>> = {
  label: "its release label",
  title: "its title",
  commits: "the title of a commit",
  "breaking-body": "BREAKING CHANGE in a commit",
  "stock-label": "its label",
  revert: "what it takes back",
  untyped: "its title",
};

/**
 * A unit whose line is worth a draft; null: its title says it all. So it is with what is taken back
 * in the same release, with our own pull that takes a release back, with what rides along, and with dependency updates by bots, whose
 * descriptions are other projects' texts.
 */
export function draftUnitOf(judged: BatchUnit): DraftUnit | null {
  const { unit, level, cancelledBy, cancels, isRollback } = judged;
  if (cancelledBy !== null || cancels.length > 0 || isRollback === true) return null;
  return level === "none" || isDependencyUpdate(unit) ? null : sourceUnitOf(judged);
}

/** A unit as words for it are held against it, whether it is worth a draft or not. */
export function sourceUnitOf({ unit, level, from }: BatchUnit): DraftUnit {
  const { pull } = unit;
  const commits = workOf(unit).map(({ message }) => message);
  const bringing = unit.commits.filter(({ sha }) => sha === unit.sha);
  const rest = bringing.flatMap(({ message }) => message.split("\n").slice(1));
  return {
    unit: nameUnit(unit),
    pull: pull?.number ?? null,
    title: unit.title,
    body: pull?.body ?? rest.join("\n").trim(),
    labels: (pull?.labels ?? []).map(({ name }) => name),
    commits,
    sha: pull?.headSha ?? unit.sha,
    isBreaking: level === "major" ? [BREAKING[from]] : [],
  };
}
