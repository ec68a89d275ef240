import { describe, expect, it } from "@jest/globals";
import { z } from "zod";
import { duration } from "../../../src/core/duration.ts";
import {
  explainIssue,
  formatPolicyError,
  POLICY_PATH,
} from "../../../src/core/policy/policy-errors.ts";
import { readPolicyYaml } from "../../../src/core/policy/policy-yaml.ts";

/** The forms that keys of the policy have: mappings, lists of mappings, free keys, durations. */
const schema = z.strictObject({
  version: z.literal(1),
  window: z.strictObject({ quiet: duration(60_000, 3_600_000) }).optional(),
  freezes: z
    .array(z.strictObject({ from: z.iso.date(), reason: z.string() }))
    .max(2)
    .optional(),
  paths: z.record(z.string(), z.enum(["one", "two"])).optional(),
  /** Without an example. */
  plain: z.strictObject({ on: z.boolean() }).optional(),
});
const examples = {
  version: "version: 1",
  window: "window: { quiet: 10m }",
  "window.quiet": "quiet: 10m",
  freezes: "freezes: [{ from: 2026-12-20, reason: holidays }]",
  "freezes.from": "from: 2026-12-20",
  "freezes.reason": "reason: holidays",
  paths: 'paths: { "infra/**": two }',
};

/** Errors as people read them, without the path of the file. */
function errorsOf(text: string): readonly string[] {
  const yaml = readPolicyYaml(text);
  if (yaml.kind === "failed") return yaml.errors.map(({ message }) => message);
  const parsed = schema.safeParse(yaml.value);
  const issues = parsed.success ? [] : parsed.error.issues;
  return issues
    .flatMap((issue) => explainIssue(issue, yaml, examples))
    .map((error) => formatPolicyError(error).slice(POLICY_PATH.length + 1));
}

describe("an error below a key", () => {
  it("is none where all is well", () => {
    const text =
      "version: 1\nwindow: { quiet: 10m }\n" +
      "freezes:\n  - { from: 2026-12-20, reason: holidays }\npaths: { 'a.b/**': one }\n";
    expect(errorsOf(text)).toEqual([]);
  });

  it.each<[string, string, string[]]>([
    [
      "what nobody gave an example for",
      "version: 1\nplain: {on: 1, of: 2}\n",
      ["2:13 plain.on: this value is not allowed", '2:16 unknown key "of"'],
    ],
    [
      "a value of a mapping",
      "version: 1\nwindow:\n  quiet: soon\n",
      ["3:10 window.quiet: this value is not allowed (quiet: 10m)"],
    ],
    [
      "a duration out of bounds",
      "version: 1\nwindow: { quiet: 2h }\n",
      ["2:18 window.quiet: it lies between 1 minute and 1 hour (quiet: 10m)"],
    ],
    [
      "a misspelled key of a mapping",
      "version: 1\nwindow:\n  quite: 10m\n",
      [
        "2:1 window.quiet: this key is missing (quiet: 10m)",
        '3:3 unknown key "quite"; did you mean "quiet"? (quiet: 10m)',
      ],
    ],
    [
      "a scalar for a mapping",
      "version: 1\nwindow: 10m\n",
      ["2:9 window: this value is not allowed (window: { quiet: 10m })"],
    ],
    [
      "a value in a list of mappings",
      "version: 1\nfreezes:\n  - from: 2026-12-20\n    reason: a\n  - from: Friday\n    reason: b\n",
      ["5:11 freezes[1].from: this value is not allowed (from: 2026-12-20)"],
    ],
    [
      "a key that an item of a list lacks",
      "version: 1\nfreezes:\n  - from: 2026-12-20\n",
      ["3:5 freezes[0].reason: this key is missing (reason: holidays)"],
    ],
    [
      "a key of an item that nobody knows",
      "version: 1\nfreezes:\n  - { from: 2026-12-20, reason: a, owner: me }\n",
      ['3:36 unknown key "owner" (the keys are from, reason)'],
    ],
    [
      "the value of a free key with dots",
      'version: 1\npaths:\n  "a.b/**": three\n',
      ['3:13 paths.a.b/**: this value is not allowed (paths: { "infra/**": two })'],
    ],
  ])("points at %s", (_, text, errors) => {
    expect(errorsOf(text)).toEqual(errors);
  });
});

describe("a path into the file", () => {
  it("leads nowhere beyond the end of a list", () => {
    const yaml = readPolicyYaml("groups: [a, b]\n");
    if (yaml.kind === "failed") throw new Error("It is valid");
    expect(yaml.hasKey(["groups", 1])).toBe(true);
    expect(yaml.hasKey(["groups", 2])).toBe(false);
    expect(yaml.positionOfValue(["groups", 2])).toEqual({ line: 1, column: 1 });
  });
});
