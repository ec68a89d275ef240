import { describe, expect, it } from "@jest/globals";
import type { Reason } from "../../src/core/action.ts";
import { CHECK_NAME, renderCheck } from "../../src/core/check.ts";
import type { Instant } from "../../src/core/state.ts";
import { lineState, NOON, sha } from "../support/states.ts";

const REASON: Reason = {
  state: "held",
  code: "checks-pending",
  text: "held: 1 check pending (ci/test)",
  detail: "It is released when they are green.",
  blockedBy: ["ci/test ``` @alice"],
};

function render(change: Partial<Reason> = {}, version = "1.4.3", wakeAt: Instant | null = null) {
  const reason = { ...REASON, ...change };
  return renderCheck({
    line: lineState().line,
    sha: sha(2),
    existing: null,
    reason,
    version,
    wakeAt,
  });
}

describe("the check", () => {
  it("says the reason and ends in a block that agents read", () => {
    const { title, summary } = render({}, "1.4.3", NOON);
    expect(CHECK_NAME).toBe("smallbatch/release");
    expect(title).toBe("held: 1 check pending (ci/test)");
    const block = /^It is released when they are green\.\n\n```json\n(.*)\n```$/.exec(summary)?.[1];
    expect(JSON.parse(block ?? "")).toEqual({
      state: "held",
      reason: "checks-pending",
      blockedBy: ["ci/test ``` @alice"],
      wakeAt: "2026-03-02T12:00:00.000Z",
      version: "1.4.3",
    });
    expect(block).not.toMatch(/[`@]/);
  });

  it("needs no detail", () => {
    expect(render({ detail: null }).summary).toMatch(/^```json\n/);
  });

  it.each([
    [120, "x".repeat(120)],
    [121, `${"x".repeat(119)}…`],
  ])("cuts a title of %i characters at 120", (length, title) => {
    expect(render({ text: "x".repeat(length) }).title).toBe(title);
  });

  it("has the same id while only the time moves", () => {
    const { externalId } = render();
    expect(render({}, "1.4.3", NOON).externalId).toBe(externalId);
    expect(externalId.length).toBeLessThan(100);
  });

  it.each<[string, ReturnType<typeof render>]>([
    ["state", render({ state: "prepared" })],
    ["code", render({ code: "checks-red" })],
    ["text", render({ text: "held: 2 checks pending" })],
    ["detail", render({ detail: null })],
    ["blockedBy", render({ blockedBy: [] })],
    ["version", render({}, "1.5.0")],
  ])("has another id with another %s", (_, other) => {
    expect(other.externalId).not.toBe(render().externalId);
  });

  it.each<[Partial<Reason>, string]>([
    [{ state: "released", code: "released" }, "success"],
    [{ state: "rides-along", code: "rides-along" }, "success"],
    [{ state: "held", code: "checks-red" }, "neutral"],
    [{ state: "watched", code: "watched" }, "neutral"],
    [{ state: "prepared", code: "level" }, "neutral"],
    [{ state: "held", code: "policy-invalid" }, "failure"],
    [{ state: "held", code: "tag-refused" }, "failure"],
    [{ state: "released", code: "publish-failed" }, "failure"],
  ])("with %j concludes %s", (change, conclusion) => {
    expect(render(change).conclusion).toBe(conclusion);
  });
});
