import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { POLICY_PATH, formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { DEFAULT_POLICY, formatPolicySchema } from "../../../src/core/policy/policy-schema.ts";
import {
  POLICY_BYTES_MAX,
  effectivePolicy,
  parsePolicy,
  policyIn,
} from "../../../src/core/policy/policy.ts";
import { policyFile, sha } from "../../support/states.ts";

/** Errors as people read them, without the path. */
function checkErrors(text: string, expected: readonly string[]): void {
  const parsed = parsePolicy(policyFile(text));
  const errors = parsed.kind === "invalid" ? parsed.errors : [];
  expect(errors.map((error) => formatPolicyError(error).slice(POLICY_PATH.length + 1))).toEqual(
    expected,
  );
}

const { properties } = formatPolicySchema() as { properties: Record<string, unknown> };
const KEYS = `the keys are ${Object.keys(properties).join(", ")}`;

const PATHS = 'paths: { "infra/**": human-review } (or two-reviews, or logins: [ada, mona])';

describe("a policy file", () => {
  it("with only a version has the defaults", () => {
    expect(parsePolicy(policyFile("version: 1"))).toMatchObject({
      kind: "valid",
      policy: {
        version: 1,
        auto: "minor",
        checks: "if-any",
        card: "body",
        comments: "on",
        bots: "ride-along",
        head: "wait",
        headWait: 1_800_000,
      },
    });
    expect(DEFAULT_POLICY.auto).toBe("minor");
  });

  it("may set everything", () => {
    const text =
      "version: 1\nauto: major\nuntyped: patch\nbase: v1.4.2\ntag: r{version}\n" +
      "checks: required\ncard: off\ncomments: off # quiet\n";
    expect(parsePolicy(policyFile(text))).toMatchObject({
      kind: "valid",
      policy: {
        version: 1,
        auto: "major",
        untyped: "patch",
        base: "v1.4.2",
        tag: "r{version}",
        checks: "required",
        card: "off",
        comments: "off",
        bots: "ride-along",
        head: "wait",
        headWait: 1_800_000,
      },
    });
  });

  it.each<[string, string, string[]]>([
    ["is empty", "", ["1:1 version: this key is missing (version: 1)"]],
    ["has only a comment", "# hi\n", ["1:1 version: this key is missing (version: 1)"]],
    ["is a list", "- 1\n", ["1:1 the file is not a mapping of keys to values (version: 1)"]],
    [
      "has another version",
      "version: 2\n",
      ["1:10 version: this value is not allowed (version: 1)"],
    ],
    [
      "quotes the version",
      'version: "1"\n',
      ["1:10 version: this value is not allowed (version: 1)"],
    ],
    [
      "has a key without a value",
      "version: 1\nauto:\n",
      ["2:6 auto: this value is not allowed (auto: minor (or none, patch, major))"],
    ],
    [
      "misspells a key",
      "version: 1\nauot: minor\n",
      ['2:1 unknown key "auot"; did you mean "auto"? (auto: minor (or none, patch, major))'],
    ],
    [
      "has a key nobody knows",
      "version: 1\nfrequency: daily\n",
      [`2:1 unknown key "frequency" (${KEYS})`],
    ],
    [
      "says true for a word",
      "version: 1\n\ncomments: true\n",
      ["3:11 comments: this value is not allowed (comments: on (or off))"],
    ],
    [
      "has a tag without the version",
      "version: 1\ntag: v\n",
      ["2:6 tag: this value is not allowed (tag: v{version} (with {version} once))"],
    ],
    [
      "has a gate nobody knows",
      "version: 1\ngates: { agent: human-review }\n",
      [
        '2:10 unknown key "agent"; did you mean "agents"? (agents: human-review (or record, two-reviews))',
      ],
    ],
    [
      "asks for too little of a path",
      'version: 1\ngates:\n  paths:\n    "infra/**": record\n',
      [`4:17 gates.paths.infra/**: this value is not allowed (${PATHS})`],
    ],
    [
      "names somebody for a path who cannot be",
      'version: 1\ngates:\n  paths:\n    "infra/**": ["a b"]\n',
      [`4:18 gates.paths.infra/**[0]: this value is not allowed (${PATHS})`],
    ],
    [
      "has patterns that are none",
      "version: 1\ngates:\n  paths:\n    '!infra': human-review\n    a/**b: [ada]\n",
      [
        `4:5 gates.paths.!infra: the pattern has "!"; only *, ** and ? are special (${PATHS})`,
        `5:5 gates.paths.a/**b: the pattern has ** beside other characters; it stands alone between slashes (${PATHS})`,
      ],
    ],
    [
      "has a base that is a number",
      "version: 1\nbase: 1.4\n",
      ["2:7 base: this value is not allowed (base: v1.4.2 (the name of a tag))"],
    ],
    [
      "has a key alone",
      "version: 1\n? auto\n",
      ["2:3 auto: this value is not allowed (auto: minor (or none, patch, major))"],
    ],
    [
      "has a key twice",
      "version: 1\nauto: none\nauto: major\n",
      ['3:1 the key "auto" stands twice'],
    ],
    ["has an alias", "version: 1\nauto: &a none\ntag: *a\n", ["3:6 YAML aliases are not allowed"]],
    [
      "is not YAML",
      "version: 1\nauto: [\n",
      [
        "3:1 not valid YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      ],
    ],
    [
      "has a complex key",
      "version: 1\n? [a]\n: b\n? [a]\n: c\n",
      ["2:3 a key must be a plain word", "4:3 a key must be a plain word"],
    ],
  ])("that %s says where and what", (_, text, errors) => {
    checkErrors(text, errors);
  });

  it("may have gates", () => {
    const text =
      "version: 1\ngates:\n  agents: human-review\n  authorMayMerge: false\n  paths:\n" +
      '    "infra/**": two-reviews\n    "*.sql": [ada, mona_acme]\n';
    expect(parsePolicy(policyFile(text))).toMatchObject({
      policy: {
        gates: {
          agents: "human-review",
          authorMayMerge: false,
          paths: { "infra/**": "two-reviews", "*.sql": ["ada", "mona_acme"] },
        },
      },
    });
    const none = { agents: "record", authorMayMerge: true, paths: {} };
    expect(parsePolicy(policyFile("version: 1\ngates: {}\n"))).toMatchObject({
      policy: { gates: none },
    });
  });

  it("has at most twenty patterns", () => {
    const rows = Array.from({ length: 21 }, (_, at) => `    "${at}/**": [ada]\n`);
    checkErrors(`version: 1\ngates:\n  paths:\n${rows.slice(1).join("")}`, []);
    checkErrors(`version: 1\ngates:\n  paths:\n${rows.join("")}`, [
      `4:5 gates.paths: 21 patterns, more than 20 (${PATHS})`,
    ]);
  });

  it.each([
    ["[".repeat(51)],
    ["{[".repeat(30_000)],
    ["[]".repeat(1_001)],
    ["- ".repeat(30_000)],
    ["? ".repeat(50)],
  ])("nested without end says so", (text) => {
    checkErrors(text, ["1:1 the file is nested too deep"]);
  });

  it("may hold brackets that are closed", () => {
    const brackets = "[]".repeat(100);
    expect(parsePolicy(policyFile(`version: 1 # ${brackets}`)).kind).toBe("valid");
  });

  it("says at most ten mistakes of form", () => {
    const parsed = parsePolicy(policyFile("a: &x 1\n" + "b: *x\n".repeat(30)));
    expect(parsed.kind === "invalid" && parsed.errors).toHaveLength(10);
  });

  it.each([
    [POLICY_BYTES_MAX, "valid"],
    [POLICY_BYTES_MAX + 1, "invalid"],
  ])("of %i bytes is %s", (bytes, kind) => {
    const text = `version: 1\n#${"x".repeat(bytes - 12)}`;
    expect(Buffer.byteLength(text)).toBe(bytes);
    expect(parsePolicy(policyFile(text)).kind).toBe(kind);
  });

  it("that is no text is invalid", () => {
    const parsed = parsePolicy(policyFile("", { text: null, sizeBytes: 10 }));
    expect(parsed).toMatchObject({
      kind: "invalid",
      errors: [{ message: "the file is not a plain text file" }],
    });
  });

  it("is judged whatever it holds", () => {
    const line = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 40 }),
      fc.constantFrom("version: 1", "auto: minor", "? ", "- ", "&a *a", "<<: {}", "!!js x", "%TAG"),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const parsed = parsePolicy(policyFile(lines.join("\n")));
        for (const error of parsed.kind === "invalid" ? parsed.errors : []) {
          expect(error.line).toBeGreaterThanOrEqual(1);
          expect(error.column).toBeGreaterThanOrEqual(1);
          expect(error.message).not.toBe("");
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the policy that applies", () => {
  const good = policyFile("version: 1\nauto: none\n", { sha: sha(5) });
  const bad = policyFile("version: 3\n", { sha: sha(6) });

  it("is absent without a file", () => {
    expect(effectivePolicy(null, [good])).toEqual({ kind: "absent" });
  });

  it("is the file's where it is valid", () => {
    expect(effectivePolicy(good, [])).toMatchObject({ kind: "valid", sha: sha(5) });
  });

  it("is the last good one where the file is wrong", () => {
    const older = policyFile("version: 1\nauto: major\n", { sha: sha(7) });
    expect(effectivePolicy(bad, [bad, null, good, older])).toMatchObject({
      kind: "fallback",
      sha: sha(5),
      policy: { auto: "none" },
      errors: [{ path: "version" }],
    });
  });

  it("is none where no good one is known, never the defaults", () => {
    expect(effectivePolicy(bad, [bad, null])).toMatchObject({ kind: "invalid" });
  });
});

describe("the JSON Schema of the policy", () => {
  it("knows the keys and refuses others", () => {
    expect(formatPolicySchema()).toMatchObject({
      type: "object",
      additionalProperties: false,
      required: ["version"],
      properties: { auto: { enum: ["none", "patch", "minor", "major"], default: "minor" } },
    });
  });
});

describe("the policy that applies", () => {
  const file = policyFile("version: 1\nauto: patch\n");
  const wrong = policyFile("version: 2\n", { sha: sha(0xba) });

  it("is the valid one, else the last good one, else none", () => {
    expect(policyIn(effectivePolicy(file, []))).toMatchObject({ auto: "patch" });
    expect(policyIn(effectivePolicy(wrong, [file]))).toMatchObject({ auto: "patch" });
    expect(policyIn(effectivePolicy(wrong, []))).toBeNull();
    expect(policyIn(effectivePolicy(null, []))).toBeNull();
  });
});
