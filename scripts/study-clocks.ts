/**
 * How often do the intervals of the clocks hold the truth? Simulates companies whose clocks are
 * known and prints the table of docs/clocks.md.
 *
 *     npm run study:clocks -- [--runs 1000] [--seed 1] [--draws 200]
 */
import { parseArgs } from "node:util";
import { studyCoverage } from "../test/simulation/coverage.ts";
import { HOUR } from "../test/simulation/laws.ts";
import { renderTable } from "./markdown-table.ts";

const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    draws: { type: "string", default: "200" },
  },
});
const [runs, seed, draws] = [values.runs, values.seed, values.draws].map(Number);
if (runs === undefined || seed === undefined || draws === undefined) throw new Error("numbers");

const table = studyCoverage({ runs, seed, draws, truthDraws: 1_000_000, daysMax: 728 }, (run) => {
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
process.stdout.write(`${renderTable(head, rows).join("\n")}\n`);
