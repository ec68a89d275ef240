import type { PathIndex } from "./path-index.ts";
import { folderOf, foldersOf, joinPath, resolvePath } from "./paths.ts";

/** A file with its text, or as much of it as a patch shows. */
export interface ReadFile {
  readonly path: string;
  readonly text: string;
}

/** Paths that the statements of one file name, as far as the index has them. */
export type FindImports = (file: ReadFile, index: PathIndex) => readonly string[];

const JAVASCRIPT = [
  // `import a, { b } from "x"`, or the last line of it: no string stands before.
  /^[\w$\s,*{}]*\bfrom\s?["']([^"']+)["']/,
  /^\s*import\s?["']([^"']+)["']/,
  /\b(?:import|require)\s?\(\s?["']([^"']+)["']/,
];

/** What a name without an ending may stand for, the likeliest first. */
const ENDINGS = ".ts .tsx .mts .cts .js .jsx .mjs .cjs .vue .svelte .d.ts .json".split(" ");

export const findJavaScript: FindImports = ({ path, text }, index) =>
  text.split("\n").flatMap((line) => {
    if (/^\s*(?:\/\/|\/?\*)/.test(line)) return [];
    const named = JAVASCRIPT.map((pattern) => pattern.exec(line)?.[1]).find(Boolean);
    if (named === undefined) return [];
    if (/^[@~]\//.test(named)) return index.ending(namesOf(named.slice(2)), path);
    const target = /^\.\.?(?:\/|$)/.test(named) ? resolvePath(folderOf(path), named) : null;
    return target === null ? [] : index.first(namesOf(target));
  });

function namesOf(target: string): readonly string[] {
  // `a.js` names what `a.ts` becomes.
  const source = target.replace(/\.([cm]?)js(x?)$/, ".$1ts$2");
  return [
    target,
    source,
    `${source}x`,
    ...ENDINGS.map((ending) => target + ending),
    ...ENDINGS.map((ending) => joinPath(target, `index${ending}`)),
  ];
}

export const findPython: FindImports = ({ path, text }, index) => {
  const folder = folderOf(path);
  const found: string[] = [];
  const pattern =
    /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import[ \t]+(?:\(([^)]{0,5000})\)|([^\n#(]+))|import[ \t]+([\w., \t]+))/gm;
  for (const [, from = "", inside, names, modules] of text.matchAll(pattern)) {
    if (modules !== undefined) {
      for (const name of listNames(modules)) found.push(...index.first(modulesOf(folder, name)));
      continue;
    }
    for (const name of listNames(inside ?? String(names))) {
      const one = from.endsWith(".") ? from + name : `${from}.${name}`;
      found.push(...index.first([...modulesOf(folder, one), ...modulesOf(folder, from)]));
    }
  }
  return found;
};

/** `a` and `b` of `a, b as c  # why`. */
function listNames(list: string): readonly string[] {
  return list
    .replaceAll(/#.*/g, "")
    .split(",")
    .map((name) => name.trim().split(/\s/, 1).join(""));
}

/**
 * Where a dotted name may stand: by its dots, or from the root and folders around. A name alone is
 * looked for at the root only, because there are modules of Python with every name.
 */
function modulesOf(folder: string, dotted: string): readonly string[] {
  const rest = dotted.replace(/^\.+/, "");
  const dots = dotted.length - rest.length;
  const inside = rest.replaceAll(".", "/");
  const above = resolvePath(folder, "../".repeat(Math.max(0, dots - 1)));
  const around = inside.includes("/") ? foldersOf(`${folder}/x`) : [];
  const starts = dots === 0 ? ["", "src", "lib", ...around] : above === null ? [] : [above];
  return starts.flatMap((start) => {
    const module = joinPath(start, inside);
    return [`${module}.py`, joinPath(module, "__init__.py")];
  });
}

/** `import a.b.C;`, `import static a.b.C.d;`, `import a.b.*;`, also of Kotlin, Scala and Groovy. */
export const findJava: FindImports = ({ path, text }, index) =>
  [...text.matchAll(/^[ \t]*import[ \t]+(?:static[ \t]+)?([\w.]+)(\*?)/gm)].flatMap(
    ([, name = "", star]) => {
      const names = name.split(".").filter((word) => word !== "");
      const at = names.findIndex((word) => /^[A-Z]/.test(word));
      if (star === "*" && at === -1) {
        const inside = index.folders().filter((one) => `/${one}`.endsWith(`/${names.join("/")}`));
        return inside.flatMap((one) => index.inFolder(one));
      }
      const type = names.slice(0, at + 1).join("/");
      return index.ending(
        [".java", ".kt", ".scala", ".groovy"].map((ending) => type + ending),
        path,
      );
    },
  );

export const findInclude: FindImports = ({ path, text }, index) =>
  [...text.matchAll(/^[ \t]*#[ \t]*include[ \t]*"([^"\n]+)"/gm)].flatMap(([, name = ""]) => {
    const near = resolvePath(folderOf(path), name);
    const found = near === null ? [] : index.first([near]);
    return found.length > 0 ? found : index.ending([name], path);
  });

export const findRuby: FindImports = ({ path, text }, index) =>
  [...text.matchAll(/^[ \t]*require_relative[ \t(]+["']([^"'\n]+)["']/gm)].flatMap(
    ([, name = ""]) => {
      const target = resolvePath(folderOf(path), name);
      return target === null ? [] : index.first([target, `${target}.rb`]);
    },
  );
