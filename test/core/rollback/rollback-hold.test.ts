import { describe, expect, it } from "@jest/globals";
import { findLostHold } from "../../../src/core/rollback/rollback-hold.ts";
import { restorationOf, rollbackOf } from "../../support/rollbacks.ts";
import { DAY, HOUR, memory, NOON } from "../../support/states.ts";

const going = rollbackOf({ restoration: null });

describe("the hold of a rollback", () => {
  it("stands again where the database lost it", () => {
    const hold = {
      by: "wilma",
      reason: "v1.4.2 is rolled back: the API is on fire",
      url: going.url,
      at: NOON - DAY,
      rollback: "v1.4.2",
    };
    expect(findLostHold(memory({ rollbacks: [going] }))).toEqual(hold);
    const silent = { ...going, reason: "", restoration: restorationOf() };
    expect(findLostHold(memory({ rollbacks: [silent] }))?.reason).toBe("v1.4.2 is rolled back");
    // Somebody resumed before it was asked for.
    const resumedAt = going.at - HOUR;
    expect(findLostHold(memory({ rollbacks: [going], resumedAt }))).toEqual(hold);
    const ended = { ...going, release: { id: 503, tag: "v1.4.3" }, resumedAt: NOON };
    expect(findLostHold(memory({ rollbacks: [going, ended] }))).toEqual(hold);
  });

  it("does not where it stands, was lifted, or its release is out", () => {
    const hold = { by: "mona", reason: "", url: null, at: NOON - 2 * DAY };
    expect(findLostHold(memory({ rollbacks: [going], hold }))).toBeNull();
    expect(findLostHold(memory({ rollbacks: [going], resumedAt: NOON - HOUR }))).toBeNull();
    const out = rollbackOf({ restoration: restorationOf({ state: "released" }) });
    expect(findLostHold(memory({ rollbacks: [out] }))).toBeNull();
    for (const rollbacks of [null, []]) expect(findLostHold(memory({ rollbacks }))).toBeNull();
  });
});
