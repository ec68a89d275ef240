import { describe, expect, it } from "@jest/globals";
import { verifyDraft } from "../../../src/core/evidence/verify.ts";
import { MUTATIONS } from "./likely/mutations.ts";
import { drawBatches, score } from "./likely/score.ts";

/** Fixed: the bar is one of the rules, not of luck. */
const SEED = 20_261_128;
const BATCHES = 120;
const DRAFTS = 300;
const CAUGHT_MIN = 0.95;

const batches = drawBatches(SEED, BATCHES);

it("grades every correct sentence A", () => {
  for (const { sources, lines } of batches) {
    const told = verifyDraft(sources, { lines: [...lines] });
    expect(told.failed).toBeNull();
    expect(told.lines.filter(({ grade }) => grade !== "A")).toEqual([]);
  }
});

describe("a sloppy model is caught", () => {
  it.each(MUTATIONS.filter(({ isLiteral }) => isLiteral))("that writes $name", (mutation) => {
    const { tried, caught, missed } = score(mutation, batches, DRAFTS);
    expect(tried).toBe(DRAFTS);
    expect({ isCaught: caught / tried >= CAUGHT_MIN, missed: missed.slice(0, 5) }).toMatchObject({
      isCaught: true,
    });
  });
});

it.each(MUTATIONS.filter(({ isLiteral }) => !isLiteral))(
  "makes drafts wrong by $name, which has no bar",
  (mutation) => {
    expect(score(mutation, batches, 20).tried).toBe(20);
  },
);
