import { setTimeout as sleep } from "node:timers/promises";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, median, progress } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import type { Cycle, Tool } from "./release/cycle.ts";
import { releasePlease, semanticRelease } from "./release/peers.ts";
import { smallbatch } from "./release/smallbatch.ts";
import { openStage, type Stage } from "./release/stage.ts";
import type { Table } from "./table.ts";

interface Size {
  readonly pulls: number;
  readonly commits: number;
}

const SIZES: readonly Size[] = [
  { pulls: 1, commits: 100 },
  { pulls: 1, commits: 5_000 },
  { pulls: 10, commits: 100 },
  { pulls: 10, commits: 5_000 },
];

interface Entry {
  readonly tool: Tool;
  /** How often it is measured; more is dear where a tool waits by itself. */
  rounds(size: Size): number;
  /** It sleeps for most of its time: the next size begins meanwhile. */
  readonly isOverlapping?: boolean;
}

/** Until then the one before has published and only comments, with pauses. */
const OVERLAP_MS = 8_000;

/** From green to released, beside two tools that run in continuous integration. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const postgres = await startPostgres();
  try {
    const stage = await openStage();
    try {
      // Six releases may follow each other at once, and 80 writes a minute; one is not measured.
      const warm = ({ pulls }: Size) => (quick ? 1 : pulls > 1 ? 3 : 5);
      const entries: readonly Entry[] = [
        { tool: smallbatch(postgres, "warm"), rounds: warm },
        { tool: smallbatch(postgres, "cold"), rounds: () => (quick ? 1 : 3) },
        { tool: releasePlease, rounds: () => (quick ? 1 : 3) },
        { tool: semanticRelease("on"), rounds: () => (quick ? 0 : 1), isOverlapping: true },
        { tool: semanticRelease("off"), rounds: () => (quick ? 1 : 3) },
      ];
      return await measureAll(stage, entries, quick ? SIZES.slice(0, 1) : SIZES);
    } finally {
      await stage.close();
    }
  } finally {
    await postgres.stop();
  }
}

interface Result {
  readonly name: string;
  /** One list of rounds for each size. */
  readonly cycles: readonly (readonly Cycle[])[];
}

async function measureAll(
  stage: Stage,
  entries: readonly Entry[],
  sizes: readonly Size[],
): Promise<readonly Table[]> {
  const results: Result[] = [];
  for (const entry of entries) {
    const measure = (size: Size) => measureTool(stage, entry.tool, size, entry.rounds(size));
    const cycles = entry.isOverlapping === true ? await overlap(sizes, measure) : [];
    if (cycles.length === 0) for (const size of sizes) cycles.push(await measure(size));
    if (cycles.every((rounds) => rounds.length > 0)) {
      results.push({ name: entry.tool.name, cycles });
    }
  }
  return format(results, sizes);
}

function overlap(
  sizes: readonly Size[],
  measure: (size: Size) => Promise<Cycle[]>,
): Promise<Cycle[][]> {
  return Promise.all(
    sizes.map(async (size, at) => {
      await sleep(at * OVERLAP_MS);
      return measure(size);
    }),
  );
}

async function measureTool(stage: Stage, tool: Tool, size: Size, rounds: number): Promise<Cycle[]> {
  if (rounds === 0) return [];
  const session = await tool.open(stage, size);
  try {
    const cycles: Cycle[] = [];
    for (let round = 0; round < rounds; round += 1) cycles.push(await session.cycle());
    const ms = publishedMs(cycles);
    progress(`${tool.name}: ${formatSize(size)}, published after ${Math.round(ms)} ms`);
    return cycles;
  } finally {
    await session.close();
  }
}

function formatSize({ pulls, commits }: Size): string {
  return `${pulls} pull${pulls > 1 ? "s" : ""}, ${commits.toLocaleString("en-US")} commits`;
}

function format(results: readonly Result[], sizes: readonly Size[]): readonly Table[] {
  const table = (title: string, cell: (cycles: readonly Cycle[], size: number) => string) => ({
    title,
    columns: ["", ...sizes.map(formatSize)],
    rows: results.map(({ name, cycles }) => [name, ...cycles.map(cell)]),
  });
  const baseline = results[0]?.cycles ?? [];
  return [
    {
      ...table("Requests to GitHub until the release is published / for the whole cycle", (all) => {
        const published = formatSpread(all.map((one) => one.requestsToPublished));
        return `${published} / ${formatSpread(all.map((one) => one.requestsInAll))}`;
      }),
      note: "Tokens and git over HTTP included; every pull closes one issue. release-please: both runs, its release pull merged in between; it tells neither pulls nor issues. semantic-release: with the clone it needs. Aims of Smallbatch: 3 warm and 4 cold until published, 6 for one pull with one issue; for several pulls at most one more warm and two more cold, which look whether all of them are still there.",
    },
    {
      ...table("Seconds until the release is published: median (fastest..slowest)", (all) =>
        formatSeconds(all, (one) => one.publishedMs),
      ),
      note: "Smallbatch: from the delivery that says green; aim: 1 s. The others: from the start of their process (semantic-release: of its clone), as if continuous integration began at once; for release-please both runs, without the time until somebody merges its pull. release-please has no throttling of its own; semantic-release has no setting for it, so it was taken out of its client.",
    },
    table("The same as a multiple of Smallbatch, warm (medians of this run)", (own, size) => {
      const ratio = publishedMs(own) / publishedMs(baseline[size] ?? []);
      return `${ratio.toFixed(1)} x`;
    }),
    table("Seconds for the whole cycle: checks, comments and labels included", (all) =>
      formatSeconds(all, (one) => one.wholeMs),
    ),
    {
      ...table("Seconds of the whole cycle spent in the tool, processes not counted", (all) =>
        formatSeconds(all, (one) => one.inProcessMs),
      ),
      note: "Without starting Node, loading the program and cloning. Smallbatch runs already.",
    },
  ];
}

function publishedMs(cycles: readonly Cycle[]): number {
  return median(cycles.map((cycle) => cycle.publishedMs));
}

function formatSeconds(cycles: readonly Cycle[], read: (cycle: Cycle) => number | null): string {
  const seconds = cycles
    .map(read)
    .filter((ms) => ms !== null)
    .map((ms) => ms / 1_000);
  return seconds.length === 0 ? "-" : formatSpread(seconds, 2);
}
