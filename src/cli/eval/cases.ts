import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { formatCase, parseCase } from "../../core/evidence/case.ts";
import type { EvaluationCase } from "../../core/evidence/case.ts";
import { baselineSchema } from "../../core/evidence/evaluation.ts";
import type { Baseline } from "../../core/evidence/evaluation.ts";
import { AppError } from "../../errors.ts";

export interface CaseFile {
  /** Name of its file without `.json`. */
  readonly name: string;
  readonly file: string;
  readonly kept: EvaluationCase;
}

export function usage(message: string, cause?: unknown): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" }, cause });
}

/** In order of name. */
export async function readCaseFiles(folder: string): Promise<readonly CaseFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw usage(`--cases: ${folder} cannot be read (${wordsOf(error)})`, error);
  });
  const files = names.filter((name) => name.endsWith(".json")).toSorted();
  if (files.length === 0) throw usage(`--cases: ${folder} holds no case, which is a .json file`);
  const cases: CaseFile[] = [];
  for (const name of files) {
    const file = path.join(folder, name);
    const read = parseCase(await readFile(file, "utf8"));
    if (read.kind === "wrong") throw usage(`${file} is no evaluation case: ${read.why}`);
    cases.push({ name: name.slice(0, -".json".length), file, kept: read.case });
  }
  return cases;
}

export async function writeCaseFile(file: string, kept: EvaluationCase): Promise<void> {
  await writeFile(file, formatCase(kept));
}

/** Null: there is none. */
export async function readBaseline(file: string, isNamed: boolean): Promise<Baseline | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (isNamed) throw usage(`--baseline: ${file} cannot be read (${wordsOf(error)})`, error);
    return null;
  }
  const parsed = baselineSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const [why = ""] = parsed.error.issues.map(
    ({ path: at, message }) => `${at.join(".")} ${message}`,
  );
  throw usage(`${file} is no baseline (${why.trim()}): write it anew with --write-baseline`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
