import { inertCode, plainLine } from "../inert.ts";

/** Names that are said; the rest is counted. */
const NAMES_SHOWN = 3;

/** `a, b, c and 2 more`, `a and b`. The names are Markdown already. */
export function listWords(names: readonly string[], max: number = NAMES_SHOWN): string {
  const shown = names.slice(0, max);
  const left = names.length - shown.length;
  if (left > 0) return `${shown.join(", ")} and ${left} more`;
  return shown.length < 2
    ? shown.join("")
    : `${shown.slice(0, -1).join(", ")} and ${shown.slice(-1).join("")}`;
}

/** The same of names that people wrote, each once and as code. */
export function listCode(names: readonly string[]): string {
  return listWords([...new Set(names)].map((name) => inertCode(plainLine(name, 60))));
}

export function capitalize(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

/** `1 review`, `2 reviews` */
export function countWords(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `the last commit`, `the last 10 commits` */
export function lastCommits(count: number): string {
  return count === 1 ? "the last commit" : `the last ${count} commits`;
}

const YAML_CHARS_MAX = 76;

/** `key: [a, b]`, or one line for each where that is too long. */
export function listYaml(key: string, values: readonly string[]): readonly string[] {
  const words = values.map(yamlWord);
  const row = `${key}: [${words.join(", ")}]`;
  return row.length <= YAML_CHARS_MAX ? [row] : [`${key}:`, ...words.map((word) => `  - ${word}`)];
}

/** YAML takes plain words as they are. */
export function yamlWord(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) ? text : JSON.stringify(text);
}
