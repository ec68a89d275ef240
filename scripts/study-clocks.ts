/**
 * How often do the intervals of the clocks hold the truth? Simulates companies whose clocks are
 * known and prints the table of docs/clocks.md.
 *
 *     npm run study:clocks -- [--runs 1000] [--seed 1] [--draws 100] [--days 728] [--json]
 *
 * `--draws` are those of each bootstrap, `--days` the companies' age at most.
 */
import { parseArgs } from "node:util";
import { studyCoverage } from "../test/simulation/coverage.ts";
import { HOUR } from "../test/simulation/laws.ts";
import { renderTable } from "./markdown-table.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    draws: { type: "string", default: "100" },
    days: { type: "string", default: "728" },
    json: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const options = { runs, seed: Number(values.seed), draws: Number(values.draws) };
const ages = { truthDraws: 1_000_000, daysMax: Number(values.days) };

const table = studyCoverage({ ...options, ...ages }, (run) => {
  if (run % 50 === 0) process.stderr.write(`${run} of ${runs} runs\n`);
});
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const rows = table.map((each) => [
  each.clock,
  each.company,
  each.truth < 1 ? percent(each.truth) : `${(each.truth / HOUR).toFixed(1)} h`,
  each.n.toFixed(0),
  percent(each.openShare),
  percent(each.covered),
  each.widthToBootstrap.toFixed(2),
  percent(each.coveredByBootstrap),
  each.widthToPigeonhole.toFixed(2),
  percent(each.coveredByPigeonhole),
  each.coveredByNaive === null ? "–" : percent(each.coveredByNaive),
]);
const head = [
  "number",
  "company",
  "truth",
  "n",
  "open",
  "covered",
  "width to bootstrap",
  "bootstrap covers",
  "width to pigeonhole",
  "pigeonhole covers",
  "naive median covers",
];
const text = values.json ? JSON.stringify(table) : renderTable(head, rows).join("\n");
process.stdout.write(`${text}\n`);
