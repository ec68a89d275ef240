import type { Policy } from "../../src/core/policy/policy-schema.ts";
import { parsePolicy } from "../../src/core/policy/policy.ts";
import type { PolicyFile } from "../../src/core/state.ts";
import { policyFile } from "./states.ts";

/** The policy of a file or of its text. Throws with its errors where it is not valid. */
export function policyOf(written: PolicyFile | string): Policy {
  const parsed = parsePolicy(typeof written === "string" ? policyFile(written) : written);
  if (parsed.kind === "invalid") throw new Error(JSON.stringify(parsed.errors));
  return parsed.policy;
}
