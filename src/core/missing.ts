import type { Batch, BatchUnit } from "./batch.ts";
import type { ReleaseCard } from "./card.ts";
import { pathsOf } from "./changes.ts";
import type { FileList } from "./changes.ts";
import { inertText } from "./inert.ts";
import { judgeReleaseLabel } from "./level.ts";
import type { Pull } from "./pull.ts";
import type { Instant, LineState, ReleaseSeen, Sha, TagSeen } from "./state.ts";
import type { Unit } from "./units.ts";

/** Merged work that the head does not hold, as far as it was looked for. */
export interface Missing {
  /** Merged into the branch since the base; the merge is not on the branch any more. */
  readonly lost: readonly Pull[];
  /** Numbers of pulls of the batch whose files all are at the head as before the merge. */
  readonly undone: readonly number[];
}

/** Pulls whose place is asked of GitHub in one look; a lost one is found among the newest. */
const SUSPECTS_MAX = 10;
/** Files of a pull that are compared at first: one that differs is enough to clear it. */
const SAMPLE_FILES = 3;
/** A pull of more files, all of them undone, is not found: nobody undoes that many by mistake. */
const FILES_MAX = 100;
/** Rows of the notes; the rest is counted. */
const ROWS_MAX = 20;
/** Merged that short ago, the head that we saw may simply be from before it. */
const RACE_MS = 60_000;

/**
 * Merges of the branch that should be in the batch and are not: newer than the base, in no release.
 * Where the base's own pull is not known, what was merged before its release counts as in it.
 */
export function listSuspects(seen: {
  /** Merged pulls of the branch that are not in the batch. */
  readonly others: readonly Pull[];
  readonly units: readonly Unit[];
  readonly baseTag: TagSeen | null;
  /** Counts where there is no base. Null: not known, and nobody is suspected. */
  readonly startedAt: Instant | null;
  readonly releases: readonly ReleaseSeen[];
}): readonly Pull[] {
  const { others, units, baseTag, startedAt, releases } = seen;
  const own = others.find(({ mergeSha }) => mergeSha === baseTag?.sha);
  const published = releases.find(({ tag }) => tag === baseTag?.name)?.publishedAt ?? null;
  const oldest = Math.min(...units.map(({ at }) => at));
  const since =
    baseTag === null ? startedAt : (own?.mergedAt ?? Math.min(published ?? oldest, oldest));
  if (since === null) return [];
  const released = new Set(releases.flatMap(({ cardPulls }) => cardPulls ?? []));
  return others
    .filter(({ number, mergedAt }) => mergedAt > since && !released.has(number))
    .toSorted((left, right) => right.mergedAt - left.mergedAt)
    .slice(0, SUSPECTS_MAX);
}

/** Where a merge stands, as GitHub compares it with the head. */
export type Place = "reachable" | "behind" | "elsewhere";

/** A merge beyond the head is one that came while we looked, or one that a reset took away. */
export function isLost(place: Place, { mergedAt }: Pull, now: Instant): boolean {
  return place === "elsewhere" || (place === "behind" && now - mergedAt > RACE_MS);
}

/** Pulls of the batch that another unit may have undone; a listed revert explains itself. */
export function listUndoable({ units }: Batch): readonly (BatchUnit & { unit: { pull: Pull } })[] {
  return units.filter(
    (judged): judged is BatchUnit & { unit: Unit & { pull: Pull } } =>
      judged.unit.pull !== null && judged.cancelledBy === null,
  );
}

/** Commit of the branch right before the unit; null for one without a parent. */
export function beforeOf(unit: Unit): Sha | null {
  const [oldest] = unit.commits;
  const bringing = unit.commits.find(({ sha }) => sha === unit.sha);
  const first = unit.kind === "rebase" ? oldest : bringing;
  return first?.parents[0] ?? null;
}

/** Paths that are compared first. Empty: the files are not known, or too many. */
export function samplePaths(list: FileList): readonly string[] {
  return allPaths(list).slice(0, SAMPLE_FILES);
}

export function allPaths(list: FileList): readonly string[] {
  return list.isComplete && list.files.length <= FILES_MAX ? pathsOf(list) : [];
}

/** The content of one path, as ids of git; null: nothing stands there. */
export interface Stand {
  readonly head: Sha | null;
  readonly before: Sha | null;
}

/** Is all of it at the head as it was before the pull? */
export function isAsBefore(stands: readonly Stand[]): boolean {
  return stands.length > 0 && stands.every(({ head, before }) => head === before);
}

/** `own`: on the pull's own branch. One that changed nothing there undid nothing. */
export function isUndone(stands: readonly (Stand & { readonly own: Sha | null })[]): boolean {
  return isAsBefore(stands) && stands.some(({ own, before }) => own !== before);
}

/** A lost merge whose content stands at the head was brought again, or its commit rewritten. */
export function hasLanded(
  stands: readonly { readonly head: Sha | null; readonly own: Sha | null }[],
): boolean {
  return stands.length > 0 && stands.every(({ head, own }) => head === own);
}

type MissingState = Pick<LineState, "missing">;

function isUndoneUnit({ missing }: MissingState, { pull }: Unit): boolean {
  return pull !== null && (missing?.undone ?? []).includes(pull.number);
}

/** Units whose change is in the release. */
export function listPresent(state: MissingState, { units }: Batch): readonly BatchUnit[] {
  return units.filter(({ unit }) => !isUndoneUnit(state, unit));
}

/** What is missing, by a forced push or by a later unit. */
export function listMissing(
  state: MissingState,
  { units }: Batch,
): readonly { readonly pull: Pull; readonly isLost: boolean }[] {
  const undone = units.flatMap(({ unit, cancelledBy }) =>
    unit.pull !== null && cancelledBy === null && isUndoneUnit(state, unit) ? [unit.pull] : [],
  );
  return [
    ...(state.missing?.lost ?? []).map((pull) => ({ pull, isLost: true })),
    ...undone.map((pull) => ({ pull, isLost: false })),
  ];
}

/** Marks on the card what is not in the release. */
export function describeMissing(
  state: MissingState,
  unit: Unit,
): Pick<ReleaseCard["units"][number], "isMissing"> {
  return isUndoneUnit(state, unit) ? { isMissing: true } : {};
}

/** Part of the notes about what was merged and is not in the release; null where there is none. */
export function renderMissing(state: MissingState, batch: Batch): string | null {
  const missing = listMissing(state, batch);
  if (missing.length === 0) return null;
  const rows = missing
    .slice(0, ROWS_MAX)
    .map(({ pull }) => `- ${inertText(pull.title)} (#${pull.number})`);
  const left = missing.length - rows.length;
  const more = left > 0 ? [`- …and ${left} more`] : [];
  return ["### Merged, but not in this release", "", ...rows, ...more].join("\n");
}

/** Who said that it is to be left out. */
export function describeKnown(state: MissingState, batch: Batch): ReleaseCard["overrides"] {
  return listMissing(state, batch).flatMap(({ pull }) =>
    pull.labels
      .filter((own) => judgeReleaseLabel([own]) === "none")
      .slice(0, 1)
      .map(({ name, setBy }) => {
        const why = `label ${name} on #${pull.number}`;
        return { rule: "missing", by: setBy?.login ?? "", why, sha: pull.mergeSha };
      }),
  );
}
