/** A string value in a JSON text. `start` and `end` are those of the literal, quotes included. */
export interface JsonString {
  /** Keys and indices from the root. */
  readonly path: readonly string[];
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export type JsonStrings =
  | { readonly kind: "read"; readonly found: readonly JsonString[] }
  /** Where the text stops being JSON. */
  | { readonly kind: "failed"; readonly offset: number };

/** Deeper than any manifest or lock file. */
const DEPTH_MAX = 200;

const BLANK = /[ \t\r\n]*/y;
const PLAIN = String.raw`[^"\\\u0000-\u001f]*`;
const STRING = new RegExp(
  String.raw`"${PLAIN}(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})${PLAIN})*"`,
  "y",
);
const OTHER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/**
 * The string values at the paths that are wanted, in order, without changing or forming the rest:
 * what is written back keeps every other byte. Never throws; not recursive.
 */
export function findJsonStrings(
  text: string,
  isWanted: (path: readonly string[]) => boolean,
): JsonStrings {
  const found: JsonString[] = [];
  /** Keys of objects, and counters of arrays, from the root to where we are. */
  const path: string[] = [];
  const open: ("object" | "array")[] = [];
  // A byte order mark, which npm allows.
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  let isOver = false;
  const match = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const matched = pattern.exec(text)?.[0] ?? null;
    at += matched?.length ?? 0;
    return matched;
  };
  const take = (character: string): boolean => {
    match(BLANK);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const takeKey = (): boolean => {
    match(BLANK);
    const key = match(STRING);
    if (key === null) return false;
    path.push(String(JSON.parse(key)));
    return take(":");
  };
  const failed = (): JsonStrings => ({ kind: "failed", offset: at });

  while (!isOver) {
    match(BLANK);
    const start = at;
    const string = match(STRING);
    if (string !== null) {
      if (isWanted(path)) {
        found.push({ path: [...path], value: String(JSON.parse(string)), start, end: at });
      }
    } else if (match(OTHER) === null) {
      const kind = text[at] === "{" ? "object" : text[at] === "[" ? "array" : null;
      if (kind === null || open.length >= DEPTH_MAX) return failed();
      at += 1;
      if (!take(kind === "object" ? "}" : "]")) {
        open.push(kind);
        if (kind === "array") path.push("0");
        else if (!takeKey()) return failed();
        continue;
      }
    }
    // A value has ended, and perhaps what holds it.
    for (;;) {
      const kind = open.at(-1);
      if (kind === undefined) {
        isOver = true;
        break;
      }
      const last = path.pop();
      if (take(",")) {
        if (kind === "array") path.push(String(Number(last) + 1));
        else if (!takeKey()) return failed();
        break;
      }
      if (!take(kind === "object" ? "}" : "]")) return failed();
      open.pop();
    }
  }
  match(BLANK);
  return at === text.length ? { kind: "read", found } : failed();
}

/** Put other strings where `found` are, in the same order; every other byte stays. */
export function replaceJsonStrings(
  text: string,
  replacements: readonly { readonly found: JsonString; readonly value: string }[],
): string {
  const parts: string[] = [];
  let from = 0;
  for (const { found, value } of replacements) {
    parts.push(text.slice(from, found.start), JSON.stringify(value));
    from = found.end;
  }
  return parts.join("") + text.slice(from);
}

/** From 1. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length;
}
