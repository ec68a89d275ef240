import type { FaultCode } from "./fault.ts";
import { glueUnits } from "./numbers.ts";

/** A word of a sentence that has to stand in its source as it is. */
export interface Token {
  readonly kind:
    | "advisory"
    | "code"
    | "flag"
    | "identifier"
    | "number"
    | "path"
    | "quoted"
    | "version";
  /** As the sentence has it, without the punctuation around it. */
  readonly text: string;
}

export const TOKEN_FAULTS: Readonly<Record<Token["kind"], FaultCode>> = {
  advisory: "advisory-not-in-source",
  code: "identifier-not-in-source",
  flag: "flag-not-in-source",
  identifier: "identifier-not-in-source",
  number: "number-not-in-source",
  path: "path-not-in-source",
  quoted: "quoted-not-in-source",
  version: "version-not-in-source",
};

export const TOKEN_WORDS: Readonly<Record<Token["kind"], string>> = {
  advisory: "the advisory",
  code: "the name",
  flag: "the option",
  identifier: "the name",
  number: "the number",
  path: "the path",
  quoted: "the quoted words",
  version: "the version",
};

/**
 * Runs of Latin letters, digits and what stands inside names: other scripts have no identifiers,
 * and write no space around ours.
 */
const RUN = /[\p{Script=Latin}\p{M}\p{Nd}_$@%./:=~^<>+\-*()#&[\]]+/gu;

const ADVISORY = /\b(?:CVE-\d{4}-\d{3,}|(?:GHSA(?:-[a-z0-9]{4}){3}))\b/gi;
const QUOTED = /`[^`]+`|"[^"]{2,}"|“[^”]{2,}”|«[^»]{2,}»/g;
const FLAG = /^--?[A-Za-z][\w-]*$/;
const NUMBER = /^\d+(?:[.,_]\d+)*$/;
const VERSION = /^v?\d+(?:\.(?:\d+|[x*]))+(?:[-+][0-9A-Za-z.-]+)?$|^v\d+$/;
const FILE =
  /^[\w$@.-]*[\w$-]\.(?:[cm]?[jt]sx?|json[5c]?|ya?ml|toml|lock|md|rs|py|rb|go|java|kt|cs?s|scss|html?|vue|svelte|astro|sh|sql|env|ini|cfg|xml|txt|wasm|proto)$/i;

/** Dotted words that are no names. */
const ABBREVIATIONS: ReadonlySet<string> = new Set([
  "e.g",
  "i.e",
  "a.k.a",
  "etc",
  "vs",
  "a.m",
  "p.m",
]);

/** Names of products are words of the language; who writes `js` in a title means JavaScript. */
const NAMES: ReadonlySet<string> = new Set(
  `javascript typescript github gitlab bitbucket macos ios ipados graphql postgresql mysql mariadb sqlite mongodb
  openssl websocket websockets webassembly youtube linkedin openapi devtools node.js next.js vue.js
  nuxt.js three.js d3.js deno.js bun.js freebsd openbsd netbsd powershell webgpu webgl opengl
  eslint jsdoc tsconfig vscode intellij webstorm npm pnpm oauth latex iphone ipad ebpf grpc
  nodejs youtube stackoverflow asp.net .net vb.net ipv4 ipv6 http2 http3 utf8 utf-8`
    .split(/\s+/)
    .filter((name) => name !== ""),
);

/** Tokens in the order of the sentence; each once. */
export function findTokens(sentence: string): readonly Token[] {
  const tokens: Token[] = [];
  const rest = westernDigits(sentence)
    .replaceAll(ADVISORY, (found) => {
      tokens.push({ kind: "advisory", text: found });
      return " ";
    })
    .replaceAll(QUOTED, (whole: string) => {
      const said = whole.slice(1, -1).trim();
      if (whole.startsWith("`")) {
        tokens.push({ kind: "code", text: said });
        return "x";
      }
      // One usual word in quotes is a word in a special sense.
      if (/[\p{L}\p{N}]/u.test(said) && !/^[a-z]+$/.test(said)) {
        tokens.push({ kind: "quoted", text: said });
      }
      return "x";
    });
  for (const [run] of glueUnits(rest).matchAll(RUN)) tokens.push(...readRun(run));
  const seen = new Set<string>();
  return tokens.filter(({ kind, text: name }) => {
    const key = `${kind} ${name}`;
    return !seen.has(key) && seen.add(key);
  });
}

function readRun(run: string): readonly Token[] {
  const word = trimWord(run);
  if (word === "" || NAMES.has(word.toLowerCase())) return [];
  if (FLAG.test(word)) return [{ kind: "flag", text: word }];
  if (/^--[A-Za-z][\w-]*=./.test(word)) return word.split("=").flatMap(readRun);
  const quantity = readNumber(word);
  if (quantity !== null) return quantity;
  if (isPath(word)) return [{ kind: "path", text: word }];
  if (word.includes("/") || word.includes("=")) return word.split(/[/=]+/).flatMap(readRun);
  return isIdentifier(word) ? [{ kind: "identifier", text: word.replace(/\(\)$/, "") }] : [];
}

/** Without the punctuation of the sentence, and brackets that are not closed inside. */
function trimWord(run: string): string {
  let word = run.replace(/^[.:)\]&*=+~^<>#]+(?=\w|$)/, "").replace(/[.:,&*=+~^<>#/-]+$/, "");
  if (!/^\.\w/.test(run)) word = word.replace(/^\.+(?!\/)/, "");
  else word = run.replace(/[.:,]+$/, "");
  while (/^[([]/.test(word)) word = word.slice(1);
  while (/[)\]]$/.test(word) && !/\(\)$|\w\[\]$/.test(word)) word = word.slice(0, -1);
  return word.replace(/[.:,]+$/, "");
}

/** Null: it is no number. `10-second` is one, `2FA` is a name. */
function readNumber(word: string): readonly Token[] | null {
  const bare = word.replace(/^[<>=~^≥≤+-]+/, "");
  if (VERSION.test(bare)) {
    const isDecimal = NUMBER.test(bare) && bare.split(".").length === 2;
    return [{ kind: isDecimal ? "number" : "version", text: bare }];
  }
  if (NUMBER.test(bare)) return [{ kind: "number", text: bare }];
  if (/^\d[\d.]*[a-z%]*(?:-|\.\.\.?|:)\d[\d.]*[a-z%]*$/i.test(bare)) {
    return bare.split(/-|\.\.\.?|:/).flatMap(readRun);
  }
  const hasUnit = /^\d+(?:[.,_]\d+)*-?(?:%|[a-z]+)$/i.test(bare);
  return hasUnit ? [{ kind: "number", text: bare }] : null;
}

function isPath(word: string): boolean {
  if (!word.includes("/")) return FILE.test(word);
  if (/^(?:\.{0,2}\/|~\/)[\w.-]/.test(word)) return true;
  const last = word.slice(word.lastIndexOf("/") + 1);
  return FILE.test(last) || /^@[\w-]+\/[\w.-]+$/.test(word);
}

function isIdentifier(word: string): boolean {
  const name = word.replace(/\(\)$/, "");
  if (ABBREVIATIONS.has(name.toLowerCase())) return false;
  if (name !== word) return /^[\p{L}_$]/u.test(name);
  if (/::|^\$\w|\w_\w|^_\w|\w\$/.test(name)) return true;
  if (/^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)+$/.test(name)) return true;
  // camelCase, PascalCase of two humps, HTMLElement; not plurals such as `APIs`.
  if (/[a-z][A-Z]|[A-Z]{2,}[a-z]{2,}/.test(name) && !/^[A-Z]{2,}(?:s|ed|ing)$/.test(name))
    return true;
  return /\d/.test(name) && /[A-Za-z]/.test(name);
}

/** Digits of other scripts as ours. An ellipsis stays one sign, as in the source. */
function westernDigits(text: string): string {
  const composed = text.replaceAll(/[^\u2026]+/g, (part) => part.normalize("NFKC"));
  return composed.replaceAll(/(?![0-9])\p{Nd}/gu, (digit) => {
    const point = Number(digit.codePointAt(0));
    let value = 0;
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
    return String(value);
  });
}
