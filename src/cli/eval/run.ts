import { ANSWER_FORMAT, renderRequest } from "../../claude/prompt.ts";
import { digest } from "../../core/digest.ts";
import type { DraftAnswer } from "../../core/evidence/answer.ts";
import type { EvaluationCase } from "../../core/evidence/case.ts";
import { cleanSource } from "../../core/evidence/clean.ts";
import type { DraftStyle } from "../../core/evidence/draft-style.ts";
import { evaluateCase } from "../../core/evidence/evaluate.ts";
import type { CaseResult } from "../../core/evidence/evaluate.ts";
import type { Evaluation } from "../../core/evidence/evaluation.ts";
import type { Instant } from "../../core/state.ts";
import type { Drafter } from "../../notes-port.ts";
import type { CaseFile } from "./cases.ts";

/** Drafts that are asked for at the same time: more would be told to wait. */
const AT_ONCE = 4;
/** Nobody waits for a release here. */
const DEADLINE_MS = 120_000;

export interface RunRequest {
  readonly files: readonly CaseFile[];
  readonly model: string;
  /** Of cases whose repository lets nothing be drafted. */
  readonly usual: DraftStyle;
  /** Another system prompt; null: ours. */
  readonly prompt: string | null;
  /** Null: recorded answers are played. */
  readonly drafter: Drafter | null;
  readonly now: () => Instant;
  /** Called with each case that was asked, with its answer as it is to be recorded. */
  readonly onAnswered?: (file: CaseFile, kept: EvaluationCase) => Promise<void>;
}

/** Tells prompts and schemas apart by all that a request says but for its sources and its model. */
export function promptDigest(usual: DraftStyle, prompt: string | null): string {
  const probe = { unit: "#1", pull: 1, title: "title", body: "body", isTruncated: false };
  const file = { path: "a.ts", previousPath: "b.ts", additions: 1, deletions: 1, patch: "+a\n-b" };
  const raw = { ...probe, labels: ["label"], commits: ["commit!"], files: [file] };
  const signals = { breaking: ["breaking"], security: ["security"], injection: [] };
  const request = renderRequest(
    { sources: [{ ...raw, signals }], style: { ...usual, model: "" } },
    { isCached: false, ...(prompt === null ? {} : { system: prompt }) },
  );
  return digest([request, ANSWER_FORMAT]);
}

interface Answered {
  readonly answer: DraftAnswer;
  readonly costUsd: number | null;
  /** It is one of the prompt and the model that are judged. */
  readonly isMeasured: boolean;
}

/** Answers to every case, asked or recorded, and what they come to. */
export async function runCases(request: RunRequest): Promise<Evaluation> {
  const { files, model, drafter, usual } = request;
  const prompt = promptDigest(usual, request.prompt);
  const results: CaseResult[] = [];
  const skipped: { name: string; why: string }[] = [];
  let measured = 0;
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const part = files.slice(at, at + AT_ONCE);
    const answers = await Promise.all(part.map((file) => answerOf(request, prompt, file)));
    for (const [place, { name, kept }] of part.entries()) {
      const answered = answers[place] ?? "it was not answered";
      if (typeof answered === "string") {
        skipped.push({ name, why: answered });
        continue;
      }
      if (answered.isMeasured) measured += 1;
      results.push(evaluateCase(name, kept, answered));
    }
  }
  const answers = drafter === null ? "recorded" : "asked";
  return { prompt, model, answers, measured, results, skipped };
}

/** A text: why there is no answer. */
async function answerOf(
  request: RunRequest,
  prompt: string,
  file: CaseFile,
): Promise<Answered | string> {
  const { model, drafter, now, usual, onAnswered } = request;
  const { kept } = file;
  if (drafter === null || isFixed(kept)) {
    if (kept.answer === null) return "no answer is recorded in it";
    const { answer, recorded } = kept;
    const isMeasured = recorded?.prompt === prompt && recorded.model === model;
    return { answer, costUsd: recorded?.costUsd ?? null, isMeasured };
  }
  const sources = kept.sources.map((raw) => cleanSource(raw, { isBreaking: [] }));
  const style = { ...(kept.style ?? usual), model };
  const drafted = await drafter.draft({ sources, style, deadline: now() + DEADLINE_MS });
  if (drafted.kind === "failed") return drafted.reason;
  const { answer, usage, costUsd } = drafted;
  await onAnswered?.(file, { ...kept, answer, recorded: { model, prompt, usage, costUsd } });
  return { answer, costUsd, isMeasured: true };
}

/** Its answer is the case, and no other one is asked for: a sentence to be published or refused. */
export function isFixed({ kind, answer }: EvaluationCase): boolean {
  return (kind === "verifier" || kind === "injection") && answer !== null;
}
