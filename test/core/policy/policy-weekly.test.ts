import { describe, expect, it } from "@jest/globals";
import { formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { weeklyRulesOf } from "../../../src/core/policy/policy-weekly.ts";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { policyFile } from "../../support/states.ts";

function parse(text: string) {
  return parsePolicy(policyFile(`version: 1\n${text}\n`));
}

describe("when the weekly report is written", () => {
  const usual = { day: "mon", minute: 8 * 60, zone: "UTC" };
  const schedule = "schedule: { from: 09:00, to: 17:00, zone: Asia/Tokyo }";

  it.each([
    ["", null],
    ["weekly: {}", usual],
    ["weekly: { day: fri, at: 16:30 }", { day: "fri", minute: 16 * 60 + 30, zone: "UTC" }],
    ["weekly: { zone: Europe/Berlin }", { ...usual, zone: "Europe/Berlin" }],
    [`weekly: {}\n${schedule}`, { ...usual, zone: "Asia/Tokyo" }],
    [`weekly: { zone: Europe/Berlin }\n${schedule}`, { ...usual, zone: "Europe/Berlin" }],
  ])("%j: %j", (text, wanted) => {
    const parsed = parse(text);
    expect(parsed.kind === "valid" ? weeklyRulesOf(parsed.policy) : parsed).toEqual(wanted);
  });

  it.each([
    ["weekly: on", "2:9 weekly: this value is not allowed (weekly: { day: mon, at: 08:00, zone:"],
    [
      "weekly: { day: monday }",
      "2:16 weekly.day: this value is not allowed (day: mon (or tue, wed",
    ],
    ["weekly: { day: [mon, tue] }", "2:16 weekly.day: this value is not allowed (day: mon (or"],
    ["weekly: { at: 24:00 }", "2:15 weekly.at: this value is not allowed (at: 08:00)"],
    ["weekly: { zone: Berlin }", "2:17 weekly.zone: no such time zone; take a name of the IANA"],
    ["weekly: { zone: +01:00 }", "2:17 weekly.zone: no such time zone; take a name of the IANA"],
    ["weekly: { days: mon }", 'unknown key "days"; did you mean "day"?'],
  ])("%j is wrong: %s", (text, error) => {
    const parsed = parse(text);
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    expect(errors.map(formatPolicyError).join("\n")).toContain(error);
  });
});
