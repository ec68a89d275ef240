import { describe, expect, it } from "@jest/globals";
import { judgeWeekly, NOTHING_KEPT, settleFound } from "../../../src/core/weekly/judge-weekly.ts";
import type { WeeklyFound } from "../../../src/core/weekly/judge-weekly.ts";
import { sayWeekly } from "../../../src/core/weekly/weekly-kept.ts";
import type { WeeklyKept } from "../../../src/core/weekly/weekly-kept.ts";
import { formatWeeklyMarker, readWeeklyMarker } from "../../../src/core/weekly/weekly-marker.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const rules = { day: "mon", minute: 8 * 60, zone: "UTC" } as const;
/** Monday. */
const END = Date.parse("2026-11-23T08:00:00Z");
const NEXT = END + 7 * DAY;
const NOW = END + 5 * MINUTE;
const LONG_AGO = END - 100 * DAY;

function kept(change: Partial<WeeklyKept> = {}): WeeklyKept {
  const issue = { number: 7, url: "https://github.com/acme/widgets/issues/7" };
  return { ...NOTHING_KEPT, to: END - 7 * DAY, standing: "reported", issue, ...change };
}

function report(number: number, to: number, isOpen = true): WeeklyFound {
  return { number, url: `https://github.com/acme/widgets/issues/${number}`, to, isOpen };
}

const judge = (known: WeeklyKept | null, startedAt: number | null = LONG_AGO, now = NOW) =>
  judgeWeekly(rules, known, { startedAt, now });

describe("the weekly report", () => {
  it("is written when a week has ended, from where the last one ended", () => {
    expect(judge(kept())).toEqual({ kind: "write", week: { from: END - 7 * DAY, to: END } });
    const late = kept({ to: END - 14 * DAY });
    expect(judge(late)).toEqual({ kind: "write", week: { from: END - 14 * DAY, to: END } });
    const long = kept({ to: END - 21 * DAY });
    expect(judge(long)).toEqual({ kind: "write", week: { from: END - 7 * DAY, to: END } });
  });

  it("waits for the end of the next week when this one is done with", () => {
    expect(judge(kept({ to: END }))).toEqual({ kind: "rest", kept: null, wakeAt: NEXT });
  });

  it("waits for a whole week after the start, where there was none yet", () => {
    const looked = { ...NOTHING_KEPT, standing: "no-records" } as const;
    const rest = { kind: "rest", kept: NOTHING_KEPT, wakeAt: NEXT };
    expect(judge(looked, END - 7 * DAY + 1)).toEqual(rest);
    expect(judge(looked, null)).toEqual(rest);
    expect(judge(NOTHING_KEPT, null)).toEqual({ ...rest, kept: null });
    expect(judge(NOTHING_KEPT, END - 7 * DAY)).toMatchObject({ kind: "write" });
    // The start is forgotten with the database, and an issue tells that there was one.
    expect(judge(kept(), NOW)).toMatchObject({ kind: "write" });
  });

  it("is looked for first where nothing is remembered, or no answer told", () => {
    const week = { from: END - 7 * DAY, to: END };
    expect(judge(null)).toEqual({ kind: "find", week });
    expect(judge(null, null)).toEqual({ kind: "find", week });
    expect(judge(kept({ openingAt: NOW }))).toEqual({ kind: "find", week });
  });

  it("is not tried again before its time", () => {
    const refused = kept({ standing: "refused", againAt: NOW + MINUTE });
    expect(judge(refused)).toEqual({ kind: "rest", kept: null, wakeAt: NOW + MINUTE });
    expect(judge(refused, LONG_AGO, NOW + MINUTE)).toMatchObject({ kind: "write" });
  });
});

describe("a report that was looked for", () => {
  const week = { from: END - 7 * DAY, to: END };
  const settle = (
    found: readonly WeeklyFound[],
    known: WeeklyKept | null,
    { now = NOW, startedAt = LONG_AGO }: { now?: number; startedAt?: number | null } = {},
  ) => settleFound(found, known, { rules, week, startedAt, now });
  it("is adopted, and older ones are closed", () => {
    const found = [report(7, END - 7 * DAY), report(5, END - 14 * DAY, false), report(9, END)];
    expect(settle(found, null)).toEqual({
      kind: "rest",
      wakeAt: NEXT,
      kept: {
        to: END,
        standing: "reported",
        issue: { number: 9, url: "https://github.com/acme/widgets/issues/9" },
        openingAt: null,
        closing: [7],
        againAt: null,
      },
    });
  });

  it("is written where there is none, from where the newest ended", () => {
    expect(settle([], null)).toMatchObject({ kind: "write", week, kept: { issue: null } });
    const older = settle([report(7, END - 10 * DAY)], null);
    expect(older).toMatchObject({
      kind: "write",
      week: { from: END - 10 * DAY, to: END },
      kept: { issue: { number: 7 }, closing: [] },
    });
    const quiet = settle([], kept({ to: END - 8 * DAY, openingAt: END }));
    expect(quiet).toMatchObject({ kind: "write", week: { from: END - 8 * DAY } });
  });

  it("is not written in the first week, unless there was one before", () => {
    const early = { startedAt: NOW };
    const rest = { kind: "rest", wakeAt: NEXT, kept: { standing: "first-week", to: null } };
    expect(settle([], null, early)).toMatchObject(rest);
    const older = report(7, END - 7 * DAY);
    expect(settle([older], null, early)).toMatchObject({ kind: "write", kept: { to: older.to } });
  });

  it("may not be in the list yet", () => {
    const known = kept({ openingAt: NOW });
    const soon = settle([], known, { now: NOW + MINUTE - 1 });
    expect(soon).toMatchObject({ kind: "rest", wakeAt: NOW + MINUTE, kept: { openingAt: NOW } });
    expect(settle([], known, { now: NOW + MINUTE })).toMatchObject({ kind: "write" });
  });
});

describe("what is remembered of it", () => {
  it.each([
    [kept(), "written: https://github.com/acme/widgets/issues/7"],
    [kept({ issue: null }), "written"],
    [kept({ standing: "no-issues" }), "none: issues are switched off here"],
  ])("is said: %#", (known, words) => {
    expect(sayWeekly(known)).toBe(words);
  });
});

describe("its marker", () => {
  const marker = formatWeeklyMarker(42, END);

  it("is read back, of its own repository", () => {
    expect(readWeeklyMarker(`A report\n\n${marker}\n`, 42)).toBe(END);
    expect(readWeeklyMarker(`A report\r\n${marker}\r\n`, 42)).toBe(END);
    expect(readWeeklyMarker(marker, 43)).toBeNull();
    expect(readWeeklyMarker("A report", 42)).toBeNull();
    expect(readWeeklyMarker(`said: ${marker}`, 42)).toBeNull();
    expect(
      readWeeklyMarker(marker.replace(/to=\S+/, "to=2026-99-99T00:00:00.000Z"), 42),
    ).toBeNull();
  });
});
