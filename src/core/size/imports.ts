import { findGo } from "./import-go.ts";
import { findRust } from "./import-rust.ts";
import {
  findInclude,
  findJava,
  findJavaScript,
  findPython,
  findRuby,
} from "./import-statements.ts";
import type { FindImports, ReadFile } from "./import-statements.ts";
import { PathIndex } from "./path-index.ts";
import type { ChangedFile } from "./size.ts";
import type { FileTie } from "./split-ties.ts";

/** Characters of a file that are read: imports stand before other things. */
const CHARS_MAX = 100_000;

const LANGUAGES: readonly (readonly [RegExp, FindImports])[] = [
  [/\.(?:[cm]?[jt]sx?|vue|svelte)$/, findJavaScript],
  [/\.pyi?$/, findPython],
  [/\.rs$/, findRust],
  [/\.(?:java|kt|kts|scala|groovy)$/, findJava],
  [/\.(?:c|cc|cpp|cxx|h|hh|hpp|m|mm)$/, findInclude],
  [/\.rb$/, findRuby],
];

/** Is it in a language whose imports are known? */
export function hasImports(path: string): boolean {
  return path.endsWith(".go") || LANGUAGES.some(([ending]) => ending.test(path));
}

/** What the files name of some paths. Nothing else is ever named. */
function findImports(files: readonly ReadFile[], paths: Iterable<string>): readonly FileTie[] {
  const index = new PathIndex(paths);
  const short = files.map(({ path, text }) => ({ path, text: text.slice(0, CHARS_MAX) }));
  const named = short.flatMap((file) => {
    const find = LANGUAGES.find(([ending]) => ending.test(file.path))?.[1];
    return find === undefined ? [] : find(file, index).map((to) => ({ from: file.path, to }));
  });
  return [...named, ...findGo(short, index)].filter(({ from, to }) => from !== to);
}

interface ChangeTexts {
  readonly files: readonly Pick<ChangedFile, "path" | "status">[];
  /** As they will be; `go.mod` of folders around may be among them. */
  readonly after: readonly ReadFile[];
  /** As they were: what imports a file that is removed can only be seen there. */
  readonly before: readonly ReadFile[];
}

/** What files of a change import of each other. */
export function importsOfTexts({ files, after, before }: ChangeTexts): readonly FileTie[] {
  const pathsOf = (isRemoved: boolean): readonly string[] =>
    files.filter(({ status }) => (status === "removed") === isRemoved).map(({ path }) => path);
  return [...findImports(after, pathsOf(false)), ...findImports(before, pathsOf(true))];
}

/** The same where only patches are known, as GitHub gives them: imports between hunks are missed. */
export function importsOfPatches(
  files: readonly (Pick<ChangedFile, "path" | "status"> & { readonly patch: string | null })[],
): readonly FileTie[] {
  const read = (dropped: string): readonly ReadFile[] =>
    files.map(({ path, patch }) => ({ path, text: sideOf(patch ?? "", dropped) }));
  return importsOfTexts({ files, after: read("-"), before: read("+") });
}

function sideOf(patch: string, dropped: string): string {
  return patch
    .split("\n")
    .filter((line) => !line.startsWith(dropped) && !/^[@\\]/.test(line))
    .map((line) => line.slice(1))
    .join("\n");
}
