import { findJsonStrings, lineAt, replaceJsonStrings } from "./json-text.ts";
import type { JsonString } from "./json-text.ts";
import type { LockFile, Move, ReleasedPackage } from "./lock-file.ts";
import { FIELDS } from "./npm-text.ts";
import { problem } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/**
 * npm's lock file has the versions and ranges of workspaces again, and `npm ci` compares them. Until
 * version 2 it also has them as `requires` of what `dependencies` calls `file:packages/cli`.
 */
export function openNpmLock(text: string): LockFile {
  const strings = findJsonStrings(text, isWanted);
  if (strings.kind === "failed") {
    const broken = problem(lineAt(text, strings.offset), "is not valid JSON");
    return { isLinked: () => null, write: () => broken };
  }
  const { found } = strings;
  /** By folder: a link to a workspace has no version, a package of a registry has. */
  const installed = new Map<string, boolean>();
  for (const { path } of found) {
    const [top, folder = "", field] = path;
    if (top !== "packages" || path.length !== 3 || !folder.includes("node_modules/")) continue;
    installed.set(folder, field === "resolved" && installed.get(folder) !== false);
  }
  return {
    isLinked: ({ folder, name }) => {
      const at = foldersAbove(folder).find((own) => installed.has(`${own}node_modules/${name}`));
      return at === undefined ? null : installed.get(`${at}node_modules/${name}`) === true;
    },
    write: (moves, released) => write({ text, found }, moves, released),
  };
}

function isWanted([top, own = "", field = "", name, ...rest]: readonly string[]): boolean {
  if (rest.length > 0) return false;
  const isLeaf = name === undefined;
  if (top === "dependencies") return field === (isLeaf ? "version" : "requires");
  if (top !== "packages") return false;
  if (isLeaf) return field === "version" || field === "resolved";
  return FIELDS.includes(field) && !own.includes("node_modules/");
}

/** `packages/cli/`, `packages/` and the root, in which node looks one after the other. */
function foldersAbove(folder: string): readonly string[] {
  const names = folder === "" ? [] : folder.split("/");
  return Array.from({ length: names.length + 1 }, (_, count) =>
    names
      .slice(0, names.length - count)
      .map((name) => `${name}/`)
      .join(""),
  );
}

function write(
  { text, found }: { readonly text: string; readonly found: readonly JsonString[] },
  moves: readonly Move[],
  released: readonly ReleasedPackage[],
): TextPlan {
  /** What `dependencies` calls each folder. */
  const names = new Map(
    found.flatMap(({ path: [top, name = ""], value }) =>
      top === "dependencies" && value.startsWith("file:")
        ? [[value.slice("file:".length), name] as const]
        : [],
    ),
  );
  const next = new Map([
    ...released.map((own) => [format(["packages", own.folder, "version"]), own.version] as const),
    ...moves.flatMap(({ folder, field, name, range, to }) => [
      [format(["packages", folder, field, name, range]), to] as const,
      [format(["dependencies", names.get(folder) ?? "", "requires", name, range]), to] as const,
    ]),
  ]);
  const replacements = found.flatMap((own) => {
    const isVersion = own.path.length === 3;
    const value = next.get(format(isVersion ? own.path : [...own.path, own.value]));
    return value === undefined ? [] : [{ found: own, value }];
  });
  return { kind: "planned", text: replaceJsonStrings(text, replacements) };
}

function format(parts: readonly string[]): string {
  return parts.join("\n");
}
