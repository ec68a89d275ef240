import { describe, expect, it } from "@jest/globals";
import { renderPlan } from "../../src/cli/size/plan-text.ts";
import { renderSize } from "../../src/cli/size/text.ts";
import { DEFAULT_SIZE } from "../../src/core/size/size-policy.ts";
import { measureSize } from "../../src/core/size/size.ts";
import type { ChangedFile } from "../../src/core/size/size.ts";

const DEEP =
  "packages/interpreter/src/main/java/com/example/widgets/interpreter/evaluation/ExpressionEvaluatorFactory.java";

function file(path: string, additions: number, deletions: number): ChangedFile {
  const real = { additions: additions - 1, deletions };
  return {
    path,
    additions,
    deletions,
    real,
    previousPath: null,
    status: "modified",
    isBinary: false,
  };
}

const SIZE = measureSize(
  {
    files: [
      file(DEEP, 1_204, 310),
      file("src/web/charts/release-strip.ts", 52, 14),
      file("src/store/clock-production.ts", 34, 26),
      file("test/store/clock-production.test.ts", 69, 1),
      file("src/a.ts", 3, 0),
    ],
    isTruncated: true,
    attributesOf: () => new Map(),
  },
  {
    ...DEFAULT_SIZE,
    own: [{ ...DEFAULT_SIZE.limits, name: "packages/interpreter", pattern: "packages/**" }],
  },
);

const tooWide = (text: string): string[] => text.split("\n").filter((line) => line.length > 80);

describe("sizes in a terminal of 80 columns", () => {
  it("leave out the middle of a long path, and say below it why it counts", () => {
    const text = renderSize(
      SIZE,
      "a-branch/that-was-named-by-an-agent-which-had-a-lot-to-say-about-it",
    );
    expect(tooWide(text)).toEqual([]);
    expect(text).toBe(`XXL over: at least 1,498.25 weighted lines in 5 files, against
  a-branch/that-was-n…an-agent-which-had-a-lot-to-say-about-it
  1,713 changed lines; 0 in files that do not count
  code 1,464, tests 34.25, docs 0 weighted lines
  warn over 400 lines or 25 files, limit 1,000 or 60
  packages/interpreter: 1,358 lines, 1 file, over; warn over 400 lines or 25
    files, limit 1,000 or 60

  counted  changed  file
    1,358    1,514  packages/interprete…aluation/ExpressionEvaluatorFactory.java
                    (a deleted line counts 0.5; 1 of white space only)
       58       66  src/web/charts/release-strip.ts
                    (a deleted line counts 0.5; 1 of white space only)
       46       60  src/store/clock-production.ts
                    (a deleted line counts 0.5; 1 of white space only)
    34.25       70  test/store/clock-production.test.ts
                    (tests: in a folder of tests; counts 0.5; a deleted line
                    counts 0.5; 1 of white space only)
        2        3  src/a.ts (1 of white space only)`);
  });

  it("break the titles and reasons of a plan, and elide its paths", () => {
    const title = "Evaluate expressions once, and keep what they gave for as long as it holds";
    const text = renderPlan({
      isPartial: false,
      groups: [
        {
          title,
          paths: [DEEP],
          lines: 1_358,
          files: 1,
          reason: "commit 1234567; after 2, 5, 11 and 12",
        },
        { title: `${DEEP} and 3 more`, paths: ["a.ts"], lines: 3, files: 4, reason: "after 1" },
      ],
    });
    expect(tooWide(text)).toEqual([]);
    expect(text).toBe(`These can go one after the other:

  1. Evaluate expressions once, and keep what they gave for as long as it holds:
     1,358 lines in 1 file
     commit 1234567; after 2, 5, 11 and 12
       packages/interpreter/src…reter/evaluation/ExpressionEvaluatorFactory.java

  2. packages/interpreter/src…reter/evaluation/ExpressionEvaluatorFactory.java
     and 3 more: 3 lines in 4 files
     after 1
       a.ts`);
  });
});
