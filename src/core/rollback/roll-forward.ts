import { judgeBatch } from "../batch.ts";
import type { Batch, BatchState, BatchUnit } from "../batch.ts";
import type { ReleaseCard } from "../card.ts";
import { inertCode, inertText } from "../inert.ts";
import type { PersonHold } from "../memory.ts";
import type { Cut } from "../release-card.ts";
import type { LineState } from "../state.ts";
import type { Unit } from "../units.ts";
import { chooseTagFormat, levelBetween, maxLevel, parseTag } from "../version.ts";
import type { Level } from "../version.ts";
import type { Rollback } from "./rollback.ts";

/**
 * Rolling forward: when the pull that undoes a release is merged, the release that carries it goes
 * out although the line is held by that rollback, and past what only spreads releases over time.
 */

type Seen = BatchState & Pick<LineState, "memory">;

/** Its release is out, or a person let releases go before. */
export function isOver({ resumedAt, restoration }: Rollback): boolean {
  return resumedAt !== null || restoration?.state === "released";
}

/**
 * Rollbacks that a release of these commits carries, oldest first: their pulls are in the batch,
 * whoever merged them, and also where a person resumed meanwhile.
 */
export function listForward(state: Seen): readonly Rollback[] {
  return rollbacksOf(state).filter((each) => isCarried(state, each));
}

function rollbacksOf({ memory: { rollbacks } }: Seen): readonly Rollback[] {
  return rollbacks ?? [];
}

function isCarried(seen: Seen, { restoration }: Rollback): boolean {
  if (restoration === null || restoration.state === "released") return false;
  const { pull, mergedSha, state } = restoration;
  // Also where somebody asks what it would be with our pull in it.
  const own = seen.pulls.find(
    ({ number, baseBranch }) => number === pull?.number && baseBranch === seen.line.branch,
  );
  const at = own?.mergeSha ?? mergedSha;
  // Somebody undid it by hand before, somewhere in the batch.
  if (at === null) return state === "merged";
  if (!seen.commits.some(({ sha }) => sha === at)) return false;
  const brought = judgeBatch(seen).units.find(({ unit }) =>
    unit.commits.some(({ sha }) => sha === at),
  );
  return brought?.cancelledBy === null;
}

/**
 * Does the hold of a rollback let the release go? Only when it carries every rollback of the line that
 * goes on: else it would send people to code that is being taken back. A person's own hold is another
 * one, and stands.
 */
export function passesHold(state: Seen): boolean {
  const tag = state.memory.hold?.rollback;
  if (tag === undefined) return false;
  const forward = listForward(state);
  const all = rollbacksOf(state);
  const isDone = (each: Rollback): boolean => isOver(each) || forward.includes(each);
  const isKnown = all.some(({ release }) => release.tag === tag);
  return isKnown && forward.length > 0 && all.every(isDone);
}

/** The hold that comes with a rollback. */
export function holdOf({
  by,
  reason,
  url,
  at,
  release: { tag },
}: Pick<Rollback, "by" | "reason" | "url" | "at" | "release">): PersonHold & { rollback: string } {
  const why = reason === "" ? "" : `: ${reason}`;
  return { by, reason: `${tag} is rolled back${why}`, url, at, rollback: tag };
}

/** What a hold says of releases that are ready behind it, as Markdown; null: there is none. */
export function tellWaiting(state: Seen): string | null {
  const forward = listForward(state).filter((each) => !isOver(each));
  if (forward.length === 0) return null;
  const ready = forward.map(({ release }) => inertCode(release.tag)).join(", ");
  const open = rollbacksOf(state).filter((each) => !isOver(each) && !forward.includes(each));
  const others = open.map(({ release, issue }) =>
    issue === null ? inertText(release.tag) : `[${inertText(release.tag)}](${issue.url})`,
  );
  const what = others.length === 0 ? "this hold" : `the rollback of ${others.join(", ")}`;
  return `The code of ${ready} is undone on the branch, and its release waits for ${what}.`;
}

function isRestoring({ pull }: Unit, rollbacks: readonly Rollback[]): boolean {
  return rollbacks.some(
    ({ restoration }) => pull !== null && restoration?.pull?.number === pull.number,
  );
}

/** What the card says of the rules that it passed; nothing where it takes nothing back. */
export function describeForward(state: Seen, passed: readonly string[]): ReleaseCard["rules"] {
  const forward = listForward(state);
  if (forward.length === 0) return [];
  const names = forward.map(({ release }) => release.tag).join(", ");
  const hold = passesHold(state) ? ["hold"] : [];
  const past = [...hold, ...passed].join(", ");
  return [
    { rule: "rollback", verdict: `takes ${names} back${past === "" ? "" : `, past ${past}`}` },
  ];
}

export function addRolledBack(cut: Cut, state: Seen): Cut {
  const rollsBack = listForward(state);
  return rollsBack.length === 0 ? cut : { ...cut, rollsBack };
}

/**
 * The batch with what our own pulls say, whatever became of their titles: one that undoes a release is
 * a patch, one that brings it back is what that release was. A release of a rollback is a patch at
 * least.
 */
export function withRollbacks(
  { state, policyTag }: { readonly state: Seen; readonly policyTag: string | null },
  batch: Batch,
): Batch {
  const all = rollbacksOf(state);
  if (all.length === 0) return batch;
  const forward = listForward(state);
  const units = batch.units.map((judged) => {
    if (isRestoring(judged.unit, forward)) {
      return { ...raise(judged, { level: "patch", type: "revert" }), isRollback: true as const };
    }
    const level = relandLevel(judged.unit, all, policyTag);
    return level === null ? judged : raise(judged, { level, type: null });
  });
  const isForward = forward.length > 0 && units.length > 0;
  const own = units.filter((judged, at) => judged !== batch.units[at]);
  const least: Level = isForward ? "patch" : "none";
  const level = own.reduce<Level>((high, each) => maxLevel(high, each.level), least);
  return { units, level: maxLevel(batch.level, level) };
}

/** Null: it is none of our pulls. */
function relandLevel(
  { pull }: Unit,
  rollbacks: readonly Rollback[],
  policyTag: string | null,
): Level | null {
  const own = rollbacks.find(({ reland }) => pull !== null && reland?.pull?.number === pull.number);
  if (own === undefined) return null;
  const versionOf = (tag: string) => parseTag(tag, chooseTagFormat(policyTag, tag));
  const to = versionOf(own.release.tag);
  const from = own.restore === null ? null : versionOf(own.restore.before);
  return from === null || to === null ? "patch" : levelBetween(from, to);
}

/** A label that somebody set says more than we do, but nobody makes less of it than a patch. */
function raise(judged: BatchUnit, said: Pick<BatchUnit, "level" | "type">): BatchUnit {
  if (judged.cancelledBy !== null) return judged;
  if (judged.from === "label") return { ...judged, level: maxLevel("patch", judged.level) };
  return { ...judged, ...said, from: "revert", cancels: [] };
}
