import { describe, expect, it } from "@jest/globals";
import { failureCaseSchema, nameFolder } from "../../../src/core/failure-cases/case-file.ts";
import type { FailureCase } from "../../../src/core/failure-cases/case-file.ts";
import { renderCaseReadme, renderIssue } from "../../../src/core/failure-cases/case-text.ts";
import { partOf } from "../../../src/core/failure-cases/fix-files.ts";
import { sha } from "../../support/states.ts";

const AT = "2026-03-02T12:00:00.000Z";
const release = (tag: string, number: number): FailureCase["bad"] => {
  return { tag, sha: sha(number), at: AT };
};

const CASE: FailureCase = {
  version: 1,
  id: `v1.1.0-${sha(3).slice(0, 12)}`,
  kind: "hotfix",
  isExplicit: false,
  evidence: [{ sure: "inferred", by: "same-lines", what: "#2 in src/lists.ts" }],
  repository: "acme/widgets",
  good: release("v1.0.0", 1),
  bad: release("v1.1.0", 2),
  fix: { sha: sha(3), before: sha(2), pull: 4, at: AT, released: release("v1.1.1", 4) },
  tests: [{ path: "test/lists.test.ts", change: "added" }],
  patches: { fix: true, tests: true },
  issues: null,
  checks: null,
};

describe("the folder of a case", () => {
  it.each([
    ["v1.4.3", "v1.4.3"],
    ["pkg/core@1.0.0", "pkg-core-1.0.0"],
    ["../../etc/passwd", "etc-passwd"],
    ["..", "tag"],
    ["-rf", "rf"],
    [".git", "git"],
    ["a\u0000\n\u202Eb", "a-b"],
    ["日本", "tag"],
    ["x".repeat(200), "x".repeat(60)],
  ])("of %j begins with %j", (tag, plain) => {
    const name = nameFolder(tag, sha(3));
    expect(name).toBe(`${plain}-${sha(3).slice(0, 12)}`);
    expect(name).toMatch(/^[A-Za-z0-9_][\w.-]{0,72}$/);
  });
});

describe("issue.md", () => {
  it("has texts of others as code that nothing in it ends", () => {
    const body = "Breaks\n````\n# Heading @mona\n```\n<script>\u202E\u001B[31m";
    const text = renderIssue([{ from: "issue #12", title: "Lists", body }], false);
    const lines = text.split("\n");
    const from = lines.indexOf("`````text");
    expect(lines.slice(from, lines.lastIndexOf("`````") + 1)).toEqual([
      "`````text",
      "Lists",
      "",
      "Breaks",
      "````",
      "# Heading @mona",
      "```",
      "<script>",
      "`````",
    ]);
    expect(text).not.toContain("may tell the solution");
  });

  it("says where it may tell the solution, and where it was cut", () => {
    const long = { from: "the commit", title: "fix", body: "x".repeat(70_000) };
    const text = renderIssue([long], true);
    expect(text).toContain("**it may tell the solution.**");
    expect(text).toContain("Cut off here");
    expect(text.length).toBeLessThan(61_000);
  });
});

describe("README.md of a case", () => {
  it("says what to check out, and has no text of others in a command", () => {
    const bad = { ...CASE.bad, tag: "v1`; rm -rf $HOME" };
    const text = renderCaseReadme({ ...CASE, bad });
    const commands = [...text.matchAll(/ {3}```sh\n(.*?) {3}```/gs)].map((found) => found[1]);
    expect(commands.join("")).toContain(`git worktree add --detach ../case ${sha(2)}`);
    expect(commands.join("")).not.toContain("HOME");
    expect(text.split("\n").every((line) => line.length <= 100)).toBe(true);
  });

  it.each<[string, Partial<FailureCase>, string]>([
    ["it is inferred", {}, "Inferred from the history"],
    ["somebody wrote it", { isExplicit: true }, "Somebody wrote it"],
    ["nothing was good", { good: null }, "last good release: none is known"],
    ["it is not released", { fix: { ...CASE.fix, released: null } }, "not released yet"],
    ["no test was added", { patches: { fix: true, tests: false } }, "The fix added no test"],
    ["it is too large", { patches: { fix: false, tests: true } }, "too large for a patch"],
    ["nobody knows checks", {}, "not known, because GitHub was not asked"],
    ["there were no checks", { checks: [] }, "GitHub knows of none"],
    [
      "checks were green",
      {
        checks: [
          { name: "test", conclusion: "success" },
          { name: "lint", conclusion: "failure" },
          { name: "docs", conclusion: null },
        ],
      },
      "1 of 3 were green",
    ],
  ])("tells where %s", (_, change, words) => {
    const own = failureCaseSchema.parse({ ...CASE, ...change });
    expect(renderCaseReadme(own)).toContain(words);
  });
});

describe("a file of a fix", () => {
  it.each([
    ["src/lists.ts", "code"],
    ["package.json", "code"],
    ["test/lists.test.ts", "tests"],
    ["src/__snapshots__/lists.snap", "tests"],
    ["docs/lists.md", "other"],
    ["yarn.lock", "other"],
    [".github/workflows/test.yml", "other"],
  ])("%s is %s", (path, part) => {
    expect(partOf(path)).toBe(part);
  });
});
