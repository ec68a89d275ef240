import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { BUCKET_REFILL_MS, judgeBucket } from "../../src/core/bucket.ts";
import { judgePublish, publishNames, splitChecks } from "../../src/core/publish.ts";
import { judgeSettled, latestChecks, namesOf } from "../../src/core/settle.ts";
import type { SettleVerdict } from "../../src/core/settle.ts";
import { isMostlyUntyped, isStarted } from "../../src/core/start.ts";
import type { CheckSeen, Head, LineState } from "../../src/core/state.ts";
import { check, head, HOUR, MINUTE, NOON, policyFile, release, SECOND } from "../support/states.ts";

const pending: Partial<CheckSeen> = { state: "pending" };
const red: Partial<CheckSeen> = { state: "red" };

type Rules = Parameters<typeof judgeSettled>[1];

function show(verdict: SettleVerdict): string {
  const names = "names" in verdict ? verdict.names : "contexts" in verdict ? verdict.contexts : [];
  const wake = "wakeAt" in verdict ? ` until +${(verdict.wakeAt - NOON) / SECOND} s` : "";
  return `${[verdict.kind, ...names].join(" ")}${wake}`;
}

describe("a head", () => {
  const none: Rules = { expected: [], areChecksRequired: false };
  const expecting: Rules = { expected: ["ci/test", "ci/old"], areChecksRequired: false };
  const required = { requiredContexts: ["ci/must", "ci/also"] };

  it.each<[string, Partial<Head>, Rules, number, string]>([
    ["with green checks is settled at once", {}, none, 0, "settled ci/test"],
    ["with a red check", { checks: [check("b", red), check("a")] }, none, 0, "red b"],
    [
      "with a red check beside a running one",
      { checks: [check("b", red), check("a", pending)] },
      none,
      0,
      "red b",
    ],
    [
      "with a running check",
      { checks: [check("b", pending), check("a")] },
      none,
      0,
      "running b until +300 s",
    ],
    [
      "with a check that runs for hours",
      { checks: [check("b", pending)] },
      none,
      4 * HOUR,
      "running b until +28800 s",
    ],
    ["without a check, early", { checks: [] }, none, 59_999, "awaited until +60 s"],
    ["without a check, later", { checks: [] }, none, 60_000, "settled"],
    [
      "without a check where checks are required",
      { checks: [] },
      { ...none, areChecksRequired: true },
      60_000,
      "none",
    ],
    ["without an expected check, early", {}, expecting, 59_999, "awaited ci/old until +60 s"],
    ["without an expected check, later", {}, expecting, 60_000, "settled ci/test"],
    [
      "with all that was expected",
      { checks: [check("ci/test"), check("ci/old")] },
      expecting,
      0,
      "settled ci/old ci/test",
    ],
    ["without a required check, early", required, none, 0, "awaited ci/also ci/must until +300 s"],
    [
      "without a required check, just before the hour",
      required,
      none,
      HOUR - 1,
      "awaited ci/also ci/must until +3600 s",
    ],
    ["without a required check, after an hour", required, none, HOUR, "missing ci/also ci/must"],
    [
      "without a required check while another runs",
      { ...required, checks: [check("a", pending)] },
      none,
      0,
      "running a until +300 s",
    ],
    ["with its required checks", { requiredContexts: ["ci/test"] }, none, 0, "settled ci/test"],
  ])("%s", (_, change, rules, elapsed, expected) => {
    const own = head({ arrivedAt: NOON, ...change });
    expect(show(judgeSettled(own, rules, NOON + elapsed))).toBe(expected);
  });

  it("is never settled over a red or running check", () => {
    const state = fc.constantFrom("green" as const, "pending" as const, "red" as const);
    fc.assert(
      fc.property(fc.array(state, { maxLength: 5 }), fc.nat(2 * HOUR), (states, elapsed) => {
        const checks = states.map((own, at) => check(`c${at}`, { state: own }));
        const verdict = judgeSettled(head({ arrivedAt: NOON, checks }), none, NOON + elapsed);
        const isGreen = states.every((own) => own === "green");
        expect(verdict.kind === "settled").toBe(
          isGreen && (states.length > 0 || elapsed >= MINUTE),
        );
        const wakeAt = "wakeAt" in verdict ? verdict.wakeAt : Infinity;
        expect(wakeAt).toBeGreaterThan(NOON + elapsed);
      }),
    );
  });
});

describe("the latest checks", () => {
  it("are the newest run of a name", () => {
    const runs = [check("a", { ...red, startedAt: NOON }), check("a", { startedAt: NOON + 1 })];
    expect(latestChecks(runs)).toEqual([runs[1]]);
    expect(latestChecks(runs.toReversed())).toEqual([runs[1]]);
  });

  it("take the worse of two runs that began together", () => {
    const runs = [check("a", { startedAt: null }), check("a", { ...red, startedAt: null })];
    expect(latestChecks(runs)).toEqual([runs[1]]);
    expect(latestChecks(runs.toReversed())).toEqual([runs[1]]);
  });

  it("keep runs of other Apps and statuses under the same name", () => {
    const runs = [
      check("a"),
      check("a", { appId: 7 }),
      check("a", { source: "status", appId: null }),
    ];
    expect(latestChecks(runs)).toHaveLength(3);
  });
});

const own = (checks: readonly CheckSeen[], change = {}) =>
  release("v1.4.3", { publishedAt: NOON, checks, ...change });

describe("what a release started", () => {
  const test = check("ci/test", { startedAt: NOON - MINUTE });
  const npm = check("npm publish", { startedAt: NOON + SECOND });
  const publishing = release("v1.4.2", { publishedAt: NOON, checks: [test, npm] });

  it("is all that the card does not name", () => {
    const checks = [test, npm, check("early", { startedAt: null })];
    expect(splitChecks(own(checks))).toEqual({ commit: [test], publish: [npm, checks[2]] });
  });

  it.each<[string, Partial<CheckSeen>, object, boolean]>([
    ["began with the release", { startedAt: NOON }, {}, true],
    ["began before it", { startedAt: NOON - 1 }, {}, false],
    ["began nobody knows when", { startedAt: null }, {}, false],
    ["belongs to a draft", { startedAt: NOON }, { publishedAt: null }, false],
  ])("without a card is known by time: it %s", (_, change, releaseChange, isPublish) => {
    const seen = own([check("x", change)], { cardChecks: null, ...releaseChange });
    expect(publishNames(seen)).toEqual(isPublish ? ["x"] : []);
  });

  it.each<[string, CheckSeen[], typeof publishing | null, number, object]>([
    ["is nothing without a release before", [test], null, 0, { kind: "none" }],
    ["is nothing where the last one had nothing", [test], release("v1.4.2"), 0, { kind: "none" }],
    [
      "is awaited as after the last one",
      [test],
      publishing,
      59_999,
      { kind: "awaited", names: ["npm publish"], wakeAt: NOON + MINUTE },
    ],
    ["is not awaited longer than a minute", [test], publishing, 60_000, { kind: "none" }],
    [
      "runs",
      [test, { ...npm, ...pending }],
      publishing,
      1,
      { kind: "running", wakeAt: NOON + 1 + 5 * MINUTE },
    ],
    [
      "runs for nearly an hour",
      [{ ...npm, ...pending }],
      null,
      HOUR - 1,
      { kind: "running", wakeAt: NOON + HOUR },
    ],
    [
      "runs too long",
      [{ ...npm, ...pending }],
      null,
      HOUR,
      { kind: "overdue", names: ["npm publish"] },
    ],
    [
      "failed",
      [test, { ...npm, ...red }],
      publishing,
      1,
      { kind: "failed", names: ["npm publish"] },
    ],
    ["is done", [test, npm], publishing, 1, { kind: "published", names: ["npm publish"] }],
  ])("%s", (_, checks, previous, elapsed, expected) => {
    expect(judgePublish(own(checks), previous, NOON + elapsed)).toMatchObject(expected);
  });

  it.each([
    ["an hour after the release is counted", NOON + HOUR, null, ["nightly"]],
    ["later is something else", NOON + HOUR + 1, null, []],
    [
      "later is counted where the last release had it, too",
      NOON + HOUR + 1,
      "nightly",
      ["nightly"],
    ],
    ["later is something else where the last release had others", NOON + HOUR + 1, "npm", []],
  ])("that begins %s", (_, startedAt, before, names) => {
    const seen = own([test, check("nightly", { startedAt })]);
    const expected = before === null ? [] : [before];
    expect(namesOf(splitChecks(seen, expected).publish)).toEqual(names);
    expect(splitChecks(seen, expected).commit).toEqual([test]);
  });

  it("of a release without a date counts from the beginning of time", () => {
    const undated = own([{ ...npm, ...pending }], { publishedAt: null });
    expect(judgePublish(undated, null, NOON)).toMatchObject({ kind: "overdue" });
  });
});

const every = (count: number, step: number) =>
  Array.from({ length: count }, (_, at) => NOON - at * step);

describe("the bucket", () => {
  it.each<[string, number[], number | null, number, number | null]>([
    ["is full without releases", [], null, 0, null],
    ["lets a sixth release go", every(5, SECOND), null, 0, null],
    ["is empty after six", every(6, 0), null, 0, NOON + BUCKET_REFILL_MS],
    [
      "is empty just before two hours",
      every(6, 0),
      null,
      BUCKET_REFILL_MS - 1,
      NOON + BUCKET_REFILL_MS,
    ],
    ["lets one go after two hours", every(6, 0), null, BUCKET_REFILL_MS, null],
    ["does not go below empty", every(12, 0), null, BUCKET_REFILL_MS, null],
    [
      "is not trusted to have been full before what was read",
      every(20, BUCKET_REFILL_MS),
      NOON - 19 * BUCKET_REFILL_MS,
      0,
      NOON + BUCKET_REFILL_MS,
    ],
    ["fills up while only other lines released", every(5, 0), NOON - 6 * BUCKET_REFILL_MS, 0, null],
    ["takes times in any order, also from the future", [NOON + SECOND, NOON], null, 0, null],
  ])("%s", (_, times, knownSince, elapsed, expected) => {
    expect(judgeBucket(times, knownSince, NOON + elapsed)).toBe(expected);
  });

  it("never lets more than six and one per two hours go", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(HOUR), { maxLength: 40 }), (gaps) => {
        const released: number[] = [];
        let now = NOON;
        for (const gap of gaps) {
          now += gap;
          if (judgeBucket(released, null, now) === null) released.push(now);
        }
        expect(released.length).toBeLessThanOrEqual(
          6 + Math.floor((now - NOON) / BUCKET_REFILL_MS),
        );
      }),
    );
  });
});

function merges(typed: number, untyped: number): LineState["recentMerges"] {
  const kinds = [
    { title: "fix: x", labels: [] },
    { title: "x", labels: ["bug"] },
    { title: "x", labels: ["release:patch"] },
  ];
  const said = Array.from({ length: typed }, (_, at) => kinds.slice(at % 3, (at % 3) + 1)).flat();
  const silent = Array.from({ length: untyped }, () => ({ title: "x", labels: ["other"] }));
  return [...said, ...silent];
}

describe("a repository", () => {
  it.each([
    [policyFile("nonsense: ["), false, true],
    [null, true, true],
    [null, false, false],
  ])("is started by a policy file or the operator", (file, isStartForced, expected) => {
    expect(isStarted({ policyFile: file, isStartForced })).toBe(expected);
  });

  it.each([
    [0, 9, false],
    [4, 6, true],
    [5, 5, false],
    [24, 26, true],
  ])("with %i typed and %i untyped merges is mostly untyped: %s", (typed, untyped, expected) => {
    expect(isMostlyUntyped(merges(typed, untyped))).toBe(expected);
  });
});
