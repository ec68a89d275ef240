import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import { formatCase, parseCase } from "../../../src/core/evidence/case.ts";
import type { DraftedLine } from "../../../src/core/evidence/drafted-line.ts";
import { caseOfEdit } from "../../../src/core/evidence/edit-case.ts";
import type { EditedNotes } from "../../../src/core/evidence/edit-case.ts";
import { classifyEdit } from "../../../src/core/evidence/edits.ts";
import { judgeNoticed, notesKey } from "../../../src/core/evidence/noticed.ts";
import { sourcesOfCard } from "../../../src/core/evidence/released-sources.ts";
import type { RawSource } from "../../../src/core/evidence/source.ts";
import { makeCard } from "../../../src/core/release-card.ts";
import { batchOf, label, NOON, pull, sha } from "../../support/states.ts";

const KEY = notesKey("a");
const MONA = { login: "mona", isBot: false };
const BOT = { login: "assets[bot]", isBot: true };

describe("who edited notes", () => {
  it.each([
    [KEY, false, [], "a", { kind: "nothing" }],
    [KEY, false, [MONA], "a", { kind: "nothing" }],
    [KEY, true, [], "a", { kind: "nothing" }],
    [KEY, true, [MONA], "a", { kind: "person", editor: "mona" }],
    [KEY, true, [BOT], "a", { kind: "bot" }],
    [KEY, false, [], "b", { kind: "person", editor: null }],
    [KEY, false, [BOT], "b", { kind: "bot" }],
    [KEY, false, [MONA, BOT], "b", { kind: "person", editor: "mona" }],
    [
      KEY,
      false,
      [MONA, { login: "wilma", isBot: false }],
      "b",
      { kind: "person", editor: "wilma" },
    ],
    [null, false, [], "a", { kind: "first" }],
    [null, false, [MONA], "a", { kind: "person", editor: "mona" }],
    [null, false, [BOT], "a", { kind: "bot" }],
  ])("%#", (seenKey, isEditorUnknown, edits, body, expected) => {
    const kept = { tag: "v1.4.3", seenKey, isEditorUnknown, edits };
    expect(judgeNoticed(kept, notesKey(body))).toEqual(expected);
  });
});

const SOURCE: RawSource = {
  unit: "#1",
  pull: 1,
  title: "fix: one",
  body: "",
  labels: [],
  commits: [],
  files: [],
  isTruncated: false,
};

function editedNotes(count: number, edit: (published: string) => string): EditedNotes {
  const sources = Array.from({ length: count }, (_, at) => ({
    ...SOURCE,
    unit: `#${at + 1}`,
    pull: at + 1,
    title: `fix: number ${at + 1}`,
  }));
  const published = `### Fixes\n\n${sources.map(({ unit }) => `- Fix of ${unit.slice(1)} (${unit})`).join("\n")}`;
  const edited = edit(published);
  return {
    repository: "acme/widgets",
    tag: "v1.4.3",
    at: "2026-03-02T12:00:00.000Z",
    editor: "mona",
    sources,
    style: null,
    published,
    edited,
    edit: classifyEdit(published, edited, "acme/widgets"),
    drafted: new Map(),
    model: "",
  };
}

function drafted(notes: EditedNotes): EditedNotes {
  const lines = notes.sources.map(({ unit, title }): [string, DraftedLine] => [
    unit,
    { ...LINE, units: [unit], text: title, evidence: [{ unit, quote: title }] },
  ]);
  return { ...notes, drafted: new Map(lines), model: "m1" };
}

const LINE = {
  category: "fix",
  isBreaking: false,
  isSecurity: false,
  isSuspicious: false,
} as const;

describe("an edit as a case", () => {
  it("says what was left and how the others should read", () => {
    const notes = editedNotes(3, (text) => text.replace("Fix of 2", "Two is mended"));
    const kept = caseOfEdit(drafted(notes));
    expect(kept).toMatchObject({
      title: "Notes of v1.4.3, edited by mona: reworded",
      answer: { lines: [{ pulls: ["P01"] }, { pulls: ["P02"] }, { pulls: ["P03"] }] },
      recorded: { model: "m1", prompt: null },
      changes: [{ kind: "reworded", units: ["#2"] }],
      expected: {
        accepted: ["#1", "#3"],
        lines: [
          { unit: "#1", text: "Fix of 1" },
          { unit: "#2", text: "Two is mended" },
          { unit: "#3", text: "Fix of 3" },
        ],
      },
    });
    expect(parseCase(formatCase(kept))).toEqual({ kind: "read", case: kept });
  });

  it("accepts nothing where nothing was drafted, or all was changed", () => {
    const one = editedNotes(2, (text) => text.replace("Fix of 2", "Two"));
    expect(caseOfEdit(one)).toMatchObject({ answer: null, recorded: null });
    expect(caseOfEdit(one).expected).not.toHaveProperty("accepted");
    const all = editedNotes(2, (text) => text.replaceAll("Fix of", "Mended"));
    expect(caseOfEdit({ ...drafted(all), editor: null })).toMatchObject({
      title: "Notes of v1.4.3, edited by somebody: reworded",
    });
    expect(caseOfEdit(drafted(all)).expected).not.toHaveProperty("accepted");
  });

  it("is about the units that were drafted, where some were", () => {
    const notes = drafted(editedNotes(3, (text) => text.replace("Fix of 2", "Two")));
    const some = new Map([...notes.drafted].filter(([unit]) => unit !== "#1"));
    const kept = caseOfEdit({ ...notes, drafted: some });
    expect(kept.sources.map(({ unit }) => unit)).toEqual(["#2", "#3"]);
    expect(kept.expected.lines?.map(({ unit }) => unit)).toEqual(["#2", "#3"]);
  });

  it("of more units than a draft takes keeps those that were touched", () => {
    const notes = editedNotes(45, (text) => text.replace("Fix of 44 ", "Mended "));
    for (const kept of [caseOfEdit(notes), caseOfEdit(drafted(notes))]) {
      expect(kept.sources).toHaveLength(40);
      expect(kept.sources.at(-1)?.unit).toBe("#44");
      expect(kept.expected.lines).toHaveLength(40);
      expect(parseCase(formatCase(kept)).kind).toBe("read");
    }
  });
});

describe("sources of a release", () => {
  it("are its units that still hold, with what a look saw of their pulls", () => {
    const state = batchOf([{ title: "fix: two" }]);
    const cut = {
      tag: "v1.4.3",
      sha: sha(2),
      version: "1.4.3",
      previousTag: "v1.4.2",
      batch: judgeBatch(state),
      level: "patch" as const,
      checks: [],
      policySha: null,
      rules: [],
      overrides: [],
    };
    const card = makeCard(state, cut, NOON);
    const [unit] = card.units;
    if (unit === undefined) throw new Error("The card has no unit");
    const units = [
      unit,
      { ...unit, pull: 3, title: "fix: three" },
      { ...unit, pull: null, sha: sha(4), title: "chore: pushed" },
      { ...unit, pull: 5, cancelledBy: "#6" },
      { ...unit, pull: 6, isMissing: true as const },
    ];
    const seen = [pull(2, { body: "Because.", labels: [label("bug")] })];
    expect(sourcesOfCard({ ...card, units }, seen)).toEqual(
      [
        { ...SOURCE, unit: "#2", pull: 2, title: "fix: two", body: "Because.", labels: ["bug"] },
        { ...SOURCE, unit: "#3", pull: 3, title: "fix: three" },
        { ...SOURCE, unit: sha(4).slice(0, 7), pull: null, title: "chore: pushed" },
      ].map((source) => ({ ...source, isTruncated: true })),
    );
  });
});
