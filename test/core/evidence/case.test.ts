import { describe, expect, it } from "@jest/globals";
import { formatCase, parseCase } from "../../../src/core/evidence/case.ts";
import type { EvaluationCase } from "../../../src/core/evidence/case.ts";

const CASE: EvaluationCase = {
  case: 1,
  kind: "notes",
  title: "A plain fix",
  from: { by: "hand", repository: null, tag: null, at: null },
  sources: [
    {
      unit: "#12",
      pull: 12,
      title: "fix: close widgets without a pause",
      body: "",
      labels: [],
      commits: [],
      files: [{ path: "a.ts", previousPath: null, additions: 1, deletions: 0, patch: null }],
      isTruncated: false,
    },
  ],
  style: {
    sends: "diffs",
    model: "claude-haiku-5-5",
    language: "English",
    audience: "users",
    tone: "plain",
  },
  answer: null,
  recorded: null,
  published: null,
  edited: null,
  changes: [],
  expected: { lines: [{ unit: "#12", text: "Widgets close without a pause." }] },
};

function whyOf(change: object): string | null {
  return whyIn(JSON.stringify({ ...CASE, ...change }));
}

function whyIn(text: string): string | null {
  const read = parseCase(text);
  return read.kind === "wrong" ? read.why : null;
}

describe("a case", () => {
  it("is the same after it was written and read", () => {
    const read = parseCase(formatCase(CASE));
    expect(read).toEqual({ kind: "read", case: CASE });
  });

  it("that is wrong says where and what", () => {
    expect(whyIn("{")).toBe("it is not JSON");
    expect(whyIn("[]")).toMatch(/^Invalid input: expected object/);
    expect(whyOf({ case: 2 })).toMatch(/^case: /);
    expect(whyOf({ sources: [] })).toMatch(/^sources: /);
    expect(whyOf({ verdict: "good" })).toMatch(/verdict/);
    expect(whyOf({ sources: [{ ...CASE.sources[0], files: [{}] }] })).toMatch(
      /^sources\.0\.files\.0/,
    );
  });

  it("about units that it does not have is none", () => {
    expect(whyOf({ sources: [CASE.sources[0], CASE.sources[0]] })).toBe(
      "sources: #12 stands twice",
    );
    for (const expected of [
      { accepted: ["#13"] },
      { rejected: [{ unit: "#13" }] },
      { breaking: ["#13"] },
      { security: ["#13"] },
      { risky: ["#13"] },
      { lines: [{ unit: "#13", text: "x" }] },
    ]) {
      expect(whyOf({ expected })).toBe("expected: no source is called #13");
    }
  });
});
