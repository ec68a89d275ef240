import { describe, expect, it } from "@jest/globals";
import type { DraftAnswer } from "../../../src/core/evidence/answer.ts";
import type { EvaluationCase } from "../../../src/core/evidence/case.ts";
import { evaluateCase } from "../../../src/core/evidence/evaluate.ts";
import type { CaseResult } from "../../../src/core/evidence/evaluate.ts";
import {
  forbiddenIn,
  invalidQuotes,
  ungroundedLiterals,
} from "../../../src/core/evidence/evaluation-checks.ts";
import { baselineSchema, compare, toBaseline } from "../../../src/core/evidence/evaluation.ts";
import type { Baseline, Evaluation } from "../../../src/core/evidence/evaluation.ts";
import type { NoteLine } from "../../../src/core/evidence/note-line.ts";
import type { NoteSource, RawSource } from "../../../src/core/evidence/source.ts";

function source(number: number, title: string, change: Partial<RawSource> = {}): RawSource {
  return {
    unit: `#${number}`,
    pull: number,
    title,
    body: "",
    labels: [],
    commits: [],
    files: [],
    isTruncated: false,
    ...change,
  };
}

function caseOf(sources: RawSource[], change: Partial<EvaluationCase> = {}): EvaluationCase {
  return {
    case: 1,
    kind: "notes",
    title: "A case",
    from: { by: "hand", repository: null, tag: null, at: null },
    sources,
    style: null,
    answer: null,
    recorded: null,
    published: null,
    edited: null,
    changes: [],
    expected: {},
    ...change,
  };
}

type Line = DraftAnswer["lines"][number];

function line(change: Partial<Line> = {}): Line {
  return {
    pulls: ["P01"],
    text: "Widgets close without a pause.",
    category: "fix",
    isBreaking: false,
    isSecurity: false,
    evidence: [{ pull: "P01", quote: "close widgets without a pause" }],
    isSuspicious: false,
    ...change,
  };
}

const FIX = source(1, "fix: close widgets without a pause");
const LOUD = source(2, "feat!: close widgets at once");

const judge = (kept: EvaluationCase, ...lines: Line[]): CaseResult =>
  evaluateCase("own", kept, { answer: { lines }, costUsd: 0.001 });

/** Names of the gates that do not hold. */
const broken = ({ gates }: CaseResult): string[] =>
  Object.entries(gates).flatMap(([gate, faults]) => (faults.length === 0 ? [] : [gate]));

function rejecting(codes?: string[]): EvaluationCase {
  return caseOf([FIX], { expected: { rejected: [{ unit: "#1", ...(codes && { codes }) }] } });
}

describe("a case", () => {
  it("holds where the right sentence is published", () => {
    const kept = caseOf([FIX], {
      expected: { accepted: ["#1"], lines: [{ unit: "#1", text: "Widgets close at once." }] },
    });
    const result = judge(kept, line());
    expect(broken(result)).toEqual([]);
    expect(result.refused).toEqual([]);
    expect(result.measures).toEqual({
      units: 1,
      told: 1,
      sentences: 1,
      characters: 30,
      compared: 1,
      distances: 0.6,
      risky: 0,
      warned: 0,
      right: 1,
      published: 1,
      costUsd: 0.001,
    });
  });

  it("tells which right sentence is not published, and why", () => {
    const kept = caseOf([FIX], {
      expected: { accepted: ["#1"], lines: [{ unit: "#1", text: "close widgets" }] },
    });
    const number = judge(kept, line({ text: "Widgets close in 5 ms." }));
    expect(number.refused).toEqual([expect.stringMatching(/^#1: .*5/)]);
    expect(number.measures).toMatchObject({ told: 0, sentences: 0, published: 0, compared: 1 });
    const lost = judge(kept);
    expect(lost.refused).toEqual([expect.stringMatching(/leaves out #1/)]);
  });

  it("does not hold where a wrong sentence is published, or a draft that must not be", () => {
    const wrong = caseOf([FIX], { expected: { rejected: [{ unit: "#1" }] } });
    expect(broken(judge(wrong, line()))).toEqual(["wrong-sentences"]);
    const failing = caseOf([FIX], { expected: { fails: true } });
    expect(judge(failing, line()).gates["wrong-sentences"]).toEqual([
      "a draft is used that must not be",
    ]);
    expect(broken(judge(failing))).toEqual([]);
  });

  it("does not hold where it is refused for another reason", () => {
    const text = "Widgets close in 5 ms.";
    expect(broken(judge(rejecting(), line({ text })))).toEqual([]);
    expect(broken(judge(rejecting(["number-not-in-source"]), line({ text })))).toEqual([]);
    expect(judge(rejecting(["markup"]), line({ text })).gates["wrong-sentences"]).toEqual([
      "#1 is refused for number-not-in-source, not for markup",
    ]);
  });

  it("counts a risk that was marked before it was taken back", () => {
    const risky = { expected: { risky: ["#2"], breaking: ["#2"] }, kind: "rollback" as const };
    const marked = judge(
      caseOf([LOUD], risky),
      line({ text: "Widgets close at once.", category: "feature", isBreaking: true }),
    );
    expect(marked.measures).toMatchObject({ risky: 1, warned: 1 });
    const hidden = judge(caseOf([FIX], { expected: { risky: ["#1"] } }), line());
    expect(hidden.measures).toMatchObject({ risky: 1, warned: 0 });
  });

  it("wants marks that it names, and none that nothing says", () => {
    const kept = caseOf([FIX], { expected: { breaking: ["#1"], security: ["#1"] } });
    expect(judge(kept, line()).gates.signals).toEqual([
      "#1 is not marked breaking",
      "#1 is not marked security",
    ]);
    expect(broken(judge(caseOf([LOUD]), line({ isBreaking: true, category: "feature" })))).toEqual(
      [],
    );
  });

  it("of an injection, or of a draft that must fail, says nothing about coverage", () => {
    expect(judge(caseOf([FIX], { kind: "injection" }), line()).measures.units).toBe(0);
    expect(judge(caseOf([FIX], { expected: { fails: true } })).measures.units).toBe(0);
  });

  it("looks for forbidden texts in sentences", () => {
    const kept = caseOf([FIX], { expected: { forbidden: ["PAUSE"] } });
    expect(judge(kept, line()).gates.forbidden).toEqual(["PAUSE"]);
  });
});

describe("what an evaluation asks by itself", () => {
  const cleaned: NoteSource = {
    ...source(1, "fix: wait 30 s", {
      body: "It was 10,000 ms; see --retry and CVE-2026-10234.",
      files: [
        {
          path: "src/a.ts",
          previousPath: null,
          additions: 1,
          deletions: 0,
          patch: "+const utf8 = 10_000;",
        },
      ],
    }),
    signals: { breaking: [], security: [], injection: [] },
  };
  const told: NoteLine = {
    units: ["#1"],
    text: "x",
    grade: "A",
    category: "fix",
    isBreaking: false,
    isSecurity: false,
    source: "claude",
    by: null,
    rejected: null,
  };

  it.each([
    ["Waits 30 s, 10000 ms or 10,000 ms.", []],
    ["Takes --retry, utf8 and cve-2026-10234.", []],
    ["Waits 31 s.", ["31"]],
    ["Takes --retries and v2.", ["--retries", "2"]],
    ["Closes CVE-2026-10235.", ["cve-2026-10235"]],
    ["Plain words.", []],
  ])("which literals of %j stand nowhere", (text, expected) => {
    expect(ungroundedLiterals(text, [cleaned])).toEqual(expected);
  });

  it("which quotes stand nowhere", () => {
    const quotes = (...evidence: Line["evidence"]) =>
      invalidQuotes(told, { lines: [line({ evidence })] }, [cleaned]);
    expect(quotes({ pull: "P01", quote: "wait\n30 s" })).toEqual([]);
    expect(quotes({ pull: "P01", quote: "wait 31 s" })).toEqual(["wait 31 s"]);
    expect(quotes({ pull: "P07", quote: "wait 30 s" })).toEqual(["wait 30 s"]);
    expect(invalidQuotes(told, { lines: [] }, [cleaned])).toEqual([]);
  });

  it.each(["see @mona", "see https://x", "a <b>", "[a](b)", "fixes #1", "two\nlines", "a\u200bb"])(
    "what is active: %j",
    (markdown) => {
      expect(forbiddenIn({ text: "x", markdown }, [])).toEqual(["active text"]);
    },
  );

  it.each(["see `@mona`", String.raw`a \<b>`, String.raw`\[a\](b)`, "fixes `#1`"])(
    "what is not: %j",
    (markdown) => {
      expect(forbiddenIn({ text: "x", markdown }, ["y"])).toEqual([]);
    },
  );
});

function runOf(results: CaseResult[], change: Partial<Evaluation> = {}): Evaluation {
  return {
    prompt: "p1",
    model: "m1",
    answers: "recorded",
    measured: 0,
    results,
    skipped: [],
    ...change,
  };
}

function resultOf(
  name: string,
  measures: Partial<CaseResult["measures"]> = {},
  gates: Partial<CaseResult["gates"]> = {},
): CaseResult {
  const none = { pulls: [], literals: [], quotes: [], signals: [], forbidden: [] };
  return {
    name,
    gates: { ...none, "wrong-sentences": [], ...gates },
    measures: {
      units: 10,
      told: 9,
      sentences: 9,
      characters: 450,
      compared: 4,
      distances: 2,
      risky: 2,
      warned: 1,
      right: 5,
      published: 5,
      costUsd: 0.001,
      ...measures,
    },
    refused: [],
  };
}

const BASE: Baseline = toBaseline(runOf([resultOf("one"), resultOf("two")]));

function verdictOf(run: Evaluation, name: string): string | undefined {
  return compare(run, BASE).rows.find((row) => row.name.startsWith(name))?.verdict;
}

describe("a run against its baseline", () => {
  it("is not worse than itself; the baseline is read as it was written", () => {
    const run = runOf([resultOf("one"), resultOf("two")]);
    const { rows, worse } = compare(run, BASE);
    expect(worse).toEqual([]);
    expect(new Set(rows.map(({ verdict }) => verdict))).toEqual(new Set(["same"]));
    expect(rows).toHaveLength(12);
    expect(Object.keys(BASE.cases)).toEqual(["one", "two"]);
    expect(baselineSchema.parse(JSON.parse(JSON.stringify(BASE)))).toEqual(BASE);
  });

  it("is worse where a gate does not hold any more, in a new case too", () => {
    const run = runOf([
      resultOf("one", {}, { literals: ["31"] }),
      resultOf("two"),
      resultOf("three", {}, { pulls: ["#1 does not stand once"] }),
    ]);
    const { rows, worse } = compare(run, BASE);
    expect(worse).toEqual([
      "three: pull set exact: #1 does not stand once",
      "one: ungrounded tokens 0: 31",
    ]);
    expect(rows.slice(0, 3)).toMatchObject([
      { baseline: "2/2", candidate: "2/3", verdict: "worse" },
      { baseline: "2/2", candidate: "2/3", verdict: "worse" },
      { baseline: "2/2", candidate: "3/3", verdict: "same" },
    ]);
  });

  it("may have faults that were accepted before, and be better", () => {
    const known = toBaseline(runOf([resultOf("one", {}, { quotes: ["a", "b"] })]));
    expect(compare(runOf([resultOf("one", {}, { quotes: ["a", "c"] })]), known).worse).toEqual([]);
    const { rows } = compare(runOf([resultOf("one")]), known);
    expect(rows.find(({ name }) => name === "quotes valid")?.verdict).toBe("better");
  });

  it.each<[string, Partial<CaseResult["measures"]>, string]>([
    ["coverage", { told: 8 }, "coverage: told in prose: 90.0 % before, 85.0 % now"],
    ["right sentences", { published: 4 }, "right sentences published: 100.0 % before, 90.0 % now"],
    ["length", { characters: 600 }, "characters of a sentence: 50.0 before, 58.3 now"],
    ["distance", { distances: 2.1 }, "distance to what people wrote: 0.500 before, 0.512 now"],
    ["risks", { warned: 0 }, "taken back, and marked before: 50.0 % before, 25.0 % now"],
    ["cost", { costUsd: 0.002 }, "dollars of a draft: 0.001000 before, 0.001500 now"],
  ])("is worse by less %s", (_, change, expected) => {
    const { worse } = compare(runOf([resultOf("one", change), resultOf("two")]), BASE);
    expect(worse).toContain(expected);
  });

  it("names the case whose right sentence is lost", () => {
    const lost = { ...resultOf("one", { published: 4 }), refused: ["#1: it is wrong"] };
    const { worse } = compare(runOf([lost, resultOf("two", { right: 6, published: 6 })]), BASE);
    expect(worse).toContain("one: a right sentence is not published any more: #1: it is wrong");
  });

  it("is better by more, and the same by a little where a model answered", () => {
    expect(verdictOf(runOf([resultOf("one", { told: 10 })]), "coverage")).toBe("better");
    const farther = [resultOf("one", { distances: 2.05 }), resultOf("two")];
    expect(verdictOf(runOf(farther, { answers: "asked" }), "distance")).toBe("same");
    expect(verdictOf(runOf(farther), "distance")).toBe("worse");
  });

  it("measures only what both have judged, and says what was not", () => {
    const { rows, worse } = compare(runOf([resultOf("one"), resultOf("new", { told: 0 })]), BASE);
    expect(rows.find(({ name }) => name.startsWith("coverage"))?.candidate).toBe("90.0 %");
    expect(worse).toEqual(["two: it is in the baseline and was not judged"]);
  });

  it("leaves out what nothing was measured of", () => {
    const empty = { units: 0, told: 0, sentences: 0, characters: 0, compared: 0, distances: 0 };
    const none = resultOf("one", { ...empty, risky: 0, right: 0, published: 0, costUsd: null });
    const { rows } = compare(runOf([none]), toBaseline(runOf([none])));
    expect(rows.filter(({ isGate }) => !isGate)).toEqual([]);
  });

  it.each([
    [{ prompt: "p2" }, "the prompt or the schema"],
    [{ model: "m2" }, "the model"],
    [{ prompt: "p2", model: "m2" }, "the prompt or the schema and the model"],
  ])("says that nothing is known of %j", (change, what) => {
    const results = [resultOf("one"), resultOf("two")];
    expect(compare(runOf(results, change), BASE).worse).toEqual([
      `${what} changed since the baseline, and no answer of the new one is recorded`,
    ]);
    expect(compare(runOf(results, { ...change, measured: 2 }), BASE).worse).toEqual([]);
  });

  it("without a baseline has to hold every gate, and only tells measures", () => {
    const good = compare(runOf([resultOf("one")], { prompt: "p2" }), null);
    expect(good.worse).toEqual([]);
    expect(new Set(good.rows.map(({ verdict }) => verdict))).toEqual(new Set(["new"]));
    expect(good.rows.every(({ baseline }) => baseline === null)).toBe(true);
    const bad = compare(runOf([resultOf("one", {}, { forbidden: ["x"] })]), null);
    expect(bad.worse).toEqual(["one: forbidden content 0: x"]);
    expect(bad.rows.filter(({ verdict }) => verdict === "worse")).toHaveLength(1);
  });
});
