import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { renderRequest } from "../../src/claude/prompt.ts";
import { cleanSource } from "../../src/core/evidence/clean.ts";
import type { RawSource } from "../../src/core/evidence/source.ts";

/** A pull in which every field has something that can be found again. */
const SOURCE: RawSource = {
  unit: "#4711",
  pull: 4711,
  title: "fix!: the title, see CVE-2026-1234",
  body: "the description",
  labels: ["the-label"],
  commits: ["the message of a commit"],
  files: [
    {
      path: "src/the-file.ts",
      previousPath: null,
      additions: 1,
      deletions: 0,
      patch: "@@ -1,1 +1,2 @@\n the context\n+the diff",
    },
  ],
  isTruncated: false,
};

/** The change as it is sent, and all that is sent with it. */
function send(sends: "titles" | "diffs") {
  const style = {
    sends,
    model: "claude-haiku-5-5",
    language: "de",
    audience: "cooks",
    tone: "dry",
  };
  const source = cleanSource(SOURCE, { isBreaking: ["its title"] });
  const request = renderRequest({ sources: [source], style }, { isCached: false });
  const whole = JSON.stringify(request);
  const [, , result] = request?.messages ?? [];
  const [block] = result === undefined || typeof result.content === "string" ? [] : result.content;
  const text =
    block?.type === "tool_result" && typeof block.content === "string" ? block.content : "";
  const { changes } = JSON.parse(text) as { changes: readonly Record<string, unknown>[] };
  return { whole, change: changes[0] ?? {} };
}

/** The table of docs/privacy.md. */
function readTable(): readonly { field: string; titles: string; diffs: string }[] {
  const page = readFileSync(new URL("../../docs/privacy.md", import.meta.url), "utf8");
  const table = page.slice(page.indexOf("<!-- fields -->"));
  return [...table.matchAll(/^\| `(\w+)` +\| (yes|no) +\| (yes|no) +\|/gm)].map(
    ([, field = "", titles = "", diffs = ""]) => ({ field, titles, diffs }),
  );
}

describe("what Claude is sent", () => {
  it.each(["titles", "diffs"] as const)("is what docs/privacy.md says: %s", (sends) => {
    const rows = readTable();
    expect(rows.length).toBeGreaterThan(5);
    expect(Object.keys(send(sends).change)).toEqual(
      rows.flatMap((row) => (row[sends] === "yes" ? [row.field] : [])),
    );
  });

  it("names no pull request, no repository, and no file where only titles are sent", () => {
    expect(send("diffs").whole).not.toContain("4711");
    expect(send("diffs").whole).toContain("the context");
    for (const text of ["4711", "the-file", "the diff", "the message of a commit"]) {
      expect(send("titles").whole).not.toContain(text);
    }
    for (const text of ["Language of the sentences: de", "Readers: cooks", "Tone: dry"]) {
      expect(send("titles").whole).toContain(text);
    }
  });
});
