/** A badge as a picture: plain colours, its words for screen readers, nothing that runs or loads. */

export interface Badge {
  readonly label: string;
  readonly message: string;
  /** `none`: there is nothing to show. */
  readonly tone: "known" | "unknown" | "none";
}

/** White text on each has a contrast of more than 5. No colour is praise or blame. */
const COLORS: Readonly<Record<Badge["tone"], string>> = {
  known: "#24588c",
  unknown: "#59636e",
  none: "#59636e",
};
const LABEL_COLOR = "#444c56";

const HEIGHT = 20;
const PADDING = 6;
/** Longer words are cut: tags may have 255 characters. */
const CHARS_MAX = 60;

/** Widths in the 11 px of a badge, as Verdana has them; the text is fitted to their sum. */
const NARROW = /[ijl.,:;'|!()[\]{}/\\ ft-]/;
const WIDE = /[mwMW%@]/;

function widthOf(text: string): number {
  let width = 0;
  for (const char of text) {
    if (NARROW.test(char)) width += 4;
    else if (WIDE.test(char)) width += 10;
    else width += char > "\u{2e80}" ? 11.5 : /[A-Z0-9]/.test(char) ? 7.4 : 6.7;
  }
  return Math.ceil(width);
}

/** Controls, and what XML has no place for, are left out. */
function clean(text: string): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\uFFFE\uFFFF]+/gu, " ").trim();
  const chars = Array.from(line);
  return chars.length <= CHARS_MAX ? line : `${chars.slice(0, CHARS_MAX - 1).join("")}…`;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}

export function renderBadge({ tone, ...badge }: Badge): string {
  const [label, message] = [clean(badge.label), clean(badge.message)];
  const widths = [widthOf(label), widthOf(message)] as const;
  const left = widths[0] + 2 * PADDING;
  const right = widths[1] + 2 * PADDING;
  const whole = left + right;
  const said = escapeXml(`${label}: ${message}`);
  const text = (x: number, width: number, words: string): string =>
    `<text x="${x}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escapeXml(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${HEIGHT}" viewBox="0 0 ${whole} ${HEIGHT}" role="img" aria-label="${said}">`,
    `<title>${said}</title>`,
    `<clipPath id="r"><rect width="${whole}" height="${HEIGHT}" rx="3"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="${HEIGHT}" fill="${LABEL_COLOR}"/>`,
    `<rect x="${left}" width="${right}" height="${HEIGHT}" fill="${COLORS[tone]}"/></g>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">`,
    text(PADDING, widths[0], label),
    text(left + PADDING, widths[1], message),
    "</g></svg>\n",
  ].join("");
}

/** Longest time for which shields may keep it; it asks for at least as much itself. */
const CACHE_SECONDS = 300;

/** As shields.io's endpoint badge wants it. */
export function formatShields({ label, message, tone }: Badge): string {
  return JSON.stringify({
    schemaVersion: 1,
    label: clean(label),
    message: clean(message),
    color: COLORS[tone],
    labelColor: LABEL_COLOR,
    cacheSeconds: CACHE_SECONDS,
    ...(tone === "none" ? { isError: true } : {}),
  });
}
