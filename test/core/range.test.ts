import { describe, expect, it } from "@jest/globals";
import { isBelowEnd, isInRange, isMaintenanceBranch } from "../../src/core/range.ts";

describe("a maintenance branch", () => {
  it.each([
    ["1.x", true],
    ["1.2.x", true],
    ["v1.x", false],
    ["1.2.3", false],
    ["1.2.3.x", false],
    ["x", false],
  ])("%s is one: %s", (branch, expected) => {
    expect(isMaintenanceBranch(branch)).toBe(expected);
  });

  it.each([
    ["1.x", "1.9.0", true, true],
    ["1.x", "1.9.0-next.1", true, true],
    ["1.x", "2.0.0", false, false],
    ["1.x", "0.9.0", false, true],
    ["1.2.x", "1.2.9", true, true],
    ["1.2.x", "1.3.0", false, false],
    ["1.2.x", "1.1.0", false, true],
    ["1.2.x", "0.3.0", false, true],
    ["main", "1.2.9", false, false],
    ["1.x", "one", false, false],
  ])("%s: %s is in its range: %s, below its end: %s", (branch, version, isIn, isBelow) => {
    expect([isInRange(version, branch), isBelowEnd(version, branch)]).toEqual([isIn, isBelow]);
  });
});
