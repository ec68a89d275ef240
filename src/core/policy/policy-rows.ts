import { stringify } from "yaml";
import type { LineState, PolicyFile } from "../state.ts";
import { POLICY_EXAMPLES, formatPolicySchema } from "./policy-schema.ts";
import { readPolicyYaml } from "./policy-yaml.ts";
import { effectivePolicyOf } from "./policy.ts";

/** One key of a policy as it applies. */
export interface PolicyRow {
  /** `auto`, `window.quiet`; a list is one row. */
  readonly key: string;
  /** YAML in one line; in parentheses what holds where the key has no value. */
  readonly value: string;
  /** Line of the file, from 1; null: the default. */
  readonly line: number | null;
}

/** A key whose value is another one. */
export interface PolicyChange {
  readonly key: string;
  /** Null: it did not apply, because there was no policy, or nothing that it is a part of. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What holds where a key has neither a value nor a default: `(none)` where it is not listed. */
const WITHOUT: Readonly<Record<string, string>> = {
  untyped: "(by habit)",
  base: "(found in the history)",
  tag: "(as the newest tag)",
  schedule: "(always)",
  publishWhen: "(at once)",
  "notes.claude": "(diffs; off where it is private)",
  notes: "(the defaults)",
  rollback: "(the defaults)",
  brake: "(the defaults)",
  may: "(the usual people)",
  preview: "off",
  desk: "(until it is closed)",
  weekly: "off",
  production: "(by name)",
};

/** A part of the JSON Schema, as far as it is looked at. */
interface KeySchema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, KeySchema>>;
}

const SCHEMA: KeySchema = formatPolicySchema();

const ORDER = Object.keys(POLICY_EXAMPLES);

/** Every key of a file that is valid, with its value and where that comes from. */
export function listPolicy(file: PolicyFile): readonly PolicyRow[] {
  const yaml = readPolicyYaml(file.text ?? "");
  if (yaml.kind === "failed") return [];
  const rows = (schema: KeySchema, value: Mapping, above: readonly string[]): PolicyRow[] =>
    Object.entries({ ...schema.properties }).flatMap(([name, part]) => {
      const path = [...above, name];
      const own = value[name];
      if (isMapping(own) && part.properties !== undefined) return rows(part, own, path);
      const key = path.join(".");
      if (own === undefined) return [{ key, value: valueWithout(key, part), line: null }];
      return [{ key, value: formatValue(own), line: yaml.positionOfKey(path).line }];
    });
  return (isMapping(yaml.value) ? rows(SCHEMA, yaml.value, []) : []).toSorted(inOrder);
}

function inOrder(left: { readonly key: string }, right: { readonly key: string }): number {
  return ORDER.indexOf(left.key) - ORDER.indexOf(right.key);
}

type Mapping = Readonly<Record<string, unknown>>;

function isMapping(value: unknown): value is Mapping {
  return Object(value) === value && !Array.isArray(value);
}

function valueWithout(key: string, { default: usual }: KeySchema): string {
  return usual === undefined ? (WITHOUT[key] ?? "(none)") : formatValue(usual);
}

/** `[ next, beta ]`, `{ infra/**: two-reviews }` */
function formatValue(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0 }).trim();
}

/** Key by key, in the order of the keys; null: there is no policy, or it is taken away. */
export function comparePolicies(
  before: PolicyFile | null,
  after: PolicyFile | null,
): readonly PolicyChange[] {
  const [old, fresh] = [valuesOf(before), valuesOf(after)];
  const keys = [...new Set([...old.keys(), ...fresh.keys()])];
  return keys
    .map((key) => ({ key, before: old.get(key) ?? null, after: fresh.get(key) ?? null }))
    .filter((change) => change.before !== change.after)
    .filter(({ key }) => !keys.some((other) => other.startsWith(`${key}.`)))
    .toSorted(inOrder);
}

function valuesOf(file: PolicyFile | null): ReadonlyMap<string, string> {
  const rows = file === null ? [] : listPolicy(file);
  return new Map(rows.map(({ key, value }) => [key, value]));
}

/** The file whose policy applies to a line, which may be an earlier one; null: none applies. */
export function standingFile(
  state: Pick<LineState, "policyFile" | "policyHistory" | "memory">,
): PolicyFile | null {
  const effective = effectivePolicyOf(state);
  const sha = "sha" in effective ? effective.sha : null;
  const { policyFile, policyHistory, memory } = state;
  const known = [policyFile, ...policyHistory, memory.lastGoodPolicy];
  return known.find((file) => file?.sha === sha) ?? null;
}
