import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { mergeSeen } from "../../../src/core/clock-records/kept.ts";
import type { Kept, KeptKinds, Seen } from "../../../src/core/clock-records/kept.ts";

type Pull = KeptKinds["pull"];

const seen = (at: number, record: Partial<Pull>, isWhole = false): Seen<Pull> => ({
  at,
  isWhole,
  record: { number: 1, createdAt: 100, ...record },
});

function mergeAll(looks: readonly Seen<Pull>[]): Kept<Pull> | null {
  let known: Kept<Pull> | null = null;
  for (const look of looks) known = mergeSeen("pull", known, look);
  return known;
}

describe("looks at one record", () => {
  it("begin one only when they say what it needs", () => {
    expect(mergeSeen("pull", null, { at: 1, isWhole: false, record: { number: 1 } })).toBeNull();
    const bare = { tag: "v1", sha: "a", publishedAt: 4 };
    expect(mergeSeen("release", null, { at: 1, isWhole: false, record: bare })).toBeNull();
    const whole = { ...bare, isPrerelease: false };
    expect(mergeSeen("release", null, { at: 1, isWhole: false, record: whole })).toMatchObject({
      isPrerelease: false,
      carries: [],
      readAt: null,
      seenAt: 1,
    });
  });

  it("keep the earliest time, whatever comes later", () => {
    expect(
      mergeAll([seen(1, { readyAt: 7 }), seen(2, { readyAt: 3 }), seen(3, { readyAt: null })]),
    ).toMatchObject({ readyAt: 3 });
    expect(mergeAll([seen(1, {}), seen(2, { readyAt: null })])).toMatchObject({ readyAt: null });
  });

  it("let the newest say what may change, and older ones fill what nobody knew", () => {
    const known = mergeAll([seen(5, { title: "new", closedAt: null }), seen(3, { title: "old" })]);
    expect(known).toMatchObject({ title: "new", seenAt: 5 });
    expect(mergeAll([seen(5, { closedAt: null }), seen(3, { additions: 4 })])).toMatchObject({
      additions: 4,
    });
    // Opened again since: null is as good as any.
    expect(mergeAll([seen(5, { closedAt: null }), seen(3, { closedAt: 3 })])).toMatchObject({
      closedAt: null,
    });
  });

  it("do not let anything older speak where GitHub was asked for all of it", () => {
    const known = mergeAll([seen(5, { title: "" }, true), seen(3, { title: "old", additions: 1 })]);
    expect(known).toMatchObject({ title: "", additions: null, readAt: 5 });
    expect(mergeAll([seen(5, {}, true), seen(6, {}, true), seen(4, {}, true)])).toMatchObject({
      readAt: 6,
    });
  });

  it("that say only what is first or joined do not count as newer", () => {
    const known = mergeAll([
      seen(3, { title: "a" }),
      seen(9, { reviewerIds: [7] }),
      seen(5, { title: "b" }),
    ]);
    expect(known).toMatchObject({ title: "b", reviewerIds: [7], seenAt: 5 });
  });

  it("come to the same in any order and however often, once all of it was read", () => {
    const time = fc.integer({ min: 1, max: 20 });
    const maybe = fc.option(time, { nil: null });
    const look = fc.record(
      {
        title: fc.constantFrom("a", "b"),
        closedAt: maybe,
        readyAt: maybe,
        firstReviewAt: maybe,
        reviewerIds: fc.uniqueArray(fc.integer({ min: 1, max: 3 })),
        additions: maybe,
      },
      { requiredKeys: [] },
    );
    const whole = {
      title: "c",
      closedAt: null,
      readyAt: 1,
      firstReviewAt: 1,
      reviewerIds: [1, 2, 3],
      additions: 7,
    };
    const looks = fc.array(fc.tuple(time, look), { maxLength: 6 });
    fc.assert(
      fc.property(looks, looks, (before, after) => {
        const told = (all: typeof before) => all.map(([at, record]) => seen(at, record));
        const known = mergeAll([...told(before), seen(21, whole, true), ...told(after)]);
        expect(known).toEqual(mergeAll([seen(21, whole, true)]));
      }),
    );
  });
});
