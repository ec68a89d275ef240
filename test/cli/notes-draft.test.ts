import { describe, expect, it } from "@jest/globals";
import { createDrafter } from "../../src/claude/drafter.ts";
import { draftLocally } from "../../src/cli/notes/draft.ts";
import { useMessagesApi } from "../support/messages-api.ts";
import { noteSource, STYLE } from "../support/note-sources.ts";

const api = useMessagesApi();
const clock = { now: () => Date.now() };

const many = Array.from({ length: 85 }, (_, at) =>
  noteSource({ unit: `#${at + 1}`, pull: at + 1, title: "fix: keep empty lines", body: "" }),
);

function draft() {
  const { url: baseUrl, apiKey } = api;
  const drafter = createDrafter({ apiKey, baseUrl, userAgent: "t", clock });
  return draftLocally(drafter, many, STYLE, () => clock.now());
}

describe("a long local history", () => {
  it("is drafted in parts of forty, each change once, and all of it is paid", async () => {
    const { lines, reasons, usage, costUsd } = await draft();
    expect(lines.flatMap(({ units }) => units)).toEqual(many.map(({ unit }) => unit));
    expect(reasons).toEqual([]);
    expect(api.requests).toHaveLength(3);
    const used = (usage?.inputTokens ?? 0) + (usage?.cacheWriteTokens ?? 0);
    expect(used).toBeGreaterThan(3 * 1_900);
    expect(costUsd).toBeGreaterThan(0.001);
  });

  it("goes on after an answer that was no good, and not where there was none", async () => {
    api.faults.push("prose");
    const { lines, reasons } = await draft();
    expect([lines.length, reasons.length, api.requests.length]).toEqual([45, 1, 3]);
    api.requests.length = 0;
    api.lastingFault = "key-refused";
    expect(await draft()).toMatchObject({
      lines: [],
      reasons: ["Claude refused the key (key-refused)"],
      usage: null,
      costUsd: 0,
    });
    expect(api.requests).toHaveLength(1);
  });
});
