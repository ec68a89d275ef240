import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { readWorkflow } from "../../../src/core/doctor/workflow-file.ts";
import { passesFilter } from "../../../src/core/doctor/workflow-pattern.ts";
import { listStarts, takesBranch } from "../../../src/core/doctor/workflow-starts.ts";
import { matchesRefPattern } from "../../../src/core/ref-pattern.ts";

/** `by` of what a release of v1.4.3 starts, of one workflow that begins so. */
function startsOf(on: string, { isDraftFirst = false, tag = "v1.4.3" } = {}): readonly unknown[] {
  const workflow = readWorkflow(".github/workflows/x.yml", `${on}\njobs: {}\n`);
  const workflows = workflow === null ? [] : [workflow];
  return listStarts(workflows, { tags: [tag], isDraftFirst }).map(({ by }) => by);
}

const TAG = { kind: "tag" };
const CREATE = { kind: "create" };
const released = (...types: string[]) => ({ kind: "release", types });
const ALL = released("created", "published", "released");

describe("what a release starts", () => {
  it.each<[string, readonly unknown[]]>([
    ["on: push", [TAG]],
    ["on: [push, pull_request]", [TAG]],
    ["on: { push: }", [TAG]],
    ["on: { push: { tags: ['v*'] } }", [TAG]],
    ["on: { push: { tags: 'v*' } }", [TAG]],
    ["on: { push: { tags: ['v*', '!v1.4.*'] } }", []],
    ["on: { push: { tags: ['!v1.4.*', 'v*'] } }", [TAG]],
    ["on: { push: { tags: ['release-*'] } }", []],
    ["on: { push: { tags: [] } }", []],
    ["on: { push: { tags-ignore: ['v*'] } }", []],
    ["on: { push: { tags-ignore: ['nightly'] } }", [TAG]],
    // Filters of branches leave tags out, and filters of paths do not.
    ["on: { push: { branches: [main] } }", []],
    ["on: { push: { branches-ignore: [main] } }", []],
    ["on: { push: { branches: [main], tags: ['v*'] } }", [TAG]],
    ["on: { push: { paths: ['src/**'] } }", [TAG]],
    ["on: create", [CREATE]],
    ["on: release", [ALL]],
    ["on: { release: { types: [published] } }", [released("published")]],
    ["on: { release: { types: [created, edited] } }", [released("created")]],
    ["on: { release: { types: [edited, deleted] } }", []],
    ["on: { push: { tags: ['v*'] }, release: { types: released } }", [TAG, released("released")]],
    ["on: pull_request", []],
    ["on: { workflow_dispatch: }", []],
    ["on: { workflow_run: { workflows: [Other] } }", []],
    ["'on': push", [TAG]],
    ["%YAML 1.1\n---\non: push", [TAG]],
    ["on: &events { push: { tags: &tags ['v*'] } }\nx: *events", [TAG]],
    // What is no workflow starts nothing.
    ["on: 7", []],
    ["on: {}", []],
    ["name: nothing", []],
    ["- on", []],
    ["on: [", []],
    [`on: push\nx: ${"[".repeat(60)}${"]".repeat(60)}`, []],
    [
      "on: push\na: &a [1, 1]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c, *c, *c, *c, *c]\n" +
        "e: &e [*d, *d, *d, *d, *d, *d, *d]\nf: [*e, *e, *e, *e, *e, *e, *e]",
      [],
    ],
    [`on: push\nx: ${"y".repeat(70_000)}`, []],
  ])("%j: %j", (on, expected) => {
    expect(startsOf(on)).toEqual(expected);
  });

  it("leaves out what a draft starts nothing of", () => {
    expect(startsOf("on: release", { isDraftFirst: true })).toEqual([
      released("published", "released"),
    ]);
    expect(startsOf("on: { release: { types: [created] } }", { isDraftFirst: true })).toEqual([]);
  });

  it("goes on to workflows that follow one which it starts, each once", () => {
    const workflows = [
      ["a", "name: A\non: { push: { tags: ['v*'] } }"],
      ["b", "name: B\non: { workflow_run: { workflows: [A, C] } }"],
      ["c", "name: C\non: { workflow_run: { workflows: [B] } }"],
      ["d", "name: D\non: { workflow_run: { workflows: [Other] } }"],
      ["e", "name: E\non: { workflow_run: }"],
    ].flatMap(([file, text]) => readWorkflow(`.github/workflows/${file}.yml`, `${text}\n`) ?? []);
    const starts = listStarts(workflows, { tags: ["v1.4.3"], isDraftFirst: false });
    expect(starts.map(({ workflow, by }) => [workflow.name, by])).toEqual([
      ["A", TAG],
      ["B", { kind: "workflow", after: "A" }],
      ["C", { kind: "workflow", after: "B" }],
    ]);
  });

  it.each<[string, boolean]>([
    ["on: push", true],
    ["on: pull_request", false],
    ["on: { push: { branches: [main] } }", true],
    ["on: { push: { branches: ['release/**'] } }", false],
    ["on: { push: { branches: ['**', '!main'] } }", false],
    ["on: { push: { branches-ignore: ['dependabot/**'] } }", true],
    ["on: { push: { branches-ignore: [main] } }", false],
    ["on: { push: { branches: [4, {}] } }", false],
    ["on: { push: { tags: ['v*'] } }", false],
    ["on: { push: { tags-ignore: ['v*'] } }", false],
    ["on: { push: { paths: [src] } }", true],
  ])("knows which ones a push to main starts: %s: %s", (on, expected) => {
    const workflow = readWorkflow(".github/workflows/x.yml", `${on}\n`);
    expect(workflow !== null && takesBranch(workflow, "main")).toBe(expected);
  });
});

describe("a workflow file", () => {
  const text = `
name: Release \${{ github.ref }}
on: push
jobs:
  plain:
    steps:
      - uses: acme/upload@v1
        with: { files: dist/*, script: "await go()" }
      - run: |
          # gh release create v1
          make
      - 7
  named: { name: Build it, needs: plain, if: always(), steps: [] }
  matrix: { strategy: { matrix: { os: [a, b] } }, needs: [plain, named] }
  called: { uses: ./.github/workflows/other.yml }
  odd: { name: "for \${{ matrix.os }}" }
  none:
`;

  it("is read as far as it tells what its jobs do", () => {
    const workflow = readWorkflow(".github/workflows/release.yaml", text);
    expect(workflow).toMatchObject({
      file: "release.yaml",
      name: "Release ${{ github.ref }}",
      jobs: [
        {
          id: "plain",
          check: "plain",
          condition: "",
          needs: [],
          uses: [{ action: "acme/upload@v1", inputs: ["files", "script"] }],
          runs: ["await go()", "\nmake\n"],
        },
        { id: "named", check: "Build it", condition: "always()", needs: ["plain"] },
        { id: "matrix", check: null, needs: ["plain", "named"] },
        { id: "called", check: null, uses: [{ action: "./.github/workflows/other.yml" }] },
        { id: "odd", check: null },
        { id: "none", check: "none" },
      ],
    });
  });

  it("goes by the name of its file where it has none", () => {
    for (const head of ["", "name: ' '\n", "name: 7\n"]) {
      expect(readWorkflow(".github/workflows/x.yml", `${head}on: push\n`)?.name).toBe("x.yml");
    }
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (head, tail) => {
        const read = readWorkflow(".github/workflows/x.yml", `${head}\non: push\n${tail}`);
        expect(read === null || read.file === "x.yml").toBe(true);
      }),
    );
  });
});

describe("patterns of names", () => {
  it.each<[string, string, boolean]>([
    ["", "", true],
    ["v*", "v1.4.3", true],
    ["v*", "v1/2", false],
    ["v**", "v1/2", true],
    ["*", "", true],
    ["**", "a/b", true],
    ["v[0-9]+.[0-9]+.[0-9]+", "v10.4.33", true],
    ["v[0-9]+.[0-9]+.[0-9]+", "v10.4.", false],
    ["v[12].*", "v2.0", true],
    ["v[12].*", "v3.0", false],
    ["*.jsx?", "page.js", true],
    ["*.jsx?", "page.jsx", true],
    ["*.jsx?", "page.jsxx", false],
    ["a?b", "b", true],
    ["a+b", "aaab", true],
    ["a+b", "b", false],
    ["a?+b", "b", true],
    ["[a-z]*?", "z", true],
    ["?v", "?v", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["\\", "\\", true],
    ["[", "[", true],
    ["[]", "[]", true],
    ["[", "x", false],
    ["v1.4.3", "v1x4x3", false],
    [`${"a".repeat(249)}*`, "a".repeat(249), true],
    [`${"a".repeat(250)}*`, "a".repeat(250), false],
  ])("of workflows: %s and %s: %s", (pattern, name, expected) => {
    expect(passesFilter([pattern], name)).toBe(expected);
  });

  it.each<[string, string, boolean]>([
    ["~ALL", "refs/tags/v1", true],
    ["", "refs/tags/v1", false],
    ["refs/tags/v*", "refs/tags/v1.4.3", true],
    ["refs/tags/*", "refs/tags/a/b", false],
    ["refs/tags/**/*", "refs/tags/a/b", true],
    ["refs/tags/**/*", "refs/tags/a", true],
    ["refs/tags/v?", "refs/tags/v1", true],
    ["refs/tags/v?", "refs/tags/v", false],
    ["refs/tags/v[^0]*", "refs/tags/v0.1", false],
    ["refs/tags/v[!0]*", "refs/tags/v1.1", true],
    [`refs/tags/${"a".repeat(500)}*`, `refs/tags/${"a".repeat(500)}`, false],
  ])("of rulesets: %s and %s: %s", (pattern, ref, expected) => {
    expect(matchesRefPattern(pattern, ref)).toBe(expected);
  });

  it("come to an end with a hostile one", () => {
    const hostile = "*a".repeat(120);
    // A matcher that goes back and tries again would not come to an end.
    expect(passesFilter([hostile], `${"a".repeat(250)}b`)).toBe(false);
  });
});
