import { describe, expect, it } from "@jest/globals";
import { assert, property, string } from "fast-check";
import { ACT_REASON_CHARS_MAX, cleanReason, sayAsked } from "../../../src/core/acts/page-act.ts";
import { parseCommands } from "../../../src/core/command.ts";
import type { Asked } from "../../../src/core/command.ts";

describe("what is asked for", () => {
  it.each<[string, Asked]>([
    ["/release", { kind: "release", how: "prepared" }],
    ["/release now", { kind: "release", how: "now" }],
    ["/release for web", { kind: "release", how: "prepared", component: "web" }],
    ["/release now for .", { kind: "release", how: "now", component: "" }],
    ["/hold", { kind: "hold", reason: "" }],
    ["/hold the API is on fire", { kind: "hold", reason: "the API is on fire" }],
    ["/resume", { kind: "resume", reason: "" }],
    ["/rollback v1.4.3", { kind: "rollback", tag: "v1.4.3", reason: "" }],
    [
      "/rollback @a/b@1.2.3-ü+x it burns",
      { kind: "rollback", tag: "@a/b@1.2.3-ü+x", reason: "it burns" },
    ],
    ["/rollback v1`<!--x it burns", { kind: "rollback", tag: "v1`<!--x", reason: "it burns" }],
  ])("is said as %s", (text, asked) => {
    expect(sayAsked(asked)).toBe(text);
  });

  it.each<[string, Asked]>([
    ["a reason that is a word of other bots", { kind: "hold", reason: "cancel" }],
    ["a second line", { kind: "hold", reason: "one\n/release" }],
    ["a tag with a blank", { kind: "rollback", tag: "v1 4", reason: "" }],
    ["no tag", { kind: "rollback", tag: "", reason: "" }],
    ["what no page offers", { kind: "why" }],
    ["a component with a blank", { kind: "release", how: "now", component: "a b" }],
  ])("is not said where it would be read as something else: %s", (_, asked) => {
    expect(sayAsked(asked)).toBeNull();
  });

  it("is never read as another command, whatever people write", () => {
    assert(
      property(string({ unit: "binary", maxLength: 300 }), (text) => {
        const reason = cleanReason(text);
        const said = sayAsked({ kind: "hold", reason });
        if (said === null) return;
        expect(parseCommands(said)).toMatchObject([{ asked: { kind: "hold", reason } }]);
      }),
    );
  });
});

describe("a reason", () => {
  it("is one line without what nobody sees", () => {
    expect(cleanReason(" a\r\n\tb\u202e\0c\u200b ")).toBe("a b c");
  });

  it("is cut where a command would cut it", () => {
    const long = "x".repeat(ACT_REASON_CHARS_MAX);
    expect(cleanReason(`${long.slice(1)}y`)).toHaveLength(ACT_REASON_CHARS_MAX);
    expect(cleanReason(`${long}y`)).toBe(long);
  });
});
