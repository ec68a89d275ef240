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

/** Of the one source, or of the first of several. */
function codesOf(draft: Partial<DraftLine>, ...sources: readonly NoteSource[]): readonly string[] {
  const first = line("P01", "Expires the cache.", "expire the cache");
  const others = sources.slice(1).map((_, at) => line(`p0${at + 2}`, "Other words.", ""));
  const { lines } = verifyDraft(sources, { lines: [...others, { ...first, ...draft }] });
  return lines[0]?.rejected?.codes ?? [`grade ${lines[0]?.grade}`];
}

describe("reasons", () => {
  it("repeat nothing of a claim that moves a terminal or is not seen", () => {
    const text = 'Says "\u001b[2Jred\u202e\u009b31m" now.';
    const { rejected } = verifyWording(source("#1", "say red"), text, "mona");
    expect(rejected?.codes).toContain("quoted-not-in-source");
    expect(rejected?.reasons.join("")).toContain("red");
    expect(rejected?.reasons.join("")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe("a sentence gives way to the title", () => {
  const breaking = { ...CLEAN, breaking: ["`!` in the title"] };
  const security = { ...CLEAN, security: ["CVE-2026-1234"] };
  const steered = { ...CLEAN, injection: ["words for a model"] };
  it.each<readonly [string, Partial<DraftLine>, Partial<NoteSource>, readonly string[]]>([
    ["is empty", { text: " " }, {}, ["empty"]],
    ["is a full stop", { text: "." }, {}, ["empty"]],
    ["is marks alone", { text: "`--` …" }, {}, ["empty"]],
    ["has 241 characters", { text: "a".repeat(241) }, {}, ["too-long"]],
    ["has 240 characters", { text: "a".repeat(240) }, {}, ["grade A"]],
    ["has a link", { text: "See https://localhost now." }, {}, ["markup"]],
    ["has a mention", { text: "Thanks @mona." }, {}, ["markup"]],
    ["names code that looks like one", { text: "Keeps `@mona`." }, { body: "@mona" }, ["grade A"]],
    ["names a package", { text: "Keeps @a/cache." }, { body: "@a/cache" }, ["grade A"]],
    ["names a package of nobody", { text: "Keeps @a/b." }, {}, ["markup", "path-not-in-source"]],
    ["drops breaking", {}, { signals: breaking }, ["breaking-dropped"]],
    ["keeps breaking", { isBreaking: true }, { signals: breaking }, ["grade A"]],
    ["says breaking", { isBreaking: true }, {}, ["breaking-without-signal"]],
    ["words breaking", { text: "A breaking change." }, {}, ["breaking-without-signal"]],
    ["drops security", {}, { signals: security }, ["security-dropped"]],
    ["keeps security", { isSecurity: true }, { signals: security }, ["grade A"]],
    ["says security", { isSecurity: true }, {}, ["security-without-signal"]],
    ["words security", { text: "Closes a vulnerability." }, {}, ["security-without-signal"]],
    ["may be steered", {}, { signals: steered }, ["injection-suspected"]],
    ["is suspected", { isSuspicious: true }, {}, ["injection-suspected"]],
    [
      "denies",
      { text: "No longer expires the cache." },
      { title: "expire the cache" },
      ["negation"],
    ],
    ["denies nothing", { text: "It does not." }, { title: "expire the cache" }, ["grade A"]],
    ["is turned", { text: "Drops the cache." }, { title: "add the cache" }, ["direction"]],
    ["cites no quote", { evidence: [] }, {}, ["grade B"]],
    ["cites a short quote", { evidence: [{ pull: "P01", quote: "the" }] }, {}, ["grade B"]],
    [
      "cites a short title",
      { evidence: [{ pull: "P01", quote: "Fix" }] },
      { title: "Fix" },
      ["grade A"],
    ],
    [
      "cites a new quote",
      { evidence: [{ pull: "P01", quote: "not of it at all" }] },
      {},
      ["grade B"],
    ],
    [
      "cites another slot",
      { evidence: [{ pull: "P02", quote: "Update the manifest" }] },
      {},
      ["evidence-of-another-pull"],
    ],
    [
      "cites an unknown slot",
      { evidence: [{ pull: "P09", quote: "Update the manifest" }] },
      {},
      ["evidence-of-another-pull"],
    ],
    [
      "cites words of another pull",
      { evidence: [{ pull: "P01", quote: "Update the manifest" }] },
      {},
      ["evidence-of-another-pull"],
    ],
  ])("that %s", (_, draft, more, codes) => {
    expect(codesOf(draft, { ...CACHE, ...more }, ENGINES)).toEqual(codes);
  });
});

it("keeps the markers of a line that was rejected", () => {
  const signals = { breaking: ["`!`"], security: ["CVE-2026-1234"], injection: [] };
  const answer = { lines: [line("P01", "", "")] };
  expect(verifyDraft([{ ...CACHE, signals }], answer).lines[0]).toMatchObject({
    grade: "C",
    isBreaking: true,
    isSecurity: true,
    category: "fix",
  });
});

it("cites several pulls, each with a quote of its own", () => {
  const both = line("P01", "Updates the manifest and expires the cache.", "Update the manifest");
  const more = { pull: "p02", quote: "expire the cache" };
  const draft = { ...both, pulls: ["p02", "P01"] };
  const told = (evidence: DraftLine["evidence"]) =>
    verifyDraft([ENGINES, CACHE], { lines: [{ ...draft, evidence }] }).lines;
  expect(told([...both.evidence, more])).toMatchObject([{ units: ["#12", "#13"], grade: "A" }]);
  expect(told(both.evidence)).toMatchObject([{ grade: "B" }]);
  // Under the wrong one of two pulls that are both cited.
  expect(told([{ ...more, pull: "P01" }])).toMatchObject([{ grade: "B" }]);
});

it.each<readonly [string, DraftLine["category"], string]>([
  ["feat: x", "fix", "feature"],
  ["perf: x", "fix", "performance"],
  ["docs: x", "fix", "other"],
  ["Anything", "fix", "fix"],
])("takes the category of %j for one told as %j", (title, category, expected) => {
  const drafted = { ...line("P01", "Words.", ""), category };
  const [told] = verifyDraft([source("#1", title)], { lines: [drafted] }).lines;
  expect(told?.category).toBe(expected);
});
