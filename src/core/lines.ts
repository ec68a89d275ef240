import type { Component } from "./policy/policy-lines.ts";
import { tagOfComponent } from "./policy/policy-lines.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { isInRange, isMaintenanceBranch } from "./range.ts";
import type { Line, TagSeen } from "./state.ts";
import { chooseTagFormat, isStable, parseTag, prereleaseName } from "./version.ts";

/** Maintenance branches that are looked at, those of the highest versions first. */
const MAINTENANCE_BRANCHES_MAX = 20;

const STABLE = "stable";

/** The whole repository on its default branch. */
export function defaultLine(repositoryId: number, branch: string): Line {
  return { repositoryId, branch, component: "", channel: STABLE };
}

export function isDefaultLine(line: Line, defaultBranch: string): boolean {
  return line.branch === defaultBranch && line.component === "" && line.channel === STABLE;
}

/** A branch such as `1.x` beside the default one, which may be called so itself. */
export function isMaintenanceLine({ branch }: Line, defaultBranch: string): boolean {
  return branch !== defaultBranch && isMaintenanceBranch(branch);
}

export function isChannelLine({ channel }: Line): boolean {
  return channel !== STABLE;
}

/**
 * Every line of a repository but the default one: components, then channels with their components,
 * then maintenance branches. `branches`: those that exist and look like maintenance branches.
 */
export function listOtherLines(
  policy: Policy,
  { line, branches }: { readonly line: Line; readonly branches: readonly string[] },
): readonly Line[] {
  const { repositoryId, branch: defaultBranch } = line;
  const names = (policy.components ?? []).map(({ name }) => name);
  const channels = (policy.channels ?? []).filter((name) => name !== defaultBranch);
  const stable = { repositoryId, branch: defaultBranch, channel: STABLE };
  return [
    ...names.map((component) => ({ ...stable, component })),
    ...channels.flatMap((channel) =>
      ["", ...names].map((component) => ({ repositoryId, branch: channel, component, channel })),
    ),
    ...chooseMaintenance(policy, { defaultBranch, branches }).map((branch) => ({
      ...stable,
      branch,
      component: "",
    })),
  ];
}

/** Maintenance branches that have a line, highest versions first. */
function chooseMaintenance(
  policy: Policy,
  {
    defaultBranch,
    branches,
  }: { readonly defaultBranch: string; readonly branches: readonly string[] },
): readonly string[] {
  if (policy.maintenance !== "on") return [];
  return branches
    .filter((branch) => isMaintenanceBranch(branch) && branch !== defaultBranch)
    .toSorted((left, right) => {
      const [a = 0, b = 0] = numbersIn(left);
      const [c = 0, d = 0] = numbersIn(right);
      return c - a || d - b;
    })
    .slice(0, MAINTENANCE_BRANCHES_MAX);
}

function numbersIn(branch: string): readonly number[] {
  return branch.split(".").map((part) => Number(part) || 0);
}

/** The policy as one line reads it: a component has a form of tag and a base of its own. */
export function policyOf(policy: Policy, line: Line, defaultBranch: string): Policy {
  const own = findComponent(policy, line);
  if (own !== null) return { ...policy, tag: tagOfComponent(own), base: own.base };
  // The base is a tag of the default branch, which a maintenance branch may lack.
  return isMaintenanceLine(line, defaultBranch) ? { ...policy, base: undefined } : policy;
}

/** Null for the whole repository, and for a component that the policy no longer has. */
function findComponent(policy: Policy, { component }: Line): Component | null {
  return policy.components?.find(({ name }) => name === component) ?? null;
}

/** What a line has to know of its family: which tags and releases are those of other lines. */
export interface Family {
  readonly line: Line;
  /** Of the repository, not of the line. */
  readonly policy: Policy;
  readonly defaultBranch: string;
  /** Maintenance branches that exist; empty where the policy has them off. */
  readonly maintenance: readonly string[];
}

/** Tags that say nothing about this line: of components and channels beside it. */
export function isForeignTag(name: string, family: Family): boolean {
  const { line, policy } = family;
  const others = (policy.components ?? []).filter((part) => part.name !== line.component);
  const format = policyOf(policy, line, family.defaultBranch).tag ?? null;
  const version = parseTag(name, chooseTagFormat(format, name));
  if (version === null) return others.some((part) => parseTag(name, tagOfComponent(part)) !== null);
  if (isStable(version)) return false;
  const word = prereleaseName(version);
  if (isChannelLine(line)) return word !== line.channel;
  return word !== null && (policy.channels ?? []).includes(word);
}

/** A version that another branch may have without a question to this line. */
export function mayBeElsewhere(version: string, family: Family): boolean {
  const { line, defaultBranch, maintenance } = family;
  if (line.branch !== defaultBranch) return true;
  return maintenance.some((branch) => isInRange(version, branch));
}

/** Is a release of ours, whose marker names `branch`, one of this line? Branches are renamed. */
export function isOwnBranch(branch: string, { line, policy, ...family }: Family): boolean {
  if (line.branch !== family.defaultBranch) return branch === line.branch;
  return !family.maintenance.includes(branch) && !(policy.channels ?? []).includes(branch);
}

/** Is a release without a marker of ours one of this line? `isAncestor` null: nobody knows. */
export function isOwnVersion(
  { version, isAncestor }: { readonly version: string; readonly isAncestor: boolean | null },
  family: Family,
): boolean {
  const { line, defaultBranch, maintenance } = family;
  if (isMaintenanceLine(line, defaultBranch)) return isInRange(version, line.branch);
  return isAncestor === true || !maintenance.some((branch) => isInRange(version, branch));
}

/** What tells the lines of a repository apart: empty for the default one. */
export function nameLine(line: Line, defaultBranch: string): string {
  const branch = line.branch === defaultBranch ? [] : [line.branch];
  return [...(line.component === "" ? [] : [line.component]), ...branch].join(", ");
}

/** Names of the components that are released together with this one, itself included, in order. */
export function linkedWith(policy: Policy, { component }: Line): readonly string[] {
  return policy.linked?.find((group) => group.includes(component)) ?? [];
}

/**
 * Does the repository as a whole have versions? Without components always; with them where a tag
 * says so, or the policy asks for it. A component does not answer for it.
 */
export function hasRoot({ line, policy }: Family, tags: readonly Pick<TagSeen, "name">[]): boolean {
  if (line.component !== "" || policy.components === undefined) return true;
  return isRootNamed(policy, tags);
}

function isRootNamed(policy: Policy, tags: readonly Pick<TagSeen, "name">[]): boolean {
  if (policy.tag !== undefined || policy.base !== undefined) return true;
  return tags.some(({ name }) => parseTag(name, chooseTagFormat(null, name)) !== null);
}

/**
 * May a release of this line be GitHub's "Latest"? Only one of the default branch: the whole
 * repository's, or, where only components are released, that of the first one in the policy.
 */
export function mayBeLatest(family: Family, tags: readonly Pick<TagSeen, "name">[]): boolean {
  const { line, policy, defaultBranch } = family;
  if (line.branch !== defaultBranch || isChannelLine(line)) return false;
  if (line.component === "") return true;
  return policy.components?.[0]?.name === line.component && !isRootNamed(policy, tags);
}
