import { describe, expect, it } from "@jest/globals";
import { changeOf } from "../../../src/core/clocks/change.ts";
import type { Measured, UnitName } from "../../../src/core/clocks/measured.ts";
import { START } from "./build-records.ts";

function number(
  value: number | null,
  ends: readonly [number | null, number | null] | null,
  { unit = "milliseconds", n = 20 }: { unit?: UnitName; n?: number } = {},
): Measured {
  return {
    definitions: 1,
    asOf: START,
    window: { from: START, to: START },
    unit,
    value,
    interval: ends === null ? null : { low: ends[0], high: ends[1], level: 0.95 },
    n,
    censored: 0,
    rows: [],
    sentence: "a number",
    missing: value === null ? "there is none" : null,
    leftOut: [],
  };
}

const logNear = (value: number) => number(value, [value - 0.2, value + 0.2], { unit: "log ratio" });

const shareNear = (value: number) => number(value, [value - 0.1, value + 0.1], { unit: "share" });

describe("a change", () => {
  it.each([
    [
      number(100, [90, 110]),
      number(50, [45, 55]),
      "down",
      "0.5 times what it was, between 0.43 and 0.58: clearly down",
    ],
    [
      number(50, [45, 55]),
      number(100, [90, 110]),
      "up",
      "2 times what it was, between 1.74 and 2.31: clearly up",
    ],
    [
      number(100, [50, 200]),
      number(90, [40, 150]),
      "unclear",
      "0.9 times what it was, between 0.31 and 2.13: no clear change",
    ],
    [
      number(100, [90, null]),
      number(50, [45, 55]),
      "down",
      "0.5 times what it was, at most 0.58: clearly down",
    ],
    [
      number(50, [45, 55]),
      number(100, [90, null]),
      "up",
      "2 times what it was, at least 1.74: clearly up",
    ],
  ])("of times is a ratio", (before, now, direction, sentence) => {
    const change = changeOf(before, now);
    expect(change).toMatchObject({ kind: "ratio", direction, sentence });
  });

  it.each([
    [0.1, 0.4, "up", "+30 points against before, between +16 points and +44 points: clearly up"],
    [
      0.4,
      0.1,
      "down",
      "−30 points against before, between −44 points and −16 points: clearly down",
    ],
  ])("of shares is a difference: %d to %d", (before, now, direction, sentence) => {
    expect(changeOf(shareNear(before), shareNear(now))).toMatchObject({
      kind: "difference",
      direction,
      sentence,
    });
  });

  it.each([
    [0.2, 1.19, "up", "+0.99 against before, between +0.71 and +1.27: clearly up"],
    [1.19, 0.2, "down", "−0.99 against before, between −1.27 and −0.71: clearly down"],
  ])("of logarithms is a difference without points: %d to %d", (before, now, direction, said) => {
    expect(changeOf(logNear(before), logNear(now))).toMatchObject({ direction, sentence: said });
  });

  it("is bounded by nothing where a number has no interval", () => {
    const change = changeOf(number(3, null), number(6, null));
    expect(change.value).toBeCloseTo(2, 12);
    expect(change).toMatchObject({ direction: "unclear" });
    expect(change.interval?.high).toBeNull();
    expect(change.sentence).toBe("2 times what it was, as counted");
  });

  it.each([
    ["nothing was measured before", undefined, number(5, [4, 6])],
    ["there was no value", number(null, null), number(5, [4, 6])],
    ["there is no value", number(5, [4, 6]), number(null, null)],
    ["there were too few", number(5, [4, 6], { n: 4 }), number(5, [4, 6])],
    ["it was zero", number(0, [0, 1]), number(5, [4, 6])],
  ])("is not said where %s", (_, before, now) => {
    expect(changeOf(before, now)).toMatchObject({
      value: null,
      interval: null,
      direction: "unclear",
      sentence: "not enough data to compare",
    });
  });
});
