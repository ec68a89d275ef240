import { describe, expect, it } from "@jest/globals";
import type { DraftAnswer } from "../../../src/core/evidence/answer.ts";
import type { NoteSource } from "../../../src/core/evidence/source.ts";
import { verifyDraft, verifyWording } from "../../../src/core/evidence/verify.ts";

type DraftLine = DraftAnswer["lines"][number];

const CLEAN = { breaking: [], security: [], injection: [] };

function source(unit: string, title: string, more: Partial<NoteSource> = {}): NoteSource {
  const empty = { body: "", labels: [], commits: [], files: [], isTruncated: false };
  return { unit, pull: Number(unit.slice(1)), title, ...empty, signals: CLEAN, ...more };
}

function line(slot: string, text: string, quote: string, more: Partial<DraftLine> = {}): DraftLine {
  const flags = { isBreaking: false, isSecurity: false, isSuspicious: false };
  const evidence = [{ pull: slot, quote }];
  return { pulls: [slot], text, category: "other", evidence, ...flags, ...more };
}

/** Node's range is only shown, not changed: anthropics/claude-code#34731. */
const ENGINES = source("#12", "Update the manifest", {
  files: [
    {
      path: "package.json",
      previousPath: null,
      additions: 1,
      deletions: 1,
      patch: [
        "@@ -1,5 +1,5 @@",
        '   "engines": {',
        '     "node": ">=22"',
        "   },",
        '-  "license": "MIT"',
        '+  "license": "Apache-2.0"',
      ].join("\n"),
    },
  ],
});
const CACHE = source("#13", "fix: expire the cache after 30 seconds");

describe("a draft is replaced as a whole", () => {
  const known = line("P01", "Updates the manifest.", "Update the manifest");
  it.each([
    ["a pull is left out", [known], "slot-missing", "the draft leaves out #13"],
    ["a pull is told twice", [known, known], "slot-doubled", "the draft tells of #12 twice"],
    ["a slot is not known", [line("P03", "x", "x")], "slot-unknown", expect.anything()],
    ["no pull is named", [{ ...known, pulls: [] }], "line-without-pull", expect.anything()],
  ])("when %s", (_, lines, code, reason) => {
    const { lines: notes, failed } = verifyDraft([ENGINES, CACHE], { lines });
    expect(failed).toEqual({ code, reason });
    expect(notes.map(({ units, text, grade }) => ({ units, text, grade }))).toEqual([
      { units: ["#12"], text: null, grade: "C" },
      { units: ["#13"], text: null, grade: "C" },
    ]);
  });
});

it("rejects a value that the diff shows and does not change", () => {
  const text = "Node.js engine requirement raised to >=22.";
  const answer = { lines: [line("P01", text, '"node": ">=22"')] };
  const [told] = verifyDraft([ENGINES], answer).lines;
  expect(told?.rejected?.codes).toEqual(["unchanged-in-diff"]);
});

const grade = (draft: DraftLine) => verifyDraft([CACHE], { lines: [draft] }).lines[0]?.grade;

it("grades quoted words A, words without a quote B", () => {
  const good = line("P01", "The cache expires after 30 seconds.", "expire the cache after 30", {
    category: "fix",
  });
  expect(grade(good)).toBe("A");
  expect(grade({ ...good, evidence: [] })).toBe("B");
  expect(grade({ ...good, text: "The cache expires after 60 seconds." })).toBe("C");
});

it("gives a person's words a B at most", () => {
  expect(verifyWording(CACHE, "Entries expire after 30 s.", "mona")).toMatchObject({
    grade: "B",
    source: "person",
    by: "mona",
    text: "Entries expire after 30 s.",
  });
  expect(verifyWording(CACHE, "Entries expire after 3 s.", "mona")).toMatchObject({
    grade: "C",
    text: null,
    rejected: { codes: ["number-not-in-source"] },
  });
});
