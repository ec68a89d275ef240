import semver from "semver";
import { replaceCargoRanges } from "./cargo-text.ts";
import { findJsonStrings, replaceJsonStrings } from "./json-text.ts";

/** A manifest of a workspace as it stands, or the lock file of npm: `package.json`, `Cargo.toml`. */
export interface Manifest {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

/** A package that gets a version. */
export interface ReleasedPackage {
  /** As manifests name it: `@acme/core`. */
  readonly name: string;
  /** Without a tag prefix. */
  readonly version: string;
  /** Where it stands, as lock files name it: `packages/core`. Absent: they do not. */
  readonly folder?: string;
}

const LOCKS = /(?:^|\/)(?:package-lock|npm-shrinkwrap)\.json$/;
const FIELDS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];

/**
 * Manifests that ask for a released package, with the range of its new version; the others are left
 * out. Every other byte stays. A range that is none of `^1.2.3`, `~1.2.3`, `1.2.3` and
 * `workspace:^1.2.3` is somebody's own choice and stays, as does `workspace:*`.
 */
export function planDependents(
  manifests: readonly Manifest[],
  released: readonly ReleasedPackage[],
): readonly Manifest[] {
  const versions = new Map(released.map(({ name, version }) => [name, version]));
  return manifests.flatMap(({ path, text }) => {
    const planned = path.endsWith("Cargo.toml")
      ? replaceCargoRanges(text, (name, range) => renew(range, versions.get(name), "cargo"))
      : LOCKS.test(path)
        ? planLock(text, released, versions)
        : planNpm(text, versions);
    return planned === text ? [] : [{ path, text: planned }];
  });
}

/** npm's lock file has the ranges and versions of workspaces again; `npm ci` compares them. */
function planLock(
  text: string,
  released: readonly ReleasedPackage[],
  versions: ReadonlyMap<string, string>,
): string {
  const byFolder = new Map(released.map(({ folder, version }) => [folder, version]));
  const strings = findJsonStrings(text, ([top, folder = "", field = "", name, ...rest]) => {
    if (top !== "packages" || rest.length > 0 || folder.includes("node_modules")) return false;
    if (name === undefined) return field === "version" && byFolder.has(folder);
    return FIELDS.includes(field) && versions.has(name);
  });
  if (strings.kind === "failed") return text;
  const replacements = strings.found.flatMap((found) => {
    const [, folder = "", field, name] = found.path;
    const value =
      name === undefined ? byFolder.get(folder) : renewNpm(field, found.value, versions.get(name));
    return typeof value === "string" ? [{ found, value }] : [];
  });
  return replaceJsonStrings(text, replacements);
}

/** Text that is not JSON stays as it is: whoever writes its version says so. */
function planNpm(text: string, versions: ReadonlyMap<string, string>): string {
  const strings = findJsonStrings(
    text,
    ([field = "", name = "", ...rest]) =>
      rest.length === 0 && FIELDS.includes(field) && versions.has(name),
  );
  if (strings.kind === "failed") return text;
  const replacements = strings.found.flatMap((found) => {
    const [field, name = ""] = found.path;
    const value = renewNpm(field, found.value, versions.get(name));
    return value === null ? [] : [{ found, value }];
  });
  return replaceJsonStrings(text, replacements);
}

function renewNpm(
  field: string | undefined,
  range: string,
  version: string | undefined,
): string | null {
  // A peer is what others bring: its range is only moved where the new version is not in it.
  const isMet = field === "peerDependencies" && isIn(version, range);
  return isMet ? null : renew(range, version, "npm");
}

function isIn(version: string | undefined, range: string): boolean {
  const plain = range.replace(/^workspace:/, "");
  return version !== undefined && semver.satisfies(version, plain, { includePrerelease: true });
}

function renew(range: string, version: string | undefined, tool: "npm" | "cargo"): string | null {
  const next = version === undefined ? null : nextRange(range, version, tool);
  return next === range ? null : next;
}

const RANGE = /^(workspace:|npm:[^\s]+@)?(\^|~|=|)\s?(\d+(?:\.\d+){0,2})((?:-[\w.-]+)?)$/;

/**
 * The same kind of range around another version, as precise as before (`^1.2` stays without a
 * patch number). Null: it stays, because it says something else, or something higher.
 */
export function nextRange(
  range: string,
  version: string,
  tool: "npm" | "cargo" = "npm",
): string | null {
  const [, protocol = "", operator = "", numbers = "", prerelease = ""] = RANGE.exec(range) ?? [];
  const next = semver.parse(version);
  if (numbers === "" || next === null || (tool === "cargo" && protocol !== "")) return null;
  const parts = numbers.split(".");
  const standing = semver.coerce(numbers)?.version;
  if (standing === undefined || semver.gt(`${standing}${prerelease}`, version)) return null;
  // Less than a whole version says nothing about prereleases.
  const isWhole = parts.length === 3 || next.prerelease.length > 0;
  const text = isWhole
    ? next.version
    : [next.major, next.minor, next.patch].slice(0, parts.length).join(".");
  return `${protocol}${operator}${text}`;
}
