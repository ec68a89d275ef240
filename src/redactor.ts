import { redactorOf } from "./core/redact.ts";
import { readPrivateKey } from "./github/private-key.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings whose value is a secret as a whole. */
const SECRET_NAMES = [
  "PRIVATE_KEY",
  "WEBHOOK_SECRET",
  "SMALLBATCH_WEBHOOK_SECRET_PREVIOUS",
  "GITHUB_CLIENT_SECRET",
  "GITHUB_TOKEN",
  "ANTHROPIC_API_KEY",
] as const;

/** Settings that are addresses and may carry a password. */
const ADDRESS_NAMES = [
  "DATABASE_URL",
  "HTTPS_PROXY",
  "HTTP_PROXY",
  "https_proxy",
  "http_proxy",
  "SMALLBATCH_CLAUDE_URL",
];

/** Takes every secret of these settings out of a text, and what looks like one. */
export function openRedactor(environment: Environment): (text: string) => string {
  const key = readPrivateKey(environment["PRIVATE_KEY"], environment["PRIVATE_KEY_PATH"]);
  return redactorOf([
    ...SECRET_NAMES.map((name) => environment[name]?.trim() ?? ""),
    ...("text" in key && key.text !== null ? [key.text] : []),
    ...ADDRESS_NAMES.flatMap((name) => passwordsOf(environment[name] ?? "")),
  ]);
}

/** As written and as meant. */
function passwordsOf(address: string): readonly string[] {
  const written = URL.parse(address)?.password ?? "";
  try {
    return [written, decodeURIComponent(written)];
  } catch {
    return [written];
  }
}
