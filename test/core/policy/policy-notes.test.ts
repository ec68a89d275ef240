import { describe, expect, it } from "@jest/globals";
import { POLICY_PATH, formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { styleOf } from "../../../src/core/policy/policy-notes.ts";
import { effectivePolicy, parsePolicy, policyIn } from "../../../src/core/policy/policy.ts";
import { policyFile } from "../../support/states.ts";

const USUAL = {
  sends: "diffs",
  model: "claude-haiku-5-5",
  language: "English",
  audience: "people who use this project",
  tone: "plain and factual",
};

/** `notes` as it stands in the file. */
const styleWith = (notes: string, isPrivate: boolean) => {
  const policy = policyIn(effectivePolicy(policyFile(`version: 1\n${notes}\n`), []));
  return styleOf(policy ?? {}, { isPrivate });
};

describe("how notes are drafted", () => {
  it.each<[string, object | null, object | null]>([
    ["", USUAL, null],
    ["notes: {}", USUAL, null],
    ["notes: { language: de }", { ...USUAL, language: "de" }, null],
    ["notes: { claude: off }", null, null],
    ["notes: { claude: titles }", { ...USUAL, sends: "titles" }, { ...USUAL, sends: "titles" }],
    ["notes: { claude: diffs }", USUAL, USUAL],
    [
      "notes: { claude: diffs, model: claude-sonnet-5-5, audience: operators, tone: warm }",
      { ...USUAL, model: "claude-sonnet-5-5", audience: "operators", tone: "warm" },
      { ...USUAL, model: "claude-sonnet-5-5", audience: "operators", tone: "warm" },
    ],
  ])("%j: in public %j, in private %j", (notes, inPublic, inPrivate) => {
    expect(styleWith(notes, false)).toEqual(inPublic);
    expect(styleWith(notes, true)).toEqual(inPrivate);
  });

  it("is as the defaults say without a policy", () => {
    expect(styleOf({}, { isPrivate: false })).toEqual(USUAL);
    expect(styleOf({}, { isPrivate: true })).toBeNull();
  });

  it.each([
    ["claude: on", "2:18 notes.claude: this value is not allowed (claude: diffs (or titles, off))"],
    ["model: a b", "2:17 notes.model: this value is not allowed (model: claude-haiku-5-5)"],
    ["lang: de", '2:10 unknown key "lang" (the keys are claude, model, language, audience, tone)'],
    [
      `tone: "a\\nb"`,
      "2:16 notes.tone: it is one line of visible text, without spaces around it " +
        "(tone: plain and factual (at most 100 characters))",
    ],
    [
      `audience: ${"x".repeat(101)}`,
      "2:20 notes.audience: this value is not allowed " +
        "(audience: people who use this project (at most 100 characters))",
    ],
  ])("%j is wrong: %s", (notes, error) => {
    const parsed = parsePolicy(policyFile(`version: 1\nnotes: { ${notes} }\n`));
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    const shown = errors.map((each) => formatPolicyError(each).slice(POLICY_PATH.length + 1));
    expect(shown).toEqual([error]);
  });
});
