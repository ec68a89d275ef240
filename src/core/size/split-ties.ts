import { folderOf, foldersOf, nameOf } from "./paths.ts";
import { isManifest } from "./size-kind.ts";
import type { SizedFile } from "./size.ts";
import type { PlanFile, SplitUnits } from "./split-units.ts";

/** A file that needs another one beside it or before it. */
export interface FileTie {
  readonly from: string;
  readonly to: string;
}

/** By names alone: dependencies and their locks, tests and what they test. */
export function listTies(list: readonly SizedFile[]): readonly FileTie[] {
  return [...listDependencies(list), ...listSnapshots(list), ...listTests(list)];
}

/** What names dependencies, what locks them, and what was copied here of them. */
function listDependencies(list: readonly SizedFile[]): readonly FileTie[] {
  const byFolder = new Map<string, string[]>();
  for (const { path, kind } of list) {
    const copied = kind === "vendored" ? /(?:^|\/)(?:vendor|node_modules)\//.exec(path) : null;
    if (copied === null && kind !== "lock" && !isManifest(path)) continue;
    const folder = copied === null ? folderOf(path) : path.slice(0, copied.index);
    const known = byFolder.get(folder);
    if (known === undefined) byFolder.set(folder, [path]);
    else known.push(path);
  }
  return [...byFolder.values()].flatMap((paths) =>
    paths.slice(1).flatMap((from) => paths.slice(0, 1).map((to) => ({ from, to }))),
  );
}

/** `__snapshots__/a.test.ts.snap` and `a.test.ts`. */
function listSnapshots(list: readonly SizedFile[]): readonly FileTie[] {
  const paths = new Set(list.map(({ path }) => path));
  return list.flatMap(({ path, kind }) => {
    if (kind !== "snapshot") return [];
    const test = path.replace("__snapshots__/", "").replace(/\.[^./]+$/, "");
    return paths.has(test) ? [{ from: path, to: test }] : [];
  });
}

/** Languages whose files test each other by name. */
const FAMILIES = [
  /\.[cm]?[jt]sx?$/,
  /\.(?:java|kt|scala|groovy)$/,
  /\.(?:c|cc|cpp|cxx|h|hpp)$/,
  /\.(?:vue|svelte)$/,
];

function familyOf(path: string): string {
  const at = FAMILIES.findIndex((family) => family.test(path));
  return at === -1 ? path.slice(path.lastIndexOf(".")) : String(at);
}

/** Of files with one name; of more nobody could say which one is meant. */
const SAME_NAMES_MAX = 100;

/** A test and the file of its name that is nearest by folders; none where two are as near. */
function listTests(list: readonly SizedFile[]): readonly FileTie[] {
  const sources = new Map<string, string[]>();
  for (const { path, kind } of list) {
    if (kind !== "code") continue;
    const key = `${familyOf(path)} ${stemOf(path)}`;
    sources.set(key, [...(sources.get(key) ?? []), path]);
  }
  return list.flatMap(({ path, kind }) => {
    if (kind !== "tests") return [];
    const key = `${familyOf(path)} ${stemOf(path)}`;
    const candidates = sources.get(key) ?? [];
    const beside = candidates.filter((source) => folderOf(source) === folderOf(path));
    if (beside.length === 1) return beside.map((to) => ({ from: path, to }));
    const folders = new Set(path.split("/").slice(0, -1));
    const [first, second] = candidates
      .slice(0, SAME_NAMES_MAX)
      .map((source) => ({
        source,
        shared: source.split("/").filter((name) => folders.has(name)).length,
      }))
      .toSorted((left, right) => right.shared - left.shared);
    if (first === undefined || first.shared === second?.shared) return [];
    return [{ from: path, to: first.source }];
  });
}

/** `size` of `test/size.test.ts`, `size_test.go`, `test_size.py`, `size_spec.rb` and `SizeTest.java`. */
function stemOf(path: string): string {
  return nameOf(path)
    .replace(/\.[^.]+$/, "")
    .replace(/[._-](?:test|tests|spec)$/, "")
    .replace(/^test_/, "")
    .replace(/(?<=\w)(?:Test|Tests|Spec)$/, "");
}

/** The innermost folders first: what fits into one group as a whole stays together. */
export function joinFolders(files: readonly PlanFile[], units: SplitUnits): void {
  const inside = new Map<string, PlanFile[]>();
  for (const file of files) {
    for (const folder of foldersOf(file.path)) {
      const known = inside.get(folder);
      if (known === undefined) inside.set(folder, [file]);
      else known.push(file);
    }
  }
  const innermost = [...inside].toSorted(([left], [right]) => depthOf(right) - depthOf(left));
  for (const [, list] of innermost) units.join(list);
}

function depthOf(folder: string): number {
  return folder.split("/").length;
}
