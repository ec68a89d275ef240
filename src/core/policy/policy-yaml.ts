import { LineCounter, isAlias, isMap, isNode, isScalar, isSeq, parseDocument, visit } from "yaml";
import type { Document } from "yaml";
import { ERRORS_MAX } from "./policy-errors.ts";

interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

type YamlError = Position & { readonly message: string };

/** The YAML of a policy file, as plain values, with where each key stands. */
export type PolicyYaml =
  | { readonly kind: "failed"; readonly errors: readonly YamlError[] }
  | {
      readonly kind: "read";
      readonly value: unknown;
      /** Paths are keys of mappings and places in lists: `["freezes", 0, "from"]`. */
      hasKey(path: Path): boolean;
      /** Of the nearest thing around it where it is missing, at last of the whole file. */
      positionOfKey(path: Path): Position;
      positionOfValue(path: Path): Position;
    };

type Path = readonly PropertyKey[];

const START: Position = { line: 1, column: 1 };

/** Levels of nesting; the policy has four. The parser recurses, and would end its stack. */
const DEPTH_MAX = 50;
/** Thirty thousand pairs take a second. */
const BRACKETS_MAX = 2_000;

/** Never throws. The caller caps the size before. */
export function readPolicyYaml(text: string): PolicyYaml {
  if (isDeep(text)) return failed([{ ...START, message: "the file is nested too deep" }]);
  const lines = new LineCounter();
  // Comparing all keys with each other is quadratic: duplicates are looked for below.
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const errors = [...document.errors, ...document.warnings].map((error) => ({
    ...toPosition(error.pos[0], lines),
    message: `not valid YAML: ${error.message
      .split("\n", 1)
      .join("")
      .replace(/ at line .*$/, "")}`,
  }));
  if (errors.length > 0) return failed(errors);
  const forbidden = findForbidden(document, lines);
  if (forbidden.length > 0) return failed(forbidden);
  const value: unknown = document.toJS();
  const { contents } = document;
  return {
    // An empty file is an empty mapping: the error is then the missing `version`.
    kind: "read",
    value: value ?? {},
    hasKey: (path) => entryAt(contents, path) !== null,
    positionOfKey: (path) => positionNear(contents, path, ({ key }) => key, lines),
    positionOfValue: (path) =>
      positionNear(contents, path, ({ key, value: own }) => own ?? key, lines),
  };
}

/** A pair of a mapping, or an item of a list, which has no key. */
interface Entry {
  readonly key: unknown;
  readonly value: unknown;
}

/** Null where the path leads nowhere. */
function entryAt(contents: unknown, path: Path): Entry | null {
  let entry: Entry = { key: contents, value: contents };
  for (const part of path) {
    const next = childOf(entry.value, part);
    if (next === null) return null;
    entry = next;
  }
  return entry;
}

function childOf(node: unknown, part: PropertyKey): Entry | null {
  if (isMap(node)) {
    return node.items.find(({ key }) => isScalar(key) && String(key.value) === part) ?? null;
  }
  if (!isSeq(node) || typeof part !== "number") return null;
  const item = node.items[part];
  return item === undefined ? null : { key: item, value: item };
}

function positionNear(
  contents: unknown,
  path: Path,
  choose: (entry: Entry) => unknown,
  lines: LineCounter,
): Position {
  for (let left = path.length; left > 0; left -= 1) {
    const entry = entryAt(contents, path.slice(0, left));
    // What is missing is missing from the thing around it, which its key names.
    if (entry !== null) {
      return positionOf(left === path.length ? choose(entry) : entry.key, lines);
    }
  }
  return START;
}

/** Brackets are counted in comments and strings too: a policy has no use for that many. */
export function isDeep(text: string): boolean {
  let depth = 0;
  let count = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    count += 1;
    if (depth > DEPTH_MAX || count > BRACKETS_MAX) return true;
  }
  return /(?:[-?:][ \t]+){50}/.test(text);
}

function failed(errors: readonly YamlError[]): PolicyYaml {
  return { kind: "failed", errors: errors.slice(0, ERRORS_MAX) };
}

/** Aliases can grow a small file without bound; of two equal keys one would be lost. */
function findForbidden(document: Document, lines: LineCounter): readonly YamlError[] {
  const found: YamlError[] = [];
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        found.push({ ...positionOf(node, lines), message: "YAML aliases are not allowed" });
      }
    },
    Map(_, map) {
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        if (!isScalar(key) || Object(key.value) === key.value) {
          found.push({ ...positionOf(key, lines), message: "a key must be a plain word" });
          continue;
        }
        const message = `the key "${String(key.value)}" stands twice`;
        if (seen.has(key.value)) found.push({ ...positionOf(key, lines), message });
        seen.add(key.value);
      }
    },
  });
  return found;
}

/** Of a node that was parsed: those have a range. */
function positionOf(node: unknown, lines: LineCounter): Position {
  const [start] = [node].filter((own) => isNode(own)).map(({ range }) => range?.[0]);
  return toPosition(Number(start), lines);
}

function toPosition(offset: number, lines: LineCounter): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
