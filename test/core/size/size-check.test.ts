import { describe, expect, it } from "@jest/globals";
import { policyIn, effectivePolicy } from "../../../src/core/policy/policy.ts";
import { AttributeRules } from "../../../src/core/size/attributes.ts";
import { sizeCheckOf, sizeIdOf, unansweredIdOf } from "../../../src/core/size/size-check.ts";
import type { SizeFacts } from "../../../src/core/size/size-check.ts";
import { compareSizeLabels } from "../../../src/core/size/size-labels.ts";
import { mayChangeNote, nextSizeNote } from "../../../src/core/size/size-note.ts";
import { DEFAULT_SIZE } from "../../../src/core/size/size-policy.ts";
import { sizePolicyOf, sizeTellingOf } from "../../../src/core/size/size-schema.ts";
import { sentenceOfSize } from "../../../src/core/size/size-words.ts";
import { measureSize } from "../../../src/core/size/size.ts";
import type { ChangedFile, Size } from "../../../src/core/size/size.ts";
import { renderStatus, replaceSizeNote, sizeNoteIn } from "../../../src/core/status-comment.ts";
import { ALICE, openPull, policyFile } from "../../support/states.ts";

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
  return sizeCheckOf(factsOf(size, more));
}

function factsOf(size: Size, more: Partial<SizeFacts> = {}): SizeFacts {
  return {
    pull: 7,
    headSha: "a".repeat(40),
    size,
    telling: "advisory",
    sources: [],
    baseSha: "b".repeat(40),
    unanswered: null,
    policyBranch: "main",
    plan: null,
    exception: null,
    exempt: null,
    ...more,
  };
}

describe("the button of the size check", () => {
  it("explains the command where the check fails, and fits what GitHub takes", () => {
    const size = measure(many(20, 100));
    const { conclusion, buttons = [] } = check(size, { telling: "required" });
    expect([conclusion, buttons.map(({ description }) => description)]).toEqual([
      "failure",
      ["Comment /size-ok and the reason."],
    ]);
    for (const { identifier, label, description } of buttons) {
      expect([identifier, label].filter((text) => text.length > 20)).toEqual([]);
      expect(description.length).toBeLessThanOrEqual(40);
    }
    expect(check(size).buttons).toEqual([]);
    expect(check(measure([]), { telling: "required" }).buttons).toEqual([]);
  });
});

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
      plan: "1. first: 30 lines",
      sources: [
        { key: "size.limit.lines", value: "1000", line: null },
        { key: "size.warn.lines", value: "300", line: 3 },
      ],
    });
    expect(summary).toContain(String.raw`| 600 | ${"`"}odd\|name.ts${"`"} |`);
    expect(summary).toContain("| 180 of 230 | and 7 more |");
    expect(summary).toContain("Code 1,200, tests 0, docs 0 weighted lines in 21 files.");
    expect(summary).toContain("### What could go on its own\n\n1. first: 30 lines");
    expect(summary).toContain("| the rest | 600 lines, 1 file | 400 lines, 25 files |");
    expect(summary).toContain(
      "`size.warn.lines: 300` (line 3) of `.github/smallbatch.yml` on `main`; they are advice",
    );
    expect(summary).toContain("read at bbbbbbb");
  });

  it("leaves out the plan of what is small", () => {
    expect(check(measure([file("a.ts", 1)]), { plan: "1. first" }).summary).not.toContain("first");
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

/** Names of the files in the block for agents. */
function listIn(summary: string): string[] {
  const json = /```json\n(.*)\n```/.exec(summary)?.[1] ?? "";
  return (JSON.parse(json) as { list: { path: string }[] }).list.map(({ path }) => path);
}

describe("the names that a size check gives agents", () => {
  it("are those of the files, whatever stands in them", () => {
    const names = ["two  spaces.ts", "a\ttab.ts", "cafe\u0301.ts", "```.ts", "<!-- @mona -->.ts"];
    const { summary } = check(measure(names.map((name) => file(name, 1))));
    expect(listIn(summary).toSorted()).toEqual(names.toSorted());
    expect(summary.split("```")).toHaveLength(3);
    expect(summary.split("```json")[1]).not.toMatch(/[<@]/);
  });

  it("are fewer where they are long, and GitHub takes the summary", () => {
    const names = Array.from({ length: 60 }, (_, at) => `src/${"@".repeat(900)}${at}.ts`);
    const { summary } = check(measure(names.map((name, at) => file(name, 100 - at))));
    expect(summary.length).toBeLessThanOrEqual(65_535);
    const listed = listIn(summary);
    expect(listed.length).toBeGreaterThan(5);
    expect(listed).toEqual(names.slice(0, listed.length));
  });
});

function tellingOf(text: string) {
  const policy = policyIn(effectivePolicy(policyFile(`version: 1\n${text}`), []));
  return policy === null ? null : sizeTellingOf(policy);
}

describe("the size check of what GitHub did not list", () => {
  it("says what is counted all the same, and that it is asked again", () => {
    const none = measure([], "", true);
    const totals = { additions: 900, deletions: 100, files: 1 };
    const said = check(none, { unanswered: totals, baseSha: null, telling: "required" });
    expect(said.title).toBe(
      "size unknown: GitHub does not list it now (1,000 changed lines in 1 file)",
    );
    expect(said.conclusion).toBe("failure");
    expect(said.summary).toContain("presses “Re-run”");
    expect(said.summary).toContain("No `.gitattributes` could be read");
    const several = check(none, { unanswered: { ...totals, files: 2 } });
    expect(several.title).toContain("in 2 files");
  });
});

describe("the external id of a size check", () => {
  const by = {
    policy: DEFAULT_SIZE,
    telling: { check: "advisory", labels: false } as const,
    sources: [],
    exception: null,
    exempt: null,
  };
  const sized = {
    totals: { additions: 1, deletions: 2, files: 3 },
    labels: [],
    ourCheck: null,
    conclusion: null,
    hasComment: false,
  };

  it("is another one for all that changes what the check says, and for nothing else", () => {
    const pull = openPull({ sized });
    const id = sizeIdOf(pull, by);
    expect(id).toMatch(/^smallbatch:1:size:12:[0-9a-f]{16}$/);
    expect(
      sizeIdOf({ ...pull, title: "fix: other", sized: { ...sized, hasComment: true } }, by),
    ).toBe(id);
    const others = [
      sizeIdOf({ ...pull, headSha: "c".repeat(40) }, by),
      sizeIdOf({ ...pull, baseBranch: "next" }, by),
      sizeIdOf({ ...pull, isDraft: true }, by),
      sizeIdOf({ ...pull, sized: { ...sized, totals: { ...sized.totals, files: 4 } } }, by),
      sizeIdOf({ ...pull, sized: null }, by),
      sizeIdOf(pull, { ...by, policy: { ...DEFAULT_SIZE, deletions: 1 } }),
      sizeIdOf(pull, { ...by, telling: { check: "required", labels: false } }),
      sizeIdOf(pull, { ...by, exception: { by: "mona", reason: "so", url: null } }),
      sizeIdOf(pull, { ...by, exempt: "it rolls back v1.4.3" }),
      unansweredIdOf(id),
    ];
    expect(new Set([id, ...others]).size).toBe(others.length + 1);
  });
});

describe("what the author is told", () => {
  const over = factsOf(measure([file("a.ts", 2_000)]));
  const person = { author: { isBot: false }, isDraft: false };
  const checks = "https://example.com/checks";

  it("is a sentence over the limit, which goes with the mode", () => {
    const note = nextSizeNote(over, person, { standing: null, checks });
    expect(note).toContain("2,000 weighted lines, where 1,000 are the limit");
    expect(note).toContain("This is advice");
    expect(note).toContain(`[smallbatch/size](${checks})`);
    const required = { ...over, telling: "required" } as const;
    expect(nextSizeNote(required, person, { standing: null, checks })).toContain("`/size-ok`");
    const own = "size: { limits: [{ path: web/**, limit: { files: 1, lines: 10 } }] }";
    const spread = factsOf(measure([file("web/a", 5), file("web/b", 5)], own));
    expect(nextSizeNote(spread, person, { standing: null, checks })).toContain(
      "2 files in `web/**`, where 1 are the limit",
    );
  });

  it.each([
    ["bots", { ...person, author: { isBot: true } }],
    ["who drafts", { ...person, isDraft: true }],
  ])("is nothing for %s", (_, pull) => {
    expect(mayChangeNote(over, pull, false)).toBe(false);
    expect(mayChangeNote(over, pull, true)).toBe(true);
    expect(nextSizeNote(over, pull, { standing: "It is large", checks })).toBeNull();
  });

  it("is folded once when it holds no more", () => {
    const small = factsOf(measure([file("a.ts", 20)]));
    expect(mayChangeNote(over, person, false)).toBe(true);
    expect(mayChangeNote(small, person, false)).toBe(false);
    expect(nextSizeNote(small, person, { standing: null, checks })).toBeNull();
    const folded = nextSizeNote(small, person, { standing: "It is large", checks });
    expect(folded).toContain("<summary>No longer too large: 20 weighted of 400</summary>");
    expect(nextSizeNote(small, person, { standing: folded, checks })).toBeNull();
    const unknown = factsOf(measure([], "", true));
    expect(nextSizeNote(unknown, person, { standing: "It is large", checks })).toBeNull();
    const exception = { by: "mona", reason: "so", url: null };
    const standing = "It is large";
    expect(nextSizeNote({ ...over, exception }, person, { standing, checks })).toContain(
      "Let through as large as it was",
    );
    expect(nextSizeNote({ ...over, exempt: "a revert" }, person, { standing, checks })).toContain(
      "The size limit does not apply here",
    );
  });

  it("stands below what is said of commands, whichever changes", () => {
    const first = replaceSizeNote(null, "It is large");
    expect(sizeNoteIn(first)).toBe("It is large");
    expect(sizeNoteIn(replaceSizeNote(first, "It is larger"))).toBe("It is larger");
    expect(sizeNoteIn("<!-- smallbatch:status v1 -->\n\nsaid")).toBeNull();
    const said = replaceSizeNote("<!-- smallbatch:status v1 -->\n\nsaid", "It is large");
    expect(said).toMatch(/said\n\n<!-- smallbatch:size v1 -->\n\nIt is large$/);
    const comment = {
      author: ALICE,
      url: "https://example.com/c/2",
      status: { id: 1, body: said },
    };
    const answers = [{ said: "/release", text: "nothing waits." }];
    const next = renderStatus(comment, { answers, told: [] });
    expect(next).toMatch(/nothing waits\.\n\n<!-- smallbatch:size v1 -->\n\nIt is large$/);
  });
});

const label = (name: string) => ({ id: name, name });

describe("the label of a size", () => {
  const size = measure([file("a.ts", 12)]);

  it.each([
    ["is added where none stands", size, [], { add: "size/S", remove: [] }],
    ["is left where it stands", size, [label("size/S")], null],
    [
      "replaces another one, and leaves what people call a size",
      size,
      [label("size/XL"), label("size/huge")],
      { add: "size/S", remove: [label("size/XL")] },
    ],
    ["is none where the size is unknown", measure([], "", true), [], null],
    [
      "is taken off where the size is unknown",
      measure([], "", true),
      [label("size/XS")],
      { add: null, remove: [label("size/XS")] },
    ],
  ])("%s", (_, of, labels, change) => {
    expect(compareSizeLabels(of, labels)).toEqual(change);
  });
});

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
