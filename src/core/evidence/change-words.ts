/** English words of change, by what they do to a value or a name. */

export const UP = stems("rais", "increas", "bump", "upgrad");
export const DOWN = stems("lower", "reduc", "decreas", "downgrad");
export const CHANGE = stems("chang", "updat", "switch", "mov", "replac", "migrat");
export const RENAME = stems("renam");
export const REMOVE = stems("remov", "drop", "delet");
export const ADD = stems("add", "introduc");

/** Not `-ing`: "by changing a to b" is advice. */
function stems(...words: readonly string[]): string {
  return `(?:${words.join("|")})(?:e|es|ed|s|d|ped|ches|ched)?`;
}

/** Does one of these words stand in the text? */
export function says(words: string, text: string): boolean {
  return new RegExp(String.raw`\b${words}\b`, "i").test(text);
}

/** Which way a text says that something went; null: it does not, or both. */
export function directionOf(text: string): "up" | "down" | null {
  const isUp = says(UP, text);
  if (isUp === says(DOWN, text)) return null;
  return isUp ? "up" : "down";
}
