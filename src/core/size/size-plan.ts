import type { Sha } from "../state.ts";
import { isManifest } from "./size-kind.ts";
import { numberTitles, reasonOf, titleOf } from "./size-plan-words.ts";
import type { SizeKind } from "./size-policy.ts";
import type { Change, Size } from "./size.ts";
import { fitsInOne } from "./split-load.ts";
import { packUnits } from "./split-pack.ts";
import { joinFolders, listTies } from "./split-ties.ts";
import type { FileTie } from "./split-ties.ts";
import { aloneInUnit, SplitUnits } from "./split-units.ts";
import type { PlanFile } from "./split-units.ts";

export interface SplitCommit {
  readonly sha: Sha;
  /** Its first line. */
  readonly title: string;
  /** What it changed. */
  readonly paths: readonly string[];
}

export interface SplitFacts {
  readonly size: Size;
  readonly change: Change;
  /** The oldest first; empty: not known. */
  readonly commits: readonly SplitCommit[];
  /** What imports what; paths that are not in the change do no harm. Empty: not known, or none. */
  readonly imports: readonly FileTie[];
}

interface SplitGroup {
  /** A folder, a path, or the title of a commit: as people wrote it, so no Markdown. */
  readonly title: string;
  /** Those with the most weighted lines first. */
  readonly paths: readonly string[];
  /** Weighted lines. */
  readonly lines: number;
  /** Spread, as in `Size`. */
  readonly files: number;
  /** Why these, and which groups go before, by their numbers from 1. */
  readonly reason: string;
}

export interface SplitPlan {
  /** In the order in which they can go. Every file that is listed is in exactly one. */
  readonly groups: readonly SplitGroup[];
  /** There are files that nobody listed. */
  readonly isPartial: boolean;
}

/** Parts of a change that can go one after the other, each at most `warn`. Null: it is small. */
export function planSplit(facts: SplitFacts): SplitPlan | null {
  const { size, commits, imports } = facts;
  const isLarge = size.parts.some(
    ({ lines, files, limits: { warn } }) => lines > warn.lines || files > warn.files,
  );
  if (!isLarge) return null;
  const files = listFiles(facts);
  const byPath = new Map(files.map((file) => [file.path, file]));
  const filesOf = (paths: readonly string[]): readonly PlanFile[] =>
    paths.flatMap((path) => byPath.get(path) ?? []);
  const removed = new Set(listRemoved(facts));
  const ties = listTies(size.list);
  for (const { from, to } of [...ties, ...imports]) {
    // What is removed goes after what imported it.
    const [later, earlier] = removed.has(to) ? [to, from] : [from, to];
    for (const file of filesOf([later])) file.needs.push(...filesOf([earlier]));
  }
  const units = new SplitUnits(files);
  for (const { from, to } of ties) units.join(filesOf([from, to]));
  const placed = commits.map((commit) => ({ ...commit, files: filesOf(commit.paths) }));
  // Those of few files first: a commit that touches everything must not be in their way.
  const whole = placed
    .filter((commit) => commit.files.length > 0)
    .toSorted((left, right) => left.files.length - right.files.length)
    .filter((commit) => units.join(commit.files));
  const ofCommits = new Set(whole.flatMap((commit) => commit.files));
  joinFolders(
    files.filter((file) => !ofCommits.has(file)),
    units,
  );
  const groups = packUnits(units.list(), ofCommits);
  const inOrder = placed.filter((commit) => whole.includes(commit));
  const rows = describeGroups(groups, inOrder, imports.length > 0);
  return { groups: rows, isPartial: size.isTruncated };
}

function listRemoved({ change }: SplitFacts): readonly string[] {
  return change.files.filter(({ status }) => status === "removed").map(({ path }) => path);
}

const RANKS: Readonly<Partial<Record<SizeKind, number>>> = { tests: 2, docs: 3 };

/** By path. Manifests go first, then code commit by commit, and what is removed at the end. */
function listFiles(facts: SplitFacts): readonly PlanFile[] {
  const { size, commits } = facts;
  const first = new Map<string, number>();
  for (const [at, { paths }] of commits.entries()) {
    for (const path of paths) if (!first.has(path)) first.set(path, at);
  }
  const removed = new Set(listRemoved(facts));
  const step = commits.length + 1;
  return size.parts
    .flatMap(({ limits }, part) =>
      size.list
        .filter((file) => file.part === part)
        .map((file) => ({ ...file, room: limits.warn })),
    )
    .toSorted((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, kind, counted, room }, at) => {
      const sort = removed.has(path) ? 4 : isManifest(path) ? 0 : (RANKS[kind] ?? 1);
      const file: Omit<PlanFile, "unit"> = {
        at,
        path,
        hundredths: Math.round(counted * 100),
        isSpread: counted > 0 && !isManifest(path),
        room,
        rank: sort * step + (first.get(path) ?? commits.length),
        needs: [],
        isCut: false,
      };
      return aloneInUnit(file);
    });
}

/** A commit with those of its files that are in the change. */
interface PlacedCommit extends SplitCommit {
  readonly files: readonly PlanFile[];
}

function describeGroups(
  groups: readonly (readonly PlanFile[])[],
  whole: readonly PlacedCommit[],
  hasImports: boolean,
): readonly SplitGroup[] {
  const ofCommits = new Set(whole.flatMap(({ files }) => files));
  const rows = groups.map((group, at): SplitGroup => {
    const paths = group
      .toSorted((left, right) => right.hundredths - left.hundredths)
      .map(({ path }) => path);
    const commits = group.every((file) => ofCommits.has(file))
      ? whole.filter(({ files }) => group.some((file) => files.includes(file)))
      : [];
    const needs = new Set(group.flatMap((file) => file.needs));
    const before = groups.flatMap((other, place) =>
      place !== at && other.some((file) => needs.has(file)) ? [place + 1] : [],
    );
    return {
      title: titleOf(paths, commits),
      paths,
      lines: group.reduce((sum, { hundredths }) => sum + hundredths, 0) / 100,
      files: group.filter(({ isSpread }) => isSpread).length,
      reason: reasonOf({
        commits,
        before,
        hasImports,
        isOver: !fitsInOne(group),
        isCircle: group.some(({ isCut }) => isCut),
      }),
    };
  });
  return numberTitles(rows);
}
