import { POLICY_PATH } from "../../core/policy/policy-errors.ts";

type Text = "base" | "head" | "repo" | "policy";
type Switch = "staged" | "plan" | "json";

export type SizeOptions = Partial<Readonly<Record<Text, string> & Record<Switch, boolean>>>;

/** `value`: what it takes; null: nothing. */
type SizeOption = { readonly says: string } & (
  | { readonly name: Text; readonly value: string }
  | { readonly name: Switch; readonly value: null }
);

export const SIZE_OPTIONS: readonly SizeOption[] = [
  {
    name: "base",
    value: "ref",
    says: "what it would be merged into; without it the branch of origin",
  },
  { name: "head", value: "ref", says: "the change; without it what is checked out" },
  { name: "staged", value: null, says: "what is staged, as if it were committed" },
  { name: "plan", value: null, says: "how it can be split, where it is large" },
  { name: "repo", value: "path", says: "the repository, bare or not; without it this folder" },
  { name: "policy", value: "file", says: `another policy than ${POLICY_PATH} at the base` },
  { name: "json", value: null, says: "print JSON" },
];

/**
 * Reads plain words, because to load all that can read any takes longer than to measure a small change.
 * Null: there is something else among them, such as `--help`, or something wrong.
 */
export function readSizeWords(words: readonly string[]): SizeOptions | null {
  const found: Partial<Record<Text, string> & Record<Switch, boolean>> = {};
  const left = [...words];
  for (let word = left.shift(); word !== undefined; word = left.shift()) {
    const [, name, given] = /^--([a-z]+)(?:=(.+))?$/s.exec(word) ?? [];
    const option = SIZE_OPTIONS.find((one) => one.name === name);
    if (option === undefined) return null;
    if (option.value === null) {
      if (given !== undefined) return null;
      found[option.name] = true;
    } else {
      const value = given ?? left.shift() ?? "";
      if (value === "" || (given === undefined && value.startsWith("-"))) return null;
      found[option.name] = value;
    }
  }
  return found;
}
