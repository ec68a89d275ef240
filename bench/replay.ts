import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, median, progress } from "./measure.ts";
import { readWhole, writeNewest } from "./replay/history.ts";
import { installPeers, TIME_MS_MAX, timeProgram, timeReplay } from "./replay/tools.ts";
import type { Table } from "./table.ts";

const SIZES = [1_000, 5_000];
const ROUNDS = 5;

interface Column {
  readonly name: string;
  readonly floorMs: number[];
  readonly ownMs: number[];
  readonly peakMiB: number[];
  readonly peers: readonly (readonly [string, string])[];
}

/** A whole history replayed, beside plain git and two tools that read the same commits. */
export async function run({ quick, path: given }: BenchmarkOptions): Promise<readonly Table[]> {
  const whole = path.resolve(given ?? path.join(import.meta.dirname, ".."));
  const history = await readWhole(whole);
  const peers = quick ? null : await installPeers();
  if (!quick && peers === null) progress("npm cannot install the other tools; they are left out");
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
  try {
    const columns: Column[] = [];
    for (const size of SIZES.filter((count) => count < history.commits.length)) {
      const part = path.join(folder, `${size}.git`);
      await writeNewest(part, history, size);
      columns.push(await measure(part, { commits: size, rounds: quick ? 1 : ROUNDS, peers }));
      if (quick) break;
    }
    if (!quick || columns.length === 0) {
      const commits = history.commits.length;
      columns.push(await measure(whole, { commits, rounds: quick ? 1 : ROUNDS, peers }));
    }
    return [format(columns)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly commits: number;
  readonly rounds: number;
  /** Folder of the other tools' programs; null: they are left out. */
  readonly peers: string | null;
}

/** Ours and the floor in turns, so that what disturbs one disturbs the other. */
async function measure(folder: string, { commits, rounds, peers }: Measured): Promise<Column> {
  const name = `${commits.toLocaleString("en-US")} commits`;
  const column = { name, floorMs: [] as number[], ownMs: [] as number[], peakMiB: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    const floor = await timeProgram(folder, "git", ["log"]);
    const own = await timeReplay(folder);
    if (own.commits !== commits) throw new Error(`${own.commits} of ${commits} commits were read`);
    column.floorMs.push(floor.ms ?? TIME_MS_MAX);
    column.ownMs.push(own.ms ?? TIME_MS_MAX);
    column.peakMiB.push(own.peakMiB);
  }
  progress(`${name}: ${Math.round(median(column.ownMs))} ms`);
  return { ...column, peers: peers === null ? [] : await measurePeers(folder, peers, name) };
}

/** What each of them does with a whole history: write its changelog. */
async function measurePeers(
  folder: string,
  peers: string,
  name: string,
): Promise<(readonly [string, string])[]> {
  const found: (readonly [string, string])[] = [];
  for (const [tool, args] of [
    ["git-cliff", ["--offline", "--no-exec", "--output", "/dev/null"]],
    ["conventional-changelog", ["-p", "conventionalcommits", "-r", "0", "--stdout"]],
  ] as const) {
    const { ms } = await timeProgram(folder, path.join(peers, tool), args);
    const seconds = ms === null ? `over ${TIME_MS_MAX / 1_000}` : (ms / 1_000).toFixed(1);
    progress(`${tool}, ${name}: ${seconds} s`);
    found.push([tool, seconds]);
  }
  return found;
}

function formatSeconds(values: readonly number[]): string {
  return formatSpread(
    values.map((ms) => ms / 1_000),
    2,
  );
}

function format(columns: readonly Column[]): Table {
  const row = (name: string, read: (column: Column) => string): readonly string[] => [
    name,
    ...columns.map(read),
  ];
  const tools = columns[0]?.peers.map(([tool]) => tool) ?? [];
  return {
    title: "Seconds for a whole local history: median (fastest..slowest)",
    note: "Floor: plain `git log`, in turns with ours. Smallbatch: `smallbatch replay --json` as a process, which reads the history, compares every version tag and replays two policies. The others write the changelog of the same history, once, for at most 300 s. The newest 1,000 and 5,000 commits are copies without files, which no tool reads. Aims: at most 6 times the floor, and 400 MB.",
    columns: ["", ...columns.map(({ name }) => name)],
    rows: [
      row("git log (floor)", ({ floorMs }) => formatSeconds(floorMs)),
      row("smallbatch replay", ({ ownMs }) => formatSeconds(ownMs)),
      row(
        "as a multiple of the floor",
        ({ floorMs, ownMs }) => `${(median(ownMs) / median(floorMs)).toFixed(1)} x`,
      ),
      row("peak memory, MiB", ({ peakMiB }) => formatSpread(peakMiB)),
      ...tools.map((tool) =>
        row(tool, ({ peers }) => peers.find(([name]) => name === tool)?.[1] ?? "-"),
      ),
    ],
  };
}
