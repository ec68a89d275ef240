import { z } from "zod";
import { ERRORS_MAX, readPolicyYaml } from "./policy-yaml.ts";
import type { PolicyYaml } from "./policy-yaml.ts";
import type { PolicyFile, Sha } from "./state.ts";

/** Where the policy stands on the default branch. */
export const POLICY_PATH = ".github/smallbatch.yml";

/** Bytes. The YAML parser's time grows faster than the text (measured: 389 KB took 14.6 s). */
export const POLICY_BYTES_MAX = 65_536;

/** What git takes as the name of a tag (`git check-ref-format`), with {version} once. */
const TAG_FORM =
  /^(?![-./])(?!.*(?:\.\.|\/[/.]|\.lock(?:\/|$)|[/.]$))[^\s\p{Cc}~^:?*[\\{}]*\{version\}[^\s\p{Cc}~^:?*[\\{}]*$/u;

const policySchema = z.strictObject({
  version: z.literal(1).describe("Version of this file's form."),
  auto: z
    .enum(["none", "patch", "minor", "major"])
    .default("minor")
    .describe("Highest level that is released without a person. Higher ones are prepared."),
  untyped: z
    .literal("patch")
    .optional()
    .describe("Release changes without a type or label as patches, however many there are."),
  base: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Tag that releases begin after, where the history does not say it by itself."),
  tag: z
    .string()
    .max(100)
    .regex(TAG_FORM)
    .optional()
    .describe("Form of the tags, with {version} once. Without it: v{version}, or as the base."),
  checks: z
    .enum(["if-any", "required"])
    .default("if-any")
    .describe("Whether a commit without any check may be released."),
  card: z
    .enum(["body", "off"])
    .default("body")
    .describe("Whether the release card stands folded in the release's text."),
  comments: z
    .enum(["on", "off"])
    .default("on")
    .describe("Whether released pull requests and closed issues get one comment."),
});

export type Policy = z.infer<typeof policySchema>;

/** How each key should look; said with every error on it. */
const EXAMPLES: Readonly<Record<keyof Policy, string>> = {
  version: "version: 1",
  auto: "auto: minor (or none, patch, major)",
  untyped: "untyped: patch",
  base: "base: v1.4.2 (the name of a tag)",
  tag: "tag: v{version} (with {version} once)",
  checks: "checks: if-any (or required)",
  card: "card: body (or off)",
  comments: "comments: on (or off)",
};

/** The policy of a file that holds only `version: 1`. */
export const DEFAULT_POLICY: Policy = policySchema.parse({ version: 1 });

export interface PolicyError {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Key, or empty for the whole file. */
  readonly path: string;
  /** What is wrong; may quote the file. */
  readonly message: string;
  /** How it should look; null where the message says it. */
  readonly hint: string | null;
}

export type ParsedPolicy =
  | { readonly kind: "valid"; readonly policy: Policy }
  | { readonly kind: "invalid"; readonly errors: readonly PolicyError[] };

/** Read `.github/smallbatch.yml`. Never throws; a file that is too large is not parsed at all. */
export function parsePolicy(file: PolicyFile): ParsedPolicy {
  if (file.text === null || file.sizeBytes > POLICY_BYTES_MAX) {
    const what =
      file.sizeBytes > POLICY_BYTES_MAX
        ? `the file has ${file.sizeBytes} bytes, more than ${POLICY_BYTES_MAX}`
        : "the file is not a plain text file";
    return invalid([{ line: 1, column: 1, path: "", message: what, hint: EXAMPLES.version }]);
  }
  const yaml = readPolicyYaml(file.text);
  if (yaml.kind === "failed") {
    return invalid(yaml.errors.map((error) => ({ ...error, path: "", hint: null })));
  }
  const parsed = policySchema.safeParse(yaml.value);
  if (parsed.success) return { kind: "valid", policy: parsed.data };
  return invalid(parsed.error.issues.flatMap((issue) => explain(issue, yaml)));
}

function invalid(errors: readonly PolicyError[]): ParsedPolicy {
  return { kind: "invalid", errors };
}

function explain(
  issue: z.core.$ZodIssue,
  yaml: Extract<PolicyYaml, { kind: "read" }>,
): PolicyError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.slice(0, ERRORS_MAX).map((key) => {
      const nearest = nearestKey(key);
      const message = `unknown key "${key}"`;
      return {
        ...yaml.positionOfKey(key),
        path: key,
        message: nearest === null ? message : `${message}; did you mean "${nearest}"?`,
        hint: nearest === null ? `the keys are ${knownKeys().join(", ")}` : EXAMPLES[nearest],
      };
    });
  }
  const key = knownKeys().find((known) => known === issue.path[0]);
  if (key === undefined) {
    const message = "the file is not a mapping of keys to values";
    return [{ line: 1, column: 1, path: "", message, hint: EXAMPLES.version }];
  }
  const message = yaml.hasKey(key) ? "this value is not allowed" : "this key is missing";
  return [{ ...yaml.positionOfValue(key), path: key, message, hint: EXAMPLES[key] }];
}

function knownKeys(): (keyof Policy)[] {
  return Object.keys(EXAMPLES).filter((key): key is keyof Policy => key in EXAMPLES);
}

/** Known key that a typing error apart is `key`; null where none is near. */
function nearestKey(key: string): keyof Policy | null {
  const near = knownKeys()
    .map((known) => ({ known, distance: editDistance(key.slice(0, 50).toLowerCase(), known) }))
    .toSorted((left, right) => left.distance - right.distance)
    .filter(({ known, distance }) => distance <= (known.length > 3 ? 2 : 1));
  return near[0]?.known ?? null;
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
  const key = error.path === "" || error.message.includes(error.path) ? "" : `${error.path}: `;
  const hint = error.hint === null ? "" : ` (${error.hint})`;
  return `${where} ${key}${error.message}${hint}`;
}

/** JSON Schema of the file, for editors: `docs/schemas/policy.v1.json`. */
export function formatPolicySchema(): Record<string, unknown> {
  return {
    title: "Smallbatch policy, version 1",
    ...z.toJSONSchema(policySchema, { io: "input" }),
  };
}

export type EffectivePolicy =
  | { readonly kind: "absent" }
  | { readonly kind: "valid"; readonly policy: Policy; readonly sha: Sha }
  /** The present file is wrong; an earlier one applies. `sha` is the earlier file's. */
  | {
      readonly kind: "fallback";
      readonly policy: Policy;
      readonly sha: Sha;
      readonly errors: readonly PolicyError[];
    }
  | { readonly kind: "invalid"; readonly errors: readonly PolicyError[] };

/**
 * The policy that applies: the file's, else the last good one of `earlier` (newest first), else
 * none, never the defaults: a wrong line may have been the one that holds a release back.
 */
export function effectivePolicy(
  file: PolicyFile | null,
  earlier: readonly (PolicyFile | null)[],
): EffectivePolicy {
  if (file === null) return { kind: "absent" };
  const own = parsePolicy(file);
  if (own.kind === "valid") return { kind: "valid", policy: own.policy, sha: file.sha };
  for (const candidate of earlier) {
    const parsed = candidate === null ? null : parsePolicy(candidate);
    if (candidate !== null && parsed?.kind === "valid") {
      return {
        kind: "fallback",
        policy: parsed.policy,
        sha: candidate.sha,
        errors: own.errors,
      };
    }
  }
  return own;
}
