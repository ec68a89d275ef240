import { describe, expect, it } from "@jest/globals";
import { formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { policyFile } from "../../support/states.ts";

function parse(text: string) {
  return parsePolicy(policyFile(`version: 1\n${text}\n`));
}

describe("environments that the policy calls production", () => {
  it.each([
    ["", undefined],
    ["production: []", []],
    ["production: [Shop EU, live/2]", ["Shop EU", "live/2"]],
    [`production: [${"x".repeat(255)}]`, ["x".repeat(255)]],
  ])("%j: %j", (text, wanted) => {
    const parsed = parse(text);
    expect(parsed.kind === "valid" ? parsed.policy.production : parsed).toEqual(wanted);
  });

  it.each([
    ["production: shop", "2:13 production: this value is not allowed (production: [shop-eu,"],
    ["production: [1]", "2:14 production[0]: this value is not allowed (production: [shop-eu,"],
    ['production: [" shop"]', "2:14 production[0]: this value is not allowed"],
    [`production: [${"x".repeat(256)}]`, "2:14 production[0]: this value is not allowed"],
    ["production: [shop, Shop]", "2:13 production: each environment stands once"],
    [
      `production: [${Array.from({ length: 51 }, (_, at) => `e${at}`).join(", ")}]`,
      "2:13 production",
    ],
    ["produktion: [shop]", 'unknown key "produktion"; did you mean "production"?'],
  ])("%j is wrong: %s", (text, error) => {
    const parsed = parse(text);
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    expect(errors.map(formatPolicyError).join("\n")).toContain(error);
  });
});
