/**
 * What this server counts as tokens: an even 2.5 characters each, and one for each that is no ASCII. The service's own
 * count differs from text to text.
 */
export function countTokens(value: unknown): number {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const others = text.replaceAll(/[ -~\s]/g, "").length;
  return Math.ceil((text.length - others) / 2.5) + others;
}
