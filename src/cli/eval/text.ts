import type { Comparison, Evaluation, EvaluationRow } from "../../core/evidence/evaluation.ts";
import { wrap } from "../wrap.ts";

const NAME_WIDTH = 32;
const VALUE_WIDTH = 14;
/** Sentences about what is worse; more of them say the same. */
const LISTED_MAX = 20;

export interface Shown {
  readonly run: Evaluation;
  readonly comparison: Comparison;
  /** Where the cases were read. */
  readonly folder: string;
  /** Null: there is no baseline. */
  readonly baseline: string | null;
  /** Cases whose answer somebody wrote by hand. */
  readonly written: number;
  /** Why nobody was asked; null: the model was. */
  readonly why: string | null;
}

/** What a person reads in a terminal of 80 columns. */
export function renderEvaluation(shown: Shown): string {
  const { run, comparison, baseline } = shown;
  const { rows, worse } = comparison;
  const gates = rows.filter(({ isGate }) => isGate);
  const measures = rows.filter(({ isGate }) => !isGate);
  return [
    ...renderHead(shown),
    "",
    row("cases in which it holds", baseline === null ? "" : "baseline", "now", ""),
    ...gates.map(renderRow),
    "",
    row("measured over all of them", baseline === null ? "" : "baseline", "now", ""),
    ...measures.map(renderRow),
    ...list(
      "Not judged",
      run.skipped.map(({ name, why }) => `${name}: ${why}`),
    ),
    ...list(baseline === null ? "Does not hold" : "Worse than the baseline", worse),
    ...(worse.length > 0 ? [] : ["", end(baseline)]),
  ].join("\n");
}

function end(baseline: string | null): string {
  return baseline === null
    ? "Every gate holds. There is no baseline to compare with: --write-baseline."
    : "Not worse than the baseline.";
}

function renderHead({ run, folder, baseline, written, why }: Shown): readonly string[] {
  const { results, skipped, answers, measured, model, prompt } = run;
  const count = results.length + skipped.length;
  const who =
    answers === "asked"
      ? `${model} answered now.`
      : `Recorded answers are played: ${why ?? "nobody was asked"}.`;
  const what = `${written} answers were written by hand: they try the checks, not the prompt.`;
  const own = `${measured} are of this prompt (${prompt}) and ${model}.`;
  const against = baseline === null ? "" : ` Compared with ${baseline}.`;
  return [
    ...wrap(
      `${count} ${count === 1 ? "case" : "cases"} of ${folder}. ${who} ${what} ${own}${against}`,
      "",
    ),
  ];
}

function renderRow({ name, baseline, candidate, verdict }: EvaluationRow): string {
  const isTold = verdict === "better" || verdict === "worse";
  const said = !isTold ? "" : baseline === null ? "fails" : verdict;
  return row(`  ${name}`, baseline ?? "", candidate, said);
}

function row(name: string, baseline: string, candidate: string, verdict: string): string {
  const values = [baseline, candidate].map((value) => value.padStart(VALUE_WIDTH)).join("");
  return `${name.padEnd(NAME_WIDTH)}${values}  ${verdict}`.trimEnd();
}

function list(title: string, sentences: readonly string[]): readonly string[] {
  if (sentences.length === 0) return [];
  const left = sentences.length - LISTED_MAX;
  return [
    "",
    `${title}:`,
    ...sentences
      .slice(0, LISTED_MAX)
      .flatMap((sentence) => wrap(visible(sentence), "  - ", "    ")),
    ...(left > 0 ? [`  and ${left} more; --json lists all`] : []),
  ];
}

/** A text of others may hold what a terminal obeys. */
function visible(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?");
}
