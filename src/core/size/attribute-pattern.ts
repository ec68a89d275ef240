/**
 * Patterns of `.gitattributes` as git matches them: byte by byte, `*` and `?` within a name, `**`
 * over folders where it stands alone between slashes, `[a-z]`, `[!a]`, `[[:digit:]]`, `\` before a
 * character that stands for itself. Strings hold one byte a character (`toBytes`).
 */
type Token =
  | { readonly kind: "byte"; readonly byte: string }
  | { readonly kind: "any" }
  | { readonly kind: "set"; readonly bytes: ReadonlySet<string> }
  /** `isDeep`: also over slashes. */
  | { readonly kind: "star"; readonly isDeep: boolean }
  /** The star and the slash after it may both be missing: `a/**` + `/b` fits `a/b`. */
  | { readonly kind: "skip" }
  /** A set that does not end: fits nothing. */
  | { readonly kind: "broken" };

export interface AttributePattern {
  /** A pattern without a slash is compared with the last name of a path. */
  readonly isName: boolean;
  /** Bytes before the first special one. */
  readonly literal: string;
  readonly tokens: readonly Token[];
  /** What stands after one star in a name, as in `*.snap`, where all of it is bytes; else null. */
  readonly suffix: string | null;
}

/** UTF-8, a character a byte. */
export function toBytes(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text;
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCodePoint(byte)).join("");
}

/** Null: git says that the pattern names no file (`!x`, `folder/`). */
export function readAttributePattern(pattern: string): AttributePattern | null {
  if (pattern.startsWith("!") || pattern.endsWith("/")) return null;
  const isName = !pattern.includes("/");
  const anchored = pattern.replace(/^\//, "");
  const special = anchored.search(/[*?[\\]/);
  const literal = special < 0 ? anchored : anchored.slice(0, special);
  const tokens = tokenize(anchored.slice(literal.length));
  return { isName, literal, tokens, suffix: isName ? suffixOf(tokens) : null };
}

function suffixOf([first, ...rest]: readonly Token[]): string | null {
  if (first?.kind !== "star") return null;
  const bytes = rest.flatMap((token) => (token.kind === "byte" ? [token.byte] : []));
  return bytes.length === rest.length ? bytes.join("") : null;
}

/** `path` is relative to the folder of the attribute file. */
export function matchesAttributePattern(pattern: AttributePattern, path: string): boolean {
  const text = pattern.isName ? path.slice(path.lastIndexOf("/") + 1) : path;
  const { literal, tokens, suffix } = pattern;
  if (!text.startsWith(literal)) return false;
  if (suffix !== null) {
    return text.length >= literal.length + suffix.length && text.endsWith(suffix);
  }
  return tokens.length === 0
    ? text.length === literal.length
    : run(tokens, text.slice(literal.length)).isMatch;
}

/**
 * All places of the pattern are followed side by side, so the work (`steps`) is at most the
 * pattern's length times the text's, whatever both look like.
 */
export function run(
  tokens: readonly Token[],
  text: string,
): { readonly isMatch: boolean; readonly steps: number } {
  let places = spread(tokens, [0]);
  let steps = 0;
  for (const byte of text) {
    const next: number[] = [];
    for (const place of places) {
      steps += 1;
      const token = tokens[place];
      if (token !== undefined && fits(token, byte)) {
        next.push(token.kind === "star" ? place : place + 1);
      }
    }
    places = spread(tokens, next);
    if (places.size === 0) return { isMatch: false, steps };
  }
  return { isMatch: places.has(tokens.length), steps };
}

/** Places that are reached without a byte: stars may take none. */
function spread(tokens: readonly Token[], from: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    const token = tokens[place];
    if (token?.kind === "star" || token?.kind === "skip") open.push(place + 1);
    if (token?.kind === "skip") open.push(place + 3);
  }
  return places;
}

function fits(token: Token, byte: string): boolean {
  if (token.kind === "byte") return token.byte === byte;
  if (token.kind === "star") return token.isDeep || byte !== "/";
  if (byte === "/") return false;
  return token.kind === "any" || (token.kind === "set" && token.bytes.has(byte));
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const char = pattern.charAt(at);
    if (char === "*") {
      const stars = pattern.slice(at).search(/[^*]|$/);
      const after = pattern.slice(at + stars);
      const isAlone = (at === 0 || pattern[at - 1] === "/") && /^(?:$|\\?\/)/.test(after);
      const isDeep = stars > 1 && isAlone;
      if (isDeep && after.startsWith("/")) tokens.push({ kind: "skip" });
      tokens.push({ kind: "star", isDeep });
      at += stars - 1;
    } else if (char === "?") {
      tokens.push({ kind: "any" });
    } else if (char === "[") {
      const set = readSet(pattern, at + 1);
      if (set === null) return [...tokens, { kind: "broken" }];
      tokens.push({ kind: "set", bytes: set.bytes });
      at = set.end;
    } else if (char === "\\") {
      at += 1;
      if (at === pattern.length) return [...tokens, { kind: "broken" }];
      tokens.push({ kind: "byte", byte: pattern.charAt(at) });
    } else {
      tokens.push({ kind: "byte", byte: char });
    }
  }
  return tokens;
}

const BYTES = Array.from({ length: 256 }, (_, code) => String.fromCodePoint(code));

const CLASSES: ReadonlyMap<string, RegExp> = new Map([
  ["alnum", /[A-Za-z0-9]/],
  ["alpha", /[A-Za-z]/],
  ["blank", /[ \t]/],
  ["cntrl", /^(?=\p{ASCII})\p{Cc}/u],
  ["digit", /\d/],
  ["graph", /[!-~]/],
  ["lower", /[a-z]/],
  ["print", /[ -~]/],
  ["punct", /[!-/:-@[-`{-~]/],
  ["space", /[ \t\n\v\f\r]/],
  ["upper", /[A-Z]/],
  ["xdigit", /[A-Fa-f0-9]/],
]);

/** `end`: place of the closing bracket. Null: there is none, or a class that nobody knows. */
function readSet(
  pattern: string,
  from: number,
): { readonly bytes: ReadonlySet<string>; readonly end: number } | null {
  const isNegated = /[!^]/.test(pattern.charAt(from));
  const bytes = new Set<string>();
  const first = isNegated ? from + 1 : from;
  let before = "";
  for (let at = first; at < pattern.length; at += 1) {
    let char = pattern.charAt(at);
    if (char === "]" && at > first) {
      return {
        end: at,
        bytes: isNegated ? new Set(BYTES.filter((one) => !bytes.has(one))) : bytes,
      };
    }
    const next = pattern.charAt(at + 1);
    const isRange = char === "-" && before !== "" && next !== "" && next !== "]";
    if (isRange) {
      at += next === "\\" ? 2 : 1;
      const last = pattern.charAt(at);
      for (const byte of BYTES) if (byte >= before && byte <= last) bytes.add(byte);
      before = "";
      continue;
    }
    const name = char === "[" && next === ":" ? readClass(pattern, at) : null;
    if (name !== null) {
      const known = CLASSES.get(name);
      if (known === undefined) return null;
      for (const byte of BYTES) if (known.test(byte)) bytes.add(byte);
      at += name.length + 3;
      before = "";
      continue;
    }
    if (char === "\\") {
      at += 1;
      char = next;
    }
    bytes.add(char);
    before = char;
  }
  return null;
}

/** `digit` of `[:digit:]`; null: it only looks like one. */
function readClass(pattern: string, at: number): string | null {
  const end = pattern.indexOf("]", at + 2);
  const inside = pattern.slice(at + 2, end);
  return end > at + 2 && inside.endsWith(":") ? inside.slice(0, -1) : null;
}
