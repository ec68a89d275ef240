/**
 * Release notes as lines: what people, tools and GitHub's web editor write, read as far as it is
 * needed to say which line is about which unit. No renderer: the words count, not their form.
 */

export interface WrittenLine {
  /** Heading that it stands under; null: none. */
  readonly heading: string | null;
  /** As it stands there, without the bullet. */
  readonly markdown: string;
  /** Its words: no references, author, links or emphasis. */
  readonly text: string;
  /** Units that it is about, each once: `#12`, or seven digits of a commit. */
  readonly units: readonly string[];
  readonly isBullet: boolean;
}

/** GitHub takes 125,000 characters. */
const CHARS_MAX = 125_000;
const LINES_MAX = 2_000;

const CARD = /<details>\s*<summary>Release card<\/summary>[\s\S]*?(?:<\/details>|$)/gi;
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

const HEADING = /^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*$/;
const BOLD_HEADING = /^ {0,3}(?:\*\*|__)([^*_]{1,120})(?:\*\*|__):?$/;
const UNDERLINE = /^ {0,3}(?:=+|-{2,})[ \t]*$/;
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/;
const TABLE_RULE = /^[\s|:-]+$/;
const BULLET = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?/;
const QUOTE = /^ {0,3}(?:>[ \t]?)+/;

interface Block {
  readonly heading: string | null;
  readonly isBullet: boolean;
  markdown: string;
}

/** `fullName`: `acme/widgets`; references to other repositories name no unit. */
export function readWrittenLines(markdown: string, fullName: string): readonly WrittenLine[] {
  return blocksOf(visibleNotes(markdown).split("\n"))
    .map((block) => ({ ...block, ...readWords(block.markdown, fullName) }))
    .filter(({ text, units }) => text !== "" || units.length > 0)
    .slice(0, LINES_MAX);
}

/** Without our card and hidden comments, whatever editor the line ends are of. */
export function visibleNotes(markdown: string): string {
  return markdown
    .slice(0, CHARS_MAX)
    .replaceAll(/\r\n?/g, "\n")
    .normalize("NFC")
    .replaceAll(CARD, "\n")
    .replaceAll(COMMENT, "")
    .trim();
}

function blocksOf(lines: readonly string[]): readonly Block[] {
  const blocks: Block[] = [];
  let heading: string | null = null;
  /** Still growing; null: the next line begins another one. */
  let open: Block | null = null;
  for (const quoted of lines) {
    const line = quoted.replace(QUOTE, "");
    const title = (HEADING.exec(line) ?? BOLD_HEADING.exec(line))?.[1];
    if (title !== undefined) {
      heading = title;
      open = null;
    } else if (open !== null && !open.isBullet && UNDERLINE.test(line)) {
      heading = open.markdown;
      blocks.pop();
      open = null;
    } else if (line.trim() === "" || RULE.test(line) || TABLE_RULE.test(line)) {
      open = null;
    } else {
      const isBullet = BULLET.test(line);
      const rest = line.replace(BULLET, "").trim();
      if (isBullet || open === null || line.startsWith("|")) {
        open = { heading, isBullet, markdown: rest };
        blocks.push(open);
      } else {
        open.markdown = `${open.markdown} ${rest}`;
      }
    }
  }
  return blocks;
}

/** Marks in private use stand for what was found: no text of others holds them then. */
const MARK = /\uE000(\d+)\uE001/g;
const IMAGE = /!\[[^\]]*\]\([^)]*\)/g;
const LINK = /\[([^\]]*)\]\(<?([^)\s>]*)>?[^)]*\)/g;
const CODE = /(`+)([\s\S]*?[^`])\1(?!`)/g;
const BARE_URL = /https?:\/\/[^\s)\]>,]+/g;
const REFERENCE = /(?<![\w/#&])(?:([\w.-]+\/[\w.-]+)?#|GH-)(\d{1,9})\b/gi;
const GROUP = /[([]\s*(?:\uE000\d+\uE001(?:\s*(?:,|&|\+|;|\band\b))?\s*)+[)\]]/g;
/** Behind a group: who, and what became of it, as our notes say it. */
const BEHIND =
  /^\s*(?:by @?[\w[\]-]+(?:(?:,| and)\s+@?[\w[\]-]+)*)?(?:,\s*(?:taken back by|takes back)\s+[\s\S]*)?\s*$/;
const AUTHOR = /\s*(?:[-–—,]\s*)?\bby @[\w-]+(?:\[bot\])?/g;
/** Words that only lead to a reference. */
const LEAD = /(?:\s*(?:\bin\b|\bvia\b|\bsee\b|\bPR\b|[-–—:,]))+\s*$/i;

interface Found {
  /** Null: none of the repository's. */
  readonly unit: string | null;
  readonly shown: string;
}

/** The units of a line and its words. Where a group such as `(#12, #13)` stands, it alone counts. */
function readWords(markdown: string, fullName: string): Pick<WrittenLine, "text" | "units"> {
  const { marked, found } = markFound(markdown, fullName);
  const unitsIn = (text: string): string[] =>
    [...text.matchAll(MARK)].flatMap(([, at]) => found[Number(at)]?.unit ?? []);
  const groups = [...marked.matchAll(GROUP)].filter(([group]) => unitsIn(group).length > 0);
  const last = groups.at(-1);
  const show = (text: string, hidesUnits: boolean): string =>
    text.replaceAll(MARK, (_, at: string) => {
      const marks = found.slice(Number(at), Number(at) + 1);
      return marks.map(({ unit, shown: as }) => (unit !== null && hidesUnits ? "" : as)).join("");
    });
  if (last === undefined) {
    const words = plain(show(marked.replaceAll(AUTHOR, ""), true)).replace(LEAD, "");
    return { text: words.replace(/^[\s:,–—-]+/, "").trim(), units: [...new Set(unitsIn(marked))] };
  }
  const end = last.index + last[0].length;
  const behind = marked.slice(end);
  const sentence = BEHIND.test(behind) ? marked.slice(0, end) : marked;
  const bare = groups.reduce((text, [group]) => text.replace(group, " "), sentence);
  const text = plain(show(bare, false))
    .replace(LEAD, "")
    .replaceAll(/ (?=[.,;:!?])/g, "");
  return { text: text.trim(), units: [...new Set(groups.flatMap(([group]) => unitsIn(group)))] };
}

/** Links, code and references as marks, so that what stands in them is no syntax. */
function markFound(
  markdown: string,
  fullName: string,
): { readonly marked: string; readonly found: readonly Found[] } {
  const found: Found[] = [];
  const mark = (unit: string | null, shown: string): string => {
    found.push({ unit, shown });
    return `\uE000${found.length - 1}\uE001`;
  };
  const marked = markdown
    .replaceAll(/[\uE000\uE001]/g, "")
    .replaceAll(IMAGE, " ")
    .replaceAll(LINK, (_, shown: string, url: string) => {
      const unit = unitAt(url, fullName);
      return unit === null ? shown : mark(unit, shown);
    })
    .replaceAll(CODE, (_, __: string, code: string) => mark(null, code))
    .replaceAll(BARE_URL, (url) => mark(unitAt(url, fullName), url))
    .replaceAll(REFERENCE, (shown, other: string | undefined, number: string) =>
      mark(other === undefined || isSame(other, fullName) ? `#${number}` : null, shown),
    );
  return { marked, found };
}

/** Unit that an address of the repository leads to; null: none. */
function unitAt(url: string, fullName: string): string | null {
  const [, name = "", kind, number] =
    /^https?:\/\/[^/]+\/([^/]+\/[^/]+)\/(pull|issues|commit)\/(\w+)/i.exec(url) ?? [];
  if (number === undefined || !isSame(name, fullName)) return null;
  return kind === "commit" ? number.slice(0, 7).toLowerCase() : `#${number}`;
}

function isSame(left: string, right: string): boolean {
  return left.toLowerCase() === right.toLowerCase();
}

/** Without emphasis, escapes and HTML; one line. */
function plain(text: string): string {
  return text
    .replaceAll(/<\/?[a-z][^>]*>/gi, " ")
    .replaceAll(/\\(?=[!-/:-@[-`{-~])/g, "")
    .replaceAll(/[*`|]|(?<![\p{L}\p{N}])_+|_+(?![\p{L}\p{N}])/gu, "")
    .replaceAll(/\s+/gu, " ")
    .trim();
}
