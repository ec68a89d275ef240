import semver from "semver";
import { SENTENCE_CHARS_MAX } from "./evidence/verify.ts";

/**
 * Commands in comments: one a line, at the beginning of the line, outside of code, quotations and
 * HTML comments. Reading is pure and total; whatever is no command of ours is left alone.
 */

/** GitHub takes comments of 65,536 characters. */
const BODY_CHARS_MAX = 65_536;
/** More in one comment are not read. */
const COMMANDS_MAX = 5;
const LINE_CHARS_MAX = 200;
const REASON_CHARS_MAX = 160;
/** Names the whole repository, as in a path: no component is called so. */
const WHOLE = ".";

/** `for web`: the name of one component, empty for the whole repository. Absent: nobody is named. */
interface Targeted {
  readonly component?: string;
}

/** What somebody asks for. */
export type Asked =
  | (Targeted & { readonly kind: "release"; readonly how: "prepared" | "now" })
  /** `version` without a `v`, as it would stand in the tag. */
  | (Targeted & { readonly kind: "release"; readonly how: "as"; readonly version: string })
  | { readonly kind: "preview" }
  /** `reason`: one line; empty where none was given. */
  | { readonly kind: "hold"; readonly reason: string }
  /** `reason`: one line; empty where none was given. */
  | { readonly kind: "resume"; readonly reason: string }
  /** `tag`: as written, with or without a `v`. `reason`: one line; empty where none was given. */
  | { readonly kind: "rollback"; readonly tag: string; readonly reason: string }
  /** `reason`: one line, never empty. */
  | { readonly kind: "size-ok"; readonly reason: string }
  /** `text`: how the line of a pull reads in the notes; one line, never empty. */
  | { readonly kind: "notes"; readonly text: string }
  /** Why the line stands where it stands. */
  | { readonly kind: "why" };

export type Command =
  | { readonly kind: "asked"; readonly text: string; readonly asked: Asked }
  /** It was meant for us and is not right: what is wrong, and what to say instead. Markdown. */
  | { readonly kind: "wrong"; readonly text: string; readonly problem: string };

export function asksFor(command: Command, kind: Asked["kind"]): boolean {
  return command.kind === "asked" && command.asked.kind === kind;
}

interface Door {
  /** How it is said, for help. */
  readonly forms: readonly string[];
  /** Its words are for people, and are cut where they are too many. */
  readonly isFree?: true;
  /** Null: not one of its forms. A text: what is wrong with it. */
  readonly read: (words: readonly string[]) => Asked | string | null;
}

/** A later command is one row. Verbs are lower-case letters. */
const DOORS: Readonly<Record<string, Door>> = {
  release: {
    forms: ["/release", "/release now", "/release as 2.0.0", "/release now for web"],
    read: readRelease,
  },
  preview: {
    forms: ["/preview"],
    read: (words) => (words.length === 0 ? { kind: "preview" } : null),
  },
  hold: { forms: ["/hold the API is on fire"], isFree: true, read: readHold },
  resume: {
    forms: ["/resume"],
    isFree: true,
    read: (words) => ({ kind: "resume", reason: words.join(" ").slice(0, REASON_CHARS_MAX) }),
  },
  rollback: {
    forms: ["/rollback v1.4.3 the API is on fire"],
    isFree: true,
    read: ([tag, ...words]) => {
      if (tag === undefined)
        return "say which release, as in `/rollback v1.4.3 the API is on fire`";
      return { kind: "rollback", tag, reason: words.join(" ").slice(0, REASON_CHARS_MAX) };
    },
  },
  "size-ok": { forms: ["/size-ok the schema moves in one piece"], isFree: true, read: readSizeOk },
  notes: { forms: ["/notes Widgets no longer shrink"], isFree: true, read: readNotes },
  why: { forms: ["/why"], read: (words) => (words.length === 0 ? { kind: "why" } : null) },
};

/** Without a reason too: whoever has to stop a release has no time to be taught. */
function readHold(words: readonly string[]): Asked | string {
  // Other bots end a hold of theirs so.
  const isEnd = words.length === 1 && words[0]?.toLowerCase() === "cancel";
  if (isEnd) return "to let releases go, say `/resume`";
  return { kind: "hold", reason: words.join(" ").slice(0, REASON_CHARS_MAX) };
}

/** An exception goes on record with its reason: whoever reads it later was not there. */
function readSizeOk(words: readonly string[]): Asked | string {
  const reason = words.join(" ").slice(0, REASON_CHARS_MAX);
  if (reason === "") return "say why, as in `/size-ok the schema moves in one piece`";
  return { kind: "size-ok", reason };
}

function readNotes(words: readonly string[]): Asked | string {
  const text = words.join(" ");
  const { length } = Array.from(text);
  if (text === "") {
    return "say how its line in the notes reads, as in `/notes Widgets no longer shrink`";
  }
  return length <= SENTENCE_CHARS_MAX
    ? { kind: "notes", text }
    : `a line of the notes has at most ${SENTENCE_CHARS_MAX} characters, and this one has ${length}`;
}

function readRelease(words: readonly string[]): Asked | string | null {
  const at = words.findIndex((word) => word.toLowerCase() === "for");
  const asked = readHow(at === -1 ? words : words.slice(0, at));
  if (at === -1 || asked === null || typeof asked === "string") return asked;
  const [name, ...more] = words.slice(at + 1);
  if (name === undefined || more.length > 0) return null;
  return { ...asked, component: name === WHOLE ? "" : name };
}

function readHow(words: readonly string[]): Extract<Asked, { kind: "release" }> | string | null {
  const [how = "", given = "", ...more] = words;
  if (how === "") return { kind: "release", how: "prepared" };
  if (how.toLowerCase() === "now" && words.length === 1) return { kind: "release", how: "now" };
  if (how.toLowerCase() !== "as" || given === "" || more.length > 0) return null;
  const version = given.replace(/^v(?=\d)/i, "");
  // `semver` would take blanks and `=` too.
  if (!/^\d[\w.+-]*$/.test(version) || semver.valid(version) !== version) {
    return "this is no version; it has three numbers, such as `/release as 2.0.0`";
  }
  return { kind: "release", how: "as", version };
}

/** Commands in a comment, in order. A slash word that is not near one of ours is somebody else's. */
export function parseCommands(body: string): readonly Command[] {
  const commands: Command[] = [];
  for (const line of spokenLines(body.slice(0, BODY_CHARS_MAX))) {
    const command = parseLine(line);
    if (command !== null) commands.push(command);
    if (commands.length === COMMANDS_MAX) break;
  }
  return commands;
}

/** What the first line that says anything asks for; null: nothing, whatever stands below. */
export function parseFirst(body: string): Command | null {
  const lines = spokenLines(body.slice(0, BODY_CHARS_MAX));
  const first = lines.find((line) => line.trim() !== "");
  return first === undefined ? null : parseLine(first);
}

function parseLine(line: string): Command | null {
  const [word = "", ...words] = line.trimEnd().split(/[ \t]+/);
  const verb = word.slice(1).toLowerCase();
  if (!word.startsWith("/") || !/^[a-z-]{2,30}$/.test(verb)) return null;
  const text = line.trimEnd().slice(0, LINE_CHARS_MAX);
  const door = Object.hasOwn(DOORS, verb) ? DOORS[verb] : undefined;
  if (door === undefined) {
    const near = Object.keys(DOORS).find((known) => isOneSlipAway(verb, known));
    if (near === undefined) return null;
    return { kind: "wrong", text, problem: `there is no such command; did you mean \`/${near}\`?` };
  }
  const isRead = door.isFree === true || line.trimEnd().length <= LINE_CHARS_MAX;
  const read = isRead ? door.read(words) : null;
  if (read !== null && typeof read !== "string") return { kind: "asked", text, asked: read };
  const forms = door.forms.map((form) => `\`${form}\``).join(", ");
  const problem = read ?? `say it alone on its line, as ${forms}`;
  return { kind: "wrong", text, problem };
}

/** Shorter words are too near to other ones: `/who` is not `/why`. */
const SLIP_CHARS_MIN = 4;

/**
 * One letter missing, too much, wrong, or two of them swapped, but not the first one. Two slips would
 * turn other bots' `/rebase` into our `/release`, and the first letter `/review` into `/preview`.
 */
function isOneSlipAway(word: string, known: string): boolean {
  if (known.length < SLIP_CHARS_MIN || word[0] !== known[0]) return false;
  let at = 0;
  while (at < word.length && word[at] === known[at]) at += 1;
  const rest = word.slice(at);
  const wanted = known.slice(at);
  const swapped = rest.slice(1, 2) + rest.slice(0, 1) + rest.slice(2);
  return (
    rest.slice(1) === wanted ||
    rest === wanted.slice(1) ||
    rest.slice(1) === wanted.slice(1) ||
    swapped === wanted
  );
}

/** Lines that a reader sees as the comment's own text: no code, no quotation, nothing hidden. */
function spokenLines(body: string): readonly string[] {
  const lines: string[] = [];
  let fence: string | null = null;
  let isQuoted = false;
  let isHidden = false;
  for (const line of body.split(/\r\n|\r|\n/)) {
    if (isHidden) {
      isHidden = !line.includes("-->");
      continue;
    }
    const [, mark = "", rest = ""] = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/.exec(line) ?? [];
    if (fence !== null) {
      if (mark.startsWith(fence) && rest.trim() === "") fence = null;
      continue;
    }
    if (mark !== "") {
      fence = mark;
      continue;
    }
    // A quotation goes on until an empty line, also where its later lines lack the sign.
    if (line.trim() === "") isQuoted = false;
    else if (/^ {0,3}>/.test(line)) isQuoted = true;
    if (isQuoted) continue;
    // Wherever it begins, what stands before it may be a command, and what follows may be hidden.
    const opening = line.lastIndexOf("<!--");
    isHidden = opening !== -1 && !line.includes("-->", opening);
    lines.push(line);
  }
  return lines;
}
