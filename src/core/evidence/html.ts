/** HTML inside Markdown: what of it is shown. */

/** Takes what nobody sees; says what stands there instead. */
export type Hide = (piece: string) => "";

/** An unterminated comment hides what follows it. */
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;

export function stripComments(text: string, hide: Hide): string {
  return text.replaceAll(COMMENT, hide);
}

/**
 * Without comments that have their lines for themselves, as templates of pulls have. They are no
 * code whatever stands around them, and take no part in what else is code: no backticks in them.
 */
export function stripTemplates(text: string, hide: Hide): string {
  const end = /[ \t]*(?:\n|$)/y;
  return text.replaceAll(COMMENT, (piece: string, at: number) => {
    end.lastIndex = at + piece.length;
    const isAlone = /(?:^|\n)[ \t]*$/.test(text.slice(Math.max(0, at - 40), at)) && end.test(text);
    if (!isAlone || /`|~~~/.test(piece)) return piece;
    hide(piece);
    return piece.replaceAll(/[^\n]+/g, "");
  });
}

const FOLD = /<(\/?)details(?=[\s/>]|$)[^<>]*>?/gi;

/** Of folded parts their summary stays. One that is never closed folds all that follows. */
export function stripDetails(text: string, hide: Hide): string {
  let shown = "";
  let depth = 0;
  let from = 0;
  for (const found of text.matchAll(FOLD)) {
    const isEnd = found[1] === "/";
    if (depth === 0) shown += text.slice(from, found.index);
    if (depth === 0 || (isEnd && depth === 1)) {
      if (depth === 1) shown += fold(text.slice(from, found.index), hide);
      // The end stays for `stripTags`: it shows that HTML began the line.
      from = isEnd ? found.index : found.index + found[0].length;
    }
    depth = Math.max(0, depth + (isEnd ? -1 : 1));
  }
  const rest = text.slice(from);
  return shown + (depth === 0 ? rest : fold(rest, hide));
}

/** The summary of a folded part. */
function fold(part: string, hide: Hide): string {
  const start = /<summary(?=[\s/>])[^<>]*>/i.exec(part);
  const end = part.search(/<\/summary\s*>/i);
  const from = start === null ? 0 : start.index + start[0].length;
  if (start === null || end < from) return hide(part);
  hide(part.slice(0, start.index) + part.slice(end));
  return `${part.slice(from, end)}\n`;
}

const TAG_START = /<\/?[A-Za-z]/g;

/** Outside of HTML's own paragraphs Markdown takes only well-formed names for tags. */
const TAG_NAME = /<\/?[A-Za-z][A-Za-z0-9:-]*(?=[\s/>]|$)/y;

/** A line that begins HTML, and HTML that goes on behind blank lines. */
const HTML_LINE = /^[\s>*+-]*(?:\d{1,9}[.)]\s+)?</m;
const ENDLESS = /<(?:script|pre|style|textarea|[!?])/i;

/** What stands in these is never shown. */
const UNSEEN = /^<(script|style|template|title|textarea|noscript|iframe|svg|math|select)$/i;

/** After so many that never end, a `<` is only a sign: looking further would cost too much. */
const ENDLESS_MAX = 50;

/** Without tags. Where a line began HTML, one that never ends takes all with it, as in a browser. */
export function stripTags(text: string, hide: Hide): string {
  const isRaw = rawPartsOf(text);
  let shown = "";
  let from = 0;
  let endless = 0;
  TAG_START.lastIndex = 0;
  for (let found = TAG_START.exec(text); found !== null; found = TAG_START.exec(text)) {
    const raw = isRaw(found.index);
    TAG_NAME.lastIndex = found.index;
    const name = TAG_NAME.exec(text)?.[0] ?? (raw ? found[0] : null);
    if (name === null) continue;
    const start = found.index + name.length;
    const end = raw || endless < ENDLESS_MAX ? endOfTag(text, start, raw) : -1;
    if (end < 0 && !raw) {
      endless += 1;
      continue;
    }
    shown += text.slice(from, found.index);
    from = end < 0 ? text.length : endOfElement(text, name, end);
    hide(text.slice(found.index, from));
    TAG_START.lastIndex = from;
  }
  return shown + text.slice(from);
}

/** Says, for places in rising order, whether HTML goes on there as a browser reads it. */
function rawPartsOf(text: string): (at: number) => boolean {
  const endless = text.search(ENDLESS);
  let end = 0;
  let isHtml = false;
  return (at) => {
    while (at >= end && end < text.length) {
      const blank = /\n[ \t]*\n/g;
      blank.lastIndex = end;
      const start = end;
      end = blank.test(text) ? blank.lastIndex : text.length;
      isHtml = HTML_LINE.test(text.slice(start, end));
    }
    return isHtml || (endless >= 0 && at >= endless);
  };
}

/** Behind the `>`, which does not count within quotes; -1 where there is none. */
function endOfTag(text: string, from: number, isRaw: boolean): number {
  const rest = /(?:"[^"]*"|'[^']*'|[^>"'])*>/y;
  rest.lastIndex = from;
  if (!rest.test(text)) return -1;
  // Inside of text a tag ends in its paragraph, or it is none.
  const isOne = isRaw || !/\n[ \t]*\n/.test(text.slice(from, rest.lastIndex));
  return isOne ? rest.lastIndex : -1;
}

function endOfElement(text: string, start: string, end: number): number {
  const name = UNSEEN.exec(start)?.[1];
  if (name === undefined) return end;
  const close = text.toLowerCase().indexOf(`</${name.toLowerCase()}`, end);
  if (close < 0) return text.length;
  const last = text.indexOf(">", close);
  return last < 0 ? text.length : last + 1;
}
