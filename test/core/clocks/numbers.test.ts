import { describe, expect, it } from "@jest/globals";
import type { ClockReport } from "../../../src/core/clocks/read-clocks.ts";
import type { PullRecord, Records, ReleaseRecord } from "../../../src/core/clocks/records.ts";
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

const TO = START + 28 * DAY;

function read(change: Partial<Records>, asOf = TO): ClockReport {
  return reportOf(change, { asOf, from: START, to: TO });
}

/** Pulls merged one a day, two hours after they were opened. */
function mergedDaily(count: number, change: (at: number) => Partial<PullRecord> = () => ({})) {
  return Array.from({ length: count }, (_, at) => {
    const createdAt = START + at * DAY;
    return pullRecord(at, { createdAt, mergedAt: createdAt + 2 * HOUR, ...change(at) });
  });
}

function released(count: number, change: (at: number) => Partial<ReleaseRecord> = () => ({})) {
  return Array.from({ length: count }, (_, at) => {
    return releaseRecord(`v1.${at}.0`, START + at * DAY, [at], change(at));
  });
}

const componentReleases = (lines: number | null) => [
  releaseRecord("a@1", START, [1], { sha: "x", lines: 5 }),
  releaseRecord("b@1", START, [1], {
    sha: "x",
    lines,
    withdrawnAt: START + DAY,
    rolledBackAt: START + DAY,
  }),
];

describe("cadence", () => {
  it("counts what brought something, and says between and how much", () => {
    const { numbers } = read({ releases: released(8) });
    expect(numbers.effectiveCadence.sentence).toBe(
      "2 releases a week that brought something (8 in all)",
    );
    expect(numbers.timeBetweenReleases.sentence).toBe(
      "24 hours lie between two releases at the median (7 in all)",
    );
    expect(numbers.timeBetweenReleases.rows[0]).toEqual({
      key: "1/release/v1.1.0",
      ms: DAY,
      end: "happened",
    });
    expect(numbers.batchPulls.sentence).toBe(
      "a release brings 1 pull at the median, 1 at the 90th percentile",
    );
    expect(numbers.batchLines).toMatchObject({ value: 12, unit: "lines" });
    const larger = released(8, () => ({
      carries: [1, 2].map((pull) => ({ pull, sha: "s", how: "ancestry" })),
    }));
    expect(read({ releases: larger }).numbers.batchPulls.sentence).toMatch(
      /^a release brings 2 pulls/,
    );
  });

  it("sums lines of a release of several components, unless one is not known", () => {
    expect(read({ releases: componentReleases(7) }).numbers.batchLines.n).toBe(1);
    expect(read({ releases: componentReleases(null) }).numbers.batchLines.n).toBe(0);
  });
});

const pullsAcross = (repositories: number) =>
  mergedDaily(24, (at) => {
    const repositoryId = 1 + (at % repositories);
    const mergedAt = START + at * DAY + (1 + (at % repositories)) * 10 * HOUR;
    return { repositoryId, authorId: at, mergedAt };
  });

const widthAcross = (repositories: number): number => {
  const { interval } = read({ pulls: pullsAcross(repositories) }, TO + 60 * DAY).clocks.capability;
  return Number(interval?.high) / Number(interval?.low);
};

describe("an interval", () => {
  it("takes whole repositories for its unit where there are ten of them", () => {
    // Each repository has a pace of its own, and each pull a person of its own.
    expect(widthAcross(12)).toBeGreaterThan(2);
    // Of two, their weeks are the unit: with one degree of freedom nothing would be said.
    expect(widthAcross(2)).toBeLessThanOrEqual(2);
  });
});

describe("the change-fail rate", () => {
  const explicit = feedbackRecord("issue/1", START + HOUR, { attribution: saidOf("v1.0.0") });
  const inferred = feedbackRecord("issue/2", START + DAY + HOUR, {
    attribution: { tier: "inferred", tag: "v1.1.0" },
  });

  it("lies between what was said and what was inferred", () => {
    const { numbers } = read(
      { releases: released(10), feedback: [explicit, inferred] },
      TO + 14 * DAY,
    );
    expect(numbers.changeFailLow.value).toBeCloseTo(0.1, 12);
    expect(numbers.changeFailHigh.value).toBeCloseTo(0.2, 12);
    expect(numbers.changeFailLow.sentence).toBe(
      "10 % of releases are known to have failed within 14 days (1 of 10)",
    );
    expect(numbers.changeFailLow.interval?.low).toBeGreaterThan(0);
  });

  it("counts rollbacks as releases only in its second form", () => {
    const releases = [
      ...released(4),
      releaseRecord("v2", START + 5 * DAY, [9], { kind: "rollback" }),
    ];
    const { numbers } = read({ releases, feedback: [explicit] }, TO + 14 * DAY);
    expect(numbers.changeFailLow.value).toBeCloseTo(1 / 4, 12);
    expect(numbers.changeFailLowAllIn.value).toBeCloseTo(1 / 5, 12);
    expect(numbers.changeFailHighAllIn.value).toBeCloseTo(1 / 5, 12);
  });

  it("hears an idea as no failure, and trouble after 14 days as none of it", () => {
    const idea = { ...explicit, kind: "idea" as const };
    const late = { ...explicit, key: "issue/9", openedAt: START + 15 * DAY };
    const { numbers, clocks } = read(
      { releases: released(4), feedback: [idea, late] },
      TO + 14 * DAY,
    );
    expect(numbers.changeFailLow.value).toBe(0);
    expect(numbers.ideas.value).toBe(1);
    expect(clocks.return.leftOut).toEqual([{ what: "ideas", count: 1 }]);
  });

  it("watches a release that was given up no longer than that", () => {
    const { numbers } = read({ releases: released(1, () => ({ withdrawnAt: START + DAY })) });
    expect(numbers.changeFailLow.rows).toEqual([{ key: "1/release/v1.0.0", ms: DAY, end: "open" }]);
    expect(numbers.changeFailLow.value).toBeNull();
  });
});

const troubleClosed = (key: string, tag: string, resolution: "declined" | "fixed", at: number) =>
  feedbackRecord(key, START, { attribution: saidOf(tag), closedAt: START + at, resolution });

describe("recovery and rework", () => {
  const troubles = [
    feedbackRecord("issue/1", START + HOUR, {
      attribution: saidOf("v1.0.0"),
      fixUsableAt: START + 3 * HOUR,
    }),
    feedbackRecord("issue/2", START + HOUR, {
      attribution: saidOf("v1.0.0"),
      fixUsableAt: START + 5 * HOUR,
    }),
    feedbackRecord("issue/3", START + DAY, { attribution: saidOf("v1.1.0") }),
    feedbackRecord("rollback/v1.2.0", START + 2 * DAY, {
      kind: "rollback",
      attribution: saidOf("v1.2.0"),
    }),
  ];

  it("ends with the last fix or with the rollback, and goes on where there is none", () => {
    const releases = released(4, (at) =>
      at === 2 ? { rolledBackAt: START + 2 * DAY + HOUR } : {},
    );
    const { clocks } = read({ releases, feedback: troubles });
    expect(clocks.recovery.rows).toEqual([
      { key: "1/release/v1.0.0", ms: 5 * HOUR, end: "happened" },
      { key: "1/release/v1.1.0", ms: 27 * DAY, end: "open" },
      { key: "1/release/v1.2.0", ms: HOUR, end: "happened" },
    ]);
    expect(clocks.recovery.sentence).toBe(
      "not enough data about releases that failed (3 releases, 1 still failing)",
    );
  });

  it("takes what was declined for no failing, and what was closed without a fix as seen", () => {
    const [fixed] = troubles;
    const feedback = [
      ...(fixed === undefined ? [] : [fixed]),
      troubleClosed("issue/5", "v1.0.0", "declined", DAY),
      troubleClosed("issue/6", "v1.1.0", "declined", 2 * DAY),
      troubleClosed("issue/7", "v1.2.0", "fixed", 4 * DAY),
      troubleClosed("issue/8", "v1.3.0", "declined", 5 * DAY),
    ];
    const releases = released(4, (at) => (at === 3 ? { rolledBackAt: START + 4 * DAY } : {}));
    expect(read({ releases, feedback }).clocks.recovery.rows).toEqual([
      { key: "1/release/v1.0.0", ms: 3 * HOUR, end: "happened" },
      { key: "1/release/v1.1.0", ms: DAY, end: "otherwise" },
      { key: "1/release/v1.2.0", ms: 2 * DAY, end: "open" },
      { key: "1/release/v1.3.0", ms: DAY, end: "happened" },
    ]);
  });

  it("was over before a rollback that came after the fix", () => {
    const releases = released(1, () => ({ rolledBackAt: START + 9 * HOUR }));
    expect(read({ releases, feedback: troubles }).clocks.recovery.rows).toEqual([
      { key: "1/release/v1.0.0", ms: 5 * HOUR, end: "happened" },
    ]);
  });

  it("rework looks back six months", () => {
    const releases = [
      ...released(6, (at) =>
        at === 1 ? { kind: "hotfix" } : at === 2 ? { kind: "rollback" } : {},
      ),
      releaseRecord("v0.9.0", START - 100 * DAY, [90]),
      releaseRecord("v0.8.0", START - 200 * DAY, [80]),
    ];
    const { numbers } = read({ releases });
    expect(numbers.rework.sentence).toBe("releases that were hotfixes or rollbacks: 29 % (2 of 7)");
    expect(numbers.repairs.value).toBeCloseTo(2 / 6, 12);
  });
});

describe("feedback", () => {
  it("collapses into what it repeats, with all who said it", () => {
    const feedback = [
      feedbackRecord("issue/1", START + 3 * HOUR, { reporter: "internal", reporterId: 1 }),
      feedbackRecord("issue/2", START + HOUR, {
        duplicateOf: "issue/1",
        attribution: saidOf("v1.0.0"),
      }),
      feedbackRecord("issue/3", START + 4 * HOUR, { duplicateOf: "issue/2", reporterId: 901 }),
      feedbackRecord("issue/4", START + 4 * HOUR, { duplicateOf: "issue/99", reporterId: null }),
      feedbackRecord("issue/6", START + 5 * HOUR, { duplicateOf: "issue/5" }),
      feedbackRecord("issue/5", START + 6 * HOUR, { duplicateOf: "issue/6" }),
    ];
    const { clocks, numbers } = read({ releases: released(3), feedback });
    expect(clocks.return.rows.map(({ key }) => key)).toEqual([
      "1/issue/1",
      "1/issue/4",
      "1/issue/5",
    ]);
    expect(clocks.return.rows[0]?.ms).toBe(28 * DAY - HOUR);
    expect(numbers.externalReporters.sentence).toBe("2 people outside gave feedback on releases");
    expect(numbers.signalledReleases.value).toBeCloseTo(1 / 3, 12);
  });

  it("of maintainers, of CI and of bots stands apart", () => {
    const feedback = [
      feedbackRecord("issue/1", START, { reporter: "internal", fixedAt: START + HOUR }),
      feedbackRecord("deployment/2", START, { reporter: "bot", kind: "deployment" }),
    ];
    const { clocks } = read({ feedback });
    expect(clocks.return.n).toBe(0);
    expect(clocks.returnInternal.n).toBe(2);
    expect(clocks.respondInternal.rows[0]).toEqual({ key: "1/issue/1", ms: HOUR, end: "happened" });
  });

  it("says of each clock what that one left out", () => {
    const closed = { closedAt: START + DAY, resolution: "fixed" } as const;
    const feedback = [
      feedbackRecord("issue/1", START, closed),
      feedbackRecord("issue/2", START, { ...closed, reporter: "internal" }),
      feedbackRecord("issue/3", START, { reporter: "internal", kind: "idea" }),
    ];
    const { clocks } = read({ feedback });
    const untraced = "closed without a fix that is known: counted until then";
    expect(clocks.return.leftOut).toEqual([{ what: untraced, count: 1 }]);
    expect(clocks.returnInternal.leftOut).toEqual([
      { what: "ideas", count: 1 },
      { what: untraced, count: 1 },
    ]);
  });

  it("is followed through a long chain only so far", () => {
    const chain = Array.from({ length: 30 }, (_, at) => {
      return feedbackRecord(`issue/${at}`, START, { duplicateOf: `issue/${at + 1}` });
    });
    const last = feedbackRecord("issue/30", START);
    expect(read({ feedback: [...chain, last] }).clocks.return.n).toBeGreaterThan(1);
  });

  it("declined never comes back; closed without a known fix is seen until then", () => {
    const closedAt = START + DAY;
    const { clocks } = read({
      feedback: [
        feedbackRecord("issue/1", START, { closedAt, resolution: "declined" }),
        feedbackRecord("issue/2", START, { closedAt, resolution: "fixed" }),
      ],
    });
    expect(clocks.return.rows).toEqual([
      { key: "1/issue/1", ms: DAY, end: "otherwise" },
      { key: "1/issue/2", ms: DAY, end: "open" },
    ]);
    expect(clocks.return.leftOut).toEqual([
      { what: "closed without a fix that is known: counted until then", count: 1 },
    ]);
  });

  it("closes the loop for a share of it: the learning radius is people by that share", () => {
    const feedback = Array.from({ length: 10 }, (_, at) =>
      feedbackRecord(`issue/${at}`, START - 20 * DAY + at * DAY, {
        reporterId: 900 + at,
        attribution: saidOf("v1.0.0"),
        ...(at < 5 ? { fixUsableAt: START - 5 * DAY, fixedAt: START - 6 * DAY } : {}),
      }),
    );
    const heard = feedbackRecord("issue/50", START + DAY, { attribution: saidOf("v1.0.0") });
    const { numbers } = read({ releases: released(3), feedback: [...feedback, heard] });
    expect(numbers.loopClosed30.value).toBeCloseTo(5 / 11, 2);
    expect(numbers.learningRadius.value).toBeCloseTo(Number(numbers.loopClosed30.value), 12);
    expect(numbers.learningRadius.sentence).toMatch(/^learning radius 0\.5: 1 person outside/);
    expect(read({}).numbers.learningRadius.sentence).toBe("learning radius: not enough data");
  });
});

describe("merged work", () => {
  it("says what closed an old issue, what was excepted and what was overridden", () => {
    const pulls = [
      pullRecord(1, { mergedAt: START + DAY, oldestIssueAt: START - 90 * DAY }),
      pullRecord(2, { mergedAt: START + DAY, oldestIssueAt: START - 89 * DAY, exceptions: 2 }),
    ];
    const { numbers } = read({
      pulls,
      releases: [releaseRecord("v1", START + DAY, [1], { overrides: 1 })],
    });
    expect(numbers.oldIssues.rows.map(({ key }) => key)).toEqual(["1/pull/1"]);
    expect(numbers.exceptions.rows.map(({ key }) => key)).toEqual(["1/pull/2"]);
    expect(numbers.overrides.sentence).toBe("1 release for which somebody lifted a rule");
  });

  it("stands beside clock 1 with what is left out of each", () => {
    const pulls = [
      ...mergedDaily(2),
      pullRecord(10, { kind: "chore" }),
      pullRecord(11, { isBot: true }),
      pullRecord(12, { isBot: true }),
      pullRecord(13, { isBot: true }),
    ];
    const { clocks } = read({ pulls });
    const [bots, capable, others] = [
      { what: "pulls of bots", count: 3 },
      { what: "pulls that change what the product can do", count: 2 },
      { what: "pulls that change no capability", count: 1 },
    ];
    expect(clocks.capability.leftOut).toEqual([bots, others]);
    expect(clocks.capabilityOfBots.leftOut).toEqual([capable, others]);
    expect(clocks.capabilityOfOtherKinds.leftOut).toEqual([bots, capable]);
  });

  it("is split by agents' traces where it is looked after less", () => {
    const pulls = mergedDaily(10, (at) => ({
      agents: at < 4 ? [CLAUDE] : [],
      reviewerIds: at < 4 ? [] : [7],
      revertedAt: at === 0 ? START + 20 * DAY : null,
    }));
    const releases = pulls.map(({ number }) =>
      releaseRecord(`v1.${number}.0`, START + number * DAY + 3 * HOUR, [number]),
    );
    const { numbers } = read({ pulls, releases });
    expect(numbers.unreviewedOfAgents.value).toBe(1);
    expect(numbers.unreviewedOfOthers.value).toBe(0);
    expect(numbers.unreviewed.sentence).toContain("40 % (4 of 10)");
    expect(numbers.revertedAfterReleaseOfAgents.value).toBe(1 / 4);
    expect(numbers.revertedAfterReleaseOfOthers.value).toBe(0);
  });
});

const pullsOfTeam = (people: number) =>
  mergedDaily(21, (at) => ({
    authorId: at % people,
    reviewerIds: [(at + 1) % people],
    firstReviewAt: START + at * DAY + HOUR,
  }));

describe("the team", () => {
  it("has merged pulls per engineer-day, of three people and more", () => {
    const { numbers } = read({ pulls: pullsOfTeam(4) });
    // 20 weekdays; two people are there from the first on, one from the second, one from the third.
    expect(numbers.mergedPerEngineerDay.sentence).toBe(
      "2.7 pulls merged in 10 engineer-days (21 in 77)",
    );
    expect(numbers.busiestReviewer.sentence).toBe(
      "one person reviewed 29 % (6 of 21) of reviewed pulls",
    );
    const pair = read({ pulls: pullsOfTeam(2) }).numbers;
    for (const hidden of [pair.mergedPerEngineerDay, pair.busiestReviewer]) {
      expect(hidden).toMatchObject({ value: null, interval: null, rows: [] });
      expect(hidden.missing).toBe("hidden: fewer than 3 people were active");
    }
  });

  it("is no larger by who was active before any day of the window", () => {
    const before = pullRecord(90, { authorId: 90, createdAt: START - 28 * DAY + HOUR });
    const gone = read({ pulls: [...pullsOfTeam(2), before] }).numbers;
    expect(gone.mergedPerEngineerDay.value).toBeNull();
    expect(gone.busiestReviewer.value).toBeNull();
    const last = { ...before, createdAt: START - 27 * DAY };
    // That one is there on the first day only.
    expect(read({ pulls: [...pullsOfTeam(2), last] }).numbers.mergedPerEngineerDay.sentence).toBe(
      "5.1 pulls merged in 10 engineer-days (21 in 41)",
    );
  });

  it("credits who had an agent or a bot write, and no bot", () => {
    const pulls = mergedDaily(9, (at) => ({
      isBot: at % 3 === 0,
      authorId: 500,
      initiatorId: at % 3 === 1 ? at : null,
    }));
    const { numbers } = read({ pulls });
    expect(numbers.mergedPerEngineerDay.n).toBe(6);
    expect(numbers.busiestReviewer.missing).toBe("no pull was reviewed");
  });
});

const mergedBefore = (change: Partial<PullRecord>, number: number) => {
  return pullRecord(number, { createdAt: START - DAY, mergedAt: START - HOUR, ...change });
};

const mergedNow = (change: Partial<PullRecord>, number: number) =>
  pullRecord(number, { mergedAt: START + HOUR, ...change });

describe("quality debt", () => {
  const verified = { reviewerIds: [7], hasTestChange: true };
  it.each([
    [
      400,
      100,
      "quality debt grew by 1.4: agents' lines went from 100 to 400, verified ones from 100 to 100",
    ],
    [
      100,
      100,
      "quality debt stays: agents' lines went from 100 to 100, verified ones from 100 to 100",
    ],
    [
      100,
      400,
      "quality debt shrank by 1.4: agents' lines went from 100 to 100, verified ones from 100 to 400",
    ],
  ])("agents write %d lines and %d are verified", (agents, checked, sentence) => {
    const pulls = [
      mergedBefore({ agents: [CLAUDE], weightedLines: 100 }, 1),
      mergedBefore({ ...verified, additions: 60, deletions: 40 }, 2),
      mergedNow({ agents: [CLAUDE], weightedLines: agents }, 3),
      mergedNow({ reviewerIds: [7], wasGreen: true, weightedLines: checked }, 4),
      mergedNow({ reviewerIds: [7], weightedLines: 999 }, 5),
      mergedNow({ agents: [CLAUDE], additions: null }, 6),
    ];
    const { numbers } = read({ pulls });
    expect(numbers.qualityDebt.sentence).toBe(sentence);
    expect(numbers.qualityDebt.leftOut).toEqual([{ what: "pulls of unknown size", count: 1 }]);
    expect(read({ pulls: [] }).numbers.qualityDebt.value).toBeNull();
  });

  it("review pace is minutes for 100 lines", () => {
    const pulls = mergedDaily(6, (at) => ({
      firstReviewAt: START + at * DAY + HOUR,
      approvedAt: START + at * DAY + HOUR + 6 * MINUTE,
      weightedLines: at === 0 ? 0 : 200,
    }));
    const { numbers } = read({ pulls });
    expect(numbers.reviewPace).toMatchObject({ value: 3, n: 5 });
    expect(numbers.reviewPace.sentence).toMatch(/^a review takes 3 minutes for 100 lines/);
  });
});

const mergedInMonth = (createdAt: number, count: number, agents: number) =>
  Array.from({ length: count }, (_, at) =>
    pullRecord(at, {
      createdAt,
      mergedAt: createdAt + HOUR,
      agents: at < agents ? [CLAUDE] : [],
    }),
  );

describe("agents", () => {
  it("are measured by month, each share with what is not known left out", () => {
    const pulls = mergedDaily(12, (at) => ({
      agents: [CLAUDE],
      hasPersonsCommit: at === 0 ? null : at > 5,
      kind: at % 2 === 0 ? "feature" : "fix",
      weightedLines: 10 * at,
      components: at === 11 ? null : ["a", "b"],
      revertedAt: at === 1 ? START + 2 * DAY : null,
      ...(at === 11 ? { mergedAt: null, closedAt: START + 11 * DAY } : {}),
    }));
    const [january, february] = read({ pulls }, START + 40 * DAY).agentsMonths;
    expect([january?.month, february?.month]).toEqual(["2026-01", "2026-02"]);
    expect(january?.mergedShare.value).toBeCloseTo(11 / 12, 12);
    expect(january?.aloneShare).toMatchObject({
      value: 5 / 11,
      leftOut: [{ what: "pulls whose commits were not read", count: 1 }],
    });
    expect(january?.featureShare.value).toBeCloseTo(6 / 11, 12);
    expect(january?.medianLines.value).toBe(50);
    expect(january?.medianComponents).toMatchObject({ value: 2, n: 11 });
    expect(january?.standingShare.value).toBeCloseTo(10 / 11, 12);
    expect(january?.standingShare.interval?.low).toBeLessThan(10 / 11);
    expect(february?.standingShare).toMatchObject({ value: null, interval: null });
    expect(february?.mergedShare.sentence).toMatch(/: none to judge$/);
  });

  it("are adopted in the first month in which they pass 5 % of enough merges", () => {
    const few = mergedInMonth(START - 60 * DAY, 2, 2);
    const exactly = mergedInMonth(START - 30 * DAY, 20, 1);
    const more = mergedInMonth(START, 19, 1);
    const { adoption } = read({ pulls: [...more, ...exactly, ...few] });
    expect(adoption).toEqual({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 1, 1) });
    expect(read({ pulls: exactly }).adoption).toBeNull();
  });
});

describe("DORA's five", () => {
  it.each([
    [30 * MINUTE, "less than one hour"],
    [5 * HOUR, "less than one day"],
    [3 * DAY, "between one day and one week"],
    [20 * DAY, "between one week and one month"],
  ])("lead time of %d ms", (ms, bucket) => {
    const pulls = mergedDaily(8, () => ({ mergedAt: START + 8 * DAY }));
    const all = pulls.map((pull) => ({
      ...pull,
      createdAt: START + 8 * DAY,
      firstAuthoredAt: null,
    }));
    const releases = [
      releaseRecord(
        "v1",
        START + 8 * DAY + ms,
        all.map(({ number }) => number),
      ),
    ];
    const { dora } = read({ pulls: all, releases }, TO + 90 * DAY);
    expect(dora.edition).toBe("2025");
    expect(dora.metrics[0]).toMatchObject({ name: "change lead time", bucket });
    expect(dora.metrics.map(({ measured }) => measured.length)).toEqual([2, 2, 1, 2, 1]);
  });

  it.each([
    [0, null],
    [2, "between once a week and once a month"],
    [8, "between once a day and once a week"],
  ])("%d releases in four weeks", (count, bucket) => {
    const { dora } = read({ releases: released(count) });
    expect(dora.metrics[1]?.bucket).toBe(bucket);
  });

  it("names the ends of both scales", () => {
    const hourly = Array.from({ length: 28 * 24 + 1 }, (_, at) => {
      return releaseRecord(`v${at}`, START + at * (HOUR - 5 * MINUTE), [at]);
    });
    expect(read({ releases: hourly }).dora.metrics[1]?.bucket).toBe("on demand");
    const asOf = START + 400 * DAY;
    const long = mergedDaily(6, () => ({ createdAt: START, mergedAt: START + DAY }));
    const releases = [
      releaseRecord(
        "v1",
        START + 300 * DAY,
        long.map(({ number }) => number),
      ),
    ];
    expect(read({ pulls: long, releases }, asOf).dora.metrics[0]?.bucket).toBe(
      "more than six months",
    );
  });
});
