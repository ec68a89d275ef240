/**
 * Print what drafts cost, for docs/notes.md: requests for batches of real pulls, with tokens as
 * they are estimated before they are sent, and answers as long as the faithful model's.
 *
 *     node scripts/notes-cost.ts ../fastify ../ruff
 */
import { costOf } from "../src/claude/prices.ts";
import { renderRequest } from "../src/claude/prompt.ts";
import { readLocalSources } from "../src/cli/notes/draft.ts";
import { readLocalChanges } from "../src/cli/notes/read.ts";
import type { NoteSource } from "../src/core/evidence/source.ts";
import { estimateTokens } from "../src/core/evidence/trim.ts";
import { styleOf } from "../src/core/policy/policy-notes.ts";
import { askGit } from "../src/git/program.ts";
import { readChanges } from "../src/local-claude/changes.ts";
import { draftFaithfully } from "../src/local-claude/faithful.ts";
import { parseMessageRequest } from "../src/local-claude/request.ts";
import { renderTable } from "./markdown-table.ts";

/** The newest merges of each repository. */
const MERGES = 300;

const SIZES = [1, 2, 5, 30];
const MODELS = ["claude-haiku-5-5", "claude-haiku-4-5", "claude-sonnet-5-5", "claude-opus-5-5"];

interface Sent {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

const usual = styleOf({}, { isPrivate: false });

/** Consecutive pulls, as a release would hold them. */
function batchesOf(
  sources: readonly NoteSource[],
  size: number,
): readonly (readonly NoteSource[])[] {
  const count = Math.floor(sources.length / size);
  return Array.from({ length: count }, (_, at) => sources.slice(at * size, (at + 1) * size));
}

function measure(sources: readonly NoteSource[], sends: "titles" | "diffs"): Sent {
  if (usual === null) throw new Error("The default policy drafts");
  const request = renderRequest({ sources, style: { ...usual, sends } }, { isCached: false });
  if (request === null) throw new Error("The titles alone are too long");
  const { max_tokens: _, model: __, ...prompt } = request;
  const changes = readChanges(parseMessageRequest(JSON.stringify(request))) ?? [];
  const answer = JSON.stringify({ lines: draftFaithfully(changes) });
  return {
    inputTokens: estimateTokens(JSON.stringify(prompt)),
    outputTokens: estimateTokens(answer),
  };
}

function percentile(numbers: readonly number[], part: number): number {
  const sorted = numbers.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

function dollars(model: string, { inputTokens, outputTokens }: Sent): number {
  const usage = { inputTokens, outputTokens, cacheReadTokens: 0, cacheWriteTokens: 0 };
  return costOf(model, usage) ?? 0;
}

function formatRow(
  size: number,
  sends: "titles" | "diffs",
  sent: readonly Sent[],
): readonly string[] {
  const input = sent.map(({ inputTokens }) => inputTokens);
  const output = sent.map(({ outputTokens }) => outputTokens);
  const costs = MODELS.map((model) => sent.map((each) => dollars(model, each)));
  return [
    `${size}`,
    sends,
    `${sent.length}`,
    `${percentile(input, 0.5)} (${percentile(input, 0.9)})`,
    `${percentile(output, 0.5)} (${percentile(output, 0.9)})`,
    ...costs.map((each) => `$${percentile(each, 0.5).toPrecision(2)}`),
    `$${percentile(costs[0] ?? [], 0.9).toPrecision(2)}`,
  ];
}

const repositories = await Promise.all(
  process.argv.slice(2).map(async (folder) => {
    const skip = `--skip=${MERGES}`;
    const asked = ["rev-list", "--first-parent", "--max-count=1", skip, "HEAD"];
    const { stdout: from } = await askGit(folder, asked);
    const changes = await readLocalChanges({ folder, from, to: "HEAD" });
    const sources = await readLocalSources(changes, "diffs");
    const name = changes.fullName ?? folder;
    process.stderr.write(
      `${name}: ${changes.units.length} merges, ${sources.length} worth a draft\n`,
    );
    return sources;
  }),
);

const rows = SIZES.flatMap((size) =>
  (["titles", "diffs"] as const).map((sends) => {
    const batches = repositories.flatMap((sources) => batchesOf(sources, size));
    return formatRow(
      size,
      sends,
      batches.map((batch) => measure(batch, sends)),
    );
  }),
);
const models = MODELS.map((model) => model.replace("claude-", ""));
const header = ["pulls", "sends", "batches", "tokens sent", "tokens answered", ...models];
console.log(renderTable([...header, `${models[0]}, 9 of 10 below`], rows).join("\n"));
