import { parseDocument } from "yaml";
import { isDeep } from "../policy/policy-yaml.ts";

/** Bytes of one file that are parsed. The largest workflow of twenty public repositories: 40 KB. */
export const WORKFLOW_BYTES_MAX = 65_536;

/** Aliases that are followed: GitHub reads anchors, and a small file could grow without bound. */
const ALIASES_MAX = 100;

/**
 * YAML that others wrote, as plain values; undefined where it cannot be read, or would take too
 * long. Unlike the policy it may have anchors. Never throws.
 */
export function readForeignYaml(text: string): unknown {
  // Expressions such as `${{ github.ref }}` are text, whatever brackets they hold.
  if (text.length > WORKFLOW_BYTES_MAX || isDeep(text.replaceAll(/\$\{\{[^{}]*\}\}/g, ""))) {
    return undefined;
  }
  // Comparing all keys with each other is quadratic; of two equal ones the last counts.
  const document = parseDocument(text, { uniqueKeys: false, logLevel: "silent" });
  if (document.errors.length > 0) return undefined;
  try {
    const value: unknown = document.toJS({ maxAliasCount: ALIASES_MAX });
    return value;
  } catch {
    return undefined;
  }
}
