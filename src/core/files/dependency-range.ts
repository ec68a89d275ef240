import semver from "semver";

export type Tool = "npm" | "cargo";

const RANGE =
  /^(workspace:(?:(?:@[^/\s]+\/)?[^@/\s]+@)?)?(\^|~|=|)\s?(\d+(?:\.\d+){0,2})((?:-[\w.-]+)?)$/;
const ALIAS = /^workspace:((?:@[^/\s]+\/)?[^@/\s]+)@/;

/**
 * The same kind of range around another version, as precise as before (`^1.2` stays without a
 * patch number). Null: it stays, because it says something else, or something higher.
 */
export function nextRange(range: string, version: string, tool: Tool = "npm"): string | null {
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

/** Package that a range of npm asks for: an alias, `workspace:@acme/core@^1.2.0`, names another. */
export function targetOf(name: string, range: string): string {
  return ALIAS.exec(range)?.[1] ?? name;
}

/** Is the version in the range? True for what names no versions: `workspace:*`, `file:../core`. */
export function takes(range: string, version: string, tool: Tool = "npm"): boolean {
  const plain = tool === "npm" ? plainNpm(range) : plainCargo(range);
  const parsed = semver.validRange(plain, { includePrerelease: true });
  return parsed === null || semver.satisfies(version, parsed, { includePrerelease: true });
}

function plainNpm(range: string): string {
  return range.replace(ALIAS, "").replace(/^workspace:/, "");
}

/** A bare version is a caret range for Cargo. */
function plainCargo(range: string): string {
  return range
    .split(",")
    .map((part) => part.trim().replace(/^(?=\d)(?!.*\*)/, "^"))
    .join(" ");
}
