import { folderOf } from "../size/paths.ts";
import { compareVersions } from "../version.ts";
import { readManifest } from "./manifests.ts";
import type { Manifest } from "./manifests.ts";

/** What a release published where Smallbatch does not reach: packages and images, by their manifests. */

export const ECOSYSTEMS = [
  "npm",
  "PyPI",
  "crates.io",
  "RubyGems",
  "Go",
  "Packagist",
  "NuGet",
  "Maven",
  "Hex",
  "pub.dev",
  "images",
  "actions",
] as const;

export type Ecosystem = (typeof ECOSYSTEMS)[number];

export interface PublishedPackage {
  readonly ecosystem: Ecosystem;
  /** As the registry calls it, without anything that a shell or a URL would read. */
  readonly name: string;
  /** Versions that hold what is rolled back, the one of the release first. */
  readonly bad: readonly [string, ...string[]];
  /** Version to go back to; null: none is known. */
  readonly good: string | null;
  /** Its version is that of the tag. */
  readonly isLockstep: boolean;
  /** Where it is published, as its manifest says; null: at the usual place. */
  readonly registry: string | null;
}

/** A manifest of the bad release, with what it said in the good one. */
export interface ManifestSeen {
  readonly path: string;
  /** Null: it was not there, or could not be read. */
  readonly bad: string | null;
  readonly good: string | null;
}

/** By their tags, without prefix. */
export interface ReleaseVersions {
  readonly bad: string;
  readonly good: string | null;
}

/** Packages whose commands an issue has room for. */
const PACKAGES_MAX = 20;

/** Versions that say nothing: a tool writes another one before it publishes. */
const PLACEHOLDER = /^0\.0\.0(?:\D|$)/;

/** `tag`: of the release; `folder`: of its component, empty for the whole repository. */
export function findPackages(
  seen: readonly ManifestSeen[],
  versions: ReleaseVersions,
  { tag, folder }: { readonly tag: string; readonly folder: string },
): readonly PublishedPackage[] {
  const root = { bad: textOf(seen, "bad"), good: textOf(seen, "good") };
  const found = seen.flatMap(({ path, bad, good }): PublishedPackage[] => {
    if (bad === null) return [];
    const own = readManifest(path, bad, root.bad);
    if (own === null || !fitsTag(own, tag, versions)) return [];
    const before = good === null ? null : readManifest(path, good, root.good);
    const judged = judgeVersions(own, before, { versions, isMain: folderOf(path) === folder });
    const { ecosystem, name, registry } = own;
    return judged === null ? [] : [{ ecosystem, name, registry, ...judged }];
  });
  return found
    .filter((one, at) => found.findIndex((other) => isSame(one, other)) === at)
    .toSorted((left, right) => orderOf(left) - orderOf(right))
    .slice(0, PACKAGES_MAX);
}

function textOf(seen: readonly ManifestSeen[], at: "bad" | "good"): string | null {
  return seen.find(({ path }) => path === "Cargo.toml")?.[at] ?? null;
}

function isSame(one: PublishedPackage, other: PublishedPackage): boolean {
  return one.ecosystem === other.ecosystem && one.name === other.name;
}

function orderOf({ ecosystem }: PublishedPackage): number {
  return ECOSYSTEMS.indexOf(ecosystem);
}

/** The proxy of Go takes versions from tags alone: `v1.4.3`, below a folder `api/v1.4.3`. */
function fitsTag({ ecosystem, folder }: Manifest, tag: string, { bad }: ReleaseVersions): boolean {
  return ecosystem !== "Go" || tag === `${folder === "" ? "" : `${folder}/`}v${bad}`;
}

/**
 * The manifest's word counts where it moved between the two; where it stood still, or says nothing,
 * whoever publishes took the tag's. Null: a package beside others that this release did not publish.
 */
function judgeVersions(
  own: Manifest,
  before: Manifest | null,
  { versions, isMain }: { readonly versions: ReleaseVersions; readonly isMain: boolean },
): Pick<PublishedPackage, "bad" | "good" | "isLockstep"> | null {
  const { version } = own;
  const isSilent = version === null || PLACEHOLDER.test(version) || version === versions.bad;
  const isStill = version !== null && version === (before?.version ?? null);
  if (!isSilent && isStill && !isMain) return null;
  if (isSilent || isStill) {
    return { bad: [versions.bad], good: versions.good, isLockstep: true };
  }
  const last = before?.version ?? null;
  const isLower = last !== null && compareVersions(last, version) < 0;
  return { bad: [version], good: isLower ? last : null, isLockstep: false };
}
