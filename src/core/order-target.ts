import type { Asked } from "./command.ts";
import { inertCode } from "./inert.ts";
import { linkedWith } from "./lines.ts";
import type { Subject } from "./subject.ts";

/** Which component a `/release … for web` is about, and which lines it speaks to. */

/** More names are not listed. */
const NAMES_MAX = 10;

/** Why it is not for this line, as Markdown. Null: it is. */
export function judgeTarget(
  { state, family }: Subject,
  { component: name }: Extract<Asked, { kind: "release" }>,
): string | null {
  const { line } = state;
  // Linked components have one version: whoever names one means all of them.
  const isMeant = name === line.component || linkedWith(family.policy, line).includes(name ?? "");
  if (name === undefined || isMeant) return null;
  const names = componentNames(family.policy);
  if (name !== "" && !names.includes(name)) {
    const known = names.length === 0 ? "this repository has none" : `there are ${list(names)}`;
    return `there is no component ${inertCode(name)}; ${known}.`;
  }
  const what = name === "" ? "the whole repository" : inertCode(name);
  return `${what} is not released of the branch ${inertCode(line.branch)}.`;
}

/** Where a version is asked for and nobody says of what. Null: there is only one. */
export function judgeVague(
  { family }: Subject,
  asked: { readonly version: string; readonly component?: string },
): string | null {
  const names = componentNames(family.policy);
  const [first] = names;
  if (first === undefined || asked.component !== undefined) return null;
  const said = `/release as ${asked.version} for`;
  return (
    `this repository has components with versions of their own (${list(names)}). Say which one: ` +
    `${inertCode(`${said} ${first}`)}, or ${inertCode(`${said} .`)} for the whole repository.`
  );
}

function componentNames({ components = [] }: Subject["policy"]): readonly string[] {
  return components.map(({ name }) => name);
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_MAX).map((name) => inertCode(name));
  const left = names.length - shown.length;
  return left === 0 ? shown.join(", ") : `${shown.join(", ")} and ${left} more`;
}
