import semver from "semver";

/** How far a release moves the version. `none` cuts no release by itself. */
export type Level = "major" | "minor" | "patch" | "none";

const DEFAULT_TAG_FORMAT = "v{version}";

const PLACEHOLDER = "{version}";
const LEVELS: readonly Level[] = ["none", "patch", "minor", "major"];

/** The higher of two levels. */
export function maxLevel(left: Level, right: Level): Level {
  return LEVELS.indexOf(left) >= LEVELS.indexOf(right) ? left : right;
}

/** True where `level` goes beyond `limit`. */
export function exceedsLevel(level: Level, limit: Level): boolean {
  return LEVELS.indexOf(level) > LEVELS.indexOf(limit);
}

/**
 * Version in a tag, `1.4.2` or `1.4.2-beta.1`, or null for a tag of anything else. `format` holds
 * `{version}` once. Where it is `v{version}` or `{version}`, both are read: repositories mix them.
 */
export function parseTag(tag: string, format: string): string | null {
  const [prefix = "", suffix = ""] = format.split(PLACEHOLDER);
  const own = parseBetween(tag, prefix, suffix);
  if (own !== null) return own;
  const isPlain = suffix === "" && (prefix === "v" || prefix === "");
  return isPlain ? parseBetween(tag, prefix === "v" ? "" : "v", "") : null;
}

function parseBetween(tag: string, prefix: string, suffix: string): string | null {
  if (tag.length < prefix.length + suffix.length) return null;
  if (!tag.startsWith(prefix) || !tag.endsWith(suffix)) return null;
  const version = tag.slice(prefix.length, tag.length - suffix.length);
  // `semver` would also take a leading `v` or `=`, and blanks around.
  return /^\d[\w.+-]*$/.test(version) ? semver.valid(version) : null;
}

export function formatTag(version: string, format: string): string {
  return format.replace(PLACEHOLDER, () => version);
}

/**
 * Format of the next tag: the policy's, else that of the base (a repository with bare `1.4.2` tags
 * keeps them), else `v{version}`.
 */
export function chooseTagFormat(policyFormat: string | null, baseTag: string | null): string {
  if (policyFormat !== null) return policyFormat;
  return baseTag !== null && /^\d/.test(baseTag) ? PLACEHOLDER : DEFAULT_TAG_FORMAT;
}

/** No prerelease part. `version` is one that `parseTag` returned: it has no build metadata. */
export function isStable(version: string): boolean {
  return !version.includes("-");
}

/** `next` of `1.5.0-next.2`; null for a stable version, and for one that has a number alone. */
export function prereleaseName(version: string): string | null {
  const name = semver.prerelease(version)?.[0];
  return typeof name === "string" ? name : null;
}

/** Ascending order of versions that `parseTag` returned. */
export function compareVersions(left: string, right: string): number {
  return semver.compare(left, right);
}

/** How far a version is from a lower one; `none`: only their prereleases differ. */
export function stepBetween(lower: string, higher: string): Level {
  const [from, to] = [new semver.SemVer(lower), new semver.SemVer(higher)];
  if (from.major !== to.major) return "major";
  if (from.minor !== to.minor) return "minor";
  return from.patch === to.patch ? "none" : "patch";
}

/** The same order for many versions at once: each is read once. */
export function orderByVersion<T extends { readonly version: string }>(items: readonly T[]): T[] {
  return items
    .map((item) => ({ item, version: new semver.SemVer(item.version) }))
    .toSorted((left, right) => left.version.compare(right.version))
    .map(({ item }) => item);
}

/** How far `version` is beyond `base`; null: it is the first. */
export function levelBetween(base: string | null, version: string): Exclude<Level, "none"> {
  if (base === null) return "minor";
  const [from, to] = [new semver.SemVer(base), new semver.SemVer(version)];
  if (from.major !== to.major) return "major";
  return from.minor === to.minor ? "patch" : "minor";
}

/** Of a line without any version. */
export const FIRST_VERSION = "0.1.0";

/**
 * The version after `base`. Null: there is none, the first release is 0.1.0. Below 1.0.0 a breaking
 * change moves the minor version, and nothing else is lowered.
 */
export function nextVersion(base: string | null, level: Exclude<Level, "none">): string {
  if (base === null) return FIRST_VERSION;
  const version = new semver.SemVer(base);
  const step = version.major === 0 && level === "major" ? "minor" : level;
  return version.inc(step).version;
}

/**
 * The prerelease after one: of the same name, with the next number. Where the change asks for more
 * than the version stands for (a feature after `1.4.3-beta.1`), of the higher version.
 */
export function nextPrerelease(base: string, level: Exclude<Level, "none">): string {
  const version = new semver.SemVer(base);
  const stands = version.patch > 0 ? "patch" : version.minor > 0 ? "minor" : "major";
  const asked = version.major === 0 && level === "major" ? "minor" : level;
  if (!exceedsLevel(asked, stands)) return version.inc("prerelease").version;
  const name = prereleaseName(base);
  return `${nextVersion(stableOf(base), level)}-${name === null ? "" : `${name}.`}1`;
}

/** The version that a prerelease leads to; a stable one as it is. */
export function stableOf(version: string): string {
  const { major, minor, patch } = new semver.SemVer(version);
  return `${major}.${minor}.${patch}`;
}
