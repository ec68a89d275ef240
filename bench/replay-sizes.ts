import { spawn } from "node:child_process";
import path from "node:path";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, median, progress } from "./measure.ts";
import type { Table } from "./table.ts";

const ROUNDS = 5;
const ROOT = path.join(import.meta.dirname, "..");

/** The sizes of a whole history, beside git's own numbers of it. */
export async function run({ quick, path: given }: BenchmarkOptions): Promise<readonly Table[]> {
  const folder = path.resolve(given ?? ROOT);
  const [floor, own]: [number[], number[]] = [[], []];
  const command = [process.execPath, path.join(ROOT, "dist", "cli", "bin.js")];
  let merges = 0;
  for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
    // In turns, so that what disturbs one disturbs the other.
    floor.push((await timeProcessor(folder, ["git", "log", "--numstat"])).seconds);
    const { seconds, stdout } = await timeProcessor(folder, [
      ...command,
      "replay",
      "--sizes",
      "--json",
    ]);
    own.push(seconds);
    ({ merges } = JSON.parse(stdout) as { merges: number });
    if (merges === 0) throw new Error(`No merge of ${folder} was measured`);
    progress(`${floor.at(-1)?.toFixed(2)} s by git, ${seconds.toFixed(2)} s`);
  }
  const pairs = own.map((seconds, at) => seconds / Number(floor[at]));
  return [
    {
      title: "Processor seconds for the sizes of a whole history: median (fastest..slowest)",
      note: "User and system time of each process and what it starts, in turns. Floor: `git log --numstat` of the same history. Aim: at most 1.2 times.",
      columns: ["", `${merges.toLocaleString("en-US")} merges by people`],
      rows: [
        ["git log --numstat (floor)", formatSpread(floor, 2)],
        ["smallbatch replay --sizes", formatSpread(own, 2)],
        ["as a multiple, in pairs", `${median(pairs).toFixed(2)} x`],
      ],
    },
  ];
}

/** Run a command in a folder; what bash says that it and its children took. */
async function timeProcessor(
  folder: string,
  command: readonly string[],
): Promise<{ readonly seconds: number; readonly stdout: string }> {
  const script = 'TIMEFORMAT="%U %S"; time "$@"';
  const child = spawn("bash", ["-c", script, "bash", ...command], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const keep = command[0] !== "git";
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    if (keep) stdout += chunk;
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${String(code)}: ${stderr}`);
  const times = stderr.trim().split("\n").at(-1)?.split(" ").map(Number) ?? [];
  return { seconds: times.reduce((sum, each) => sum + each, 0), stdout };
}
