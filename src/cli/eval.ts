import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { compare, toBaseline } from "../core/evidence/evaluation.ts";
import type { Evaluation } from "../core/evidence/evaluation.ts";
import { notesSchema } from "../core/policy/policy-notes.ts";
import type { Drafter } from "../notes-port.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings.ts";
import { readBaseline, readCaseFiles, usage, writeCaseFile } from "./eval/cases.ts";
import type { CaseFile } from "./eval/cases.ts";
import { isFixed, runCases } from "./eval/run.ts";
import { renderEvaluation } from "./eval/text.ts";
import { EXIT } from "./exit.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

interface Options {
  readonly cases: string;
  readonly baseline?: string;
  readonly model?: string;
  readonly prompt?: string;
  readonly recorded?: boolean;
  readonly record?: boolean;
  readonly writeBaseline?: boolean;
  readonly from?: string;
  readonly out?: string;
  readonly json?: boolean;
}

/** `smallbatch eval`: are drafted notes worse than they were? */
export function evalCommand(): Command {
  return new Command("eval")
    .description("judge drafted notes by cases: is a prompt, model or check worse than before?")
    .option("--cases <folder>", "evaluation cases", "evaluation/cases")
    .option("--baseline <file>", "results to compare with; without it baseline.json beside --cases")
    .option("--model <id>", "another model than the usual one")
    .option("--prompt <file>", "another system prompt")
    .option("--recorded", "play recorded answers, also where there is a key")
    .option("--record", "write the model's answers into the cases")
    .option("--write-baseline", "accept these results as the baseline")
    .option("--from <owner/repo>", "instead: write what the database keeps of a repository…")
    .option("--out <folder>", "…as cases into this folder")
    .option("--json", "print JSON")
    .addHelpText("after", HELP)
    .action(async (options: Options) => {
      const settings = readSettings(process.env);
      if (options.from !== undefined || options.out !== undefined) {
        await writeOut(options, settings);
        return;
      }
      await evaluate(options, settings);
    });
}

const HELP = `
With ANTHROPIC_API_KEY the model is asked about each case, which costs less than
a tenth of a cent; without it, recorded answers are played. Both are cleaned,
verified and judged like a release's.

  smallbatch eval                             against evaluation/baseline.json
  smallbatch eval --prompt new.txt --record   with a key: another prompt
  smallbatch eval --from acme/widgets --out cases

Exit codes: 0 not worse than the baseline, 1 worse (or, without a baseline, a
gate does not hold), 2 called wrongly, or a case cannot be read.
More: docs/evaluation.md`;

async function writeOut({ from, out }: Options, { databaseUrl }: Settings): Promise<void> {
  if (from === undefined || out === undefined) {
    throw usage("--from and --out go together: --from acme/widgets --out cases");
  }
  const { exportCases } = await import("./eval/export.ts");
  const count = await exportCases(databaseUrl, parseRepositoryArgument(from), out);
  process.stdout.write(`${count} ${count === 1 ? "case" : "cases"} of ${from} in ${out}\n`);
  if (count > 0) {
    process.stderr.write("smallbatch: they hold text of the repository; keep them as it is kept\n");
  }
}

async function evaluate(options: Options, settings: Settings): Promise<void> {
  const files = await readCaseFiles(options.cases);
  const baselineFile =
    options.baseline ?? path.join(path.dirname(path.normalize(options.cases)), "baseline.json");
  const isWriting = options.writeBaseline === true;
  const isNamed = options.baseline !== undefined && !isWriting;
  const baseline = await readBaseline(baselineFile, isNamed);
  const run = await runWith(options, settings, files);
  const comparison = compare(run, baseline);
  const shown = {
    run,
    comparison,
    folder: options.cases,
    baseline: baseline === null ? null : baselineFile,
    written: files.filter(
      ({ kept }) => kept.answer !== null && kept.from.by === "hand" && kept.recorded === null,
    ).length,
    why: whyRecorded(options, settings),
  };
  const text =
    options.json === true ? JSON.stringify(toJson(shown), null, 2) : renderEvaluation(shown);
  process.stdout.write(`${text}\n`);
  if (isWriting) {
    await writeFile(baselineFile, `${JSON.stringify(toBaseline(run), null, 2)}\n`);
    process.stderr.write(`smallbatch: ${baselineFile} is written\n`);
  } else if (comparison.worse.length > 0) {
    process.exitCode = EXIT.failed;
  }
}

function toJson({
  run,
  comparison,
  folder,
  baseline,
  written,
}: Parameters<typeof renderEvaluation>[0]) {
  const { rows, worse } = comparison;
  const { prompt, model, answers, measured, results, skipped } = run;
  const verdict = worse.length > 0 ? "worse" : "not-worse";
  const head = { verdict, answers, model, prompt, measured, written, cases: folder, baseline };
  return { ...head, worse, rows, skipped, results };
}

/** Null: the model is asked. */
function whyRecorded({ recorded }: Options, { claudeKey }: Settings): string | null {
  if (claudeKey === null) return "ANTHROPIC_API_KEY is not set";
  return recorded === true ? "as --recorded says" : null;
}

async function runWith(
  options: Options,
  settings: Settings,
  files: readonly CaseFile[],
): Promise<Evaluation> {
  const why = whyRecorded(options, settings);
  if (options.record === true && why !== null) {
    throw usage(`--record needs the model's own answers: ${why}`);
  }
  const usual = { sends: "diffs" as const, ...notesSchema.parse({}) };
  const prompt = options.prompt === undefined ? null : await readPrompt(options.prompt);
  const drafter = why === null ? await openDrafter(settings, prompt) : null;
  const model = options.model ?? usual.model;
  if (drafter !== null) {
    const asked = files.filter(({ kept }) => !isFixed(kept)).length;
    process.stderr.write(
      `smallbatch: asking ${model} about ${asked} ${asked === 1 ? "case" : "cases"}\n`,
    );
  }
  const { claude: _, ...style } = usual;
  return runCases({
    files,
    model,
    usual: style,
    prompt,
    drafter,
    now: () => Date.now(),
    ...(options.record === true
      ? { onAnswered: ({ file }, kept) => writeCaseFile(file, kept) }
      : {}),
  });
}

async function openDrafter(settings: Settings, prompt: string | null): Promise<Drafter | null> {
  // With a server and all that it takes: loaded only by who asks.
  const { composeDrafter } = await import("../compose.ts");
  // Failed drafts are listed with their cases; a model that is about to go is worth a word.
  const logger = {
    info: () => undefined,
    warn: (fields: object, words: string) => {
      if (!("outcome" in fields)) process.stderr.write(`smallbatch: ${words}\n`);
    },
  };
  return composeDrafter(settings, {
    logger,
    ...(prompt === null ? {} : { systemPrompt: prompt }),
  });
}

async function readPrompt(file: string): Promise<string> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw usage(`--prompt: ${file} cannot be read (${why})`, error);
  });
  if (text.trim() === "") throw usage(`--prompt: ${file} is empty`);
  return text;
}
