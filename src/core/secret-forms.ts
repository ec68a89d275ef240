/**
 * Forms of secrets by who issues them. Each begins with letters that mean nothing else, so that no
 * SHA, checksum, lock file or word of a language is one.
 */
export const PROVIDERS: readonly RegExp[] = [
  // Amazon: identifiers of access keys.
  /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g,
  // Slack: tokens, and addresses that take messages from anybody.
  /\bxox[a-z](?:\.xox[a-z])?-[\w-]{10,}/g,
  /\bxapp-\d-[\w-]{10,}/g,
  /hooks\.slack\.com\/(?:services|workflows|triggers)\/[\w/-]{16,}/g,
  // Discord: the same.
  /discord(?:app)?\.com\/api\/webhooks\/\d{5,}\/[\w-]{16,}/g,
  // Registries: npm, PyPI, RubyGems, crates.io, Docker Hub.
  /\bnpm_[A-Za-z0-9]{30,}/g,
  /\bpypi-AgE[\w-]{20,}/g,
  /\brubygems_[0-9a-f]{32,}/g,
  /\bcio[A-Za-z0-9]{32}\b/g,
  /\bdckr_(?:pat|oat)_[\w-]{20,}/g,
  // Google.
  /\bAIza[\w-]{35}/g,
  /\bya29\.[\w-]{20,}/g,
  /\bGOCSPX-[\w-]{20,}/g,
  // Stripe, Shopify, Square, SendGrid.
  /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g,
  /\bwhsec_[A-Za-z0-9+/=]{24,}/g,
  /\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}/g,
  /\bsq0(?:atp|csp|idp)-[\w-]{22,}/g,
  /\bSG\.[\w-]{16,}\.[\w-]{16,}/g,
  // Models: Anthropic, OpenAI and those that copied its form, Hugging Face.
  /\bsk-(?:ant|proj|svcacct|admin|or)-[\w-]{16,}/g,
  /\bsk-[A-Za-z0-9]{32,}/g,
  /\bhf_[A-Za-z0-9]{30,}/g,
  // GitLab, Vault, DigitalOcean, Databricks, Telegram, age, Azure.
  /\bgl(?:pat|dt|rt|ptt|cbt|oas|soat)-[\w-]{20,}/g,
  /\bhv[sb]\.[\w-]{24,}/g,
  /\bdo[opr]_v1_[0-9a-f]{32,}/g,
  /\bdapi[0-9a-f]{32}\b/g,
  /\b\d{8,10}:AA[\w-]{33}/g,
  /\bAGE-SECRET-KEY-1[0-9A-Z]{50,}/g,
  /\bAccountKey=[A-Za-z0-9+/=]{40,}/g,
];

/** A name that says that its value is secret, a sign of assignment, and the value. */
const ASSIGNMENT =
  /((?:secret|token|passw(?:or)?d|passphrase|pwd|credentials?|(?:api|access|private|auth|signing|encryption|account)[_-]?key)(?:[_-]?(?:key|base|value))?["'`]?[ \t]{0,3}(?::=|=>|=|:)[ \t]{0,3}["'`]?)([\w+/=.~!#$%^*?@-]{16,512})/gi;

/** Bits a character: random letters and digits have more than 3.5 in 16 characters, words less. */
const ENTROPY_MIN = 3;

/** With `gone` for values that look random and are given to a name that sounds secret. */
export function redactAssignments(text: string, gone: string): string {
  return text.replaceAll(ASSIGNMENT, (found, name: string, value: string) =>
    isRandom(value) ? name + gone : found,
  );
}

/** Letters and digits mixed as no word, address or path of a language has them. */
function isRandom(value: string): boolean {
  const isMixed = /\d/.test(value) && /[A-Za-z]/.test(value);
  const parts = value.split(/[.\-/_]/);
  const isName = parts.every((part) => /^(?:[A-Za-z]+\d{0,2}|\d{1,4}|)$/.test(part));
  const isVariable = value.startsWith("$");
  return isMixed && !isName && !isVariable && entropyOf(value) >= ENTROPY_MIN;
}

/** Shannon's entropy of the characters, in bits each. */
function entropyOf(value: string): number {
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) {
    const share = count / value.length;
    bits -= share * Math.log2(share);
  }
  return bits;
}
