import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { renderSplitPlan } from "../../../src/core/size/size-plan-words.ts";
import { planSplit } from "../../../src/core/size/size-plan.ts";
import type { SplitCommit, SplitPlan } from "../../../src/core/size/size-plan.ts";
import { DEFAULT_SIZE } from "../../../src/core/size/size-policy.ts";
import type { SizePolicy } from "../../../src/core/size/size-policy.ts";
import { measureSize } from "../../../src/core/size/size.ts";
import type { Change, ChangedFile } from "../../../src/core/size/size.ts";
import type { FileTie } from "../../../src/core/size/split-ties.ts";
import { aloneInUnit, SplitUnits } from "../../../src/core/size/split-units.ts";
import type { PlanFile } from "../../../src/core/size/split-units.ts";

interface Asked {
  readonly imports?: readonly string[];
  readonly commits?: readonly (readonly [string, readonly string[]])[];
  readonly removed?: readonly string[];
  readonly isTruncated?: boolean;
  readonly policy?: Partial<SizePolicy>;
}

/** `imports`: such as `a.ts > b.ts`; commits get shas from `1000000`. */
function plan(lines: Readonly<Record<string, number>>, asked: Asked = {}): SplitPlan | null {
  const { removed = [], commits = [], imports = [], isTruncated = false } = asked;
  const files = Object.entries(lines).map(([path, additions]): ChangedFile => ({
    path,
    additions: removed.includes(path) ? 0 : additions,
    deletions: removed.includes(path) ? additions : 0,
    previousPath: null,
    status: removed.includes(path) ? "removed" : "modified",
    isBinary: false,
    real: null,
  }));
  const change: Change = { files, isTruncated, attributesOf: () => new Map() };
  return planSplit({
    size: measureSize(change, { ...DEFAULT_SIZE, ...asked.policy }),
    change,
    commits: commits.map(([title, paths], at): SplitCommit => ({
      sha: `${1_000_000 + at}abcdef`,
      title,
      paths,
    })),
    imports: imports.map((one): FileTie => {
      const [from = "", to = ""] = one.split(" > ");
      return { from, to };
    }),
  });
}

/** A deleted line as an added one, so that a whole file may fill a group. */
const WHOLE = { policy: { deletions: 0.5, deletedFiles: "lines" } } as const;

const LARGE = { warn: { lines: 1_000, files: 9 }, limit: { lines: 2_000, files: 9 } };

const pathsOf = (found: SplitPlan | null) =>
  found?.groups.map(({ paths }) => paths.toSorted().join(" "));

describe("the groups of a split plan", () => {
  it.each<readonly [string, Record<string, number>, Asked, readonly string[] | undefined]>([
    ["none for what is small", { "a.ts": 200, "b.ts": 200 }, {}, undefined],
    ["one file that is too large", { "a.ts": 401 }, {}, ["a.ts"]],
    [
      "what fits into a folder together",
      { "a/x.ts": 150, "a/y.ts": 150, "b/x.ts": 150, "b/y.ts": 150 },
      {},
      ["a/x.ts a/y.ts", "b/x.ts b/y.ts"],
    ],
    [
      "what is imported before what imports",
      { "a/x.ts": 300, "b/x.ts": 300 },
      { imports: ["a/x.ts > b/x.ts", "a/x.ts > not/there.ts", "a/x.ts > a/x.ts"] },
      ["b/x.ts", "a/x.ts"],
    ],
    [
      "what is removed after what imported it",
      { "a/x.ts": 700, "b/x.ts": 300 },
      { ...WHOLE, imports: ["b/x.ts > a/x.ts"], removed: ["a/x.ts"] },
      ["b/x.ts", "a/x.ts"],
    ],
    [
      "what is removed at the end",
      { "a/x.ts": 700, "b/x.ts": 300, "c/x.ts": 300 },
      { ...WHOLE, removed: ["a/x.ts"] },
      ["b/x.ts", "c/x.ts", "a/x.ts"],
    ],
    [
      "a test with what it tests, by name and nearest folders",
      {
        "src/a/size.ts": 200,
        "src/b/size.ts": 200,
        "test/a/size.test.ts": 300,
        "test/b/size.test.ts": 300,
        "test/c/size.test.ts": 300,
      },
      {},
      [
        "src/a/size.ts test/a/size.test.ts",
        "src/b/size.ts test/b/size.test.ts",
        "test/c/size.test.ts",
      ],
    ],
    [
      "tests of every language's habit",
      {
        "a/x.go": 300,
        "b/y.py": 300,
        "c/Z.java": 300,
        "d/w.rb": 300,
        "q/x_test.go": 100,
        "q/test_y.py": 100,
        "q/ZTest.java": 100,
        "q/w_spec.rb": 100,
        "q/x_test.py": 100,
        "q/__snapshots__/x_test.py.snap": 900,
        "q/alone.snap": 900,
      },
      {},
      [
        "a/x.go q/x_test.go",
        "b/y.py q/test_y.py",
        "c/Z.java q/ZTest.java",
        "d/w.rb q/w_spec.rb",
        "q/__snapshots__/x_test.py.snap q/alone.snap q/x_test.py",
      ],
    ],
    [
      "manifests with their locks and what was copied of it, first",
      {
        "z/go.mod": 30,
        "z/go.sum": 300,
        "z/vendor/example.com/a.go": 9_000,
        "a/x.go": 390,
        "a/node_modules/b/c.js": 30,
        "vendor/example.com/b.go": 30,
      },
      {},
      [
        "vendor/example.com/b.go z/go.mod z/go.sum z/vendor/example.com/a.go",
        "a/node_modules/b/c.js a/x.go",
      ],
    ],
    [
      "files that import each other together",
      { "a/x.ts": 150, "b/x.ts": 150, "a/y.ts": 150, "b/y.ts": 150 },
      { imports: ["a/x.ts > b/x.ts", "b/x.ts > a/x.ts", "a/x.ts > a/y.ts"] },
      ["a/y.ts b/y.ts", "a/x.ts b/x.ts"],
    ],
    [
      "pieces of a circle that is too large",
      { "a/x.ts": 300, "b/x.ts": 300, "c/x.ts": 300 },
      { imports: ["a/x.ts > b/x.ts", "b/x.ts > c/x.ts", "c/x.ts > a/x.ts"] },
      ["a/x.ts", "b/x.ts", "c/x.ts"],
    ],
    [
      "by folder where a folder together would be in a circle with another one",
      { "a/x.ts": 100, "a/y.ts": 100, "b/x.ts": 300 },
      { imports: ["a/x.ts > b/x.ts", "b/x.ts > a/y.ts"] },
      ["a/y.ts b/x.ts", "a/x.ts"],
    ],
    [
      "by folder also where the way of that circle is long",
      { "a/x.ts": 100, "a/y.ts": 100, "b/x.ts": 300, "c/x.ts": 300 },
      { imports: ["a/x.ts > b/x.ts", "b/x.ts > c/x.ts", "c/x.ts > a/y.ts"] },
      ["a/y.ts c/x.ts", "a/x.ts b/x.ts"],
    ],
    [
      "what two others import before both",
      { "a/x.ts": 300, "b/x.ts": 300, "c/x.ts": 300 },
      { imports: ["a/x.ts > c/x.ts", "b/x.ts > c/x.ts"] },
      ["c/x.ts", "a/x.ts", "b/x.ts"],
    ],
    [
      "apart for limits of their own",
      { "proto/a": 900, "b.ts": 300, "c.ts": 300 },
      { policy: { own: [{ name: "p", pattern: "proto/**", ...LARGE }] } },
      ["b.ts", "c.ts", "proto/a"],
    ],
    [
      "by commits where these are small enough",
      { "a/x.ts": 150, "b/x.ts": 150, "a/y.ts": 150, "b/y.ts": 150 },
      {
        commits: [
          ["Second letters", ["a/y.ts", "b/y.ts"]],
          ["First letters", ["a/x.ts", "b/x.ts", "gone.ts"]],
          ["Everything", ["a/x.ts", "b/x.ts", "a/y.ts", "b/y.ts"]],
          ["Nothing", ["gone.ts"]],
        ],
      },
      ["a/y.ts b/y.ts", "a/x.ts b/x.ts"],
    ],
  ])("are %s", (_, lines, asked, groups) => {
    expect(pathsOf(plan(lines, asked))).toEqual(groups);
  });
});

const reasons = (found: SplitPlan | null) =>
  found?.groups.map(({ title, lines, files, reason }) => `${title} ${lines}/${files}: ${reason}`);

describe("a group says", () => {
  it.each<readonly [string, Record<string, number>, Asked, readonly string[]]>([
    [
      "where its files are",
      { "README.md": 20, "a/b/c/x.ts": 200, "a/b/d/y.ts": 180, "e/x.ts": 190, "f/g/h.ts": 90 },
      {},
      ["a/b/ and README.md 390/3: by folder", "e/x.ts and f/g/h.ts 280/2: by folder"],
    ],
    [
      "which piece of a folder it is",
      { "a/x.ts": 200, "a/y.ts": 200, "a/z.ts": 200, "a/w.ts": 100 },
      {},
      ["a/ (1 of 2) 300/2: by folder", "a/ (2 of 2) 400/2: by folder"],
    ],
    [
      "what goes before",
      { "a/x.ts": 300, "b/x.ts": 300, "c/x.ts": 300 },
      { imports: ["a/x.ts > c/x.ts", "a/x.ts > b/x.ts"] },
      [
        "b/x.ts 300/1: imports nothing of the others",
        "c/x.ts 300/1: imports nothing of the others",
        "a/x.ts 300/1: after 1 and 2",
      ],
    ],
    [
      "that one file alone is too large",
      { "a/x.ts": 900, "a/x.test.ts": 20 },
      {},
      [
        "a/x.ts 900/1: one file alone is too large: split what it holds",
        "a/x.test.ts 10/1: after 1",
      ],
    ],
    [
      "that a circle was cut",
      { "a/x.ts": 300, "b/x.ts": 300 },
      { imports: ["a/x.ts > b/x.ts", "b/x.ts > a/x.ts"] },
      [
        "a/x.ts 300/1: part of a circle of imports, so more may have to go together",
        "b/x.ts 300/1: part of a circle of imports, so more may have to go together",
      ],
    ],
    [
      "which commits it is",
      { "a/x.ts": 150, "b/x.ts": 150, "a/y.ts": 150, "c.ts": 100, "d.ts": 1, "z.ts": 200 },
      {
        commits: [
          ["One", ["a/x.ts", "b/x.ts"]],
          ["Two", ["b/x.ts"]],
          [" ", ["a/y.ts", "c.ts", "d.ts"]],
        ],
      },
      [
        "One and 1 commit 300/2: commits 1000000 and 1000001",
        "a/y.ts, c.ts and d.ts 251/3: commit 1000002",
        "z.ts 200/1: by folder",
      ],
    ],
  ])("%s", (_, lines, asked, said) => {
    expect(reasons(plan(lines, asked))).toEqual(said);
  });
});

describe("a rendered plan", () => {
  const many = Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [`f${at + 10}/a.ts`, 300] as const),
  );

  it("shows titles and paths as they are, and nothing of them acts", () => {
    const found = plan(
      { "`@mona`/*.ts": 1_500, "a.ts": 200, "b.ts": 190 },
      { commits: [["<b> @wilma #1", ["a.ts", "b.ts"]]] },
    );
    expect(found === null ? [] : renderSplitPlan(found).split("\n")).toEqual([
      "1. \\<b\\> `@wilma` `#1`: 390 lines in 2 files (commit 1000000)<br>`a.ts`, `b.ts`",
      "2. `'@mona'/*.ts`: 1,500 lines in 1 file (one file alone is too large: split what it holds)<br>`'@mona'/*.ts`",
    ]);
  });

  it("counts what it leaves out", () => {
    const found = plan(many, { isTruncated: true });
    const text = found === null ? "" : renderSplitPlan(found);
    expect(text.split("\n").length).toBe(16);
    expect(text).toContain("And 48 groups more, 14,400 lines.");
    const folder = plan(Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`a/${at}`, 1])));
    expect(folder === null ? "" : renderSplitPlan(folder)).toContain("`a/14`, `a/15` and 17 more");
    expect(text).toContain("There are more files, which nobody listed: this is a part.");
  });
});

describe("units", () => {
  it("are joined no more when that takes too long to look at", () => {
    const room = { lines: 9, files: 9 };
    const file = (at: number, needs: PlanFile[]): PlanFile => {
      const usual = { hundredths: 1, isSpread: true, room, rank: 0, isCut: false };
      return aloneInUnit({ ...usual, at, path: `${at}`, needs });
    };
    const [a, b] = [file(0, []), file(1, [])];
    const c = file(2, [a, b]);
    const d = file(3, [c]);
    expect(new SplitUnits([a, b, c, d], 1).join([b, d])).toBe(false);
    expect(new SplitUnits([a, b, c, d], 9).join([a, b])).toBe(true);
  });
});

describe("whatever changes", () => {
  const names = Array.from(
    { length: 24 },
    (_, at) => `${"abcd".charAt(at % 4)}/${at % 3}/${at}.ts`,
  );
  const edges = fc.array(fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)), {
    maxLength: 30,
  });
  const commits = fc.array(fc.subarray(names, { maxLength: 6 }), { maxLength: 6 });

  it("each file is in one group, groups are small, and what is imported goes first", () => {
    fc.assert(
      fc.property(
        fc.subarray(names, { minLength: 8 }),
        fc.array(fc.integer({ min: 0, max: 450 }), { minLength: 24, maxLength: 24 }),
        edges,
        commits,
        (paths, counts, pairs, groups) => {
          const lines = Object.fromEntries(paths.map((path, at) => [path, counts[at] ?? 0]));
          const found = plan(lines, {
            imports: pairs.map(([from, to]) => `${from} > ${to}`),
            commits: groups.map((list) => ["Some", list] as const),
          });
          const total = Object.values(lines).reduce((sum, count) => sum + count, 0);
          expect(found === null).toBe(total <= 400);
          const all = found?.groups ?? [];
          const named = all.flatMap((group) => group.paths).toSorted();
          expect(named).toEqual(found === null ? [] : paths.toSorted());
          expect(
            all.filter(
              (group) =>
                group.lines > 400 &&
                !(group.paths.length === 1 && group.reason.startsWith("one file alone")),
            ),
          ).toEqual([]);
          const groupOf = new Map(
            all.flatMap((group, at) => group.paths.map((path) => [path, at] as const)),
          );
          const isCut = (at: number) => all[at]?.reason.includes("circle") === true;
          const wrong = pairs.filter(([from, to]) => {
            const [later = 0, earlier = 0] = [groupOf.get(from), groupOf.get(to)];
            return groupOf.has(from) && groupOf.has(to) && earlier > later && !isCut(later);
          });
          expect(wrong).toEqual([]);
        },
      ),
    );
  });
});
