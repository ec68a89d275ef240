import type { Node } from "./markdown-tree.ts";

/**
 * What a page of Markdown would do on GitHub, beyond showing text. Its filters run over the page's
 * text nodes, decoded, wherever they are not in code or a link (as those of html-pipeline do); the
 * forms here find more than GitHub's, never less.
 */

export interface Finding {
  /** `mention`, `link`, … */
  readonly what: string;
  readonly text: string;
}

/** What our own code may write there. */
export interface Allowed {
  /** Exactly these pieces of HTML. */
  readonly html: readonly (string | RegExp)[];
  /** Addresses that begin so. */
  readonly links: readonly string[];
  readonly mentions: readonly string[];
  readonly references: readonly string[];
  readonly headings: readonly string[];
  /** Words in bold. */
  readonly emphases: readonly string[];
}

const FILTERS: readonly (readonly [what: string, form: RegExp])[] = [
  ["mention", /@[A-Za-z0-9][\w/-]*/g],
  ["reference", /(?:[\w.-]+\/[\w.-]+)?#\d+|(?<![0-9a-z])gh-\d+/gi],
  ["commit", /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/gi],
  ["commit", /[\w.-]+\/[\w.-]+@[0-9a-f]{7,40}/gi],
  ["address", /[a-z]{2,10}:\/\/\S+|www\.\S+|(?:mailto|xmpp):\S+/gi],
  ["mail address", /[\w.+-]+@[\w-]+\.[\w.-]+/g],
  ["formula", /\$[^$]+\$/g],
  [
    "closing keyword",
    /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+\/[\w.-]+)?(?:#|gh-)\d+/gi,
  ],
  ["marker", /smallbatch:[a-z]+/gi],
];

/** Only prose: a title may call for an emoji. */
const EMOJI = /:[a-z0-9_+-]+:/gi;

/** Kinds of nodes that text of others never makes. */
const KINDS: ReadonlySet<string> = new Set([
  "image",
  "quotation",
  "ordered list",
  "strikethrough",
  "footnote",
  "task",
  "rule",
  "table",
  "definition",
]);

export function findActive(
  root: Node,
  allowed: Allowed,
  options: { readonly emoji: boolean },
): readonly Finding[] {
  const found: Finding[] = [];
  const add = (what: string, text: string): void => void found.push({ what, text });
  const walk = (node: Node, depth: number): void => {
    const { kind, value } = node;
    if (kind === "text") return findInText(value, allowed, options.emoji, add);
    if (kind === "html" && !isAllowed(value.trim(), allowed.html)) add("html", value);
    if (kind === "link") {
      if (!allowed.links.some((start) => value.startsWith(start))) add("link", value);
      return;
    }
    if (KINDS.has(kind)) add(kind, textOf(node));
    if (kind === "heading" && !allowed.headings.includes(textOf(node))) add(kind, textOf(node));
    if (kind === "emphasis" && !allowed.emphases.includes(textOf(node))) add(kind, textOf(node));
    if (kind === "code block" && !value.trim().startsWith("{")) add(kind, value);
    if (kind === "list" && depth > 0) add("list in a list", textOf(node));
    const inner = kind === "list" ? depth + 1 : depth;
    for (const child of node.children) walk(child, inner);
  };
  walk(root, 0);
  return found;
}

function findInText(
  text: string,
  allowed: Allowed,
  emoji: boolean,
  add: (what: string, text: string) => void,
): void {
  for (const [what, form] of FILTERS) {
    for (const [seen] of text.matchAll(form)) {
      const isOurs =
        (what === "mention" && allowed.mentions.includes(seen)) ||
        (what === "reference" && allowed.references.includes(seen));
      if (!isOurs) add(what, seen);
    }
  }
  if (emoji) for (const [seen] of text.matchAll(EMOJI)) add("emoji", seen);
}

function isAllowed(html: string, forms: readonly (string | RegExp)[]): boolean {
  return forms.some((form) => (typeof form === "string" ? form === html : form.test(html)));
}

/** What a reader of the page sees of a node, code blocks and HTML apart. */
export function textOf(node: Node): string {
  if (node.kind === "html" || node.kind === "code block") return "";
  if (node.kind === "text" || node.kind === "code") return node.value;
  return node.children
    .map(textOf)
    .join(node.kind === "document" || node.kind === "list" ? "\n" : "");
}
