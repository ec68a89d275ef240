import { describe, expect, it } from "@jest/globals";
import { brakeRulesOf } from "../../../src/core/policy/policy-brake.ts";
import { formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { policyFile } from "../../support/states.ts";

const USUAL = { days: { rollbacks: 2, of: 7 }, releases: { rollbacks: 3, of: 20 } };

function parse(text: string) {
  return parsePolicy(policyFile(`version: 1\n${text}\n`));
}

describe("when releases pause", () => {
  it.each([
    ["", USUAL],
    ["brake: {}", USUAL],
    ["brake: off", null],
    ["brake: { days: 1 in 31 }", { ...USUAL, days: { rollbacks: 1, of: 31 } }],
    ["brake: { days: off, releases: 2 in 2 }", { days: null, releases: { rollbacks: 2, of: 2 } }],
  ])("%j: %j", (text, wanted) => {
    const parsed = parse(text);
    expect(parsed.kind === "valid" ? brakeRulesOf(parsed.policy) : parsed).toEqual(wanted);
  });

  const DAYS = "days: it is at least 1 and at most 20 rollbacks, in 1 to 31 days";
  const OF = "releases: it is at least 1 rollback in at most 20 releases, and not more of them";

  it.each([
    ["brake: on", "brake: this value is not allowed (brake: { days: 2 in 7, releases"],
    ["brake: { days: 2 }", "brake: this value is not allowed (brake: { days: 2 in 7, releases"],
    ["brake: { days: 0 in 7 }", DAYS],
    ["brake: { days: 2 in 0 }", DAYS],
    ["brake: { days: 2 in 32 }", DAYS],
    ["brake: { days: 21 in 7 }", DAYS],
    ["brake: { releases: 3 in 2 }", OF],
    ["brake: { releases: 3 in 21 }", OF],
    ["brake: { release: 3 in 20 }", 'unknown key "release"; did you mean "releases"?'],
  ])("%j is wrong: %s", (text, error) => {
    const parsed = parse(text);
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    expect(errors.map((each) => formatPolicyError(each))).toEqual([expect.stringContaining(error)]);
  });
});
