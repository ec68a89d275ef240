import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { micromark, type Options } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** Turns a number or login of the text into an address; null leaves the text as it is. */
export interface References {
  issueUrl(number: number): string | null;
  accountUrl(login: string): string | null;
  /** Short words for a bare address, such as `v1.0.0...v1.1.0`; null leaves it as it is. */
  nameOfUrl(url: string): string | null;
}

type HtmlExtension = NonNullable<Options["htmlExtensions"]>[number];

/** The raw HTML that stays: spelled exactly so, without further attributes. */
const ALLOWED_TAG = /^<(?:details(?: open)?|\/details|\/?summary|\/?sub|br)>$/;

/** Comments (one that never ends hides the rest, as in a browser), tags, text between them. */
const RAW_HTML = /<!--[\s\S]*?(?:-->|$)|<[^<>]*>|[^<]+|</g;

const RENDERED_HTML = /<[^>]*>|[^<]+/g;
const PICTURE = /^<img src="([^"]*)" alt="([^"]*)"/;
const REFERENCE =
  /(?<![\w/&#@.-])(?:#(\d{1,9})\b|@([a-zA-Z\d](?:[a-zA-Z\d-]{0,38})(?:\[bot\])?))(?![\w/])/g;

/**
 * A comment leaves an empty one behind, invisible as itself: what it separated (`@<!-- -->ada`)
 * stays two pieces of text and thus no mention.
 */
const SEPARATOR = "<!---->";

const rawHtml: HtmlExtension = {
  enter: {
    htmlFlow() {
      this.lineEndingIfNeeded();
      this.buffer();
    },
    htmlText() {
      this.buffer();
    },
  },
  exit: {
    htmlFlowData(token) {
      this.raw(this.sliceSerialize(token));
    },
    htmlTextData(token) {
      this.raw(this.sliceSerialize(token));
    },
    htmlFlow() {
      writeRawHtml(this, this.resume());
    },
    htmlText() {
      writeRawHtml(this, this.resume());
    },
  },
};

interface Compiler {
  tag(value: string): void;
  raw(value: string): void;
  encode(value: string): string;
}

function writeRawHtml(compiler: Compiler, text: string): void {
  for (const [piece] of text.matchAll(RAW_HTML)) {
    if (piece.startsWith("<!--")) compiler.tag(SEPARATOR);
    else if (ALLOWED_TAG.test(piece)) compiler.tag(piece);
    else compiler.raw(compiler.encode(piece));
  }
}

/**
 * GitHub's Markdown as HTML that cannot act: raw HTML is shown as text except `details`,
 * `summary`, `sub` and `br`, comments are hidden, pictures become their description, links lead to http, https or
 * mail only. `#12` and `@login` become links where `references` knows them.
 */
export function renderMarkdown(text: string, references: References): HtmlEscapedString {
  const rendered = micromark(text, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml(), rawHtml],
  });
  return raw(finish(rendered, references));
}

/** One line of plain text (a title, a commit's first line) with its references as links. */
export function renderLine(text: string, references: References): HtmlEscapedString {
  return raw(linkReferences(escapeText(text), references));
}

/** Walks what micromark wrote: every `<` there begins a tag, and texts and values are escaped. */
function finish(rendered: string, references: References): string {
  const folds: string[] = [];
  let linkless = 0;
  let before = "";
  const pieces = [...rendered.matchAll(RENDERED_HTML)].map(([piece]) => {
    if (!piece.startsWith("<")) {
      if (linkless === 0) return linkReferences(piece, references);
      const name = before === `<a href="${piece}">` ? references.nameOfUrl(piece) : null;
      return name ?? piece;
    }
    before = piece;
    if (/^<(?:a|code)[ >]/.test(piece)) linkless += 1;
    if (/^<\/(?:a|code)>/.test(piece)) linkless -= 1;
    const picture = PICTURE.exec(piece);
    if (picture)
      return `<span class="picture" title="${picture[1]}">${picture[2] || "picture"}</span>`;
    const fold = /^<(\/?)(details|summary|sub)>?/.exec(piece);
    return fold ? balance(piece, fold[1] === "/", fold[2] ?? "", folds) : piece;
  });
  return (
    pieces.join("") +
    folds
      .toReversed()
      .map((name) => `</${name}>`)
      .join("")
  );
}

/** Drops a closing tag that closes nothing, so that no text can reshape what follows it. */
function balance(tag: string, isClosing: boolean, name: string, open: string[]): string {
  if (!isClosing) {
    open.push(name);
    return tag;
  }
  if (open.at(-1) !== name) return "";
  open.pop();
  return tag;
}

function linkReferences(escaped: string, references: References): string {
  return escaped.replaceAll(REFERENCE, (match, number?: string, login?: string) => {
    const url =
      number === undefined
        ? references.accountUrl(login ?? "")
        : references.issueUrl(Number(number));
    return url === null ? match : `<a href="${escapeText(url)}">${match}</a>`;
  });
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
