import { inertCode, plainLine } from "../inert.ts";
import { redactSource } from "../redact.ts";

/** Plain words that were verified, as Markdown of a bullet in which nothing is active. */

export interface ProseRule {
  readonly name: string;
  /** What of a word goes into a code span: GitHub looks for nothing there. */
  readonly code?: RegExp;
  /** Characters that get a backslash. */
  readonly escape?: RegExp;
  /** What at the start of the text would open a block: gets a backslash before its last sign. */
  readonly start?: RegExp;
}

/** A verified sentence has 240 characters at most; what people word may have more. */
const CHARS_MAX = 500;

/** Each row is needed: a test leaves out one after the other. */
export const PROSE_RULES: readonly ProseRule[] = [
  // GitHub's filters read the text after Markdown: a backslash does not stop them.
  { name: "mention", code: /@/ },
  { name: "reference", code: /#\d/ },
  { name: "old-reference", code: /(?<![0-9a-z])gh-\d/i },
  { name: "address", code: /:\/\// },
  { name: "web", code: /www\./i },
  { name: "scheme", code: /(?:mailto|xmpp):/i },
  { name: "commit", code: /(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])/i },
  { name: "emoji", code: /:[\w+-]+:/ },
  { name: "marker", code: /<!--|smallbatch:/i },
  // So that notes read well.
  { name: "flag", code: /^-{1,2}[A-Za-z][\w-]*(?:=\S*)?$/ },
  { name: "call", code: /^[\w.$:]*\w\(\)$/ },
  { name: "identifier", code: /^(?!iOS|macOS)(?:[a-z]+[A-Z]\w*|\w*[A-Za-z0-9]_[A-Za-z0-9]\w*)$/ },
  { name: "path", code: /^(?:\.{0,2}\/)?(?:[\w.-]+\/)*[\w.-]*\w\.(?:[a-z]{1,5}|lock)$/ },
  // What CommonMark and GitHub's extensions read inside a line.
  { name: "backslash", escape: /\\/ },
  { name: "backtick", escape: /`/ },
  { name: "star", escape: /\*/ },
  { name: "underscore", escape: /_/ },
  { name: "bracket", escape: /\[/ },
  { name: "angle", escape: /[<>]/ },
  { name: "ampersand", escape: /&/ },
  { name: "dollar", escape: /\$/ },
  { name: "tilde", escape: /~/ },
  { name: "pipe", escape: /\|/ },
  // What opens a block inside a bullet.
  { name: "heading", start: /^#/ },
  { name: "list", start: /^[-+=]/ },
  { name: "number", start: /^\d{1,9}[.)]/ },
];

/** Punctuation around a word stays outside of its code span. */
const WORD = /^([("'“‘]*)(.*?(?:\(\))?)([)"'”’.,;:!?…]*)$/;

/** Inert Markdown of one bullet, without the bullet's mark. Empty text stays empty. */
export function proseOf(text: string): string {
  return proseWith(PROSE_RULES, text);
}

export function proseWith(rules: readonly ProseRule[], text: string): string {
  const pieces = plainLine(text, CHARS_MAX).split(/(`[^`]+`)/);
  return pieces
    .flatMap((piece) =>
      // Models quote code although they need not.
      /^`[^`]+`$/.test(piece) ? [inertCode(piece.slice(1, -1))] : wordsOf(rules, piece),
    )
    .join("")
    .trim()
    .replace(/^[\s\S]*$/, (line) => escapeStart(rules, line));
}

function wordsOf(rules: readonly ProseRule[], piece: string): readonly string[] {
  return piece.split(/( )/).map((word) =>
    word.replace(WORD, (_, before: string, core: string, after: string) => {
      if (isCode(rules, core)) {
        return escape(rules, before) + inertCode(core) + escape(rules, after);
      }
      // Together they may be what none of them is.
      return isCode(rules, word) ? inertCode(word) : escape(rules, word);
    }),
  );
}

function isCode(rules: readonly ProseRule[], word: string): boolean {
  return word !== "" && rules.some(({ code }) => code?.test(word));
}

function escape(rules: readonly ProseRule[], word: string): string {
  return Array.from(word, (character) =>
    rules.some((rule) => rule.escape?.test(character)) ? `\\${character}` : character,
  ).join("");
}

function escapeStart(rules: readonly ProseRule[], line: string): string {
  for (const { start } of rules) {
    const found = start?.exec(line)?.[0];
    if (found !== undefined) return `${found.slice(0, -1)}\\${line.slice(found.length - 1)}`;
  }
  return line;
}

export interface MarkupRule {
  readonly code: string;
  readonly finds: (text: string) => boolean;
}

const TLD =
  "com|net|org|io|dev|app|ai|co|me|info|biz|xyz|online|site|shop|top|club|example|test|invalid|link|click|cloud|tech|zip|mov|ru|cn|de|uk|fr|eu|nl|jp|br|in|tk|cc|tv|gg|ly|to|us";

const MARKUP: readonly (readonly [code: string, form: RegExp])[] = [
  ["url", /:\/\/|\bwww\.|\b(?:mailto|xmpp|javascript|data|vbscript):\S/i],
  [
    "domain",
    new RegExp(String.raw`(?<![\w@./-])(?:[a-z0-9-]{1,63}\.){1,8}(?:${TLD})(?![\w.-]*\w|\()`, "i"),
  ],
  ["email", /[\w.+-]@[\w-]{1,63}\.\w/],
  ["mention", /(?<![\w.+-])@[A-Za-z0-9]/],
  ["reference", /(?<![&\w])(?:[\w.-]{1,100}\/[\w.-]{1,100})?#\d|(?<![0-9a-z])gh-\d/i],
  ["sha", /(?<![0-9a-z-])(?=[0-9a-f]{0,39}[a-f])(?=[0-9a-f]{0,39}\d)[0-9a-f]{7,40}(?![0-9a-z-])/i],
  [
    "html",
    /<!|<\?|<\/[a-z]|<[a-z][\w-]*(?:\s[^<>]*)?=|<(?:script|style|iframe|img|svg|object|embed|form|details|summary|a|br|h[1-6]|table|input)\s*\/?>|&(?:#\w+|[a-z]\w{1,30});/i,
  ],
  ["fence", /```|~~~/],
  ["math", /\$\$|\$`|(?<![\w$])\$[^\s$][^$]*[^\s$]\$(?!\d)|\\[([]/],
  ["newline", /[\r\n\v\f\u0085\u2028\u2029]/],
  ["invisible", /(?![\r\n\t\v\f\u0085])[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u],
  [
    "command",
    /^\/[a-z]|\b(?:curl|wget)\s+\S*(?:[-/.:|]|http)|\|\s*(?:ba|z)?sh\b|\b(?:npx|bunx|pnpm dlx|yarn dlx)\s+[@\w]|\b(?:npm|pnpm|yarn|bun|pip3?|pipx|gem|cargo|go|brew|apt|apt-get|dnf|yum|apk|choco|winget)\s+(?:i|install|add|get)\s+(?:-\S+\s+)*[@\w"'-]*[@\w][-@/.=\d]|\b(?:run|execute|type|paste|use|try)\s+[`"']?(?:npm|pnpm|yarn|pip3?|gem|cargo|brew|apt(?:-get)?|sudo|bash|sh)\s|\brm\s+-[a-z]*[rf]|\bsudo\s+\S|\b(?:bash|sh|zsh|powershell|pwsh)\s+-\w|\b(?:iex|invoke-expression|invoke-webrequest)\b|\bgit\s+(?:clone|push)\s+\S+[:/]|\bdocker\s+(?:run|pull)\s+\S|\beval\s*\(/i,
  ],
];

export const MARKUP_RULES: readonly MarkupRule[] = [
  ...MARKUP.map(([code, form]): MarkupRule => ({ code, finds: (text) => form.test(text) })),
  { code: "secret", finds: (text) => redactSource(text) !== text },
];

/** Codes of what a sentence may never hold, in the order of the table; empty: nothing. */
export function findMarkup(text: string): readonly string[] {
  return findMarkupWith(MARKUP_RULES, text);
}

export function findMarkupWith(rules: readonly MarkupRule[], text: string): readonly string[] {
  return rules.filter(({ finds }) => finds(text)).map(({ code }) => code);
}
