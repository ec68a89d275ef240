import { ESCAPES, escapeStart, escapeWord, escapingOf, inertCode, plainLine } from "../inert.ts";
import type { Escape, Escaping } from "../inert.ts";
import { redactSource } from "../redact.ts";

/** Plain words that were verified, as Markdown of a bullet in which nothing is active. */

/** A verified sentence has 240 characters at most; what people word may have more. */
const CHARS_MAX = 500;

/** A sentence is prose: a name of an emoji in it is no wish for one. */
export const PROSE_ESCAPES: readonly Escape[] = [
  ...ESCAPES,
  { name: "emoji", code: String.raw`:[\w+-]+:` },
];

const ESCAPING = escapingOf(PROSE_ESCAPES);

/** Options, calls, names and paths read better as code. */
const CODE_LIKE = [
  /^-{1,2}[A-Za-z][\w-]*(?:=\S*)?$/,
  /^[\w.$:]*\w\(\)$/,
  /^(?!iOS|macOS)(?:[a-z]+[A-Z]\w*|\w*[A-Za-z0-9]_[A-Za-z0-9]\w*)$/,
  /^(?:\.{0,2}\/)?(?:[\w.-]+\/)*[\w.-]*\w\.(?:[a-z]{1,5}|lock)$/,
];

/** Punctuation around a word stays outside of its code span. */
const WORD = /^([("'“‘]*)(.*?(?:\(\))?)([)"'”’.,;:!?…]*)$/;

/** Inert Markdown of one bullet, without the bullet's mark. Empty text stays empty. */
export function proseOf(text: string, by: Escaping = ESCAPING): string {
  const pieces = plainLine(text, CHARS_MAX).split(/(`[^`]+`)/);
  const shown = pieces.flatMap((piece) =>
    // Models quote code although they need not.
    /^`[^`]+`$/.test(piece) ? [inertCode(piece.slice(1, -1))] : wordsOf(piece, by),
  );
  return escapeStart(shown.join("").trim(), by);
}

function wordsOf(piece: string, by: Escaping): readonly string[] {
  return piece.split(/( )/).map((word) =>
    word.replace(WORD, (_, before: string, core: string, after: string) => {
      const isCode = by.code.test(core) || CODE_LIKE.some((form) => form.test(core));
      if (isCode) return escapeWord(before, by) + inertCode(core) + escapeWord(after, by);
      // Together they may be what none of them is.
      return by.code.test(word) ? inertCode(word) : escapeWord(word, by);
    }),
  );
}

export interface MarkupRule {
  readonly code: string;
  readonly finds: (text: string) => boolean;
}

const TLD =
  "com|net|org|io|dev|app|ai|co|me|info|biz|xyz|online|site|shop|top|club|example|test|invalid|link|click|cloud|tech|zip|mov|ru|cn|de|uk|fr|eu|nl|jp|br|in|tk|cc|tv|gg|ly|to|us";

/** Names of products and registries that happen to be domains; nobody else can write there. */
const HOSTS_OF_NAMES = String.raw`(?:socket|crates|docker|ghcr|quay|k8s)\.io(?![\w/.-]*\w)`;

const MANAGER =
  "(?:npm|pnpm|yarn|bun|pip3?|pipx|gem|cargo|go|brew|apt(?:-get)?|dnf|yum|apk|choco|winget)";
const FETCH = "(?:i|install|add|get|exec|dlx)";

/** What a reader may paste: a command of ours, a download, a package, a deletion. */
const COMMAND = new RegExp(
  [
    "^/[a-z]",
    String.raw`\b(?:curl|wget)\s+(?:-\w|\S+[./:]\w)`,
    String.raw`\|\s*(?:ba|z)?sh\b`,
    String.raw`\b(?:run|by|with|via|using|use|execute|type|paste)\s+["']?(?:npx|bunx|uvx)\s+(?!and\b|or\b)[@\w]`,
    String.raw`\b${MANAGER}\s+${FETCH}\s+(?:-\S+\s+)*@?\w[\w"']*[-@/.=\d]\w`,
    String.raw`\b(?:run|execute|type|paste)\s+["']?${MANAGER}\s+${FETCH}\s+[@\w]`,
    String.raw`\b(?:run|execute|type|paste)\s+["']?(?:ba|z)?sh\s`,
    String.raw`\brm\s+-[a-z]*[rf]`,
    String.raw`\bsudo\s+\S`,
    String.raw`\b(?:bash|sh|zsh|powershell|pwsh)\s+-\w`,
    String.raw`\b(?:iex|invoke-expression|invoke-webrequest)\b`,
    String.raw`\bgit\s+(?:clone|push)\s+\S+[:/]`,
    String.raw`\bdocker\s+(?:run|pull)\s+\S`,
    String.raw`\beval\s*\(`,
  ].join("|"),
  "i",
);

const INVISIBLE = /(?![\r\n\t\v\f\u0085])[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** What joins the parts of an emoji, or asks for the picture or the sign of a symbol, is seen. */
export const EMOJI_JOINS =
  /(?<=[\p{Emoji}\p{So}\u2190-\u21ff])[\ufe0e\ufe0f]|(?<=\p{Emoji}\ufe0f?)\u200d(?=\p{Emoji})/gu;

const MARKUP: readonly (readonly [code: string, form: RegExp])[] = [
  ["url", /:\/\/(?=[\w[])|\bwww\.|\b(?:mailto|xmpp|javascript|data|vbscript):\S/i],
  [
    "domain",
    new RegExp(
      String.raw`(?<![\w@./-])(?!${HOSTS_OF_NAMES})(?:[a-z0-9-]{1,63}\.){1,8}(?:${TLD})(?![\w.-]*\w|\()`,
      "i",
    ),
  ],
  ["email", /[\w.+-]@(?!v?\d)[\w-]{1,63}\.\w/i],
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
  ["command", COMMAND],
];

export const MARKUP_RULES: readonly MarkupRule[] = [
  ...MARKUP.map(([code, form]): MarkupRule => ({ code, finds: (text) => form.test(text) })),
  { code: "invisible", finds: (text) => INVISIBLE.test(text.replaceAll(EMOJI_JOINS, "")) },
  { code: "secret", finds: (text) => redactSource(text) !== text },
];

/** Codes of what a sentence may never hold, in the order of the table; empty: nothing. */
export function findMarkup(text: string): readonly string[] {
  return findMarkupWith(MARKUP_RULES, text);
}

export function findMarkupWith(rules: readonly MarkupRule[], text: string): readonly string[] {
  return rules.filter(({ finds }) => finds(text)).map(({ code }) => code);
}
