import { describe, expect, it } from "@jest/globals";
import { judgeClaims } from "../../../src/core/evidence/before-after.ts";
import { judgeTokens } from "../../../src/core/evidence/grounds.ts";
import { Numbers } from "../../../src/core/evidence/numbers.ts";
import { occurs } from "../../../src/core/evidence/occurs.ts";
import { chooseCategory } from "../../../src/core/evidence/source-category.ts";
import { readSource } from "../../../src/core/evidence/source-text.ts";
import type { NoteSource } from "../../../src/core/evidence/source.ts";
import { findTokens } from "../../../src/core/evidence/tokens.ts";
import { topicsOf } from "../../../src/core/evidence/topics.ts";
import { verifyWording } from "../../../src/core/evidence/verify.ts";

function source(title: string, patch = "", more: Partial<NoteSource> = {}): NoteSource {
  const file = { path: "src/a.ts", previousPath: null, additions: 1, deletions: 1, patch };
  return {
    unit: "#1",
    pull: 1,
    title,
    body: "",
    labels: [],
    commits: [],
    files: patch === "" ? [] : [file],
    isTruncated: false,
    signals: { breaking: [], security: [], injection: [] },
    ...more,
  };
}

const tokenCodes = (sentence: string, of: NoteSource) =>
  judgeTokens(sentence, [readSource(of)]).map(({ code }) => code);
const claimCodes = (sentence: string, of: NoteSource) =>
  judgeClaims(sentence, [readSource(of)]).map(({ code }) => code);

describe("words that cannot be reworded", () => {
  it.each([
    ["Takes --no-color and -v.", ["flag --no-color", "flag -v"]],
    ["Sets --depth=3 at once.", ["flag --depth", "number 3"]],
    ["Node.js and e.g. GitHub are names.", []],
    [
      "Calls parseHeader() of HTMLElement, snake_case, a::b and $el.",
      [
        "identifier parseHeader",
        "identifier HTMLElement",
        "identifier snake_case",
        "identifier a::b",
        "identifier $el",
      ],
    ],
    ["APIs, URLs and OOMed are English.", []],
    ["Of vue.config and a.b.c().", ["identifier vue.config", "identifier a.b.c"]],
    [
      "Reads ./a, src/b.ts, package.json and @scope/name, or read/write.",
      ["path ./a", "path src/b.ts", "path package.json", "path @scope/name"],
    ],
    [
      "From 3.2.1 to v4, 1.5 times, 10-20 ms, 1,000 and 2.x.",
      [
        "version 3.2.1",
        "version v4",
        "number 1.5times",
        "number 10ms",
        "number 20ms",
        "number 1000",
        "version 2.x",
      ],
    ],
    ['Says "not found" and “…” in `a b`.', ["quoted not found", "code a b"]],
    [
      "Closes CVE-2026-1234 (GHSA-2345-6789-cfgh).",
      ["advisory CVE-2026-1234", "advisory GHSA-2345-6789-cfgh"],
    ],
    ["Waits ５ minutes, or ٢٢.", ["number 5minutes", "number 22"]],
    [
      "Uses foo and foo_bar, foo_bar (see [list_all]).",
      ["identifier foo_bar", "identifier list_all"],
    ],
    ["将超时从10秒提高到30秒", ["number 10", "number 30"]],
    ["Reads .github/x.yml (see [it]).", ["path .github/x.yml"]],
    ["Takes an array[] or [a(b).", []],
    [". ( ) -- !", []],
  ])("of %j", (sentence, expected) => {
    expect(findTokens(sentence).map(({ kind, text }) => `${kind} ${text}`)).toEqual(expected);
  });
});

describe("a word stands in its source", () => {
  const patch = [
    "@@ -1,4 +1,4 @@ class Cache",
    " // the cache",
    "-const CACHE_TTL = 5_000;",
    "+const CACHE_TTL = 90_000;",
    "+  .option('no-color', false)",
    "+impl Store { fn keep_all(&self) {} }",
    "\\ No newline at end of file",
  ].join("\n");
  const of = source("Keep 10 entries of the cache for two days, v1.2 and 3.12.4", patch, {
    body: "Uses sha256 on aarch64, `goto_next`, `goto_prev` and 40 percent of cli-tools.",
    labels: ["area:cache"],
  });
  it.each([
    ["Keeps 10 entries.", []],
    ["Keeps 1 entry.", ["number-not-in-source"]],
    ["Keeps 100 entries.", ["number-not-in-source"]],
    ["Keeps them for 2 days, or 48 hours.", []],
    ["Keeps them for 2 hours.", ["number-not-in-source"]],
    ["Works with 1.2, v1.2 and 3.12.", []],
    ["Works with 3.1.", ["number-not-in-source"]],
    ["Works with 12.4.", ["number-not-in-source"]],
    ["Works with 3.12.x and 3.12.4.", []],
    ["Works with 3.12.5.", ["version-not-in-source"]],
    ["Uses 40% of it.", []],
    ["Uses 10% of it.", ["number-not-in-source"]],
    ["The cache lasts 90 seconds.", []],
    ["The cache lasts 1.5 min.", []],
    ["The cache lasts 90 minutes.", ["number-not-in-source"]],
    ["Keeps 90000 things.", []],
    ["Hashes with SHA-256 on arm64.", []],
    ["Hashes with SHA-512 on riscv64.", ["identifier-not-in-source", "identifier-not-in-source"]],
    ["Calls Store::keep_all.", []],
    ["Calls Store::keep_none.", ["identifier-not-in-source"]],
    ["Adds `goto_{next,prev}`.", []],
    ["Adds `goto_{next,last}`.", ["identifier-not-in-source"]],
    ["Runs `store --no-color`.", []],
    ["Runs `other`.", ["identifier-not-in-source"]],
    ["Takes --no-color.", []],
    ["Takes --no-colors.", ["flag-not-in-source"]],
    ["Takes -x.", ["flag-not-in-source"]],
    ["Of cli_tools, CACHE_TTL-based.", []],
    ["Of cli_things.", ["identifier-not-in-source"]],
    ["Of `cli-tools` and `a=b c`.", ["identifier-not-in-source"]],
    ["Of `10 40%`.", []],
    ["Runs `store --no-paint`, `5:7`.", ["identifier-not-in-source", "identifier-not-in-source"]],
    ["Keeps 1 entry or 1 s.", ["number-not-in-source", "number-not-in-source"]],
    ["Is 3x faster.", ["number-not-in-source"]],
    ["Changes src/a.ts.", []],
    ["Changes src/b.ts.", ["path-not-in-source"]],
    ['Says "the cache".', []],
    ['Says "the cash".', ["quoted-not-in-source"]],
    ["Closes CVE-2026-1111.", ["advisory-not-in-source"]],
  ])("%j", (sentence, codes) => {
    expect(tokenCodes(sentence, of)).toEqual(codes);
  });
});

it("takes a number of code only from beside what the sentence is about", () => {
  const of = source("Change it", "@@ -1 +1 @@\n+const retries = 7;\n \n \n+const width = 9;");
  expect(tokenCodes("Allows 7 retries.", of)).toEqual([]);
  expect(tokenCodes("Allows 9 retries.", of)).toEqual(["number-not-in-source"]);
  // Of another language: no word of it stands in code.
  expect(tokenCodes("Erlaubt 9 Versuche.", of)).toEqual([]);
  expect(tokenCodes("Erlaubt 8 Versuche.", of)).toEqual(["number-not-in-source"]);
});

describe("a claim of a change", () => {
  const patch = [
    "@@ -1,9 +1,9 @@",
    '   "node": ">=22",',
    "-  timeout: 30,",
    "+  timeout: 60,",
    " ",
    "-export function openOld() {}",
    "+export function openNew() {}",
    " ",
    "+  retries: 4,",
  ].join("\n");
  const quiet = source("Tidy up", patch);
  it.each([
    ["Node.js engine requirement raised to >=22.", ["unchanged-in-diff"]],
    ["Now requires Node.js 22.", ["unchanged-in-diff"]],
    ["Raises the timeout from 30 to 60 seconds.", []],
    ["Raises the timeout to 60.", []],
    ["Lowers the timeout to 60.", ["direction"]],
    ["Lowers the timeout from 30 to 60.", ["direction"]],
    ["Raises the timeout from 20 to 60.", ["before-not-in-diff"]],
    ["Raises the timeout from 30 to 90.", ["after-not-in-diff"]],
    ["The timeout defaults to 60.", []],
    ["The default timeout is now 60.", []],
    ["The default timeout is now 22.", ["unchanged-in-diff"]],
    ["Renames openOld to openNew.", []],
    ["openOld was renamed to openNew.", []],
    ["Renames openNew to openOld.", ["unchanged-in-diff"]],
    ["Removes openOld.", []],
    ["openOld was removed.", []],
    ["Removes openNew.", ["before-not-in-diff"]],
    ["Adds openNew.", []],
    ["Adds openOld.", ["unchanged-in-diff"]],
    ["Adds openAny.", ["after-not-in-diff"]],
    ["Fixes a crash that removed openNew by changing it to openOld.", []],
    ["Updates the engine to be quick.", []],
    ["Adds `open{Old,New}`.", []],
    ["Adds `openNew(path)`, a helper.", []],
    ["Adds `open | close` and `await openNew`.", []],
    ["Now requires a cup of tea.", []],
    ["Now requires 1.2.3.", ["after-not-in-diff"]],
    ["Adds `a=b`, `Some:thing` and more.", []],
    ["Raises it from openOld to openNew.", []],
    ["Changed the retries to 4 or so.", []],
    ["Raises the node to 22.", ["unchanged-in-diff"]],
  ])("%j by a diff", (sentence, codes) => {
    expect(claimCodes(sentence, quiet)).toEqual(codes);
  });

  it("needs a value before, where something was raised", () => {
    const of = source("Tidy up", "@@ -1 +1 @@\n+  retries: 4,");
    expect(claimCodes("Raises the retries to 4.", of)).toEqual(["before-not-in-diff"]);
    expect(claimCodes("Adds 4 retries.", of)).toEqual([]);
  });

  it.each([
    ["Raise the timeout from 5 to 9", "Raises the timeout from 5 to 9 seconds.", []],
    ["Raise the timeout (5 -> 9)", "Raises the timeout to 9.", []],
    ["Set the timeout to 9 from 5 (changed)", "Changed the timeout from 5 to 9.", []],
    ["Raise the timeout from 5 to 9", "Changed the timeout from 9 to 5.", ["no-change-in-source"]],
    ["Raise the timeout from 5 to 9", "Changed the timeout to 5.", ["no-change-in-source"]],
    ["Raise the timeout to 9", "Raises the timeout to 9.", []],
    ["Think of 9 timeouts", "Raises the timeout to 9.", ["no-change-in-source"]],
    ["Raise it", "Raises the timeout to 9.", ["no-change-in-source"]],
    ["Require Node.js 22", "Now requires Node.js 22.", []],
    ["Rename fooBar to barFoo", "Renames fooBar to barFoo.", []],
    ["feat: fooBar", "Adds fooBar.", []],
    ["Support fooBar", "Adds fooBar.", []],
    ["feat: remove fooBar", "Adds fooBar.", ["no-change-in-source"]],
    ["Drop `x.fooBar()`", "Removes Some::fooBar.", []],
    ["Move it to fooBar", "Moves it to fooBar.", []],
    ["Bump from 1.9 to 1.9.1", "Raises it from 1.9 to 1.9.1.", []],
    ["Bump from 1.9.1 to 1.9", "Raises it from 1.9.1 to 1.9.", ["direction"]],
    ["Bump from 1.9 to 1.10", "Raises it from 1.9 to 1.10.", []],
    ["Go from 2.0 to 2.0", "Raises it from 2.0 to 2.0.", ["no-change-in-source"]],
    ["Move `fooBar` to `barFoo`", "Moved fooBar from aOne to bTwo.", ["no-change-in-source"]],
  ])("of %j by titles alone: %j", (title, sentence, codes) => {
    expect(claimCodes(sentence, source(title))).toEqual(codes);
  });
});

it("does not take what was moved for new", () => {
  const moved = "@@ -1 +1 @@\n-const fooBar = 1;\n \n+const fooBar = 1;";
  expect(claimCodes("Adds fooBar.", source("Tidy up", moved))).toEqual(["unchanged-in-diff"]);
});

it("reads what is there of files, and what was renamed", () => {
  const file = { path: "b.md", previousPath: "a.md", additions: 0, deletions: 0, patch: null };
  const text = readSource(source("Move it", "", { files: [file] }));
  expect(text.shown).toEqual(["b.md", "a.md"]);
  expect(text.blocks).toEqual([]);
});

it("takes pages that a pull writes for what its author says", () => {
  const file = { path: "CHANGELOG.md", previousPath: null, additions: 1, deletions: 0 };
  const patch = "@@ -1 +1 @@\n+- Raise the timeout to 9\n-old\n+new";
  const of = source("Tidy up", "", { files: [{ ...file, patch }] });
  expect(claimCodes("Raises the timeout to 9.", of)).toEqual([]);
});

it.each([
  ["5", "1.5", false],
  ["5", "5.1.2", true],
  ["2.1", "1.2.1", false],
  ["5", "5.1", false],
  ["-v", "a -v", true],
  ["-v", "a --v", false],
  ["end", "the end", true],
])("finds %j in %j: %j", (name, text, isThere) => {
  expect(occurs(name, text)).toBe(isThere);
});

it("finds no topic in numbers", () => {
  expect(topicsOf("5")).toEqual([]);
});

it("knows no number where there is none", () => {
  expect(new Numbers(["one"]).has("x")).toBe(false);
  expect(new Numbers(["one"]).has("1")).toBe(true);
});

it("takes a category from a label, and none that is unknown", () => {
  expect(chooseCategory("other", [source("Do it", "", { labels: ["bug"] })])).toBe("fix");
  expect(chooseCategory("nonsense", [source("Do it", "", { labels: ["breaking"] })])).toBe("other");
});

/** The table of docs/notes.md. */
it.each([
  ["The timeout of requests was raised from 10 to 30 s.", []],
  ["The timeout is now 30 seconds.", []],
  ["The timeout of requests was raised to 60 seconds.", ["number-not-in-source"]],
  ["The Node.js requirement was raised to >=22.", ["unchanged-in-diff"]],
  ["The timeout was lowered from 30 to 10 seconds.", ["direction"]],
])("judges %j as the page about notes says", (sentence, codes) => {
  const patch = '@@ -1 +1 @@\n   "node": ">=22"\n-  timeout: 10_000,\n+  timeout: 30_000,';
  const of = source("Raise the timeout of requests", patch);
  const [first] = verifyWording(of, sentence, "mona").rejected?.codes ?? [];
  expect(first === undefined ? [] : [first]).toEqual(codes);
});
