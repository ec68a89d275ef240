import type { LineState, PolicyFile, Sha } from "../state.ts";
import { explainIssue } from "./policy-errors.ts";
import type { PolicyError } from "./policy-errors.ts";
import { POLICY_EXAMPLES, policySchema } from "./policy-schema.ts";
import type { Policy } from "./policy-schema.ts";
import { readPolicyYaml } from "./policy-yaml.ts";

/** Bytes. The YAML parser's time grows faster than the text (measured: 389 KB took 14.6 s). */
export const POLICY_BYTES_MAX = 65_536;

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
    return invalid([
      { line: 1, column: 1, path: "", message: what, hint: POLICY_EXAMPLES.version },
    ]);
  }
  const yaml = readPolicyYaml(file.text);
  if (yaml.kind === "failed") {
    return invalid(yaml.errors.map((error) => ({ ...error, path: "", hint: null })));
  }
  const parsed = policySchema.safeParse(yaml.value);
  if (parsed.success) return { kind: "valid", policy: parsed.data };
  return invalid(
    parsed.error.issues.flatMap((issue) => explainIssue(issue, yaml, POLICY_EXAMPLES)),
  );
}

/** In the order of the file: keys that nobody knows come last from the schema. */
function invalid(errors: readonly PolicyError[]): ParsedPolicy {
  const ordered = errors.toSorted(
    (left, right) => left.line - right.line || left.column - right.column,
  );
  return { kind: "invalid", errors: ordered };
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

/** Null: there is no file, or none that is valid. */
export function policyIn(effective: EffectivePolicy): Policy | null {
  return effective.kind === "valid" || effective.kind === "fallback" ? effective.policy : null;
}

/** The policy that applies to a line as it was observed. */
export function effectivePolicyOf(
  state: Pick<LineState, "policyFile" | "policyHistory" | "memory">,
): EffectivePolicy {
  const { policyFile, policyHistory, memory } = state;
  return effectivePolicy(policyFile, [...policyHistory, memory.lastGoodPolicy]);
}
