import { matchesAttributePattern, readAttributePattern, toBytes } from "./attribute-pattern.ts";
import type { AttributePattern } from "./attribute-pattern.ts";

/** One `.gitattributes`. */
export interface AttributeFile {
  /** Its folder; empty for the root. */
  readonly folder: string;
  readonly text: string;
}

/** `set`, `unset` (by `-`), or the value after `=`; null: unspecified, also by `!`. */
export type AttributeValue = "set" | "unset" | { readonly value: string } | null;

export type Attributes = ReadonlyMap<string, AttributeValue>;

interface Assignment {
  readonly name: string;
  readonly value: AttributeValue;
}

interface Rule {
  readonly pattern: AttributePattern;
  readonly assignments: readonly Assignment[];
}

/** Bytes; git ignores longer lines. */
const LINE_BYTES_MAX = 2_048;

const NONE: readonly Rule[] = [];

const BINARY: readonly Assignment[] = ["diff", "merge", "text"].map((name) => ({
  name,
  value: "unset",
}));

/**
 * What git's attributes are for a path, as `git check-attr --all` says it. Deeper files count before
 * the ones around them, and in a file the last line that fits. Macros stand in the root's file.
 */
export class AttributeRules {
  readonly #files = new Map<string, readonly Rule[]>();
  readonly #macros = new Map<string, readonly Assignment[]>([["binary", BINARY]]);

  constructor(files: readonly AttributeFile[]) {
    for (const { folder, text } of files)
      this.#files.set(toBytes(folder), this.#read(folder, text));
  }

  of(path: string): Attributes {
    const bytes = toBytes(path);
    const found = new Map<string, AttributeValue>();
    let end = bytes.length;
    do {
      end = bytes.lastIndexOf("/", end - 1);
      const folder = bytes.slice(0, Math.max(0, end));
      for (const { pattern, assignments } of this.#files.get(folder) ?? NONE) {
        if (matchesAttributePattern(pattern, bytes.slice(end + 1))) {
          this.#assign(found, assignments);
        }
      }
    } while (end > 0);
    return found;
  }

  /** What is found first stays. A macro's assignments count as if they stood after its own. */
  #assign(found: Map<string, AttributeValue>, assignments: readonly Assignment[]): void {
    const open = [...assignments];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (found.has(one.name)) continue;
      found.set(one.name, one.value);
      if (one.value === "set") open.push(...(this.#macros.get(one.name) ?? []));
    }
  }

  /** The last line first. */
  #read(folder: string, text: string): readonly Rule[] {
    const rules: Rule[] = [];
    for (const line of toBytes(text.replace(/^\u{FEFF}/u, "")).split("\n")) {
      const read = readLine(line);
      if (read === null) continue;
      if (read.macro === null) {
        const pattern = readAttributePattern(read.pattern);
        if (pattern !== null) rules.unshift({ pattern, assignments: read.assignments });
      } else if (folder === "") {
        this.#macros.set(read.macro, read.assignments);
      }
    }
    return rules;
  }
}

interface Line {
  readonly macro: string | null;
  readonly pattern: string;
  readonly assignments: readonly Assignment[];
}

/** Null: a comment, or a line that git does not accept. */
function readLine(whole: string): Line | null {
  const line = whole.replace(/^[ \t\r]+/, "");
  if (line === "" || line.startsWith("#") || whole.length >= LINE_BYTES_MAX) return null;
  const quoted = unquote(line);
  const pattern = quoted?.text ?? line.split(/[ \t\r]/, 1).join("");
  const rest = line.slice(quoted?.length ?? pattern.length);
  const macro = /^\[attr\](.+)/s.exec(pattern)?.[1]?.trimStart().split(/[ \t]/)[0] ?? null;
  if (macro !== null && !isName(macro)) return null;
  const assignments = rest
    .split(/[ \t\r]+/)
    .filter((word) => word !== "")
    .map(readAssignment);
  return assignments.every((one) => one !== null) ? { macro, pattern, assignments } : null;
}

function isName(name: string): boolean {
  return /^(?!-)[-A-Za-z0-9_.]+$/.test(name);
}

function readAssignment(word: string): Assignment | null {
  const sign = /^[-!]/.exec(word)?.[0] ?? "";
  const assigned = word.slice(sign.length);
  const name = assigned.replace(/=.*$/s, "");
  if (!isName(name)) return null;
  if (sign === "-") return { name, value: "unset" };
  if (sign === "!") return { name, value: null };
  return { name, value: name === assigned ? "set" : { value: assigned.slice(name.length + 1) } };
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

/** A pattern in quotes as in C. `length`: with the quotes. Null: it is none. */
function unquote(line: string): { readonly text: string; readonly length: number } | null {
  const found = /^"((?:[^"\\]|\\[abfnrtv\\"]|\\[0-3][0-7]{2})*)"/.exec(line);
  const [whole, inside] = found ?? [];
  if (whole === undefined || inside === undefined) return null;
  const text = inside.replaceAll(/\\([0-3][0-7]{2}|.)/gs, (_, escape: string) =>
    escape.length === 3
      ? String.fromCodePoint(Number.parseInt(escape, 8))
      : (ESCAPES[escape] ?? escape),
  );
  return { text, length: whole.length };
}
