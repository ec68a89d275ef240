import { describe, expect, it } from "@jest/globals";
import { AppError } from "../../src/errors.ts";
import type { Retry } from "../../src/errors.ts";
import { judgeFailure } from "../../src/queue/backoff.ts";

const NOW = 1_000_000;
const MINUTE_MS = 60_000;

function check(error: unknown, failures = 0, spread = 1) {
  return judgeFailure(error, { failures, now: NOW, spread });
}

function failure(retry: Retry): AppError {
  return new AppError("github/unavailable", "GET /x: 502", { retry });
}

describe("judgeFailure", () => {
  it.each([
    [0, 1, 1_000],
    [0, 0, 500],
    [1, 1, 2_000],
    [5, 1, 32_000],
    [9, 1, 512_000],
    [10, 1, 15 * MINUTE_MS],
    [10, 0, 7.5 * MINUTE_MS],
  ])("waits longer after %d failures (spread %d): %d ms", (failures, spread, distanceMs) => {
    expect(check(failure({ kind: "backoff" }), failures, spread)).toEqual({
      kind: "failed",
      retryAt: NOW + distanceMs,
    });
  });

  it("parks at the 12th failure in a row, and looks again every quarter of an hour", () => {
    expect(check(failure({ kind: "backoff" }), 11)).toEqual({
      kind: "parked",
      until: NOW + 15 * MINUTE_MS,
      code: "github/unavailable",
      message: "GET /x: 502",
    });
  });

  it("parks at once what does not help to repeat", () => {
    expect(check(failure({ kind: "never" }))).toMatchObject({
      kind: "parked",
      until: NOW + 24 * 60 * MINUTE_MS,
    });
  });

  it.each([
    [5_000, 5_000],
    [60 * MINUTE_MS, 60 * MINUTE_MS],
    [60 * MINUTE_MS + 1, 60 * MINUTE_MS],
  ])("waits %d ms where told so: %d", (waitMs, expected) => {
    expect(check(failure({ kind: "after", waitMs }))).toEqual({
      kind: "wait",
      until: NOW + expected,
    });
  });

  it.each([
    ["an error", new TypeError("x is not a function"), "x is not a function"],
    ["anything else", "odd", "odd"],
  ])("parks a bug: %s", (_what, error, message) => {
    expect(check(error)).toMatchObject({ kind: "parked", code: "bug", message });
  });
});
