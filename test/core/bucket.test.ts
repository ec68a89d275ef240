import { describe, expect, it } from "@jest/globals";
import { BUCKET_REFILL_MS, judgeBucket, readKnownSince } from "../../src/core/bucket.ts";
import { lineState, NOON, release } from "../support/states.ts";

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => release(`v1.0.${at}`, { publishedAt: NOON + at }));

const atNoon = (count: number) => Array.from({ length: count }, () => NOON);

describe("the bucket of releases", () => {
  it("lets six follow each other, and then one as soon as it comes back", () => {
    expect(judgeBucket(atNoon(5), null, NOON)).toBeNull();
    expect(judgeBucket(atNoon(6), null, NOON)).toBe(NOON + BUCKET_REFILL_MS);
    expect(judgeBucket(atNoon(6), null, NOON + BUCKET_REFILL_MS)).toBeNull();
  });

  it("may have been empty before the oldest release that is known", () => {
    expect(judgeBucket([NOON], NOON, NOON)).toBe(NOON + BUCKET_REFILL_MS);
  });

  it.each<[string, Parameters<typeof readKnownSince>[0], number | null]>([
    ["all, where few were read", lineState({ releases: many(19) }), null],
    [
      "those since the oldest, where as many were read as may be",
      lineState({ releases: many(20) }),
      NOON,
    ],
    [
      "what whoever read them says, of all lines",
      lineState({ releasesKnownSince: NOON - 7 }),
      NOON - 7,
    ],
    [
      "all, where whoever read them says so",
      lineState({ releases: many(20), releasesKnownSince: null }),
      null,
    ],
  ])("knows %s", (_, state, since) => {
    expect(readKnownSince(state)).toBe(since);
  });
});
