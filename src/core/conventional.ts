import { CommitParser } from "conventional-commits-parser";
import type { Level } from "./version.ts";

/** A title or first line of a commit in the form of Conventional Commits. */
export interface Conventional {
  /** Lower case. */
  readonly type: string;
  readonly level: Level;
  readonly isBreaking: boolean;
}

/**
 * What a type asks for. Other words before a colon (`api: rename`, `WIP: x`) are prose, not types.
 * Types with `none` ride along.
 */
const TYPE_LEVELS: ReadonlyMap<string, Level> = new Map([
  ["feat", "minor"],
  ["feature", "minor"],
  ["fix", "patch"],
  ["bugfix", "patch"],
  ["hotfix", "patch"],
  ["perf", "patch"],
  ["security", "patch"],
  ["deps", "patch"],
  ["revert", "patch"],
  ["docs", "none"],
  ["doc", "none"],
  ["test", "none"],
  ["tests", "none"],
  ["ci", "none"],
  ["chore", "none"],
  ["style", "none"],
  ["build", "none"],
  ["refactor", "none"],
]);

/** Characters of a message that are read. A squash body can be larger; its end says nothing new. */
const MESSAGE_CHARS_MAX = 65_536;
const HEADER_CHARS_MAX = 1_000;

/** Answers that templates get under `BREAKING CHANGE:`. */
const NOTHING = /^(?:none|no|nothing|n\/?a|-+)?\W*$/i;

// Parentheses inside a scope or a subject are plain text; a scope ends at the last `):` or `)!:`.
const HEADER = /^(\w[\w-]{0,30})(?:\((.{0,200}?)\))?(!?):\s*(\S.*)$/;

const parser = new CommitParser({
  headerPattern: HEADER,
  headerCorrespondence: ["type", "scope", "breaking", "subject"],
  noteKeywords: ["BREAKING CHANGE", "BREAKING-CHANGE"],
  notesPattern: () => /^[\s*|-]*(BREAKING[ -]CHANGE)(?:\([^)]{0,200}\))?!?:\s*(.*)/,
  // Off: with it a line `-notes-` in a message would overwrite the field of that name.
  fieldPattern: /(?!)/,
});

/** Null for text that is not of the form, or has an unknown type without `!`. */
export function parseHeader(header: string): Conventional | null {
  const line = header.slice(0, HEADER_CHARS_MAX).trim();
  if (line === "" || /[\r\n]/.test(line)) return null;
  // The parser would look for references, mentions and notes as well: twenty times the time.
  const [, type, , breaking] = HEADER.exec(line) ?? [];
  if (type === undefined) return null;
  const name = type.toLowerCase();
  const isBreaking = breaking === "!";
  const level = TYPE_LEVELS.get(name);
  if (isBreaking) return { type: name, level: "major", isBreaking };
  return level === undefined ? null : { type: name, level, isBreaking };
}

/** First line of a commit message. */
export function headline(message: string): string {
  const end = message.indexOf("\n");
  return (end < 0 ? message : message.slice(0, end)).trim();
}

/** Without one of these no message declares anything; most have none, and are not parsed. */
const MAY_BREAK = /BREAKING[ -]CHANGE|!:/;

/**
 * Does the body of a message declare a breaking change: a `BREAKING CHANGE:` note with a text, or,
 * under a first line that says nothing itself, a squashed commit (`* feat!: …`)? What was tried on
 * the way to `feat: …` may be gone again; a footer is a promise. HTML comments are templates and
 * say nothing.
 */
export function hasBreakingBody(message: string): boolean {
  const text = message.slice(0, MESSAGE_CHARS_MAX);
  if (!MAY_BREAK.test(text)) return false;
  const said = text.replaceAll(/<!--[\s\S]*?(?:-->|$)/g, "");
  const first = headline(said);
  const body = said.slice(first.length).trim();
  if (body === "") return false;
  // The header is replaced, so that a note in the first line of the body is found as well.
  const { notes } = parser.parse(`body\n\n${body}`);
  if (notes.some((note) => !NOTHING.test(headline(note.text)))) return true;
  return parseHeader(first) === null && body.split(/\r?\n/).some(isBreakingLine);
}

function isBreakingLine(line: string): boolean {
  return line.includes("!:") && parseHeader(line.replace(/^\s*\* /, ""))?.isBreaking === true;
}
