import { describe, expect, it } from "@jest/globals";
import { formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { rollbackPolicyOf } from "../../../src/core/policy/policy-rollback.ts";
import { effectivePolicy, parsePolicy, policyIn } from "../../../src/core/policy/policy.ts";
import { DAY_MS } from "../../../src/core/zone.ts";
import { policyFile } from "../../support/states.ts";

const SUGGEST = {
  publish: "suggest",
  deployment: "suggest",
  bug: "suggest",
  regression: "suggest",
};
const USUAL = {
  merge: "auto",
  abandonAfter: 14 * DAY_MS,
  dispatch: "off",
  onSignal: SUGGEST,
};

describe("how releases are taken back", () => {
  it.each([
    ["", USUAL],
    ["rollback: {}", USUAL],
    ["rollback: { merge: manual }", { ...USUAL, merge: "manual" }],
    ["rollback: { abandonAfter: 36h }", { ...USUAL, abandonAfter: 1.5 * DAY_MS }],
    ["rollback: { dispatch: on }", { ...USUAL, dispatch: "on" }],
    [
      "rollback: { onSignal: { bug: off, deployment: rollback } }",
      { ...USUAL, onSignal: { ...SUGGEST, bug: "off", deployment: "rollback" } },
    ],
    ['rollback: { agent: " fix {sha} " }', { ...USUAL, agent: "fix {sha}" }],
  ])("%j: %j", (text, wanted) => {
    const file = policyFile(`version: 1\n${text}\n`);
    expect(rollbackPolicyOf(policyIn(effectivePolicy(file, [])))).toEqual(wanted);
  });

  it("is as the defaults say without a policy", () => {
    expect(rollbackPolicyOf(null)).toEqual(USUAL);
  });

  it.each([
    ["merge: yes", "2:20 rollback.merge: this value is not allowed (merge: auto (or manual))"],
    [
      "abandonAfter: 2h",
      "2:27 rollback.abandonAfter: it lies between 1 day and 365 days (abandonAfter: 14d)",
    ],
    [
      'agent: "fix {commit}"',
      "2:20 rollback.agent: the words in braces are {sha}, {tag}, {issue} (agent: ",
    ],
    ['agent: "<!-- x -->"', "2:20 rollback.agent: a hidden comment is seen by nobody (agent: "],
    [
      "onSignal: { bugs: off }",
      '2:25 unknown key "bugs"; did you mean "bug"? (bug: suggest (or off, rollback))',
    ],
    ["dispatch: true", "2:23 rollback.dispatch: this value is not allowed (dispatch: off (or on))"],
  ])("%j is wrong: %s", (text, error) => {
    const parsed = parsePolicy(policyFile(`version: 1\nrollback: { ${text} }\n`));
    const errors = parsed.kind === "invalid" ? parsed.errors : [];
    expect(errors.map((each) => formatPolicyError(each))).toEqual([expect.stringContaining(error)]);
  });
});
