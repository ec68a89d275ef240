import { PROVIDERS, redactAssignments } from "./secret-forms.ts";

/**
 * Secrets in text that goes to a log, a terminal, the store or GitHub. Two nets: by the form that a
 * secret has, and, where the settings are at hand, by its value. Both also find what is inside a
 * JSON string or encoded for an address.
 */

const GONE = "[redacted]";

/** A space, also as an address or a JSON string writes it. */
const SPACE = String.raw`(?:\s|%20|\+|\\[nrt])`;

const LINE_END = String.raw`(?:\s|%0[AD]|\\[nr])`;

type Form = readonly [RegExp, string];

/** Keys, tokens and addresses whose form alone says that they are secret. */
const TOKENS: readonly Form[] = [
  // A private key, also one that was cut off, and what base64 makes of its first line.
  [
    new RegExp(
      `-----BEGIN${SPACE}(?:[A-Z]+${SPACE})*PRIVATE${SPACE}KEY-----${LINE_END}*[\\w+/=]{6}[^"]*?` +
        `(?:-----END${SPACE}(?:[A-Z]+${SPACE})*PRIVATE${SPACE}KEY-----|(?=")|$)`,
      "g",
    ),
    GONE,
  ],
  // Public keys and certificates begin alike.
  [/LS0tLS1CRUdJTi(?!BQVUJMSUM|BDRVJUSUZJ)[\w+/=%-]{20,}/g, GONE],
  // GitHub's own, old and new; JSON web tokens.
  [/gh[su]_[\w.-]{16,}/g, GONE],
  [/gh[opr]_\w{16,}/g, GONE],
  [/github_pat_\w{20,}/g, GONE],
  [/eyJ[\w-]{10,300}(?:\.[\w-]*){1,2}/g, GONE],
  // The password of an address, such as `https://x-access-token:…@host`. `password` itself stands
  // in our own examples.
  [
    /(:\/\/|%3A%2F%2F)([^\s:@/"'%]*)(:|%3A)(?!password@)[^\s/"']+(@|%40)(?!sha\d{3}:)(?=[\w.[-]+(?:[:/?"'\s]|%|$))/gi,
    `$1$2$3${GONE}$4`,
  ],
  ...PROVIDERS.map((form): Form => [form, GONE]),
];

/**
 * What in a log is rather a secret than not. In somebody's prose or code `basic authentication` and
 * `password=password` are what they say.
 */
const LOGGED: readonly Form[] = [
  [new RegExp(String.raw`\b(bearer|basic)${SPACE}+[^\s"'\\,]{8,}`, "gi"), `$1 ${GONE}`],
  [/\b((?:ssl)?password|secret|client_secret|access_token)(=|%3D)[^\s&"'%]+/gi, `$1$2${GONE}`],
];

function without(text: string, forms: readonly Form[]): string {
  return forms.reduce((left, [form, put]) => left.replaceAll(form, put), text);
}

/** Without what looks like a secret. */
export function redact(text: string): string {
  return without(text, [...TOKENS, ...LOGGED]);
}

/** The same for what people wrote, prose and diffs: nothing goes that only sounds like a secret. */
export function redactSource(text: string): string {
  return redactAssignments(without(text, TOKENS), GONE);
}

/** Shorter values would blot out ordinary words; the settings refuse shorter secrets. */
const CHARS_MIN = 6;

/** A function that also takes out these very values, however they are written. */
export function redactorOf(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .flatMap((secret) => [secret, ...secret.split(/\r?\n|\\n/)])
    .flatMap(writeForms)
    .filter((form) => form.length >= CHARS_MIN)
    .toSorted((left, right) => right.length - left.length)
    .map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
  if (forms.length === 0) return redact;
  const values = new RegExp(forms.join("|"), "g");
  return (text) => redact(text.replaceAll(values, GONE));
}

function writeForms(secret: string): readonly string[] {
  const bytes = String.fromCodePoint(...new TextEncoder().encode(secret));
  const base64 = btoa(bytes).replace(/=+$/, "");
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    base64,
    base64.replaceAll("+", "-").replaceAll("/", "_"),
  ];
}
