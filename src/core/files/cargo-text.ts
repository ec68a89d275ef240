import { problem, refuseVersion } from "./text-plan.ts";
import type { TextPlan } from "./text-plan.ts";

/** A line of a TOML file below its table's header; lines inside multi-line strings are left out. */
export interface TomlLine {
  /** From 0. */
  readonly at: number;
  /** Where it starts in the text. */
  readonly start: number;
  readonly text: string;
  /** `package`, `workspace.package`; `[[package]]` counts as `package`. Empty above the first. */
  readonly table: string;
  /** Counts the headers: two tables of one name have different numbers. */
  readonly number: number;
}

const HEADER = /^\s*\[{1,2}\s*([^[\]]+?)\s*\]{1,2}\s*(?:#.*)?$/;
const VERSION = /^(\s*version\s*=\s*)(["'])(?<value>[^"']*)\2/;
const NAME = /^\s*name\s*=\s*["'](?<value>[^"']+)["']/;

export function readLines(text: string): readonly TomlLine[] {
  const lines: TomlLine[] = [];
  let table = "";
  let number = 0;
  let quote: string | null = null;
  let next = 0;
  for (const [at, line] of text.split("\n").entries()) {
    const start = next;
    next += line.length + 1;
    const isInside = quote !== null;
    for (const [mark] of line.matchAll(/"""|'''/g)) {
      if (quote === null) quote = mark;
      else if (quote === mark) quote = null;
    }
    if (isInside) continue;
    const header = HEADER.exec(line)?.[1];
    if (header !== undefined) {
      table = header;
      number += 1;
    }
    lines.push({ at, start, text: line, table, number });
  }
  return lines;
}

/** Values of a key in a table, with their lines. */
function findIn(
  lines: readonly TomlLine[],
  table: string,
  key: RegExp,
): readonly { readonly at: number; readonly value: string }[] {
  return lines
    .filter((line) => line.table === table)
    .flatMap(({ at, text }) => {
      const value = key.exec(text)?.groups?.["value"];
      return value === undefined ? [] : [{ at, value }];
    });
}

/** Put `version` on these lines; every other byte stays. */
function replaceOn(text: string, at: readonly number[], version: string): string {
  const set = new Set(at);
  return text
    .split("\n")
    .map((line, index) =>
      set.has(index)
        ? line.replace(VERSION, (_, start: string, mark: string) => start + mark + version + mark)
        : line,
    )
    .join("\n");
}

/** Name of the package in a `Cargo.toml`; null where it has none, as the root of a workspace. */
export function readCargoName(text: string): string | null {
  const [first] = findIn(readLines(text), "package", NAME);
  return first?.value ?? null;
}

/** Version that a `Cargo.toml` names itself; null: it has none, or inherits its workspace's. */
export function readCargoVersion(text: string): string | null {
  const [first] = findIn(readLines(text), "package", VERSION);
  return first?.value ?? null;
}

/** `version.workspace = true`, below `[package]`. */
export function inheritsVersion(text: string): boolean {
  return readLines(text).some(
    ({ table, text: line }) =>
      table === "package" &&
      /^\s*version(?:\.workspace\s*=\s*true|\s*=\s*\{\s*workspace\s*=\s*true)/.test(line),
  );
}

/** Where a `Cargo.toml` may say a version; its package's own goes before what a workspace hands down. */
const TABLES = ["package", "workspace.package"] as const;

type Table = (typeof TABLES)[number];

function findVersion(
  text: string,
  tables: readonly Table[],
): { readonly at: number; readonly value: string } | null {
  const lines = readLines(text);
  const [first = null] = tables.flatMap((table) => findIn(lines, table, VERSION));
  return first;
}

/** Version that a `Cargo.toml` gives to its own package, or to those that inherit it. */
export function readCargoRootVersion(text: string): string | null {
  return findVersion(text, TABLES)?.value ?? null;
}

/** Version that the root of a workspace hands down to its packages; null: none. */
export function readInheritedVersion(text: string): string | null {
  return findVersion(text, ["workspace.package"])?.value ?? null;
}

/**
 * `Cargo.toml` with another version, its own or the one that its workspace's packages inherit.
 * `isOptional`: the root of a workspace may have neither.
 */
export function planCargo(
  text: string,
  version: string,
  {
    isOptional = false,
    tables = TABLES,
  }: { readonly isOptional?: boolean; readonly tables?: readonly Table[] } = {},
): TextPlan {
  const own = findVersion(text, tables);
  if (own === null) {
    return isOptional ? { kind: "planned", text } : problem(null, "has no version below [package]");
  }
  const refused = refuseVersion(own.value, version);
  if (refused !== null) return problem(own.at + 1, refused);
  return { kind: "planned", text: replaceOn(text, [own.at], version) };
}

/** Strings of a list such as `members = ["crates/*"]`, also over several lines. */
export function readTomlList(
  text: string,
  { table, key }: { readonly table: string; readonly key: string },
): readonly string[] {
  const lines = readLines(text).filter((line) => line.table === table);
  const first = lines.findIndex((line) => new RegExp(`^\\s*${key}\\s*=\\s*\\[`).test(line.text));
  if (first < 0) return [];
  const rest = lines.slice(first).map((line) => line.text.replace(/#.*$/, ""));
  const [list = ""] = rest.join("\n").split("]", 1);
  return [...list.matchAll(/["']([^"']+)["']/g)].map((match) => String(match[1]));
}

/** The string of a key in a table, of any TOML file; null where it is none. */
export function readTomlText(
  text: string,
  { table, key }: { readonly table: string; readonly key: string },
): string | null {
  const pattern = new RegExp(`^\\s*${key}\\s*=\\s*["'](?<value>[^"']*)["']`);
  const [first] = findIn(readLines(text), table, pattern);
  return first?.value ?? null;
}
