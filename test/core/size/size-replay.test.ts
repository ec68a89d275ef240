import { describe, expect, it } from "@jest/globals";
import { DEFAULT_SIZE } from "../../../src/core/size/size-policy.ts";
import { replaySizes } from "../../../src/core/size/size-replay.ts";
import type { SizedMerge } from "../../../src/core/size/size-replay.ts";
import { bucketOf } from "../../../src/core/size/size.ts";
import type { Unit } from "../../../src/core/units.ts";
import { ALICE, commit, DAY, NOON, ROBOT } from "../../support/states.ts";

function unit(number: number, message: string, author = ALICE, at = NOON): Unit {
  const own = commit(number, { message, author });
  const title = message.split("\n", 1).join("");
  return { kind: "squash", sha: own.sha, pull: null, commits: [own], title, author, at };
}

function merge(lines: number, own: Unit): SizedMerge {
  const files = 1;
  const { warn, limit } = DEFAULT_SIZE.limits;
  const verdict = lines > limit.lines ? "over" : lines > warn.lines ? "warn" : "ok";
  const bucket = bucketOf(lines, files, DEFAULT_SIZE);
  return { unit: own, size: { lines, files, verdict, bucket } };
}

let next = 0;
const work = (lines: number, at = NOON): SizedMerge => {
  next += 1;
  return merge(lines, unit(next, `feat: change ${next}`, ALICE, at));
};
const several = (count: number, lines: number): SizedMerge[] =>
  Array.from({ length: count }, () => work(lines));
const reverts = (taken: readonly SizedMerge[]): SizedMerge[] =>
  taken.map((each) => {
    next += 1;
    const message = `Revert "${each.unit.title}"\n\nThis reverts commit ${each.unit.sha}.`;
    return merge(5, unit(next, message));
  });

const replay = (merges: readonly SizedMerge[], endsAt = NOON + 40 * DAY) =>
  replaySizes(merges, DEFAULT_SIZE, { fullName: "acme/widgets", endsAt });

describe("sizes of a history", () => {
  it("are those of people that take nothing back and could be read", () => {
    const one = work(5);
    const bots = merge(9_000, unit(1, "chore(deps): update", ROBOT));
    const unread: SizedMerge = { ...work(1), size: null };
    const large = work(401, NOON + DAY);
    const found = replay([one, bots, unread, ...reverts([one]), large, work(1_001, NOON + DAY)]);
    expect(found).toMatchObject({
      merges: 3,
      leftOut: { bots: 1, reverts: 1, unreadable: 1 },
      period: { from: NOON, to: NOON + DAY },
      limits: DEFAULT_SIZE.limits,
      verdicts: { ok: 1, warn: 1, over: 1 },
      suggestion: null,
    });
    expect(found.buckets.map(({ merges }) => merges)).toEqual([1, 0, 0, 0, 1, 1]);
    expect(found.buckets[0]?.takenBack).toEqual({ of: 1, hits: 1, interval: null });
  });

  it("are none of an empty history", () => {
    expect(replay([])).toMatchObject({ merges: 0, period: null, suggestion: null });
  });

  it("say nothing of merges that may be taken back yet", () => {
    const [old, fresh] = [several(20, 5), work(5, NOON + 11 * DAY)];
    const [bucket] = replay([...old, fresh]).buckets;
    expect(bucket).toMatchObject({ merges: 21, takenBack: { of: 20, hits: 0 } });
    expect(bucket?.takenBack.interval?.high).toBeCloseTo(0.161, 3);
  });
});

function compare(small: number, smallGone: number, large: number, largeGone: number) {
  const [few, many] = [several(small, 5), several(large, 500)];
  const gone = [...few.slice(0, smallGone), ...many.slice(0, largeGone)];
  return replay([...few, ...many, ...reverts(gone)]).comparison;
}

describe("whether large ones were taken back more often", () => {
  it("is said with its counts where there is enough", () => {
    expect(compare(400, 4, 100, 12)).toMatchObject({
      verdict: "more",
      large: { of: 100, hits: 12 },
      small: { of: 400, hits: 4 },
    });
    expect(compare(100, 20, 100, 1).verdict).toBe("fewer");
    expect(compare(200, 8, 60, 3).verdict).toBe("no-difference");
  });

  it.each([
    ["large ones", 400, 12, 49, 3],
    ["small ones", 49, 12, 400, 3],
    ["ones that were taken back", 400, 1, 400, 8],
  ])("is not said with few %s", (_, small, smallGone, large, largeGone) => {
    const { verdict, difference } = compare(small, smallGone, large, largeGone);
    expect({ verdict, difference }).toEqual({ verdict: "not-enough-data", difference: null });
  });
});

describe("a limit that could be kept", () => {
  it("is drawn from the newest merges, in round numbers", () => {
    // Of 500: 50 are above 170 lines, 10 of these above 900.
    const newest = [...several(450, 170), ...several(40, 900), ...several(10, 1_700)];
    const { suggestion } = replay([...several(300, 9_000), ...newest]);
    expect(suggestion).toEqual({
      drawnFrom: 500,
      since: NOON,
      limits: { warn: { lines: 200, files: 10 }, limit: { lines: 1_000, files: 20 } },
      overWarn: 50,
      overLimit: 10,
    });
  });

  it("is never so low that nobody keeps it, and is not drawn from few", () => {
    expect(replay(several(100, 1)).suggestion?.limits).toEqual({
      warn: { lines: 100, files: 10 },
      limit: { lines: 200, files: 20 },
    });
    expect(replay(several(100, 9_000)).suggestion?.limits.warn.lines).toBe(10_000);
    expect(replay(several(99, 1)).suggestion).toBeNull();
  });
});
