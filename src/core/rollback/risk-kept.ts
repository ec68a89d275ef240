import { pathsOf } from "../changes.ts";
import type { FileList } from "../changes.ts";
import { policyOf } from "../lines.ts";
import { DEFAULT_POLICY } from "../policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../policy/policy.ts";
import type { LineState, Sha } from "../state.ts";
import { joinUnits } from "../units.ts";
import type { PublishedPackage } from "./packages.ts";
import { judgePackages, judgeRisk, withAffected } from "./risk.ts";
import type { PublishedFiles, Risk, RiskPlace } from "./risk.ts";
import type { Foreseen } from "./rollback.ts";
import { LATER_MAX, listLater } from "./wanted-files.ts";

/**
 * The risk of a rollback before anybody asks for it. What a release changed is read once and kept;
 * of each change that comes later only which of those files it changes again. So a merge costs no
 * request for each release that stands.
 */

/** Commits of the tags: with others it is read anew. Null: there is no such tag. */
export interface RiskCommits {
  readonly bad: Sha;
  /** What its code goes back to. */
  readonly before: Sha | null;
  readonly good: Sha | null;
}

/** Names of files. */
interface Paths {
  readonly paths: readonly string[];
  /** False: there are others. */
  readonly isComplete: boolean;
}

/** What was read of one release. */
export interface RiskKept {
  readonly at: RiskCommits;
  /** What it changed; null: nobody could read it. */
  readonly batch: Paths | null;
  /** As published by this release alone: `withAffected`. */
  readonly packages: readonly PublishedPackage[];
  /** Those of its files that later work changed again, by `LaterChange.key`. */
  readonly again: Readonly<Record<string, Again>>;
}

/** What one later change makes of the files of a release. */
interface Again {
  /** Places in `batch.paths`: names would be kept once for each change. */
  readonly files: readonly number[];
  /** False: there may be others. */
  readonly isComplete: boolean;
}

/** A pull, or a push without one, that came to the branch after a release. */
export interface LaterChange {
  /** `#12`, or the SHA of a push. */
  readonly key: string;
  /** Null: a push. */
  readonly pull: number | null;
  /** Commit that brought it, as far as it is known. */
  readonly sha: Sha;
}

/** What is to be read before the risk of a release is known. */
export interface RiskWanted {
  /** Where the release itself is to be read; null: it was. */
  readonly at: RiskCommits | null;
  readonly later: readonly LaterChange[];
}

/** Pushes that wait and whose files are read, the newest ones; each is a request. */
const PUSHES_MAX = 10;
/** Characters of the names that are kept of one release. */
const CHARS_MAX = 50_000;

/** Null: the tag of the release is gone. */
export function commitsOf(
  { tags, releases }: Pick<LineState, "tags" | "releases">,
  { release, good, restore }: Pick<Foreseen, "release" | "good" | "restore">,
): RiskCommits | null {
  const shaOf = (tag: string | undefined): Sha | null =>
    tags.find(({ name }) => name === tag)?.sha ??
    releases.find((each) => each.tag === tag)?.sha ??
    null;
  const bad = shaOf(release.tag);
  if (bad === null) return null;
  return { bad, before: shaOf(restore?.before), good: shaOf(good?.tag) };
}

/** What the judges have to know of where a line stands. */
export function riskPlaceOf(state: LineState): RiskPlace {
  const { repository, line } = state;
  const policy = policyIn(effectivePolicyOf(state)) ?? DEFAULT_POLICY;
  return {
    repository: `${repository.owner}/${repository.name}`,
    tagFormat: policyOf(policy, line, repository.defaultBranch).tag ?? null,
  };
}

/** Null: nothing, because its risk is known, or its tag is gone. */
export function wantRisk(
  state: LineState,
  foreseen: Foreseen,
  kept: RiskKept | undefined,
): RiskWanted | null {
  const at = commitsOf(state, foreseen);
  if (at === null) return null;
  const { changes } = listChanges(state, foreseen);
  if (kept === undefined || !isSame(kept.at, at)) return { at, later: changes };
  const later =
    kept.batch === null ? [] : changes.filter(({ key }) => kept.again[key] === undefined);
  return later.length === 0 ? null : { at: null, later };
}

/** What is kept of a release, as it was read just now. */
export function keepRelease(
  read: PublishedFiles & { readonly at: RiskCommits; readonly batch: FileList | null },
  foreseen: Foreseen,
  place: RiskPlace,
): RiskKept {
  const { at, batch } = read;
  return {
    at,
    batch: batch === null ? null : cut(batch),
    packages: judgePackages(read, foreseen, place),
    again: {},
  };
}

function cut(list: FileList): Paths {
  const paths = [...new Set(pathsOf(list))];
  let chars = 0;
  const kept = paths.filter((path) => {
    chars += path.length;
    return chars <= CHARS_MAX;
  });
  return { paths: kept, isComplete: list.isComplete && kept.length === paths.length };
}

/** With what a later change makes of its files. */
export function keepLater(
  kept: RiskKept,
  { key }: Pick<LaterChange, "key">,
  files: FileList,
): RiskKept {
  const changed = new Set(pathsOf(files));
  const places = [...(kept.batch?.paths ?? []).entries()]
    .filter(([, path]) => changed.has(path))
    .map(([at]) => at);
  const own = { files: places, isComplete: files.isComplete };
  return { ...kept, again: { ...kept.again, [key]: own } };
}

/** Null: something of it was not read yet. `all`: by tag, those of the later releases too. */
export function judgeKept(
  state: LineState,
  foreseen: Foreseen,
  all: Readonly<Record<string, RiskKept>>,
): Risk | null {
  const kept = all[foreseen.release.tag];
  if (kept === undefined || wantRisk(state, foreseen, kept) !== null) return null;
  const { batch, again } = kept;
  const packages = withAffected(kept.packages, foreseen, riskPlaceOf(state));
  if (batch === null) return judgeRisk({ batch, since: null, later: [] }, foreseen, packages);
  const { pulls, changes, isCut } = listChanges(state, foreseen);
  const changedBy = (key: string): Paths => {
    const own = again[key];
    if (own === undefined) return NOBODY_KNOWS;
    const files = new Set(own.files);
    return { ...own, paths: batch.paths.filter((_, at) => files.has(at)) };
  };
  // Pushes are in no card of a release, but in what it changed.
  const seen = [
    ...changes.map(({ key }) => changedBy(key)),
    ...foreseen.affected.map(({ tag }) => all[tag]?.batch ?? NOBODY_KNOWS),
  ];
  const since = {
    paths: seen.flatMap(({ paths }) => paths),
    isComplete: !isCut && seen.every(({ isComplete }) => isComplete),
  };
  const later = pulls.map(({ number, tag }) => {
    return { number, tag, files: listOf(changedBy(keyOf(number))) };
  });
  return judgeRisk({ batch: listOf(batch), since: listOf(since), later }, foreseen, packages);
}

const NOBODY_KNOWS: Paths = { paths: [], isComplete: false };

function listOf({ paths, isComplete }: Paths): FileList {
  return { files: paths.map((path) => ({ path, previousPath: null })), isComplete };
}

function keyOf(number: number): string {
  return `#${number}`;
}

/** `isCut`: there are more than anybody reads. */
function listChanges(
  state: LineState,
  foreseen: Foreseen,
): {
  readonly pulls: ReturnType<typeof listLater>;
  readonly changes: readonly LaterChange[];
  readonly isCut: boolean;
} {
  const { commits, commitCount, line } = state;
  const pulls = listLater(state, foreseen);
  const units = joinUnits(commits, state.pulls, line.branch);
  const pushes = units.filter(({ pull }) => pull === null);
  return {
    pulls,
    changes: [
      ...pulls.map(({ number, sha }) => ({ key: keyOf(number), pull: number, sha })),
      ...pushes.slice(-PUSHES_MAX).map(({ sha }) => ({ key: sha, pull: null, sha })),
    ],
    isCut: pulls.length === LATER_MAX || pushes.length > PUSHES_MAX || commitCount > commits.length,
  };
}

function isSame(one: RiskCommits, other: RiskCommits): boolean {
  return one.bad === other.bad && one.before === other.before && one.good === other.good;
}
