import { describe, expect, it } from "@jest/globals";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type {
  FeedbackRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import { drawLots } from "../../support/seed.ts";
import {
  CLAUDE,
  DAY,
  feedbackRecord,
  HOUR,
  pullRecord,
  releaseRecord,
  saidOf,
  START,
} from "./build-records.ts";

/** How a team works in one quarter. */
interface Habits {
  readonly pullsADay: number;
  readonly codingHours: number;
  readonly releaseHours: number;
  /** Of releases. */
  readonly troubleShare: number;
  readonly fixHours: number;
  readonly reporters: number;
  readonly agentsShare?: number;
  readonly emptyShare?: number;
}

const CALM: Habits = {
  pullsADay: 2,
  codingHours: 40,
  releaseHours: 20,
  troubleShare: 0.25,
  fixHours: 30,
  reporters: 4,
};

const QUARTER_DAYS = 91;

/** Two quarters, one after the other; a little noise, always the same. */
function quarters(...habits: readonly Habits[]): Records {
  const lots = drawLots(9);
  const pulls: PullRecord[] = [];
  const releases: ReleaseRecord[] = [];
  const feedback: FeedbackRecord[] = [];
  const around = (hours: number): number => Math.round(hours * HOUR * (0.6 + 0.8 * lots.next()));
  for (let day = 0; day < QUARTER_DAYS * habits.length; day += 1) {
    const now = habits[Math.floor(day / QUARTER_DAYS)] ?? CALM;
    for (let nth = 0; nth < now.pullsADay; nth += 1) {
      const number = pulls.length + 1;
      const createdAt = START + day * DAY + nth * HOUR;
      const mergedAt = createdAt + around(now.codingHours);
      pulls.push(
        pullRecord(number, {
          createdAt,
          mergedAt,
          authorId: number % 7,
          agents: lots.chance(now.agentsShare ?? 0.3) ? [CLAUDE] : [],
          reviewerIds: number % 2 === 0 ? [8] : [],
          firstReviewAt: createdAt + HOUR,
          wasGreen: true,
        }),
      );
      const tag = `v1.${number}.0`;
      const publishedAt = mergedAt + around(now.releaseHours);
      const kind = lots.chance(now.emptyShare ?? 0) ? "empty" : "regular";
      releases.push(releaseRecord(tag, publishedAt, [number], { kind, sha: `s${number}` }));
      if (!lots.chance(now.troubleShare)) continue;
      const openedAt = publishedAt + around(20);
      const fixUsableAt = openedAt + around(now.fixHours);
      feedback.push(
        feedbackRecord(`issue/${number}`, openedAt, {
          reporterId: 900 + (number % now.reporters),
          attribution: saidOf(tag),
          fixedAt: fixUsableAt - HOUR,
          fixUsableAt,
        }),
      );
    }
  }
  return { pulls, commits: [], releases, feedback };
}

const ASOF = START + 2 * QUARTER_DAYS * DAY;

function findingsOf(...habits: readonly Habits[]): Record<string, string> {
  const window = { from: ASOF - QUARTER_DAYS * DAY, to: ASOF };
  const { findings } = readClocks(quarters(...habits), { asOf: ASOF, window });
  return Object.fromEntries(findings.map(({ name, state }) => [name, state]));
}

function fired(states: Record<string, string>): string[] {
  return Object.keys(states).filter((name) => states[name] === "fires");
}

const FASTER = { ...CALM, codingHours: 15, releaseHours: 4 };

describe("a finding fires", () => {
  it.each([
    ["low-quality fast shipping", { ...FASTER, troubleShare: 0.7 }],
    ["high score, low output", { ...CALM, pullsADay: 5, emptyShare: 0.5 }],
    ["re-releasing", { ...CALM, codingHours: 90, releaseHours: 4 }],
    ["ships quickly, does not learn", { ...CALM, releaseHours: 4, fixHours: 120 }],
    ["shipping into silence", { ...FASTER, troubleShare: 0 }],
    ["healthy learning", { ...CALM, fixHours: 8, reporters: 40 }],
    ["growing quality debt", { ...CALM, agentsShare: 0.95 }],
  ])("%s", (name, then) => {
    expect(fired(findingsOf(CALM, then))).toContain(name);
  });
});

describe("no finding fires", () => {
  it("where nothing changes", () => {
    const quiet = findingsOf({ ...CALM, agentsShare: 0.6 }, { ...CALM, agentsShare: 0.3 });
    expect(fired(quiet)).toEqual([]);
    expect(Object.values(quiet)).toContain("quiet");
  });

  it("where it is faster and as good as before", () => {
    const good = fired(findingsOf({ ...CALM, agentsShare: 0.6 }, FASTER));
    expect(good).not.toContain("low-quality fast shipping");
    expect(good).not.toContain("shipping into silence");
  });

  it("where there is not enough data, which is said", () => {
    const window = { from: ASOF - 28 * DAY, to: ASOF };
    const young = Array.from({ length: 6 }, (_, at) => {
      return releaseRecord(`v1.${at}.0`, ASOF - (at + 1) * DAY, [at], { sha: `s${at}` });
    });
    const few = { pulls: [], commits: [], releases: young, feedback: [] };
    const { findings } = readClocks(few, { asOf: ASOF, window });
    const states = findings.map(({ name, state, weeks }) => [name, state, weeks[0]]);
    expect(states).toEqual([
      ["low-quality fast shipping", "unknown", null],
      ["high score, low output", "unknown", null],
      ["re-releasing", "unknown", null],
      ["ships quickly, does not learn", "unknown", null],
      ["shipping into silence", "unknown", null],
      ["healthy learning", "unknown", null],
      ["growing quality debt", "unknown", null],
    ]);
    expect(findings[0]?.sentence).toBe(
      "not enough data to tell whether work is merged and usable faster, and more of it comes back as trouble",
    );
  });
});
