/**
 * How many wrong sentences does the verifier catch? Makes correct drafts wrong in known ways and
 * prints the table of docs/evaluation.md.
 *
 *     npm run study:mutations -- [--drafts 400] [--seed 7] [--missed 3]
 */
import { parseArgs } from "node:util";
import { verifyDraft } from "../src/core/evidence/verify.ts";
import { MUTATIONS } from "../test/core/evidence/likely/mutations.ts";
import { drawBatches, score } from "../test/core/evidence/likely/score.ts";
import { renderTable } from "./markdown-table.ts";

const { values } = parseArgs({
  options: {
    drafts: { type: "string", default: "400" },
    seed: { type: "string", default: "7" },
    missed: { type: "string", default: "0" },
  },
});
const [drafts, seed, shown] = [values.drafts, values.seed, values.missed].map(Number);
if (drafts === undefined || seed === undefined || shown === undefined) throw new Error("numbers");

const batches = drawBatches(seed, drafts);
const rows: string[][] = [];
const missed: string[] = [];
for (const mutation of MUTATIONS) {
  const result = score(mutation, batches, drafts);
  const share = `${((100 * result.caught) / result.tried).toFixed(1)} %`;
  rows.push([mutation.name, String(result.tried), share, mutation.isLiteral ? "95 %" : "none"]);
  missed.push(...result.missed.slice(0, shown).map((line) => `${mutation.name}: ${line}`));
}
let graded = 0;
let isA = 0;
for (const { sources, lines } of batches) {
  for (const line of verifyDraft(sources, { lines: [...lines] }).lines) {
    graded += 1;
    if (line.grade === "A") isA += 1;
    else if (missed.length < 20 * shown) missed.push(`honest ${JSON.stringify(line)}`);
  }
}
const table = renderTable(["what is wrong", "drafts", "caught", "at least"], rows);
const honest = `Nothing wrong: ${isA} of ${graded} sentences were graded A.`;
process.stdout.write(`${[...table, "", honest, ...missed].join("\n")}\n`);
