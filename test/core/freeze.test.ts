import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../src/core/batch.ts";
import { judgeFreezes, spanOf } from "../../src/core/freeze.ts";
import type { Freeze } from "../../src/core/freeze.ts";
import { policyOf } from "../support/policies.ts";
import { batchOf, label, ROBOT } from "../support/states.ts";

/** Freezes as they stand in a policy file, each as `{ … }`. */
function freezesOf(...rows: readonly string[]): readonly Freeze[] {
  const text = `version: 1\nfreezes:\n${rows.map((row) => `  - { reason: why, ${row} }\n`).join("")}`;
  return policyOf(text).freezes ?? [];
}

const at = (text: string): number => Date.parse(text);
const plain = judgeBatch(batchOf([{ title: "fix: a" }])).units;

function judge(rows: readonly string[], now: string, units = plain, zone = "UTC") {
  return judgeFreezes(freezesOf(...rows), { units, zone }, at(now));
}

describe("a freeze", () => {
  it.each([
    [
      "days, both inside",
      "from: 2026-12-20, to: 2027-01-02",
      "2026-12-20T00:00Z",
      "2027-01-03T00:00Z",
    ],
    ["one day", "from: 2026-12-24, to: 2026-12-24", "2026-12-24T00:00Z", "2026-12-25T00:00Z"],
    [
      "days of a zone, one of 23 hours",
      "from: 2026-03-29, to: 2026-03-29, zone: Europe/Berlin",
      "2026-03-28T23:00Z",
      "2026-03-29T22:00Z",
    ],
    [
      "times of a zone",
      "from: 2026-12-20T18:00, to: 2026-12-21T09:30, zone: Europe/Berlin",
      "2026-12-20T17:00Z",
      "2026-12-21T08:30Z",
    ],
    [
      "times of their own",
      "from: 2026-12-20T19:00+01:00, to: 2026-12-21 09:30-05:30, zone: Europe/Berlin",
      "2026-12-20T18:00Z",
      "2026-12-21T15:00Z",
    ],
    [
      "times that come twice, the longer way",
      "from: 2026-10-25T02:15, to: 2026-10-25T02:30, zone: Europe/Berlin",
      "2026-10-25T00:15Z",
      "2026-10-25T01:30Z",
    ],
    [
      "a time in UTC that says so",
      "from: 2026-12-20T18:00Z, to: 2026-12-20T19:00Z, zone: Europe/Berlin",
      "2026-12-20T18:00Z",
      "2026-12-20T19:00Z",
    ],
    [
      "from a time to a day",
      "from: 2026-12-20T18:00, to: 2026-12-21",
      "2026-12-20T18:00Z",
      "2026-12-22T00:00Z",
    ],
  ])("lasts for %s", (_, row, beginsAt, endsAt) => {
    const [freeze] = freezesOf(row);
    expect(freeze && spanOf(freeze, "UTC")).toMatchObject({
      beginsAt: at(beginsAt),
      endsAt: at(endsAt),
    });
    expect(judge([row], new Date(at(beginsAt) - 1).toISOString()).kind).toBe("none");
    expect(judge([row], beginsAt)).toMatchObject({ kind: "frozen", endsAt: at(endsAt) });
    expect(judge([row], new Date(at(endsAt) - 1).toISOString()).kind).toBe("frozen");
    expect(judge([row], endsAt).kind).toBe("none");
  });

  it("is in the zone of the schedule without one of its own", () => {
    const row = "from: 2026-12-20, to: 2026-12-20";
    expect(judge([row], "2026-12-19T22:59Z", plain, "Europe/Berlin").kind).toBe("none");
    expect(judge([row], "2026-12-19T23:00Z", plain, "Europe/Berlin")).toMatchObject({
      kind: "frozen",
      zone: "Europe/Berlin",
    });
  });

  it("among several is the one that ends last", () => {
    const rows = [
      "from: 2026-12-20, to: 2026-12-22",
      "from: 2026-12-01, to: 2026-12-30",
      "from: 2026-12-21, to: 2026-12-25",
    ];
    expect(judge(rows, "2026-12-21T12:00Z")).toMatchObject({ endsAt: at("2026-12-31T00:00Z") });
  });
});

describe("what passes a freeze", () => {
  const row = "from: 2026-12-20, to: 2026-12-22";
  const now = "2026-12-21T12:00Z";
  const security = judgeBatch(
    batchOf([
      { title: "feat: not urgent" },
      { title: "fix(deps): update lodash [SECURITY]", author: ROBOT },
    ]),
  ).units;

  it("is a security update, with all of its batch", () => {
    const verdict = judge([row], now, security);
    expect(verdict).toMatchObject({ kind: "passed", as: "security", by: security[1] });
  });

  it.each<[string, string, string]>([
    ["nothing where the freeze says so", "passes: []", "frozen"],
    ["no security update where only rollbacks pass", "passes: [rollback]", "frozen"],
    ["a security update where the freeze names it", "passes: [security]", "passed"],
  ])("is %s", (_, passes, kind) => {
    expect(judge([`${row}, ${passes}`], now, security).kind).toBe(kind);
  });

  it("must pass each of several freezes", () => {
    const rows = [row, `${row}, passes: []`];
    expect(judge(rows, now, security).kind).toBe("frozen");
  });

  it("is no update that was taken back", () => {
    const [first, second] = security;
    const undone = [first, { ...second, cancelledBy: first?.unit ?? null }];
    expect(judge([row], now, undone as typeof security).kind).toBe("frozen");
  });

  it.each([
    ["write", "passed"],
    ["triage", "frozen"],
    [null, "frozen"],
  ] as const)("is a pull labelled security by somebody with %s: %s", (permission, kind) => {
    const { units } = judgeBatch(
      batchOf([{ title: "fix: a hole", labels: [label("Security", permission)] }]),
    );
    expect(judge([row], now, units).kind).toBe(kind);
  });
});
