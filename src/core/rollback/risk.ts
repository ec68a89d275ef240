import { pathsOf } from "../changes.ts";
import type { FileList } from "../changes.ts";
import { isLockFile } from "../size/size-kind.ts";
import { chooseTagFormat, parseTag } from "../version.ts";
import { findImages } from "./images.ts";
import { findPackages } from "./packages.ts";
import type { ManifestSeen, PublishedPackage } from "./packages.ts";
import type { Foreseen, Restore } from "./rollback.ts";

/** What else may go wrong when a release is taken back. */
export interface Risk {
  /** Files that go back; null: nobody could read them. */
  readonly files: number | null;
  /** False: GitHub did not list everything, so that there may be more of each. */
  readonly isWhole: boolean;
  readonly migrations: Listed;
  readonly workflows: Listed;
  readonly locks: Listed;
  /** Files of it that were changed again since. */
  readonly changedAgain: Listed;
  /** Later merged pulls that changed those, newest first, at most `PULLS_MAX`. */
  readonly later: readonly LaterPull[];
  readonly laterCount: number;
  /** Some of `changedAgain` were changed by nothing that is known as a pull. */
  readonly isUnexplained: boolean;
  readonly packages: readonly PublishedPackage[];
}

/** Paths, at most `PATHS_MAX`; `count`: of all. */
export interface Listed {
  readonly shown: readonly string[];
  readonly count: number;
}

export interface LaterPull {
  readonly number: number;
  /** Release that has it; null: none has it yet. */
  readonly tag: string | null;
}

export interface RiskFacts {
  /** What the release changed; null: nobody could read it. */
  readonly batch: FileList | null;
  /** What the branch changed since; null: nobody could read it. */
  readonly since: FileList | null;
  /** Merged pulls since, oldest first; empty also where none can be in the way. */
  readonly later: readonly (LaterPull & { readonly files: FileList })[];
}

/** What a release published, as far as its files tell. */
export interface PublishedFiles {
  readonly manifests: readonly ManifestSeen[];
  /** Texts of the workflows, where there is something to build an image from. */
  readonly workflows: readonly string[];
}

/** Where the rollback is. */
export interface RiskPlace {
  /** `acme/widgets` */
  readonly repository: string;
  /** Of the line's policy; null: it says none. */
  readonly tagFormat: string | null;
}

const PATHS_MAX = 5;
const PULLS_MAX = 10;
/** A path is at most 4,096 bytes; the issue holds 65,536 characters. */
const PATH_CHARS_MAX = 200;

/** Folders and files by the conventions of the tools that write them. */
const MIGRATION = new RegExp(
  [
    // Rails, Django, Laravel, Ecto, Prisma, knex, TypeORM, EF Core, dbmate, golang-migrate...
    String.raw`(?:^|/)migrat(?:e|ions?)/`,
    // Alembic, Liquibase, Drizzle.
    String.raw`(?:^|/)alembic/versions/`,
    String.raw`(?:^|/)db/changelog/`,
    String.raw`(?:^|/)drizzle/\d[^/]*\.sql$`,
    // Flyway: `V2__add.sql`, `R__views.sql`.
    String.raw`(?:^|/)(?:[VU]\d[\w.]*|R)__[^/]+\.(?:sql|java|kt)$`,
    // The whole schema as one file.
    String.raw`(?:^|/)(?:schema\.prisma|db/schema\.rb|(?:db/)?structure\.sql|schema\.sql)$`,
  ].join("|"),
  "i",
);

/** Texts about migrations are none. */
const PROSE = /\.(?:md|mdx|markdown|rst|adoc|txt)$/i;

export function isMigration(path: string): boolean {
  return MIGRATION.test(path) && !PROSE.test(path);
}

/** Is the path one that goes back? Of a component only its own ones do. */
export function goesBack(
  path: string,
  { path: own, others }: Pick<Restore, "path" | "others">,
): boolean {
  const isIn = (folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const isOwn = own === null || own === "." || isIn(own);
  return isOwn && !others.some(isIn);
}

/** May a later change be in the way? Where one of the lists is not whole, nobody knows. */
export function mayOverlap(batch: FileList | null, since: FileList | null): boolean {
  if (batch === null || since === null) return false;
  const changed = new Set(namesOf(since));
  return !since.isComplete || !batch.isComplete || namesOf(batch).some((path) => changed.has(path));
}

export function judgeRisk(
  { batch, since, later }: RiskFacts,
  { restore }: Pick<Foreseen, "restore">,
  packages: readonly PublishedPackage[],
): Risk {
  const scope = restore ?? { path: null, others: [] };
  const paths = batch === null ? [] : namesOf(batch).filter((path) => goesBack(path, scope));
  const changed = new Set(since === null ? [] : namesOf(since));
  const again = paths.filter((path) => changed.has(path));
  const own = new Set(again);
  const touching = later.filter(({ files }) => namesOf(files).some((path) => own.has(path)));
  const explained = new Set(touching.flatMap(({ files }) => namesOf(files)));
  return {
    files: batch === null ? null : paths.length,
    isWhole:
      batch?.isComplete === true &&
      since?.isComplete === true &&
      later.every(({ files }) => files.isComplete),
    migrations: list(paths.filter(isMigration)),
    workflows: list(paths.filter((path) => path.startsWith(".github/workflows/"))),
    locks: list(paths.filter(isLockFile)),
    changedAgain: list(again),
    later: touching
      .toReversed()
      .slice(0, PULLS_MAX)
      .map(({ number, tag }) => ({ number, tag })),
    laterCount: touching.length,
    isUnexplained: again.some((path) => !explained.has(path)),
    packages,
  };
}

/** What is to be taken back where it was published, whatever was released since. */
export function judgePackages(
  { manifests, workflows }: PublishedFiles,
  { release, good, restore }: Pick<Foreseen, "release" | "good" | "restore">,
  { repository, tagFormat }: RiskPlace,
): readonly PublishedPackage[] {
  const bad = versionOf(release.tag, tagFormat);
  if (bad === null) return [];
  const versions = { bad, good: good === null ? null : versionOf(good.tag, tagFormat) };
  const path = restore?.path ?? ".";
  const images = findImages(workflows, { repository }).map((name): PublishedPackage => ({
    ecosystem: "images",
    name,
    bad: [bad],
    good: versions.good,
    isLockstep: true,
    registry: null,
  }));
  const folder = path === "." ? "" : path;
  return [...findPackages(manifests, versions, { tag: release.tag, folder }), ...images];
}

/** With the versions of later releases that hold it, where they follow the tags. */
export function withAffected(
  packages: readonly PublishedPackage[],
  { affected }: Pick<Foreseen, "affected">,
  { tagFormat }: Pick<RiskPlace, "tagFormat">,
): readonly PublishedPackage[] {
  const later = affected.flatMap(({ tag }) => versionOf(tag, tagFormat) ?? []);
  return packages.map((own) =>
    own.isLockstep ? { ...own, bad: [own.bad[0], ...later] as const } : own,
  );
}

function versionOf(tag: string, tagFormat: string | null): string | null {
  return parseTag(tag, chooseTagFormat(tagFormat, tag));
}

function namesOf(files: FileList): readonly string[] {
  return [...new Set(pathsOf(files))];
}

function list(paths: readonly string[]): Listed {
  const shown = paths.slice(0, PATHS_MAX).map((path) => path.slice(0, PATH_CHARS_MAX));
  return { shown, count: paths.length };
}
