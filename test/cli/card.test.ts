import { describe, expect, it } from "@jest/globals";
import { renderCard } from "../../src/cli/card.ts";
import { renderPlan } from "../../src/cli/plan-text.ts";
import { judgeBatch } from "../../src/core/batch.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import { plan } from "../../src/core/plan.ts";
import { makeCard } from "../../src/core/release-card.ts";
import type { Cut } from "../../src/core/release-card.ts";
import { batchOf, NOON, sha } from "../support/states.ts";
import { withDrafts } from "../support/unit-drafts.ts";

const STATE = batchOf([{ title: "fix: close" }]);

function cardWith(notes: ReleaseCard["notes"]): readonly string[] {
  const cut: Cut = {
    tag: "v1.4.3",
    sha: sha(2),
    version: "1.4.3",
    previousTag: "v1.4.2",
    batch: judgeBatch(STATE),
    level: "patch",
    checks: [],
    policySha: null,
    rules: [],
    overrides: [],
  };
  const card = { ...makeCard(STATE, cut, NOON), notes };
  return renderCard(card)
    .split("\n")
    .filter((row) => /^ {2}(?:notes|rejected|- #\d+ [ABC]| {4}it )/.test(row));
}

describe("a card in a terminal", () => {
  it("says who worded the notes, at what cost, and what was not published", () => {
    const rejected = {
      text: "It is\u001B[31m 3x faster.",
      codes: ["number"],
      reasons: ["it says 3x, which is in no source"],
    };
    const rows = cardWith({
      source: "claude",
      reason: "a claim was not published",
      lines: [
        { units: ["#2"], grade: "A", source: "claude" },
        { units: ["#3"], grade: "C", source: "title", rejected },
        { units: ["#4"], grade: "B", source: "person", by: "mona" },
      ],
      costUsd: 0.0008,
      model: "claude-haiku-5-5",
    });
    expect(rows).toEqual([
      "  notes      worded by Claude: a claim was not published (claude-haiku-5-5 for $0.0008)",
      "  - #2 A, claude",
      "  - #3 C, title",
      "  - #4 B, person mona",
      "  rejected   #3 It is[31m 3x faster.",
      "      it says 3x, which is in no source",
    ]);
  });

  it("says why they are made of titles", () => {
    const reason = "no key for Claude is set";
    expect(cardWith({ source: "deterministic", reason })).toEqual([
      `  notes      made of titles: ${reason}`,
    ]);
    expect(cardWith({ source: "deterministic", reason: null })).toEqual([
      "  notes      made of titles",
    ]);
  });
});

describe("a plan in a terminal", () => {
  it("says where the notes come from, where somebody drafts", () => {
    const unable = { code: "cap", reason: "the 5 dollars are spent" };
    const state = withDrafts(STATE, [], { unable });
    expect(renderPlan(state, plan(state, NOON))).toContain(
      "  notes       made of titles: the 5 dollars are spent",
    );
    expect(renderPlan(STATE, plan(STATE, NOON))).not.toContain("  notes ");
  });
});
