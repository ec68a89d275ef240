/**
 * Code in Markdown is shown as it stands, tags and all; elsewhere a tag is hidden. Whoever wants to
 * hide something will try to make hidden text look like code, so code counts only where nothing else
 * is possible: in fences at the left margin, and in spans of paragraphs without any HTML whose
 * backticks pair up within each line. Everything else is treated as if it were no code.
 */

/** These stand for code while the rest is cleaned. Text itself holds no private characters. */
const OPEN = "\ue000";
const CLOSE = "\ue001";
const HELD = /\ue000(\d{1,6})\ue001/g;

const FENCE = /^(`{3,}|~{3,})[^`]*$/;
/** HTML that a blank line does not end, wherever it stands. */
const ENDLESS = /<(?:script|pre|style|textarea|[!?])/i;
const HTML_LINE = /^[\s>*+-]*(?:\d{1,9}[.)]\s+)?</;
const HTML = /<[A-Za-z/!?]/;

export interface HeldCode {
  readonly text: string;
  readonly restore: (text: string) => string;
}

export function holdCode(text: string): HeldCode {
  const held: string[] = [];
  const hold = (code: string): string => `${OPEN}${held.push(code) - 1}${CLOSE}`;
  const left: string[] = [];
  let paragraph: string[] = [];
  let fence: string | null = null;
  let isEndless = false;
  const flush = (): void => {
    left.push(...(isEndless ? paragraph : holdSpans(paragraph, hold)));
    paragraph = [];
  };
  for (const line of text.split("\n")) {
    if (fence !== null) {
      const isEnd = line.trim().startsWith(fence) && /^ {0,3}([`~])\1+ *$/.test(line);
      if (isEnd) fence = null;
      left.push(isEnd || line === "" ? line : hold(line));
      continue;
    }
    isEndless ||= ENDLESS.test(line);
    const start = FENCE.exec(line)?.[1];
    const isFence = start !== undefined && !isEndless && !paragraph.some(isHtml);
    if (isFence || line.trim() === "") {
      flush();
      fence = isFence ? start : null;
      left.push(line);
    } else paragraph.push(line);
  }
  flush();
  return {
    text: left.join("\n"),
    restore: (cleaned) => cleaned.replaceAll(HELD, (_, at: string) => String(held[Number(at)])),
  };
}

function isHtml(line: string): boolean {
  return HTML_LINE.test(line);
}

/** The paragraph as it is where its spans might be something else. */
function holdSpans(lines: readonly string[], hold: (code: string) => string): readonly string[] {
  const read: (readonly string[])[] = [];
  for (const line of lines) {
    const pieces = splitSpans(line);
    if (pieces === null || pieces.some((piece, at) => at % 2 === 0 && HTML.test(piece))) {
      return lines;
    }
    read.push(pieces);
  }
  return read.map((pieces) =>
    pieces.map((piece, at) => (at % 2 === 0 ? piece : hold(piece))).join(""),
  );
}

/** Text and spans in turn. Null: backticks that do not pair, are escaped, or may be cells. */
function splitSpans(line: string): readonly string[] | null {
  const runs = [...line.matchAll(/`+/g)];
  const pieces: string[] = [];
  let from = 0;
  let opening: RegExpExecArray | null = null;
  for (const run of runs) {
    if (opening === null) {
      if (line[run.index - 1] === "\\") return null;
      opening = run;
    } else if (opening[0] === run[0]) {
      const end = run.index + run[0].length;
      const span = line.slice(opening.index, end);
      if (span.includes("|")) return null;
      pieces.push(line.slice(from, opening.index), span);
      from = end;
      opening = null;
    }
  }
  if (opening !== null) return null;
  return [...pieces, line.slice(from)];
}
