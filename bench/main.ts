/**
 * `npm run bench -- [release|ingest|reconcile|soak ...] [--quick] [--json | --markdown]`: without
 * names all of them. Timings are never judged; a wrong result exits 1.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark } from "./benchmark.ts";
import { describeMachine } from "./machine.ts";
import { progress } from "./measure.ts";
import { buildService } from "./service.ts";
import { renderMarkdown, renderText } from "./table.ts";
import type { Table } from "./table.ts";

const NAMES = ["release", "ingest", "reconcile", "soak"] as const;
const USAGE = `Usage: npm run bench -- [${NAMES.join("|")} ...] [--quick] [--json | --markdown]`;

type Format = "text" | "json" | "markdown";

interface Asked {
  readonly names: readonly string[];
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
    if (positionals.some((name) => !NAMES.some((known) => known === name))) return null;
    return {
      names: positionals.length === 0 ? NAMES : positionals,
      quick: values.quick,
      format: values.json ? "json" : values.markdown ? "markdown" : "text",
    };
  } catch {
    return null;
  }
}

async function load(name: string): Promise<Benchmark | null> {
  const file = path.join(import.meta.dirname, `${name}.ts`);
  if (!existsSync(file)) return null;
  const loaded: unknown = await import(file);
  if (!isBenchmark(loaded)) throw new Error(`${file} exports no function run`);
  return loaded;
}

function isBenchmark(loaded: unknown): loaded is Benchmark {
  return (
    typeof loaded === "object" &&
    loaded !== null &&
    "run" in loaded &&
    typeof loaded.run === "function"
  );
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
const { names, quick, format } = asked;
const machine = await describeMachine();
if (format !== "json") sayMachine(machine, format);
await buildService();
const found: Record<string, readonly Table[]> = {};
for (const name of names) {
  const beganAt = performance.now();
  progress(`${name} ...`);
  try {
    const benchmark = await load(name);
    if (benchmark === null) {
      progress(`${name}: bench/${name}.ts is not there`);
      process.exitCode = 1;
      continue;
    }
    const tables = await benchmark.run({ quick });
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
