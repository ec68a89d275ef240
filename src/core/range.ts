import semver from "semver";

const MAINTENANCE_BRANCH = /^(\d{1,6})\.(?:(\d{1,6})\.)?x$/;

/** `1.x` or `1.2.x`: its releases stay in that range. */
export function isMaintenanceBranch(branch: string): boolean {
  return MAINTENANCE_BRANCH.test(branch);
}

/** Is a version, a prerelease included, in the range of a maintenance branch? */
export function isInRange(version: string, branch: string): boolean {
  const [, major, minor] = MAINTENANCE_BRANCH.exec(branch) ?? [];
  const parsed = semver.parse(version);
  if (major === undefined || parsed === null) return false;
  return parsed.major === Number(major) && (minor === undefined || parsed.minor === Number(minor));
}

/** Is a version below the end of the range: in it, or before it? */
export function isBelowEnd(version: string, branch: string): boolean {
  const [, major, minor] = MAINTENANCE_BRANCH.exec(branch) ?? [];
  const parsed = semver.parse(version);
  if (major === undefined || parsed === null) return false;
  if (parsed.major !== Number(major)) return parsed.major < Number(major);
  return minor === undefined || parsed.minor <= Number(minor);
}
