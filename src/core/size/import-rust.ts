import type { FindImports } from "./import-statements.ts";
import { folderOf, joinPath, nameOf } from "./paths.ts";

const ROOTS = new Set(["lib.rs", "main.rs", "mod.rs"]);

/** `mod a;`, and `use` of what begins with `crate`, `self` or `super`. */
export const findRust: FindImports = ({ path, text }, index) => {
  const stem = nameOf(path).replace(/\.rs$/, "");
  const own = ROOTS.has(nameOf(path)) ? folderOf(path) : joinPath(folderOf(path), stem);
  const crate = crateOf(path);
  const inside = own.slice(crate.length).split("/").filter(Boolean);
  const found: string[] = [];
  const statements =
    /^[ \t]*(?:pub(?:\([\w: \t]*\))?[ \t]+)?(?:mod[ \t]+(\w+)[ \t]*;|use[ \t]+((?:crate|self|super)::[^;]{1,2000});)/gm;
  for (const [, declared, used] of text.matchAll(statements)) {
    if (declared !== undefined) {
      found.push(...index.first(filesOf(joinPath(own, declared))));
      continue;
    }
    for (const names of expandUse(String(used))) {
      const [start, ...rest] = names;
      const above = rest.findIndex((name) => name !== "super");
      const ups = start === "super" ? 1 + Math.max(0, above) : 0;
      const base = start === "crate" ? [] : inside.slice(0, inside.length - ups);
      const module = [...base, ...rest.slice(Math.max(0, ups - 1))];
      // The longest start of it that is a file: what follows are names in that file.
      const starts = module.map((_, at) => joinPath(crate, ...module.slice(0, module.length - at)));
      const files = [
        ...starts.flatMap(filesOf),
        joinPath(crate, "lib.rs"),
        joinPath(crate, "main.rs"),
      ];
      found.push(...index.first(files));
    }
  }
  return found;
};

function filesOf(module: string): readonly string[] {
  return [`${module}.rs`, `${module}/mod.rs`];
}

/** The innermost `src` around a file, or its own folder. */
function crateOf(path: string): string {
  const names = folderOf(path).split("/");
  const at = names.lastIndexOf("src");
  return at === -1 ? folderOf(path) : names.slice(0, at + 1).join("/");
}

/** `a::{b, c::{d, e}}` as `a b`, `a c d` and `a c e`. */
function expandUse(text: string): readonly (readonly string[])[] {
  const found: string[][] = [];
  const open: string[][] = [];
  let names: string[] = [];
  for (const [token] of text.matchAll(/\w+(?:\s+as\s+\w+)?|[{},]/g)) {
    if (token === "{") open.push([...names]);
    else if (token === "," || token === "}") {
      found.push(names);
      names = [...(token === "}" ? (open.pop() ?? []) : (open.at(-1) ?? []))];
    } else names.push(token.replace(/\s.*/s, ""));
  }
  return [...found, names];
}
