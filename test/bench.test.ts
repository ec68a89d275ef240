import { expect, it } from "@jest/globals";
import { run } from "../bench/release.ts";
import { renderMarkdown, renderText } from "../bench/table.ts";

/** Three tools, PostgreSQL and a local GitHub; a machine that does nothing else needs 20 s. */
const RUN_MS_MAX = 180_000;

it(
  "measures a release of each tool, and Smallbatch's in the requests that it promises",
  async () => {
    const [requests] = await run({ quick: true, path: null });
    expect(requests?.rows).toEqual([
      ["Smallbatch, warm", "3 / 5"],
      ["Smallbatch, cold", "4 / 6"],
      ["release-please", expect.stringMatching(/^\d+ \/ \d+$/)],
      ["semantic-release, throttling off", expect.stringMatching(/^\d+ \/ \d+$/)],
    ]);
  },
  RUN_MS_MAX,
);

it("prints tables that fit into a terminal and into a page", () => {
  const table = {
    title: "Requests",
    note: "What they mean, ".repeat(10),
    columns: ["", "a column with a long name", "another one", "and a third with more words"],
    rows: [
      ["a first cell that is longer than its column may be at all", 1_234.5, 0.123, "1 | 2"],
      ["short", 12, 3.21, "12 (11..14)"],
    ],
  };
  const text = renderText(table);
  expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
  for (const cell of ["1,235", "0.12", "12 (11..14)"]) expect(text).toContain(cell);
  expect(renderMarkdown(table)).toContain(String.raw`| 1,235 | 0.12 | 1 \| 2 |`);
});
