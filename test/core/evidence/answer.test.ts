import { describe, expect, it } from "@jest/globals";
import { SLOTS, SLOTS_MAX, answerSchema } from "../../../src/core/evidence/answer.ts";
import type { DraftAnswer } from "../../../src/core/evidence/answer.ts";

const LINE: DraftAnswer["lines"][number] = {
  pulls: ["P01"],
  text: "Widgets close without a pause.",
  category: "fix",
  isBreaking: false,
  isSecurity: false,
  evidence: [{ pull: "P01", quote: "close without a pause" }],
  isSuspicious: false,
};

describe("what a model answers", () => {
  it("names pulls by slots only", () => {
    expect(SLOTS).toHaveLength(SLOTS_MAX);
    expect(SLOTS.at(-1)).toBe("P40");
    expect(answerSchema.safeParse({ lines: [LINE] }).success).toBe(true);
    const other = answerSchema.safeParse({ lines: [{ ...LINE, pulls: ["P41"] }] });
    expect(other.success).toBe(false);
  });

  it("has no room for anything else", () => {
    const other = answerSchema.safeParse({ lines: [{ ...LINE, url: "https://example.com" }] });
    expect(other.success).toBe(false);
  });
});
