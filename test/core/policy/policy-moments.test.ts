import { describe, expect, it } from "@jest/globals";
import { formatPolicyError } from "../../../src/core/policy/policy-errors.ts";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { HOUR, MINUTE, policyFile } from "../../support/states.ts";

function read(line: string) {
  const parsed = parsePolicy(policyFile(`version: 1\n${line}\n`));
  return parsed.kind === "valid"
    ? parsed.policy
    : parsed.errors.map((error) =>
        formatPolicyError(error).slice(".github/smallbatch.yml:".length),
      );
}

describe("the moments of a policy", () => {
  it.each([
    ["window: {}", { window: { quiet: 10 * MINUTE, longest: 4 * HOUR, most: 20 } }],
    [
      "window: { quiet: 90s, longest: 7d, most: 3 }",
      { window: { quiet: 90_000, longest: 168 * HOUR, most: 3 } },
    ],
    [
      "schedule: { from: 09:00, to: 24:00, zone: UTC }",
      {
        schedule: {
          days: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
          from: 540,
          to: 1_440,
          zone: "UTC",
        },
      },
    ],
    [
      "freezes: [{ from: 2026-12-20 18:00-03:30, to: 2027-01-02, reason: x }]",
      {
        freezes: [
          {
            from: { wall: Date.UTC(2026, 11, 20, 18), isDay: false, offsetMs: -3.5 * HOUR },
            to: { wall: Date.UTC(2027, 0, 2), isDay: true, offsetMs: null },
            reason: "x",
            passes: ["security", "rollback"],
          },
        ],
      },
    ],
    ["bots: release", { bots: "release" }],
  ])("may be %s", (line, expected) => {
    expect(read(line)).toMatchObject(expected);
  });

  it.each<[string, string[]]>([
    [
      "window: { quiet: 5h }",
      [
        "2:9 window: `longest` is shorter than `quiet` (window: { quiet: 10m, longest: 4h, most: 20 })",
      ],
    ],
    [
      "window: { quiet: 0s, most: 0 }",
      [
        "2:18 window.quiet: it lies between 1 second and 7 days (quiet: 10m)",
        "2:28 window.most: this value is not allowed (most: 20)",
      ],
    ],
    [
      "schedule: { days: [monday], from: 9:00, to: 17:00, zone: Berlin }",
      [
        "2:20 schedule.days[0]: this value is not allowed (days: [mon, tue, wed, thu, fri])",
        "2:35 schedule.from: this value is not allowed (from: 09:00)",
        "2:58 schedule.zone: no such time zone; take a name of the IANA database (zone: Europe/Berlin)",
      ],
    ],
    [
      "schedule: { from: 09:00, to: 17:00 }",
      ["2:1 schedule.zone: this key is missing (zone: Europe/Berlin)"],
    ],
    [
      "schedule: { from: 09:00, to: 09:00, zone: UTC }",
      [
        "2:11 schedule: `to` is another time than `from`, or 24:00 for the end of the day (schedule: { days: [mon, tue], from: 09:00, to: 17:00, zone: Europe/Berlin })",
      ],
    ],
    [
      "schedule: { from: 09:00, to: 00:00, zone: UTC }",
      [
        "2:11 schedule: `to` is another time than `from`, or 24:00 for the end of the day (schedule: { days: [mon, tue], from: 09:00, to: 17:00, zone: Europe/Berlin })",
      ],
    ],
    [
      "freezes: [{ from: 2026-02-29, to: 2026-03-01, reason: x }]",
      ["2:19 freezes[0].from: no such date (from: 2026-12-20, or 2026-12-20T18:00)"],
    ],
    [
      "freezes: [{ from: 2026-03-01T25:00, to: Friday, reason: x, passes: [hotfix] }]",
      [
        "2:19 freezes[0].from: this value is not allowed (from: 2026-12-20, or 2026-12-20T18:00)",
        "2:41 freezes[0].to: this value is not allowed (to: 2027-01-02, or 2027-01-02T09:00)",
        "2:69 freezes[0].passes[0]: this value is not allowed (passes: [security, rollback])",
      ],
    ],
    [
      "freezes: [{ from: 2026-03-02, to: 2026-03-01, reason: x }]",
      [
        "2:11 freezes[0]: it ends before it begins (freezes: [{ from: 2026-12-20, to: 2027-01-02, reason: holidays }])",
      ],
    ],
    [
      "freezes: [{ from: 2026-03-02, too: 2026-03-01, reason: x }]",
      [
        "2:11 freezes[0].to: this key is missing (to: 2027-01-02, or 2027-01-02T09:00)",
        '2:31 unknown key "too"; did you mean "to"? (to: 2027-01-02, or 2027-01-02T09:00)',
      ],
    ],
  ])("may not be %s", (line, errors) => {
    expect(read(line)).toEqual(errors);
  });
});
