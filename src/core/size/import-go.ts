import type { ReadFile } from "./import-statements.ts";
import type { PathIndex } from "./path-index.ts";
import { folderOf, joinPath, nameOf } from "./paths.ts";
import type { FileTie } from "./split-ties.ts";

/** Where a module is, and what its packages' names begin with. */
interface GoModule {
  readonly folder: string;
  readonly name: string;
}

/**
 * Imports between packages. Which names are of this repository says `go.mod`; where none is among
 * the files it is what most imports that could be of this repository begin with.
 */
export function findGo(files: readonly ReadFile[], index: PathIndex): readonly FileTie[] {
  const named = files
    .filter(({ path }) => path.endsWith(".go"))
    .flatMap(({ path, text }) => importsOf(text).map((name) => ({ from: path, name })));
  const known = files.filter(({ path }) => nameOf(path) === "go.mod").flatMap(readModule);
  const modules =
    known.length > 0
      ? known
      : guessModule(
          named.map(({ name }) => name),
          index,
        );
  return named.flatMap(({ from, name }) =>
    foldersNamed(name, modules)
      .flatMap((folder) => index.inFolder(folder))
      .filter((to) => to.endsWith(".go") && !to.endsWith("_test.go"))
      .map((to) => ({ from, to })),
  );
}

/** They stand before everything else, each in a line of its own. */
function importsOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    if (/^(?:func|type|var|const)\b/.test(line)) break;
    const name = /^\s*(?:import\s+)?(?:[\w.]+\s+)?"([^"\s]+)"\s*(?:\/\/.*)?$/.exec(line)?.[1];
    if (name !== undefined) found.push(name);
  }
  return found;
}

function readModule({ path, text }: ReadFile): readonly GoModule[] {
  const name = /^module[ \t]+"?([^\s"]+)/m.exec(text)?.[1];
  return name === undefined ? [] : [{ folder: folderOf(path), name }];
}

function foldersNamed(name: string, modules: readonly GoModule[]): readonly string[] {
  return modules
    .filter((module) => `${name}/`.startsWith(`${module.name}/`))
    .toSorted((left, right) => right.name.length - left.name.length)
    .slice(0, 1)
    .map((module) => joinPath(module.folder, name.slice(module.name.length + 1)));
}

function guessModule(names: readonly string[], index: PathIndex): readonly GoModule[] {
  const votes = new Map<string, number>();
  for (const name of names) {
    for (const folder of tailsOf(name)) {
      if (index.inFolder(folder).length === 0) continue;
      const start = name.slice(0, -folder.length - 1);
      votes.set(start, (votes.get(start) ?? 0) + 1);
    }
  }
  return [...votes]
    .toSorted(([, left], [, right]) => right - left)
    .slice(0, 1)
    .map(([name]) => ({ folder: "", name }));
}

/** `b/c` and `c` of `a/b/c`. */
function tailsOf(name: string): readonly string[] {
  const names = name.split("/");
  return names.slice(1).map((_, at) => names.slice(at + 1).join("/"));
}
