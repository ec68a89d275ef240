import { describe, expect, it } from "@jest/globals";
import { costOf } from "../../src/claude/prices.ts";

const nothing = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

describe("the cost of a draft", () => {
  it.each<readonly [string, Partial<typeof nothing>, number | null]>([
    ["claude-haiku-5-5", {}, 0],
    ["claude-haiku-5-5", { inputTokens: 5_500, outputTokens: 600 }, 0.000_85],
    ["claude-haiku-5-5", { cacheWriteTokens: 1_000, cacheReadTokens: 1_000 }, 0.000_135],
    ["claude-haiku-5-5", { inputTokens: 100_000 }, 0.01],
    // One token more makes all of them dearer.
    ["claude-haiku-5-5", { inputTokens: 90_000, cacheReadTokens: 10_001 }, 0.045_500_05],
    ["claude-haiku-4-5-20251001", { inputTokens: 1_000_000 }, 1],
    ["claude-opus-5-5", { outputTokens: 1_000 }, 0.02],
    ["claude-haiku-9", { inputTokens: 1 }, null],
  ])("of %s for %j is %p dollars", (model, used, dollars) => {
    const cost = costOf(model, { ...nothing, ...used });
    expect(cost === null ? null : Number(cost.toFixed(12))).toBe(dollars);
  });
});
