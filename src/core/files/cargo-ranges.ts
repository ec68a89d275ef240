import { readLines } from "./cargo-text.ts";

/** A range with which a `Cargo.toml` asks for a crate. */
export interface CargoRange {
  /** Name of the crate, which `package` gives where the key is another one. */
  readonly name: string;
  readonly range: string;
  /** Where the range stands in the text, without its quotes. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
  /** Folder that the crate is taken from, as it is written; null: a registry. */
  readonly path: string | null;
}

/** What a manifest says of one dependency. */
interface Dependency {
  readonly key: string;
  readonly fields: Map<string, Field>;
}

interface Field {
  readonly value: string;
  readonly start: number;
  readonly line: number;
}

const DEPENDENCIES = /^(?:target\..*\.|workspace\.)?(?:dev-|build-)?dependencies(?:\.(.+))?$/;
const PATCH = /^patch\.[^.]+(?:\.(.+))?$/;
const KEY = /^\s*["']?([\w-]+)["']?\s*([.=])/;
const SHORT = /^\s*(["'])(?<value>[^"']*)\1/;
const FIELD = /(?<![\w.-])(?<field>version|path|package)\s*=\s*(["'])(?<value>[^"']*)\2/g;
const STRINGS = /"[^"]*"|'[^']*'/g;
const CODE = /^(?:[^"'#]|"[^"]*"|'[^']*')*/;

/** `core = "1.2"`, `core = { version = "1.2" }`, `core.version = "1.2"` and `[dependencies.core]`. */
export function findCargoRanges(text: string): readonly CargoRange[] {
  return findDependencies(text, DEPENDENCIES).flatMap(({ key, fields }) => {
    const version = fields.get("version");
    if (version === undefined) return [];
    const { value: range, start, line } = version;
    const path = fields.get("path")?.value ?? null;
    return [{ name: nameOf({ key, fields }), range, start, line, path }];
  });
}

/** Folders from which `[patch.crates-io]` takes crates, by their names, whoever asks for them. */
export function findPatched(text: string): ReadonlyMap<string, string> {
  return new Map(
    findDependencies(text, PATCH).flatMap(({ key, fields }) => {
      const path = fields.get("path")?.value;
      return path === undefined ? [] : [[nameOf({ key, fields }), path] as const];
    }),
  );
}

/** Folders from which a manifest takes crates: those of a workspace's root are its packages, too. */
export function findPaths(text: string): readonly string[] {
  const dependencies = findDependencies(text, DEPENDENCIES);
  return dependencies.flatMap(({ fields }) => fields.get("path")?.value ?? []);
}

function nameOf({ key, fields }: Dependency): string {
  return fields.get("package")?.value ?? key;
}

function findDependencies(text: string, tables: RegExp): readonly Dependency[] {
  const found = new Map<string, Dependency>();
  let key: string | undefined;
  /** Brackets that stand open: what they hold may go over several lines. */
  let open = 0;
  for (const line of readLines(text)) {
    const [isOne, named] = tables.exec(line.table) ?? [];
    if (isOne === undefined) continue;
    const code = String(CODE.exec(line.text)?.[0]);
    const head = named === undefined && open === 0 ? KEY.exec(code) : null;
    if (named !== undefined) key = named.replaceAll(/["']/g, "");
    else if (open === 0) key = head?.[1];
    open += countBrackets(code);
    if (key === undefined) continue;
    const id = `${line.number}\n${key}`;
    const own = found.get(id) ?? { key, fields: new Map<string, Field>() };
    found.set(id, own);
    const from = head?.[0].length ?? 0;
    const short = head?.[2] === "=" ? SHORT.exec(code.slice(from)) : null;
    const matches = short === null ? code.slice(from).matchAll(FIELD) : [short];
    for (const { 0: whole, index, groups = {} } of matches) {
      const { field = "version", value = "" } = groups;
      const start = line.start + from + index + whole.length - 1 - value.length;
      own.fields.set(field, { value, start, line: line.at + 1 });
    }
  }
  return [...found.values()];
}

function countBrackets(code: string): number {
  const bare = code.replaceAll(STRINGS, "");
  return [...bare.matchAll(/[[{]/g)].length - [...bare.matchAll(/[\]}]/g)].length;
}
