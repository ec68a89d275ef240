import { describe, expect, it } from "@jest/globals";
import { AttributeRules } from "../../src/core/attributes.ts";
import { policyIn, effectivePolicy } from "../../src/core/policy.ts";
import { sizeCheckOf } from "../../src/core/size-check.ts";
import type { SizeFacts } from "../../src/core/size-check.ts";
import { sizePolicyOf, sizeTellingOf } from "../../src/core/size-schema.ts";
import { sentenceOfSize } from "../../src/core/size-words.ts";
import { measureSize } from "../../src/core/size.ts";
import type { ChangedFile, Size } from "../../src/core/size.ts";
import { policyFile } from "../support/states.ts";

const rules = new AttributeRules([{ folder: "", text: "api/** linguist-generated\n" }]);

const attributesOf = (path: string) => rules.of(path);

function file(path: string, additions: number, more: Partial<ChangedFile> = {}): ChangedFile {
  const usual = { previousPath: null, status: "modified", isBinary: false, real: null } as const;
  return { path, additions, deletions: 0, ...usual, ...more };
}

function measure(files: readonly ChangedFile[], policy = "", isTruncated = false): Size {
  const read = policyIn(effectivePolicy(policyFile(`version: 1\n${policy}`), []));
  if (read === null) throw new Error("The policy is wrong");
  return measureSize({ files, isTruncated, attributesOf }, sizePolicyOf(read));
}

const many = (count: number, lines: number): ChangedFile[] =>
  Array.from({ length: count }, (_, at) => file(`src/${at}.ts`, lines));

function check(size: Size, more: Partial<SizeFacts> = {}) {
  return sizeCheckOf({
    pull: 7,
    headSha: "a".repeat(40),
    size,
    telling: "advisory",
    sources: [],
    baseSha: "b".repeat(40),
    policyBranch: "main",
    plan: null,
    exception: null,
    exempt: null,
    ...more,
  });
}

describe("the title of the size check", () => {
  it.each([
    ["nothing", measure([]), "0 weighted of 400"],
    ["code", measure([file("a.ts", 12)]), "12 weighted of 400"],
    [
      "weighted lines",
      measure([file("a.ts", 300, { deletions: 24 }), file("api/x.ts", 4_180)]),
      "312 weighted (324 changed) of 400 · 4,180 generated not counted",
    ],
    ["a lock", measure([file("yarn.lock", 9)]), "0 weighted of 400 · 9 of lock files not counted"],
    [
      "several that do not count",
      measure([file("yarn.lock", 9), file("api/x.ts", 1)]),
      "0 weighted of 400 · 10 not counted",
    ],
    [
      "white space alone",
      measure([file("a.ts", 5, { real: { additions: 0, deletions: 0 } })]),
      "0 weighted of 400 · 5 not counted",
    ],
    ["much", measure([file("a.ts", 401)]), "large: 401 weighted of 400"],
    ["too much", measure([file("a.ts", 1_001)]), "too large: 1,001 weighted of 1,000"],
    ["many files", measure(many(26, 1)), "large: 26 files of 25 · 26 weighted"],
    ["too many files", measure(many(61, 1)), "too large: 61 files of 60 · 61 weighted"],
    [
      "what GitHub did not list",
      measure([file("a.ts", 12)], "", true),
      "size unknown: at least 12 weighted of 400",
    ],
    [
      "limits of its own",
      measure(
        [file("a.ts", 1), file("proto/a", 9), file("web/a", 20)],
        "size: { limits: [{ path: proto/**, limit: { lines: 8 } }, { path: web/**, limit: { lines: 9 } }] }",
      ),
      "too large: 20 weighted of 9 in web/**",
    ],
    [
      "limits of nothing",
      measure([file("a.ts", 3)], "size: { warn: { lines: 0, files: 0 } }"),
      "large: 3 weighted of 0",
    ],
  ])("says the verdict of %s", (_, size, title) => {
    expect(sentenceOfSize(size)).toBe(title);
    expect(check(size).title).toBe(title);
  });
});

describe("the size check", () => {
  const over = measure([file("a.ts", 2_000)]);
  const mona = { by: "mona", reason: "moved as it was", url: "https://example.com/c/1" };

  it.each([
    ["small", measure([]), {}, "success"],
    ["small and required", measure([]), { telling: "required" }, "success"],
    ["large", measure([file("a.ts", 500)]), {}, "neutral"],
    ["large and required", measure([file("a.ts", 500)]), { telling: "required" }, "neutral"],
    ["too large", over, {}, "neutral"],
    ["too large and required", over, { telling: "required" }, "failure"],
    ["unknown", measure([], "", true), {}, "neutral"],
    ["unknown and required", measure([], "", true), { telling: "required" }, "failure"],
    ["let through", over, { telling: "required", exception: mona }, "success"],
    ["exempt", over, { telling: "required", exempt: "it rolls back v1.4.3" }, "success"],
  ] as const)("of what is %s ends as it should", (_, size, more, conclusion) => {
    expect(check(size, more).conclusion).toBe(conclusion);
  });

  it("shows files with what counts and why, and how it goes on", () => {
    const size = measure(
      [...many(20, 30), file("odd|name.ts", 600), file("api/x.ts", 50)],
      "size: { limits: [{ path: src/**, limit: { lines: 4000 } }] }",
    );
    const { summary } = check(size, {
      plan: "### How it could be split\n\n1. first",
      sources: [
        { key: "size.limit.lines", value: "1000", line: null },
        { key: "size.check", value: "required", line: 3 },
      ],
    });
    expect(summary).toContain(String.raw`| ${"`"}odd\|name.ts${"`"} | 600 | 600 | code |`);
    expect(summary).toContain("| and 7 more | 230 | 180 | |");
    expect(summary).toContain("Code 1,200, tests 0, docs 0 weighted lines in 21 files.");
    expect(summary).toContain("### How it could be split");
    expect(summary).toContain("| the rest | 600 lines, 1 files | 400 lines, 25 files |");
    expect(summary).toContain("`size.check: required` (line 3) of `.github/smallbatch.yml`");
    expect(summary).toContain("read at bbbbbbb");
  });

  it("leaves out the plan of what is small", () => {
    expect(check(measure([file("a.ts", 1)]), { plan: "### Split" }).summary).not.toContain("Split");
    expect(check(measure([])).summary).toContain("It changes no line.");
    expect(check(measure([file("a.ts", 1)])).summary).toContain("weighted lines in 1 file.");
  });

  it("says who let it through, or which rule", () => {
    const let1 = check(over, { exception: mona });
    expect(let1.title).toBe("let through by mona · too large: 2,000 weighted of 1,000");
    expect(let1.summary).toContain("([where](https://example.com/c/1)): moved as it was");
    const nowhere = check(over, { exception: { ...mona, url: null } });
    expect(nowhere.summary).toContain("lets this commit be as large as it is: moved as it was");
    const exempt = check(over, { exempt: "it rolls back v1.4.3" });
    expect(exempt.title).toBe("exempt · too large: 2,000 weighted of 1,000");
    expect(exempt.summary).toContain("exempt: it rolls back v1.4.3.");
    expect(check(measure([]), { exempt: "it rolls back v1.4.3" }).title).toBe("0 weighted of 400");
  });

  it.each([
    [over, "advisory", "This is advice"],
    [over, "required", "comment `/size-ok` and why"],
    [measure([], "", true), "advisory", "its size is not known"],
    [measure([], "", true), "required", "comment `/size-ok` and why"],
    [measure([file("a.ts", 500)]), "required", "It is large."],
  ] as const)("says what to do", (size, telling, words) => {
    expect(check(size, { telling }).summary).toContain(words);
  });

  it("gives agents what the command gives", () => {
    const { summary } = check(over, { exception: mona });
    const json: unknown = JSON.parse(/```json\n(.*)\n```/.exec(summary)?.[1] ?? "");
    expect(json).toMatchObject({
      pull: 7,
      verdict: "over",
      lines: 2_000,
      limits: { limit: { lines: 1_000, files: 60 } },
      exception: { by: "mona", reason: "moved as it was" },
      list: [{ path: "a.ts", counted: 2_000 }],
    });
  });
});

function tellingOf(text: string) {
  const policy = policyIn(effectivePolicy(policyFile(`version: 1\n${text}`), []));
  return policy === null ? null : sizeTellingOf(policy);
}

describe("how sizes are told", () => {
  it("is advice unless the policy says otherwise", () => {
    expect(tellingOf("")).toEqual({ check: "advisory", labels: false });
    expect(tellingOf("size: { check: required, labels: on }")).toEqual({
      check: "required",
      labels: true,
    });
    expect(tellingOf("size: { warn: { lines: 9 } }")).toEqual({ check: "advisory", labels: false });
    expect(tellingOf("size: { check: perhaps }")).toBeNull();
  });
});
