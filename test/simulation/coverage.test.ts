import { execFileSync } from "node:child_process";
import path from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Coverage } from "./coverage.ts";

/**
 * A hundred runs of what `npm run study:clocks` does a thousand times (the table of docs/clocks.md),
 * in companies of half a year: what is older hardly moves a window and costs time. A share of 95 %
 * is seen between 88 and 100 in a hundred runs, but for one time in a thousand.
 */
const OPTIONS = ["--runs", "100", "--draws", "25", "--days", "182", "--json"];

const STUDY = path.join(import.meta.dirname, "../../scripts/study-clocks.ts");

/** In a process of its own: numbers are ten times slower among the globals of a test. */
function study(): Coverage[] {
  const said = execFileSync(process.execPath, [STUDY, ...OPTIONS], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const table: Coverage[] = JSON.parse(said);
  return table;
}

describe("the 95 % intervals of the clocks, in companies whose clocks are known", () => {
  const table = study();

  it.each(table)("hold the truth: $clock, $company", ({ covered, widthToBootstrap, n }) => {
    expect(n).toBeGreaterThan(50);
    expect(covered).toBeGreaterThanOrEqual(0.88);
    expect(widthToBootstrap).toBeLessThanOrEqual(1.3);
  });

  it("have 40 % of the work open in the slow companies", () => {
    const open = table.filter(({ company }) => company !== "usual").map((each) => each.openShare);
    expect(Math.min(...open)).toBeGreaterThan(0.33);
    expect(Math.max(...open)).toBeLessThan(0.47);
  });

  it.each(table.filter(({ coveredByNaive }) => coveredByNaive !== null))(
    "are not those of naive medians: $clock, $company",
    ({ coveredByNaive }) => {
      expect(coveredByNaive).toBeLessThan(0.88);
    },
  );
});
