/** Text that is written for a model to obey, not for people to read. */

export interface SteeringTexts {
  /** As they came; what nobody sees is a sign by itself. */
  readonly raw: readonly string[];
  readonly shown: readonly string[];
  /** Of files, as shown: code speaks of prompts and roles without speaking to anybody. */
  readonly diffs: readonly string[];
  readonly hidden: readonly string[];
}

interface Sign {
  /** For people: what was seen. */
  readonly what: string;
  readonly form: RegExp;
  /** Code writes it too: in a diff it counts only where it speaks to somebody, or beside another. */
  readonly isOfCode?: true;
}

/** Characters of each text that are looked at. */
const CHARS_MAX = 60_000;

/** Tag characters spell ASCII that nobody sees; three flags of emoji are made of them. */
const FLAG = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{2,6}\u{e007f}/gu;

const RAW_SIGNS: readonly Sign[] = [
  { what: "tag characters, which nobody sees", form: /[\u{e0000}-\u{e007f}]/u },
  { what: "letters written as selectors, which nobody sees", form: /[\u{e0100}-\u{e01ef}]{3}/u },
  { what: "characters that turn the direction of text", form: /[\u202d\u202e]/ },
];

const SIGNS: readonly Sign[] = [
  {
    what: "words that tell a model to drop its instructions",
    // What has an override is not told to override, and parsers ignore invalid rules.
    form: /\b(?:ignore|disregard|forget|(?:override|bypass)(?! (?:for|of|to)\b)|discard|do not follow|don't follow|stop following)\b(?: \w+){0,3} (?:previous|prior|above|earlier|preceding|foregoing|system|original|initial|your|all|any|other|existing)\b(?:(?: \w+){0,2} (?:instructions?|prompts?)|(?: (?!invalid|unknown|unsupported|malformed)\w+){0,2} (?:rules|directions?|directives?|guidelines|guidance|commands?|constraints))\b/,
  },
  {
    what: "words that tell a model to drop its instructions (German)",
    form: /\b(?:ignorier|vergiss|missacht|vergess)\w*\b(?: \w+){0,3} (?:anweisung|instruktion|regel|vorgabe|befehl)\w*/,
  },
  {
    what: "words that tell a model to drop its instructions (Romance languages)",
    form: /\b(?:ignor|oubli|olvid|esque|dimentic|desconsider|neglig)\S*(?: \S+){0,4} (?:instrucc|instruç|istruz|consigne|indicac|directivas|directrices|regla|regra|regol|ordini|órdenes)|\b(?:ignor|oubli)e[zr]?(?: \S+){0,3} instructions (?:préc|antér|ci-dessus|donn|qui)/,
  },
  {
    what: "words that tell a model to drop its instructions (Slavic languages)",
    form: /(?:игнорируй|проигнорируй|забудь|не обращай)\S*(?: \S+){0,4} (?:инструкци|указани|правил)|\b(?:zignoruj|ignoruj|zapomnij)\w*(?: \S+){0,4} (?:instrukcj|polece)/,
  },
  {
    what: "words that tell a model to drop its instructions (Chinese, Japanese, Korean)",
    form: /(?:忽略|无视|無視|忘记|忘記|忽視)[^。\n]{0,16}(?:指令|指示|说明|說明|提示|规则|規則)|(?:指示|命令|指令|プロンプト)[^。\n]{0,8}(?:無視|忘れ)|(?:지시|명령|지침)[^.\n]{0,10}(?:무시|잊)/,
  },
  {
    what: "words that tell a model to drop its instructions (Arabic, Hindi, Turkish)",
    form: /(?:تجاهل|انس)[^.\n]{0,30}(?:التعليمات|الأوامر|تعليمات)|(?:निर्देश|आदेश)[^।\n]{0,20}(?:अनदेखा|नज़रअंदाज़|भूल)|talimat\S*(?: \S+){0,3} (?:yok say|görmezden gel|unut)/,
  },
  {
    what: "words to a model by name",
    form: /\b(?:note|message|instructions?|attention|important|notice|hint|reminder)\W{0,3}(?:to|for) (?:the |any |all |every )?(?:ai|a\.i\.|llms?|language models?|ai (?:assistants?|agents?|models?)|assistants?|models?|claude|chatgpt|gpt|copilot|gemini)\b/,
  },
  {
    what: "words to a model by name",
    form: /\bif you are (?:an? |the )?(?:ai|llm|large language model|language model|ai (?:assistant|agent|model)|assistant|model|bot|claude|chatgpt|gpt)\b/,
  },
  {
    what: "a role for a model",
    isOfCode: true,
    form: /\b(?:(?<!if )you are|you are now|act as|pretend (?:to be|that you are)|from now on you are) (?:an? |the |in )?(?:\w+ )?(?:ai|llm|language model|assistant|chatbot|dan|developer mode|jailbroken|unrestricted|release notes? (?:writer|generator|bot))\b/,
  },
  {
    what: "a role for a model",
    isOfCode: true,
    form: /<\|(?:im_start|im_end|system|user|assistant|endoftext|start_header_id|eot_id)\|>|\[\/?inst\]|<<\/?sys>>|<\/?(?:system|system_prompt|tool_result|tool_use|function_results|function_calls|assistant|human)>|^(?:human|assistant|system) ?: ?\S.{0,200}(?:instruction|must|release note|ignore|you )/m,
  },
  {
    what: "words about a model's prompt",
    isOfCode: true,
    form: /\b(?:reveal|print|repeat|output|show|leak|disclose|include|tell me|append|write)\b(?: \w+){0,4} (?:system prompt|your (?:prompt|instructions)|api keys?|environment variables)\b/,
  },
  {
    what: "new instructions",
    isOfCode: true,
    form: /\b(?:new|updated|real|actual|revised|final) (?:system )?(?:instructions?|task|prompt|directives?) ?(?::|for (?:the|you)|follow)|\b(?:begin|start|end) (?:of )?(?:system|admin|developer|hidden|new) (?:prompt|message|instructions?)/,
  },
  {
    what: "what release notes are to say",
    form: /\b(?:when|while|before) (?:writing|generating|drafting|creating|summari[sz]ing|you (?:write|generate|draft|summari[sz]e)) (?:the |these |this |any )?(?:release notes?|changelog|notes|summary|pull)\b[^.\n]{0,60}\b(?:always|never|must|do not|don't|write|say|state|include|add|mention|omit|skip|claim)\b/,
  },
  {
    what: "what release notes are to say",
    form: /\b(?:in|into|to) (?:the|your|these) release notes?\b,? (?:you )?(?:must |should |please |always )?(?:write|say|state|claim|announce|declare|tell)\b|\bthe release notes? (?:must|should|have to) (?:say|state|claim|announce|read|tell|contain the)\b/,
  },
  {
    what: "what a model is to hide",
    form: /\b(?:do not|don't|never) (?:mention|report|list|reveal|disclose|summari[sz]e|flag|tell)\b(?: \w+){0,4} (?:this (?:instruction|message|comment|note)|these instructions|the (?:other )?(?:pulls?|prs?|pull requests?)|breaking changes?|vulnerabilit(?:y|ies)|security)\b/,
  },
];

/** What is written in a way that people do not read, and models do. */
interface Decoder {
  readonly name: string;
  /** Readings of a text; `plain` is the same as `plainOf` has it. */
  readonly read: (text: string, plain: string) => readonly string[];
}

const BASE64 = /[A-Za-z0-9+/_-]{24,4000}={0,2}/g;
const HEX = /\b(?:[0-9a-fA-F]{2}[ :]?){16,2000}/g;
const DECODED_MAX = 40;

const DECODERS: readonly Decoder[] = [
  { name: "rot13", read: (_, plain) => [rot13(plain)] },
  { name: "backwards", read: (_, plain) => [Array.from(plain).toReversed().join("")] },
  { name: "base64", read: (text) => runsOf(text, BASE64).map(ofBase64).filter(isText) },
  {
    name: "hexadecimal",
    read: (text) =>
      runsOf(text, HEX)
        .map((run) => ofHex(run.replaceAll(/[ :]/g, "")))
        .filter(isText),
  },
  { name: "address", read: (text) => replaced(text, /%([0-9a-f]{2})/gi) },
  { name: "escapes", read: (text) => replaced(text, /\\(?:u\{?|x)([0-9a-f]{2,4})\}?/gi) },
];

export interface SteeringRules {
  readonly raw: readonly Sign[];
  readonly signs: readonly Sign[];
  readonly decoders: readonly Decoder[];
}

/** A test leaves out one after the other, and has to see what gets through. */
export const STEERING_RULES: SteeringRules = {
  raw: RAW_SIGNS,
  signs: SIGNS,
  decoders: DECODERS,
};

/** One phrase for each kind of sign, in the order of the tables. */
export function findSteering(
  texts: SteeringTexts,
  rules: SteeringRules = STEERING_RULES,
): readonly string[] {
  const found = new Set<string>();
  for (const text of texts.raw) {
    const seen = text.slice(0, CHARS_MAX).replaceAll(FLAG, "");
    for (const { what, form } of rules.raw) if (form.test(seen)) found.add(what);
  }
  const inTexts = (plain: string) => signsIn(plain, rules.signs);
  const inDiffs = (plain: string) => signsInCode(plain, rules.signs);
  for (const text of texts.shown) signsOf(text, rules, inTexts).forEach((what) => found.add(what));
  for (const text of texts.diffs) signsOf(text, rules, inDiffs).forEach((what) => found.add(what));
  for (const text of texts.hidden) {
    for (const what of signsOf(text, rules, inTexts)) found.add(`hidden from readers: ${what}`);
  }
  return [...found];
}

type Reader = (plain: string) => readonly string[];

function signsOf(text: string, rules: SteeringRules, read: Reader): readonly string[] {
  const seen = text.slice(0, CHARS_MAX);
  const plain = plainOf(seen);
  const found = read(plain);
  if (found.length > 0) return found;
  const decoded = rules.decoders.flatMap((decoder) => decoder.read(seen, plain));
  return decoded.flatMap((words) => read(plainOf(words))).map((what) => `in a code: ${what}`);
}

function signsIn(plain: string, signs: readonly Sign[]): readonly string[] {
  return signs.filter(({ form }) => form.test(plain)).map(({ what }) => what);
}

/** Who speaks to a model says what it is to do, or for whom. */
const SPEAKS =
  /\b(?:release notes?|change ?log|(?:the|these|this|your) (?:notes|summary)|your (?:answer|reply|response|output)|(?:write|say|state|claim|announce|declare)s? that|you (?:must|should|will|shall)|everybody|everyone|all users)\b/;
const AROUND = 300;

function signsInCode(plain: string, signs: readonly Sign[]): readonly string[] {
  const found = signs.filter(({ form }) => form.test(plain));
  const kinds = new Set(found.map(({ what }) => what));
  return found
    .filter(({ form, isOfCode }) => {
      if (isOfCode !== true || kinds.size > 1) return true;
      const all = new RegExp(form.source, `${form.flags}g`);
      return Array.from(plain.matchAll(all)).some(({ index, 0: { length } }) =>
        SPEAKS.test(plain.slice(Math.max(0, index - AROUND), index + length + AROUND)),
      );
    })
    .map(({ what }) => what);
}

/** Letters of other scripts, and the ones of ours that they look like. */
const ALIKE = "аеорсухіјѕԁһοανικρτυ";
const OURS = "aeopcyxijsdhoavikptu";

const SAME: ReadonlyMap<string, string> = new Map(
  Array.from(ALIKE, (letter, at) => [letter, OURS.charAt(at)]),
);

/** Lower case, one space between words, marks of Markdown away; in scripts that mix, Latin. */
function plainOf(text: string): string {
  const lower = text.normalize("NFKC").toLowerCase().replaceAll("\u2019", "'");
  const latin = /[a-z][^\s]*[\u0370-\u04ff]|[\u0370-\u04ff][^\s]*[a-z]/.test(lower)
    ? lower.replaceAll(/[\u0370-\u04ff]/g, (letter) => SAME.get(letter) ?? letter)
    : lower;
  return latin
    .replaceAll(/[*`~]+|(?<![a-z0-9])_+|_+(?![a-z0-9])/g, "")
    .replaceAll(/[ \t]+/g, " ")
    .replaceAll(/ ?\n[ >+#-]*/g, "\n")
    .replaceAll(/(?<=[a-z,;])\n(?=[a-z])/g, " ");
}

/** Letters that are written as tag characters or selectors, as letters. */
export function spellHidden(text: string): string {
  return Array.from(text.replaceAll(FLAG, ""), (character) => {
    const point = Number(character.codePointAt(0));
    if (point >= 0xe_00_20 && point <= 0xe_00_7e) return String.fromCodePoint(point - 0xe_00_00);
    // The first 16 selectors lie elsewhere, so that letters begin at the 33rd.
    const isLetter = point >= 0xe_01_10 && point <= 0xe_01_6e;
    return isLetter ? String.fromCodePoint(point - 0xe_01_00 + 16) : "";
  }).join("");
}

function rot13(text: string): string {
  return text.replaceAll(/[a-z]/g, (letter) =>
    String.fromCharCode(((letter.charCodeAt(0) - 97 + 13) % 26) + 97),
  );
}

function runsOf(text: string, form: RegExp): readonly string[] {
  return [...text.matchAll(form)].slice(0, DECODED_MAX).map(([run]) => run);
}

/** The text with these codes read; nothing where there are none. */
function replaced(text: string, form: RegExp): readonly string[] {
  const read = text.replaceAll(form, (_, hex: string) => ofHex(hex));
  return read === text ? [] : [read];
}

function ofHex(hex: string): string {
  return hex.replaceAll(/(?:00)?(..)/g, (_, pair: string) =>
    String.fromCharCode(Number.parseInt(pair, 16)),
  );
}

function ofBase64(run: string): string {
  const plain = run.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
  return atob(plain.slice(0, plain.length - (plain.length % 4 === 1 ? 1 : 0)));
}

function isText(read: string): boolean {
  return /^[\t\n\r -~]+$/.test(read) && read.includes(" ");
}
