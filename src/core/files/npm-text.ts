import { findJsonStrings, lineAt, replaceJsonStrings } from "./json-text.ts";
import { problem, refuseVersion } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/** Fields of a `package.json` that ask for packages. */
export const FIELDS = [
  "dependencies",
  "devDependencies",
  "optionalDependencies",
  "peerDependencies",
];

/** What a `package.json` says of its package. Null and false where it says nothing or is no JSON. */
export interface PackageSeen {
  readonly name: string | null;
  readonly version: string | null;
  readonly isPrivate: boolean;
}

export function readPackage(text: string): PackageSeen {
  const strings = findJsonStrings(text, (path) => path.length === 1);
  const found = strings.kind === "failed" ? [] : strings.found;
  const valueOf = (key: string): string | null =>
    found.findLast(({ path }) => path[0] === key)?.value ?? null;
  const isPrivate = /"private"\s*:\s*true/.test(text);
  return { name: valueOf("name"), version: valueOf("version"), isPrivate };
}

/** `package.json` with another version. `isOptional`: the root of workspaces may have none. */
export function planPackage(text: string, version: string, isOptional = false): TextPlan {
  const strings = findJsonStrings(text, (path) => path.length === 1 && path[0] === "version");
  if (strings.kind === "failed") return problem(lineAt(text, strings.offset), "is not valid JSON");
  // Of two equal keys the last counts.
  const found = strings.found.at(-1);
  if (found === undefined) {
    return isOptional ? { kind: "planned", text } : problem(null, 'has no "version"');
  }
  const refused = refuseVersion(found.value, version);
  if (refused !== null) return problem(lineAt(text, found.start), refused);
  return { kind: "planned", text: replaceJsonStrings(text, [{ found, value: version }]) };
}

/** `package-lock.json` or `npm-shrinkwrap.json` with another version of the package itself. */
export function planLock(text: string, version: string): TextPlan {
  const strings = findJsonStrings(text, isLocked);
  if (strings.kind === "failed") return problem(lineAt(text, strings.offset), "is not valid JSON");
  const replacements = strings.found.map((found) => ({ found, value: version }));
  return { kind: "planned", text: replaceJsonStrings(text, replacements) };
}

/** The package's own version: at the root, and since npm 7 in `packages` under the empty path. */
function isLocked(path: readonly string[]): boolean {
  const [first, second, third] = path;
  if (path.length === 1) return first === "version";
  return path.length === 3 && first === "packages" && second === "" && third === "version";
}
