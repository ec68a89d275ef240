import type { z } from "zod";
import type { PolicyYaml } from "./policy-yaml.ts";

/** More than these help nobody. */
export const ERRORS_MAX = 10;

/** Where the policy stands on the default branch. */
export const POLICY_PATH = ".github/smallbatch.yml";

export interface PolicyError {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Key such as `auto` or `freezes[0].from`; empty for the whole file. */
  readonly path: string;
  /** What is wrong; may quote the file. */
  readonly message: string;
  /** How it should look; null where the message says it. */
  readonly hint: string | null;
}

/** How each key should look, by its name: `auto`, `window.quiet`, `freezes.from`. */
export type PolicyExamples = Readonly<Record<string, string>>;

/** The errors of one issue of the schema: what is wrong, where, and how it should look. */
export function explainIssue(
  issue: z.core.$ZodIssue,
  yaml: Extract<PolicyYaml, { kind: "read" }>,
  examples: PolicyExamples,
): PolicyError[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, ERRORS_MAX).map((key) => {
      const near = nearestKey(key, keysIn(path, examples));
      const message = `unknown key "${key}"`;
      return {
        ...yaml.positionOfKey([...path, key]),
        path: formatPath([...path, key]),
        message: near === null ? message : `${message}; did you mean "${near}"?`,
        hint:
          near === null ? listKeys(keysIn(path, examples)) : exampleOf([...path, near], examples),
      };
    });
  }
  if (path.length === 0) {
    const message = "the file is not a mapping of keys to values";
    return [{ line: 1, column: 1, path: "", message, hint: exampleOf(["version"], examples) }];
  }
  const own = issue.code === "custom" ? issue.message : "this value is not allowed";
  const isAboutKey = issue.code === "custom" && issue.params?.["at"] === "key";
  return [
    {
      ...(isAboutKey ? yaml.positionOfKey(path) : yaml.positionOfValue(path)),
      path: formatPath(path),
      message: yaml.hasKey(path) ? own : "this key is missing",
      hint: exampleOf(path, examples),
    },
  ];
}

type Path = readonly PropertyKey[];

/** Names of the keys on the way, without places in lists. */
function namesIn(path: Path): readonly string[] {
  return path.filter((part) => typeof part === "string");
}

/** `freezes[0].from` */
function formatPath(path: Path): string {
  return path
    .map((part, at) =>
      typeof part === "number" ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`,
    )
    .join("");
}

/** Keys of the mapping at a path; empty where its keys are free. */
function keysIn(path: Path, examples: PolicyExamples): readonly string[] {
  const names = namesIn(path);
  const start = names.map((name) => `${name}.`).join("");
  return Object.keys(examples)
    .filter((known) => known.startsWith(start))
    .map((known) => known.slice(start.length))
    .filter((rest) => !rest.includes("."));
}

/** Of the key, or of the nearest mapping around it that has one. */
function exampleOf(path: Path, examples: PolicyExamples): string | null {
  const names = namesIn(path);
  for (let left = names.length; left > 0; left -= 1) {
    const example = examples[names.slice(0, left).join(".")];
    if (example !== undefined) return example;
  }
  return null;
}

function listKeys(keys: readonly string[]): string | null {
  return keys.length === 0 ? null : `the keys are ${keys.join(", ")}`;
}

/** Known key that a typing error apart is `key`; null where none is near. */
function nearestKey(key: string, known: readonly string[]): string | null {
  const near = known
    .map((name) => ({ name, distance: editDistance(key.slice(0, 50).toLowerCase(), name) }))
    .toSorted((left, right) => left.distance - right.distance)
    .filter(({ name, distance }) => distance <= (name.length > 3 ? 2 : 1));
  return near[0]?.name ?? null;
}

/** Levenshtein distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (const [i, a] of Array.from(left).entries()) {
    const next = [i + 1];
    for (const [j, b] of Array.from(right).entries()) {
      const above = Number(row[j + 1]) + 1;
      const before = Number(next[j]) + 1;
      next.push(Math.min(above, before, Number(row[j]) + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return Number(row.at(-1));
}

/** `.github/smallbatch.yml:3:1 unknown key "autoo"; did you mean "auto"? (auto: minor)` */
export function formatPolicyError(error: PolicyError): string {
  const where = `${POLICY_PATH}:${error.line}:${error.column}`;
  const key = error.path === "" || error.message.startsWith("unknown key") ? "" : `${error.path}: `;
  const hint = error.hint === null ? "" : ` (${error.hint})`;
  return `${where} ${key}${error.message}${hint}`;
}
