import type { Reason } from "./action.ts";
import type { Batch, BatchUnit } from "./batch.ts";
import type { UnitFiles } from "./changes.ts";
import { filesOf } from "./components.ts";
import { inertCode, plainLine } from "./inert.ts";
import { isInRange } from "./range.ts";
import { held, listNames } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Line, Linked, TagSeen } from "./state.ts";
import { nameUnit } from "./units.ts";
import { nextVersion } from "./version.ts";

/** A change on `1.x` or `1.2.x` that asks for a version outside of it. */
export function holdForRange(
  { units }: Batch,
  {
    version,
    base,
    branch,
  }: {
    readonly version: string;
    readonly base: string | null;
    readonly branch: string;
  },
): Hold {
  const isOut = ({ level }: BatchUnit): boolean =>
    level !== "none" && !isInRange(nextVersion(base, level), branch);
  const names = units.filter(isOut).map(({ unit }) => nameUnit(unit));
  const because = names.length === 0 ? "" : `, which ${listNames(names)} asks for,`;
  const detail =
    `Branch ${inertCode(branch)} releases versions of ${branch} only. Take the change back, or label ` +
    "its pull request `release:patch` where it is less than it says (write permission). Where the " +
    "branch has no version of its range yet, tag its first one by hand.";
  return held("out-of-range", `${version}${because} is not in ${branch}`, names, detail);
}

/** A channel whose next version was released on the default branch already. */
export function holdForBehind(
  tag: TagSeen,
  {
    version,
    where,
    line,
  }: { readonly version: string; readonly where: string; readonly line: Line },
): Hold {
  const what = `${version} would come after ${tag.name}, which is released already`;
  const detail = `Merge ${inertCode(where)} into ${inertCode(line.branch)}: its prereleases then lead on from there.`;
  return held("channel-behind", what, [tag.name], detail);
}

export function holdForLinked(tag: string, heldBy: NonNullable<Linked["heldBy"]>): Hold {
  const name = plainLine(heldBy.component, 60);
  const detail = `Linked components are released together. ${name} is not ready: ${heldBy.what}.`;
  return held("linked", `${tag} waits for ${name}`, [heldBy.component], detail);
}

/** Components are configured, and the repository as a whole has never had a version. */
export function noRootReason(units: readonly BatchUnit[]): Reason {
  const names = units.filter(({ cancelledBy }) => cancelledBy === null);
  return {
    state: "rides-along",
    code: "no-root",
    text: `rides along: ${listNames(names.map(({ unit }) => nameUnit(unit)))} touched no component`,
    detail:
      "The repository as a whole has no version tag, so nothing outside of the components is " +
      "released. To release it too, write `tag: v{version}` in `.github/smallbatch.yml`.",
    blockedBy: [],
  };
}

/** Says of which units nobody knows all files: they count for every component. */
export function withUnknownFiles(
  reason: Reason,
  units: readonly BatchUnit[],
  files: readonly UnitFiles[],
): Reason {
  const unknown = units
    .filter(({ unit }) => filesOf(unit, files)?.isComplete !== true)
    .map(({ unit }) => nameUnit(unit));
  if (unknown.length === 0) return reason;
  const said = `Not all files of ${listNames(unknown)} are known, so every component has it.`;
  return { ...reason, detail: reason.detail === null ? said : `${reason.detail}\n\n${said}` };
}
