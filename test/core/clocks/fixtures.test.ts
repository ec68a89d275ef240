import { describe, expect, it } from "@jest/globals";
import type { ClockReport } from "../../../src/core/clocks/read-clocks.ts";
import type { Records, ReleaseRecord } from "../../../src/core/clocks/records.ts";
import {
  CLAUDE,
  DAY,
  feedbackRecord,
  HOUR,
  MINUTE,
  pullRecord,
  releaseRecord,
  reportOf,
  saidOf,
  START,
} from "./build-records.ts";

/** Cases that no published test of such tools has: what is open, withdrawn, backfilled, lost. */

const ASOF = START + 40 * DAY;
const MERGED = START + 10 * DAY;

function read(change: Partial<Records>, asOf = ASOF): ClockReport {
  return reportOf(change, { asOf, from: START - 40 * DAY });
}

function merged(number: number, change = {}) {
  return pullRecord(number, { mergedAt: MERGED, ...change });
}

function byActor(tag: string, ms: number, actorId: number | null): ReleaseRecord {
  const kind = tag === "v3" ? "hotfix" : "regular";
  return releaseRecord(tag, MERGED + ms, [1], { actorId, kind });
}

const countEvents = (...releases: ReleaseRecord[]): number => {
  return read({ releases }).numbers.effectiveCadence.n;
};

describe("a case that nobody has", () => {
  it("open pull: it has lasted until now", () => {
    const { clocks, ageing } = read({ pulls: [pullRecord(1)] });
    const row = { key: "1/pull/1", ms: 40 * DAY, end: "open" };
    expect(clocks.capability.rows).toEqual([row]);
    expect(clocks.leadTime.rows).toEqual([row]);
    expect(ageing.openPulls).toEqual([row]);
  });

  it("closed without a merge: it never will be", () => {
    const closed = pullRecord(1, { closedAt: START + DAY });
    const { clocks, ageing } = read({ pulls: [closed] });
    const row = { key: "1/pull/1", ms: DAY, end: "otherwise" };
    expect([clocks.capability.rows, clocks.leadTime.rows]).toEqual([[row], [row]]);
    expect(clocks.capability.otherwise).toBe(1);
    expect(ageing.openPulls).toEqual([]);
  });

  it("merged and not released: it waits, and is not hidden", () => {
    const { clocks, ageing } = read({ pulls: [merged(1), merged(2, { isReleasable: false })] });
    const row = { key: "1/pull/1", ms: 30 * DAY, end: "open" };
    expect(clocks.release.rows).toEqual([row]);
    expect(ageing.waitingWork).toEqual([row]);
    expect(clocks.release.leftOut).toEqual([{ what: "not to be released", count: 1 }]);
  });

  it("a commit without a pull is merged work, too", () => {
    const commits = [{ repositoryId: 1, sha: "d1", at: MERGED, isReleasable: true }];
    const release = releaseRecord("v1.0.0", MERGED + HOUR, [], {
      carries: [{ pull: null, sha: "d1", how: "direct" }],
    });
    const { clocks } = read({ commits, releases: [release] });
    expect(clocks.release.rows).toEqual([{ key: "1/commit/d1", ms: HOUR, end: "happened" }]);
    expect(clocks.release.sentence).toContain("1 change)");
  });

  it("withdrawn before release: it never will be usable", () => {
    const pulls = [
      merged(1, { revertedAt: MERGED + DAY }),
      merged(2, { revertedAt: MERGED + DAY }),
    ];
    const { clocks, numbers, ageing } = read({
      pulls,
      releases: [releaseRecord("v1.0.0", MERGED + 2 * DAY, [1])],
    });
    const row = { ms: DAY, end: "otherwise" };
    expect(clocks.release.rows).toEqual([
      { key: "1/pull/1", ...row },
      { key: "1/pull/2", ...row },
    ]);
    expect(clocks.leadTime.rows.map(({ ms, end }) => [ms, end])).toEqual([
      [11 * DAY, "otherwise"],
      [11 * DAY, "otherwise"],
    ]);
    expect(clocks.release.completedRows).toEqual([]);
    expect(ageing.waitingWork).toEqual([]);
    expect(numbers.netCapability).toMatchObject({
      value: 0,
      sentence: expect.stringContaining("0 pulls of 2"),
    });
    expect(numbers.revertedAfterRelease.n).toBe(0);
  });

  it("reverted after release: usable all the same, and counted as taken back", () => {
    const { clocks, numbers } = read({
      pulls: [merged(1, { revertedAt: MERGED + 20 * DAY })],
      releases: [releaseRecord("v1.0.0", MERGED + HOUR, [1])],
    });
    expect(clocks.release.rows).toEqual([{ key: "1/pull/1", ms: HOUR, end: "happened" }]);
    // After 14 days it has stood: it is no part of what was taken back at once.
    expect(numbers.netCapability.value).toBe(1);
    expect(numbers.revertedAfterRelease).toMatchObject({ value: 1, n: 1 });
  });

  it("first release on record: its pulls are not measured, its trouble is", () => {
    const { clocks, numbers } = read({
      pulls: [merged(1)],
      releases: [releaseRecord("v1.0.0", MERGED + HOUR, [1], { kind: "first" })],
      feedback: [feedbackRecord("issue/1", MERGED + DAY, { attribution: saidOf("v1.0.0") })],
    });
    expect(clocks.release.rows).toEqual([]);
    expect(clocks.leadTime.rows).toEqual([]);
    expect(numbers.changeFailLow).toMatchObject({ value: 1, n: 1 });
  });

  it("backfilled release: no lag and no cadence", () => {
    const { clocks, numbers } = read({
      pulls: [merged(1), merged(2)],
      releases: [
        releaseRecord("v1.1.0", MERGED + HOUR, [2]),
        releaseRecord("v1.0.9", MERGED + 20 * DAY, [1], { kind: "backfill" }),
      ],
    });
    expect(clocks.release.rows.map(({ key }) => key)).toEqual(["1/pull/2"]);
    expect(clocks.release.leftOut).toEqual([
      { what: "in a release that was published later, behind newer ones", count: 1 },
    ]);
    expect(numbers.effectiveCadence.n).toBe(1);
    expect(numbers.rawCadence.n).toBe(2);
  });

  it("several tags on one commit are one release, and empty ones none", () => {
    const { numbers } = read({
      releases: [
        releaseRecord("a@1.0.0", MERGED, [1], { sha: "one", component: "a" }),
        releaseRecord("b@1.0.0", MERGED + DAY, [1, 2], { sha: "one", component: "b", lines: null }),
        releaseRecord("b@1.0.1", MERGED + 2 * DAY, [], { kind: "empty", component: "b" }),
      ],
    });
    expect(numbers.effectiveCadence.rows.map(({ key }) => key)).toEqual(["1/release/a@1.0.0"]);
    expect(numbers.rawCadence.n).toBe(3);
    expect(numbers.emptyReleases).toMatchObject({
      value: 1,
      sentence: "1 release brought nothing",
    });
    expect(numbers.batchPulls.n).toBe(1);
    expect(numbers.batchLines.n).toBe(0);
  });

  it("releases of one actor within ten minutes are one, of two actors or later two", () => {
    expect(countEvents(byActor("v1", 0, 7), byActor("v2", 10 * MINUTE, 7))).toBe(1);
    expect(countEvents(byActor("v1", 0, 7), byActor("v2", 10 * MINUTE + 1, 7))).toBe(2);
    expect(countEvents(byActor("v1", 0, 7), byActor("v2", MINUTE, 8))).toBe(2);
    expect(countEvents(byActor("v1", 0, null), byActor("v2", MINUTE, null))).toBe(2);
    // From the first on: a chain does not grow for ever.
    expect(
      countEvents(byActor("v1", 0, 7), byActor("v2", 6 * MINUTE, 7), byActor("v3", 12 * MINUTE, 7)),
    ).toBe(2);
  });

  it("lightweight tag: the time that it was seen counts, however old its commit is", () => {
    const { clocks } = read({
      pulls: [merged(1)],
      releases: [releaseRecord("v1.0.0", MERGED + 3 * DAY, [1])],
    });
    expect(clocks.release.rows[0]?.ms).toBe(3 * DAY);
  });

  it("cherry-pick to a release branch: usable there first", () => {
    const picked = { carries: [{ pull: 1, sha: "p1", how: "cherry-pick" as const }] };
    const { clocks } = read({
      pulls: [merged(1)],
      releases: [
        releaseRecord("v1.4.1", MERGED + 2 * HOUR, [], { channel: "1.4", ...picked }),
        releaseRecord("v2.0.0", MERGED + 9 * DAY, [1]),
      ],
    });
    expect(clocks.release.rows).toEqual([{ key: "1/pull/1", ms: 2 * HOUR, end: "happened" }]);
  });

  it("a release that failed to publish: the next of its line has its work, not what takes it back", () => {
    const failed = { usableAt: null, withdrawnAt: MERGED + 2 * HOUR };
    const usable = (...rest: ReturnType<typeof releaseRecord>[]) => {
      const releases = [releaseRecord("v1.0.0", MERGED + HOUR, [1], failed), ...rest];
      return read({ pulls: [merged(1)], releases }).clocks.release.rows[0];
    };
    expect(usable()).toMatchObject({ end: "open" });
    const next = releaseRecord("v1.0.2", MERGED + 5 * HOUR, [2]);
    const later = releaseRecord("v1.0.3", MERGED + 6 * HOUR, [3]);
    expect(usable(later, next)).toMatchObject({ ms: 5 * HOUR, end: "happened" });
    const back = releaseRecord("v1.0.1", MERGED + 3 * HOUR, [], { rollsBack: ["v1.0.0"] });
    expect(usable(back, next)).toMatchObject({ ms: 5 * HOUR });
    const elsewhere = releaseRecord("b@1.0.0", MERGED + 3 * HOUR, [4], { component: "b" });
    const backfill = releaseRecord("v0.9.0", MERGED + 4 * HOUR, [5], { kind: "backfill" });
    expect(usable(elsewhere, backfill)).toMatchObject({ end: "open" });
  });

  it("prereleases have a clock of their own", () => {
    const beta = { isPrerelease: true, channel: "beta" };
    const { clocks, prereleases } = read({
      pulls: [merged(1)],
      releases: [releaseRecord("v2.0.0-beta.1", MERGED + HOUR, [1], beta)],
    });
    expect(clocks.release.rows[0]?.end).toBe("open");
    expect(prereleases["beta"]?.rows).toEqual([{ key: "1/pull/1", ms: HOUR, end: "happened" }]);
  });

  it("reopened issue: it goes on, and ends with its last fix", () => {
    const closedAgain = { fixedAt: MERGED + 9 * DAY, fixUsableAt: MERGED + 10 * DAY };
    const reopened = read({ feedback: [feedbackRecord("issue/1", MERGED)] });
    expect(reopened.clocks.return.rows).toEqual([{ key: "1/issue/1", ms: 30 * DAY, end: "open" }]);
    const again = read({ feedback: [feedbackRecord("issue/1", MERGED, closedAgain)] });
    expect(again.clocks.respond.rows[0]?.ms).toBe(9 * DAY);
    expect(again.clocks.return.rows[0]?.ms).toBe(10 * DAY);
  });

  it("immature release: pending, not good", () => {
    const young = [releaseRecord("v1.0.0", ASOF - 13 * DAY, [1])];
    const pending = read({ releases: young }).numbers.changeFailLow;
    expect(pending).toMatchObject({ value: null, interval: null, censored: 1 });
    expect(pending.missing).toBe("all are too young to tell");
    const old = read({ releases: young }, ASOF + DAY).numbers.changeFailLow;
    expect(old).toMatchObject({ value: 0, censored: 0, n: 1 });
    expect(old.rows).toEqual([{ key: "1/release/v1.0.0", ms: 14 * DAY, end: "otherwise" }]);
  });

  it("webhook gap and reconciliation: records that came late read as if they had come in time", () => {
    const pulls = [1, 2, 3, 4, 5, 6].map((number) => merged(number));
    const releases = pulls.map(({ number }) =>
      releaseRecord(`v1.${number}.0`, MERGED + number * HOUR, [number]),
    );
    const forth = read({ pulls, releases });
    const back = read({ pulls: pulls.toReversed(), releases: releases.toReversed() });
    expect(back.clocks.release.value).toBe(forth.clocks.release.value);
    expect(back.numbers.effectiveCadence.value).toBe(forth.numbers.effectiveCadence.value);
  });

  it("edited published_at: the value that was seen first stays", () => {
    const seen = releaseRecord("v1.0.0", MERGED + HOUR, [1], { usableAt: MERGED + 2 * HOUR });
    const { clocks } = read({ pulls: [merged(1)], releases: [seen] });
    expect(clocks.release.rows[0]?.ms).toBe(2 * HOUR);
  });

  it("squash with lost trailers: the branch or the description still tells, a review does not", () => {
    const traces = [
      { ...CLAUDE, role: "coauthor", from: "branch", evidence: "claude/fix" },
      { ...CLAUDE, role: "review", from: "account", evidence: "claude[bot]" },
      { ...CLAUDE, role: "suggestion", from: "trailer", evidence: "Copilot Autofix" },
    ] as const;
    const pulls = traces.map((trace, at) => merged(at, { agents: [trace] }));
    const { numbers } = read({ pulls });
    expect(numbers.agentsShare.value).toBeCloseTo(1 / 3, 12);
    expect(numbers.agentsShare.sentence).toMatch(/^at least so much /);
  });

  it("a commit months older than its pull counts 30 days, and that is said", () => {
    const { clocks } = read({
      pulls: [pullRecord(1, { firstAuthoredAt: START - 300 * DAY, mergedAt: START + DAY })],
    });
    expect(clocks.capability.rows[0]?.ms).toBe(31 * DAY);
    expect(clocks.capability.leftOut).toEqual([
      { what: "commits more than 30 days older than their pull", count: 1 },
    ]);
  });

  it("bots and other kinds stand beside the clock", () => {
    const { clocks } = read({
      pulls: [
        merged(1, { isBot: true, kind: "dependencies" }),
        merged(2, { kind: "documentation" }),
        merged(3, { kind: "untyped" }),
      ],
    });
    expect(clocks.capability.rows.map(({ key }) => key)).toEqual(["1/pull/3"]);
    expect(clocks.capabilityOfBots.rows.map(({ key }) => key)).toEqual(["1/pull/1"]);
    expect(clocks.capabilityOfOtherKinds.rows.map(({ key }) => key)).toEqual(["1/pull/2"]);
    expect(clocks.capability.leftOut.map(({ count }) => count)).toEqual([1, 1]);
  });
});
