import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";

/**
 * The App's private key from `PRIVATE_KEY` (PEM, also with `\\n` for line breaks, or its base64) or
 * from the file that `PRIVATE_KEY_PATH` names; `text` is PEM, null where neither is set.
 */
export function readPrivateKey(
  text: string | undefined,
  file: string | undefined,
): { readonly text: string | null } | { readonly name: string; readonly problem: string } {
  const name = text === undefined ? "PRIVATE_KEY_PATH" : "PRIVATE_KEY";
  let found = text;
  if (found === undefined) {
    if (file === undefined) return { text: null };
    try {
      found = readFileSync(file, "utf8");
    } catch {
      return { name, problem: `${file} cannot be read; it should be a .pem file` };
    }
  }
  const pem = found.includes("-----BEGIN") ? found : Buffer.from(found, "base64").toString();
  const whole = pem.replaceAll(String.raw`\n`, "\n").trim();
  try {
    createPrivateKey(whole);
    return { text: whole };
  } catch {
    const shape = "it should begin with -----BEGIN RSA PRIVATE KEY-----";
    return { name, problem: `it is not a private key; ${shape}` };
  }
}
