import { describe, expect, it } from "@jest/globals";
import { contentKeyOf, seenKeyOf } from "../../../src/core/evidence/content-key.ts";
import type { DraftStyle } from "../../../src/core/evidence/draft-style.ts";
import type { NoteSource } from "../../../src/core/evidence/source.ts";
import type { DraftUnit } from "../../../src/core/evidence/unit-draft.ts";
import { noteSource, STYLE } from "../../support/note-sources.ts";
import { sha } from "../../support/states.ts";

const [FILE] = noteSource().files;
const withFile = (change: object) => ({ files: [{ ...FILE, ...change }] }) as object;
const signalled = (change: object) => ({ signals: { ...noteSource().signals, ...change } });

const keyWith = (change: Partial<NoteSource>, style: Partial<DraftStyle> = {}) =>
  contentKeyOf(noteSource(change), { ...STYLE, ...style });

describe("the key of a content", () => {
  it.each<[string, Partial<NoteSource>]>([
    ["its commits have other messages", { commits: ["squashed"] }],
    ["it has another label", { labels: ["bug", "autorelease: pending"] }],
    [
      "it was merged below other changes",
      withFile({
        patch: FILE?.patch?.replace("@@ -1,3 +1,3 @@", "@@ -41,3 +52,3 @@ function read() {"),
      }),
    ],
    ["its signal is worded otherwise", signalled({ breaking: [] })],
  ])("stays where %s", (_what, change) => {
    expect(keyWith(change)).toBe(keyWith({}));
  });

  it.each<[string, Partial<NoteSource>]>([
    ["another unit", { unit: "#13" }],
    ["another title", { title: "fix: x" }],
    ["another text", { body: "x" }],
    ["another diff", withFile({ patch: "@@ -1 +1 @@\n-a\n+b" })],
    ["no diff", withFile({ patch: null })],
    ["another path", withFile({ path: "src/other.ts" })],
    ["more files than were read", { isTruncated: true }],
    ["a breaking change", signalled({ breaking: ["its label"] })],
    ["a vulnerability", signalled({ security: ["CVE-2026-1234"] })],
    ["a text that steers", signalled({ injection: ["an order"] })],
  ])("changes with %s", (_what, change) => {
    expect(keyWith(change)).not.toBe(keyWith({}));
  });

  it("changes with the style, and has no files where none are sent", () => {
    const keys = [
      keyWith({}),
      keyWith({}, { sends: "titles" }),
      keyWith({}, { model: "claude-sonnet-5-5" }),
      keyWith({}, { language: "de" }),
      keyWith({}, { audience: "operators" }),
      keyWith({}, { tone: "warm" }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyWith({ files: [] }, { sends: "titles" })).toBe(keyWith({}, { sends: "titles" }));
  });
});

describe("the key of what was seen", () => {
  const { files: _, isTruncated: _no, signals: _none, ...texts } = noteSource();
  const unit: DraftUnit = { ...texts, sha: sha(7), isBreaking: [] };
  const seen = (change: Partial<DraftUnit>) => seenKeyOf({ ...unit, ...change }, STYLE);

  it("is the same for the same commit, whatever the order of labels", () => {
    expect(seen({ labels: ["b", "a"], commits: [] })).toBe(seen({ labels: ["a", "b"] }));
  });

  it.each<[Partial<DraftUnit>]>([
    [{ unit: "#13" }],
    [{ title: "x" }],
    [{ body: "x" }],
    [{ labels: [] }],
    [{ sha: sha(8) }],
    [{ isBreaking: ["its title"] }],
  ])("changes with %j", (change) => {
    expect(seen(change)).not.toBe(seen({}));
  });
});
