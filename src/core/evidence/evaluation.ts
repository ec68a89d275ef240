import { z } from "zod";
import { GATES } from "./evaluate.ts";
import type { CaseMeasures, CaseResult, Gate } from "./evaluate.ts";

/** A run over cases against the results that were accepted before. */
export interface Evaluation {
  /** Digest of the prompt and the schema that are judged. */
  readonly prompt: string;
  readonly model: string;
  /** `asked`: the model answered now. `recorded`: answers that stand in the cases were played. */
  readonly answers: "asked" | "recorded";
  /** Cases whose answer is one of this very prompt and model. */
  readonly measured: number;
  readonly results: readonly CaseResult[];
  /** Cases that could not be judged, and why. */
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

const count = z.number().min(0);

const kept = z.strictObject({
  gates: z.strictObject({
    pulls: count,
    literals: count,
    quotes: count,
    signals: count,
    forbidden: count,
    "wrong-sentences": count,
  } satisfies Record<Gate, unknown>),
  measures: z.strictObject({
    units: count,
    told: count,
    sentences: count,
    characters: count,
    compared: count,
    distances: count,
    risky: count,
    warned: count,
    right: count,
    published: count,
    costUsd: count.nullable(),
  } satisfies Record<keyof CaseMeasures, unknown>),
});

/** Results of a run, as `evaluation/baseline.json` keeps them. */
export const baselineSchema = z.strictObject({
  baseline: z.literal(1),
  prompt: z.string(),
  model: z.string(),
  answers: z.enum(["asked", "recorded"]),
  measured: z.number().int().min(0),
  cases: z.record(z.string(), kept),
});

export type Baseline = z.infer<typeof baselineSchema>;

export function toBaseline(run: Evaluation): Baseline {
  const { prompt, model, answers, measured, results } = run;
  const cases = results.map(({ name, gates, measures }) => [
    name,
    { gates: countFaults(gates), measures },
  ]);
  return {
    baseline: 1,
    prompt,
    model,
    answers,
    measured,
    cases: Object.fromEntries(cases),
  };
}

function countFaults(gates: CaseResult["gates"]): Record<Gate, number> {
  const { pulls, literals, quotes, signals, forbidden } = gates;
  return {
    pulls: pulls.length,
    literals: literals.length,
    quotes: quotes.length,
    signals: signals.length,
    forbidden: forbidden.length,
    "wrong-sentences": gates["wrong-sentences"].length,
  };
}

/** One row of the table. */
export interface EvaluationRow {
  readonly name: string;
  readonly isGate: boolean;
  /** Null: there is no baseline. */
  readonly baseline: string | null;
  readonly candidate: string;
  readonly verdict: "same" | "better" | "worse" | "new";
}

export interface Comparison {
  readonly rows: readonly EvaluationRow[];
  /** What is worse, one sentence each; empty: the candidate may go out. */
  readonly worse: readonly string[];
}

/** Gates by the words of people. Each counts the cases in which it holds. */
const GATE_NAMES: Readonly<Record<Gate, string>> = {
  pulls: "pull set exact",
  literals: "ungrounded tokens 0",
  quotes: "quotes valid",
  signals: "signals kept",
  forbidden: "forbidden content 0",
  "wrong-sentences": "wrong sentences 0",
};

type Total = Omit<CaseMeasures, "costUsd"> & {
  readonly costUsd: number;
  /** Cases whose cost is known. */
  readonly priced: number;
};

interface Measure {
  readonly name: string;
  /** Null: there is nothing to measure. */
  readonly of: (total: Total) => number | null;
  readonly show: (value: number) => string;
  /** More of it is better: 1. Less: -1. */
  readonly sign: 1 | -1;
  /** What may be lost without a word: of answers that are the same, nothing; of a model, a little. */
  readonly slack: Readonly<Record<Evaluation["answers"], number>>;
  readonly isRelative: boolean;
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

const MEASURES: readonly Measure[] = [
  {
    name: "coverage: told in prose",
    of: ({ told, units }) => share(told, units),
    show: percent,
    sign: 1,
    slack: { recorded: 0, asked: 0.02 },
    isRelative: false,
  },
  {
    name: "right sentences published",
    of: ({ published, right }) => share(published, right),
    show: percent,
    sign: 1,
    slack: { recorded: 0, asked: 0.02 },
    isRelative: false,
  },
  {
    name: "characters of a sentence",
    of: ({ characters, sentences }) => share(characters, sentences),
    show: (value) => value.toFixed(1),
    sign: -1,
    slack: { recorded: 0.1, asked: 0.1 },
    isRelative: true,
  },
  {
    name: "distance to what people wrote",
    of: ({ distances, compared }) => share(distances, compared),
    show: (value) => value.toFixed(3),
    sign: -1,
    slack: { recorded: 0, asked: 0.02 },
    isRelative: false,
  },
  {
    name: "taken back, and marked before",
    of: ({ warned, risky }) => share(warned, risky),
    show: percent,
    sign: 1,
    slack: { recorded: 0, asked: 0 },
    isRelative: false,
  },
  {
    name: "dollars of a draft",
    of: ({ costUsd, priced }) => share(costUsd, priced),
    show: (value) => value.toFixed(6),
    sign: -1,
    slack: { recorded: 0.1, asked: 0.1 },
    isRelative: true,
  },
];

function share(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole;
}

/** Rounding is no change. */
const EPSILON = 1e-9;

/** Without a baseline every gate has to hold, and measures are only told. */
export function compare(run: Evaluation, baseline: Baseline | null): Comparison {
  const known = baseline?.cases ?? {};
  const { results } = run;
  const worse: string[] = [];
  const rows: EvaluationRow[] = GATES.map((gate) => {
    const broken = results.filter(
      ({ name, gates }) => gates[gate].length > (known[name]?.gates[gate] ?? 0),
    );
    worse.push(
      ...broken.map(({ name, gates }) => `${name}: ${GATE_NAMES[gate]}: ${gates[gate].join("; ")}`),
    );
    return gateRow(gate, {
      results,
      known: baseline === null ? null : known,
      isWorse: broken.length > 0,
    });
  });
  const shared = results.flatMap((now) => {
    const before = known[now.name];
    return before === undefined ? [] : [{ now, before }];
  });
  const totals = {
    before: baseline === null ? null : total(shared.map(({ before }) => before.measures)),
    now: total(
      (baseline === null ? results : shared.map(({ now }) => now)).map((own) => own.measures),
    ),
  };
  for (const measure of MEASURES) {
    const row = measureRow(measure, totals, run.answers);
    if (row === null) continue;
    rows.push(row);
    if (row.verdict === "worse")
      worse.push(`${row.name}: ${row.baseline} before, ${row.candidate} now`);
  }
  for (const { now, before } of shared) {
    if (now.measures.published >= before.measures.published) continue;
    worse.push(
      `${now.name}: a right sentence is not published any more: ${now.refused.join("; ")}`,
    );
  }
  return { rows, worse: [...worse, ...findUnmeasured(run, baseline)] };
}

/** What the baseline knows and this run says nothing about. */
function findUnmeasured(run: Evaluation, baseline: Baseline | null): readonly string[] {
  if (baseline === null) return [];
  const judged = new Set(run.results.map(({ name }) => name));
  const gone = Object.keys(baseline.cases).filter((name) => !judged.has(name));
  const isOther = run.prompt !== baseline.prompt || run.model !== baseline.model;
  const what = [
    ...(run.prompt === baseline.prompt ? [] : ["the prompt or the schema"]),
    ...(run.model === baseline.model ? [] : ["the model"]),
  ].join(" and ");
  return [
    ...gone.map((name) => `${name}: it is in the baseline and was not judged`),
    ...(isOther && run.measured === 0
      ? [`${what} changed since the baseline, and no answer of the new one is recorded`]
      : []),
  ];
}

function gateRow(
  gate: Gate,
  seen: {
    readonly results: readonly CaseResult[];
    readonly known: Baseline["cases"] | null;
    readonly isWorse: boolean;
  },
): EvaluationRow {
  const { results, known, isWorse } = seen;
  const before = Object.values(known ?? {});
  const held = before.filter(({ gates }) => gates[gate] === 0).length;
  const holds = results.filter(({ gates }) => gates[gate].length === 0).length;
  const broken = results.length - holds;
  const verdict = isWorse ? "worse" : broken < before.length - held ? "better" : "same";
  return {
    name: GATE_NAMES[gate],
    isGate: true,
    baseline: known === null ? null : `${held}/${before.length}`,
    candidate: `${holds}/${results.length}`,
    verdict: known === null && !isWorse ? "new" : verdict,
  };
}

/** Null: neither of the two has anything to measure. */
function measureRow(
  measure: Measure,
  totals: { readonly before: Total | null; readonly now: Total },
  answers: Evaluation["answers"],
): EvaluationRow | null {
  const { name, of, show, sign, slack, isRelative } = measure;
  const before = totals.before === null ? null : of(totals.before);
  const now = of(totals.now);
  if (now === null) return null;
  const row = { name, isGate: false, candidate: show(now) };
  if (before === null) return { ...row, baseline: null, verdict: "new" };
  const gain = sign * (now - before);
  const allowed = slack[answers] * (isRelative ? before : 1) + EPSILON;
  const verdict = gain < -allowed ? "worse" : gain > EPSILON ? "better" : "same";
  return { ...row, baseline: show(before), verdict };
}

function total(measures: readonly CaseMeasures[]): Total {
  const sum = (of: (measure: CaseMeasures) => number): number =>
    measures.reduce((all, measure) => all + of(measure), 0);
  return {
    units: sum(({ units }) => units),
    told: sum(({ told }) => told),
    sentences: sum(({ sentences }) => sentences),
    characters: sum(({ characters }) => characters),
    compared: sum(({ compared }) => compared),
    distances: sum(({ distances }) => distances),
    risky: sum(({ risky }) => risky),
    warned: sum(({ warned }) => warned),
    right: sum(({ right }) => right),
    published: sum(({ published }) => published),
    costUsd: sum(({ costUsd }) => costUsd ?? 0),
    priced: measures.filter(({ costUsd }) => costUsd !== null).length,
  };
}
