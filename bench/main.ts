/**
 * `npm run bench -- [release|rollback|ingest|reconcile|replay [PATH]|replay-sizes [PATH]|size|clocks|soak
 * ...] [--quick] [--json | --markdown]`: without names all of them. Timings are never judged; a
 * wrong result exits 1.
 */
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { progress } from "./measure.ts";
import { buildService } from "./service.ts";
import { renderMarkdown, renderText } from "./table.ts";
import type { Table } from "./table.ts";

/** Each is loaded when its turn comes. */
const BENCHMARKS: Readonly<Record<string, () => Promise<Benchmark>>> = {
  release: () => import("./release.ts"),
  rollback: () => import("./rollback.ts"),
  ingest: () => import("./ingest.ts"),
  reconcile: () => import("./reconcile.ts"),
  replay: () => import("./replay.ts"),
  "replay-sizes": () => import("./replay-sizes.ts"),
  size: () => import("./size.ts"),
  clocks: () => import("./clocks.ts"),
  soak: () => import("./soak.ts"),
};
const TAKING_PATHS = ["replay", "replay-sizes"];
const NAMES = Object.keys(BENCHMARKS);
const USAGE = `Usage: npm run bench -- [${NAMES.join("|")} ...] [--quick] [--json | --markdown]
A folder behind "replay" or "replay-sizes" is the repository to replay.`;

type Format = "text" | "json" | "markdown";

interface Asked {
  readonly names: readonly string[];
  /** Folder behind a benchmark of `TAKING_PATHS`. */
  readonly path: string | null;
  readonly quick: boolean;
  readonly format: Format;
}

/** Null where it is not understood. */
function readArguments(): Asked | null {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        markdown: { type: "boolean", default: false },
      },
    });
    const [path = null, ...others] = positionals.filter((word, at) => {
      return TAKING_PATHS.includes(positionals[at - 1] ?? "") && !NAMES.includes(word);
    });
    const names = positionals.filter((word) => word !== path);
    if (others.length > 0 || names.some((name) => !NAMES.includes(name))) return null;
    return {
      names: names.length === 0 ? NAMES : names,
      path,
      quick: values.quick,
      format: values.json ? "json" : values.markdown ? "markdown" : "text",
    };
  } catch {
    return null;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

function sayMachine(machine: Awaited<ReturnType<typeof describeMachine>>, format: Format): void {
  const lines = machine.map(([name, value]) =>
    format === "markdown" ? `- ${name}: ${value}` : `${name.padEnd(12)}${value}`,
  );
  say(lines.join("\n"));
}

const asked = readArguments();
if (asked === null) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(2);
}
const { names, path, quick, format } = asked;
const machine = await describeMachine();
if (format !== "json") sayMachine(machine, format);
await buildService();
const found: Record<string, readonly Table[]> = {};
for (const name of names) {
  const beganAt = performance.now();
  progress(`${name} ...`);
  try {
    const benchmark = await BENCHMARKS[name]?.();
    const tables = (await benchmark?.run({ quick, path })) ?? [];
    found[name] = tables;
    for (const table of tables) {
      if (format !== "json") say((format === "text" ? renderText : renderMarkdown)(table));
    }
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`${name}: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
  progress(`${name}: ${Math.round((performance.now() - beganAt) / 1_000)} s`);
}
if (format === "json") say(JSON.stringify({ machine: Object.fromEntries(machine), found }));
