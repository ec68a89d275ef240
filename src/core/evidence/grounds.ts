import { aliasesOf } from "./aliases.ts";
import type { Fault } from "./fault.ts";
import { Numbers } from "./numbers.ts";
import { occurs, placeInName, standsAt } from "./occurs.ts";
import { EMOJI_JOINS } from "./prose.ts";
import type { SourceText } from "./source-text.ts";
import type { Token } from "./tokens.ts";
import { findTokens, TOKEN_FAULTS, TOKEN_WORDS } from "./tokens.ts";
import { isAbout, topicsOf } from "./topics.ts";

/** Do the words of a sentence that cannot be reworded stand in the sources that it cites? */
export function judgeTokens(sentence: string, texts: readonly SourceText[]): readonly Fault[] {
  // Sources come without what joins the parts of an emoji.
  const tokens = findTokens(sentence.replaceAll(EMOJI_JOINS, ""));
  if (tokens.length === 0) return [];
  const lines = texts.flatMap(({ said, shown }) => [...said, ...shown]);
  const all = lines.join("\n").replaceAll(/[^\S\n]+/g, " ");
  const hasNumber = numbersFor(sentence, texts, all);
  return tokens
    .filter((token) => !stands(token, all, hasNumber))
    .map(({ kind, text }) => ({
      code: TOKEN_FAULTS[kind],
      reason: `${TOKEN_WORDS[kind]} "${text}" is not in the pull request`,
    }));
}

type HasNumber = (token: string) => boolean;

/** Longer numbers do not stand in code by chance. */
const RARE = /\d{5}|\d\.\d+\.\d/;

/**
 * In what people said, anywhere; in code, where the line or one beside it is about what the
 * sentence is about: almost every number stands in a large diff. A sentence that shares no word
 * with its source is of another language, and is not held to that.
 */
function numbersFor(sentence: string, texts: readonly SourceText[], all: string): HasNumber {
  const said = new Numbers(texts.flatMap((text) => text.said));
  const topics = topicsOf(sentence);
  const isForeign = !isAbout(topics, all);
  return (token) => {
    // `Edition2018`: years and the like are parts of names as well.
    if (said.has(token) || (/^\d{4,}$/.test(token) && hasTail(token, all))) return true;
    if (isNamed(token, sentence, all) || placeInName(token, all) >= 0) return true;
    const isFree = isForeign || RARE.test(token);
    return texts.some(({ shown }) =>
      shown.some((line, at) => {
        const around = () => shown.slice(Math.max(0, at - 1), at + 2).join("\n");
        return (
          /\d/.test(line) && (isFree || isAbout(topics, around())) && new Numbers([line]).has(token)
        );
      }),
    );
  };
}

/** `PEP 735` where the source has `pep735` or `pep_735`: the word before it is part of the name. */
function isNamed(token: string, sentence: string, all: string): boolean {
  if (!/^\d+$/.test(token)) return false;
  const before = new RegExp(`([A-Z]{2,})[ -]${token}(?![\\p{L}\\d])`, "u").exec(sentence)?.[1];
  if (before === undefined) return false;
  return new RegExp(`(?<!\\p{L})${before}[_-]?${token}(?!\\d|\\.\\d)`, "iu").test(all);
}

function hasTail(digits: string, all: string): boolean {
  return new RegExp(`\\p{L}${digits}(?!\\d)`, "u").test(all);
}

function stands({ kind, text }: Token, all: string, hasNumber: HasNumber): boolean {
  switch (kind) {
    case "code":
      return occurs(text, all) || isCode(text, all, hasNumber);
    case "number":
      return hasNumber(text);
    case "version": {
      const bare = text.replace(/^v/i, "").replace(/(?:\.[x*])+$/, "");
      return hasNumber(bare) || standsAt(bare, all) >= 0;
    }
    case "flag":
      return isFlag(text, all);
    case "identifier":
      return aliasesOf(text).some((name) => isName(name, all));
    case "advisory":
    case "path":
      return occurs(text, all);
    case "quoted":
      return occurs(text, all) || occurs(text.replaceAll("-", " "), all.replaceAll("-", " "));
  }
}

/**
 * A span of code that stands there in parts, such as a command with its options: all that is a name
 * by its form, and half of the words.
 */
function isCode(code: string, all: string, hasNumber: HasNumber): boolean {
  const names = spread(code);
  if (names.length > 0) {
    return names.every((name) => occurs(name, all) || isCode(name, all, hasNumber));
  }
  const bare = code.replaceAll(/[<>(){}[\],;|&!*"']/g, " ");
  if (!findTokens(bare).every((token) => stands(token, all, hasNumber))) return false;
  const words = Array.from(bare.matchAll(/[\p{L}_$][\p{L}\p{N}_$-]*/gu), ([word]) => word);
  const known = words.filter((word) => aliasesOf(word).some((name) => isName(name, all)));
  return 2 * known.length >= words.length && (words.length > 1 || known.length === words.length);
}

const BRACES = /\{[\w$]+(?:, ?[\w$]+)+\}/;

/** `goto_{next,prev}` as `goto_next` and `goto_prev`; empty: it is one name. */
function spread(code: string): readonly string[] {
  const names = BRACES.exec(code)?.[0].slice(1, -1).split(/, ?/) ?? [];
  return names.map((name) => code.replace(BRACES, name));
}

/** `--no-color`; or where code names it: `"no-color"`, `no_color:`, `options.noColor`. */
function isFlag(flag: string, all: string): boolean {
  if (!/^--\w{2}/.test(flag)) return isWhole(flag, all);
  const words = flag.slice(2).toLowerCase().split("-");
  const name = words.join("[-_]?");
  const inCode = String.raw`(?:["'\x60]|\w\.)${name}(?:["'\x60]|\b\s*[=:(),;)]|\b\s*$)|\b${name}\??\s*[:=(]`;
  return isWhole(flag, all) || new RegExp(inCode, "im").test(all);
}

function isWhole(flag: string, all: string): boolean {
  return new RegExp(String.raw`(?<![\w-])${flag}(?![\w-])`, "i").test(all);
}

/**
 * A name as it is; `Builder::enable_io` also where its parts stand apart, as in code; `SHA-256`
 * also as `sha256`.
 */
function isName(name: string, all: string): boolean {
  if (occurs(name, all)) return true;
  const parts = name.split(/::|\.|->/).filter((part) => part !== "");
  if (parts.length > 1) return parts.every((part) => isName(part, all));
  const pieces = name.split(/[-_ ]|(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])/i);
  if (pieces.length < 2) return false;
  const joints = /\d/.test(name) ? ["", "-", "_", " ", "."] : ["-", "_"];
  if (joints.some((joint) => occurs(pieces.join(joint), all))) return true;
  // `EncXOR2-encoded` is a name with an English tail.
  const [head = "", ...tail] = name.split("-");
  return tail.length > 0 && tail.every((word) => /^[a-z]+$/.test(word)) && occurs(head, all);
}
