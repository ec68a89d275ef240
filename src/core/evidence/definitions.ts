import type { Hide } from "./html.ts";

/**
 * Definitions of links and footnotes, which are not shown where they stand, if at all; and what
 * refers to them.
 */

const CONTAINERS = String.raw`^[ \t]*(?:(?:>|[*+-]|\d{1,9}[.)])[ \t]*){0,5}`;

/** `[label]: address "title"`, also with the address or the title in the next line. */
const DEFINITION = new RegExp(
  CONTAINERS +
    String.raw`\[(?!\^|redacted\])([^[\]\n]{1,999})\]:[ \t]*` +
    String.raw`(?:\n[ \t>]*)?(?:<[^<>\n]*>|[^\s<][^\s]*)` +
    String.raw`[ \t]*(?:\n[ \t>]*)?(?:$|(?:"[^"]*(?:"|(?![\s\S]))|'[^']*(?:'|(?![\s\S]))|\([^()]*(?:\)|(?![\s\S])))[ \t]*$)`,
  "gm",
);

/** A footnote, with the lines of its paragraphs: shown only where something refers to it. */
const FOOTNOTE = new RegExp(
  `${CONTAINERS}${String.raw`\[\^[^[\]\n]{1,200}\]:[^\n]*(?:\n(?:[ \t]*\n)*(?: {4}|\t)[^\n]*|\n[ \t>]*[^\s>][^\n]*)*`}`,
  "gm",
);

export function stripDefinitions(text: string, hide: Hide): string {
  const labels = new Set<string>();
  const left = text.replaceAll(FOOTNOTE, hide).replaceAll(DEFINITION, (piece, label: string) => {
    labels.add(nameOf(label));
    return hide(piece);
  });
  if (labels.size === 0) return left;
  return left
    .replaceAll(/!\[([^[\]]*)\](?:\[([^[\]]*)\])?/g, (found, alt: string, label?: string) =>
      labels.has(nameOf(label || alt)) ? hide(found) : found,
    )
    .replaceAll(/\[([^[\]]*)\]\[([^[\]]*)\]/g, (found, shown: string, label: string) =>
      labels.has(nameOf(label || shown)) ? shown : found,
    );
}

function nameOf(label: string): string {
  return label.replaceAll(/\s+/g, " ").trim().toLowerCase();
}
