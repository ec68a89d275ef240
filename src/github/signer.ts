import { createHmac, hkdfSync } from "node:crypto";
import type { Sign } from "../core/desk/desk-marker.ts";

/**
 * Signs what only this App may have written. The key is made from the App's private key, for this
 * one purpose (RFC 5869): it needs no place of its own, and every replica has it. With another
 * private key, older signatures are not ours any more.
 */
export function openSigner(privateKey: string): Sign {
  // The text of a key may come with other ends of lines from another source.
  const secret = privateKey.replaceAll(/\s/g, "");
  const key = Buffer.from(hkdfSync("sha256", secret, "", "smallbatch/desk/v1", 32));
  return (text) => createHmac("sha256", key).update(text).digest("hex");
}
