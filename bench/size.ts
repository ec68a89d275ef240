import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { run as runProgram } from "../test/support/run.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, median, progress } from "./measure.ts";
import { importAll } from "./replay/history.ts";
import { costOf } from "./size/tools.ts";
import type { Cost } from "./size/tools.ts";
import type { Table } from "./table.ts";

const execute = promisify(execFile);

const PROGRAM = path.join(import.meta.dirname, "..", "dist", "cli", "bin.js");
const FILES = [10, 3_000];
const ROUNDS = 9;
const FOLDERS = 300;
/** Of each file, as at first; every tenth of them is another one afterwards. */
const LINES = 100;

/** One round: all of them, one after the other. */
interface Round {
  readonly node: Cost;
  readonly git: Cost;
  readonly size: Cost;
  readonly plan: Cost;
}

/** A change measured, beside the start of Node alone and plain `git diff -p` of the same change. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
  try {
    const repository = path.join(folder, "widgets.git");
    await writeChanges(repository);
    const columns: [number, readonly Round[]][] = [];
    for (const files of FILES) {
      await check(repository, files);
      const rounds: Round[] = [];
      for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
        rounds.push(await measure(repository, files));
      }
      columns.push([files, rounds]);
      progress(`${files} files: ${Math.round(median(rounds.map(({ size }) => size.cpuMs)))} ms`);
    }
    return [format(columns)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A folder imports from the one before it; one in ten has attributes of its own. */
async function writeChanges(repository: string): Promise<void> {
  const textOf = (at: number, isChanged: boolean): string => {
    const lines = Array.from({ length: LINES }, (_, line) => {
      return line % 10 === 5 && isChanged
        ? `const changed${at} = ${line};`
        : `line(${at}, ${line});`;
    });
    const folder = at % FOLDERS;
    const first = folder === 0 ? "" : `import "../f${folder - 1}/m${at - 1}.ts";`;
    return `${[first, ...lines].join("\n")}\n`;
  };
  const filesOf = (count: number, isChanged: boolean): Record<string, string> =>
    Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `src/f${at % FOLDERS}/m${at}.ts`,
        textOf(at, isChanged),
      ]),
    );
  const attributes = Object.fromEntries(
    Array.from({ length: FOLDERS / 10 }, (_, at) => [
      `src/f${at * 10}/.gitattributes`,
      "*.gen.ts linguist-generated\n",
    ]),
  );
  const [most = 0] = FILES.toSorted((left, right) => right - left);
  const args = ["init", "--quiet", "--bare", "--initial-branch=main", repository];
  await runProgram("git", args, { cwd: "/" });
  const commits = [
    formatCommit("main", { ...filesOf(most, false), ...attributes }),
    ...FILES.map((count) => formatCommit(`change-${count}`, filesOf(count, true))),
  ];
  await importAll(repository, commits.join("\n"));
}

/** On top of `main`, for `git fast-import`. */
function formatCommit(branch: string, files: Readonly<Record<string, string>>): string {
  return [
    `commit refs/heads/${branch}`,
    "committer Mona <mona@example.com> 1772452800 +0000",
    "data 6\nchange",
    ...(branch === "main" ? [] : ["from refs/heads/main"]),
    ...Object.entries(files).map(
      ([file, text]) => `M 100644 inline ${file}\ndata ${Buffer.byteLength(text)}\n${text}`,
    ),
  ].join("\n");
}

const argsOf = (repository: string, files: number): readonly string[] => [
  PROGRAM,
  "size",
  `--repo=${repository}`,
  "--base=main",
  `--head=change-${files}`,
  "--json",
];

/** A measure that is quick and wrong is worth nothing. */
async function check(repository: string, files: number): Promise<void> {
  const options = { maxBuffer: 100_000_000 };
  const { stdout } = await execute(process.execPath, argsOf(repository, files), options).catch(
    // Over the limit it exits with 1.
    (error: { readonly stdout: string }) => error,
  );
  const { list, changed } = JSON.parse(stdout) as { list: unknown[]; changed: number };
  const wanted = [files, (files * 2 * LINES) / 10];
  if (list.length !== wanted[0] || changed !== wanted[1]) {
    throw new Error(
      `${list.length} files and ${changed} lines were measured, not ${wanted.join()}`,
    );
  }
}

/** In turns, so that what disturbs one disturbs the others. */
async function measure(repository: string, files: number): Promise<Round> {
  const range = `main...change-${files}`;
  return {
    node: await costOf(process.execPath, ["--eval", "0"]),
    git: await costOf("git", ["-C", repository, "diff", "-p", range]),
    size: await costOf(process.execPath, argsOf(repository, files)),
    plan: await costOf(process.execPath, [...argsOf(repository, files), "--plan"]),
  };
}

function format(columns: readonly (readonly [number, readonly Round[]])[]): Table {
  const row = (name: string, read: (round: Round) => number, digits = 0): readonly string[] => [
    name,
    ...columns.map(([, rounds]) => formatSpread(rounds.map(read), digits)),
  ];
  const beyond = ({ node, size }: Round): number => size.cpuMs - node.cpuMs;
  const waited = ({ node, size }: Round): number => size.wallMs - node.wallMs;
  return {
    title: "Milliseconds for a change: median (fastest..slowest)",
    note: "Processor time (user and system, with every process that is started), which other work on the machine hardly changes; wall time where it is said. Each round runs all of them, and differences and ratios are taken round by round. `smallbatch size --json` as a process of the built program, in a bare repository. Aims: beyond the start of Node at most 50 ms for 10 files, and twice `git diff -p` for 3,000.",
    columns: ["", ...columns.map(([files]) => `${files.toLocaleString("en-US")} files`)],
    rows: [
      row("node --eval 0 (floor)", ({ node }) => node.cpuMs),
      row("git diff -p (floor)", ({ git }) => git.cpuMs),
      row("smallbatch size", ({ size }) => size.cpuMs),
      row("beyond the start of Node", beyond),
      row("that beside git diff -p", (round) => beyond(round) / round.git.cpuMs, 1),
      row("smallbatch size --plan", ({ plan }) => plan.cpuMs),
      row("git diff -p, wall time", ({ git }) => git.wallMs),
      row("beyond the start, wall time", waited),
      row("that beside git diff -p, wall time", (round) => waited(round) / round.git.wallMs, 1),
    ],
  };
}
