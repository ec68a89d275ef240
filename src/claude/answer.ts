import { z } from "zod";
import { answerSchema } from "../core/evidence/answer.ts";
import type { DraftAnswer } from "../core/evidence/answer.ts";
import type { DraftFailure } from "../core/evidence/failures.ts";
import type { DraftUsage } from "../notes-port.ts";

const count = z.number().int().nonnegative();

const usageSchema = z.object({
  input_tokens: count,
  output_tokens: count,
  cache_read_input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
});

const messageSchema = z.object({
  type: z.literal("message"),
  stop_reason: z.string().nullable(),
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })),
});

/**
 * `pause_turn` and `tool_use` cannot come of what we ask, and `stop_sequence` neither: we give none.
 * What is not listed, or comes one day, is no answer.
 */
const STOPS: Readonly<Record<string, DraftFailure>> = {
  refusal: "refused",
  max_tokens: "cut-off",
  model_context_window_exceeded: "context-window",
};

export interface AnswerRead {
  /** Null where the answer does not say it. */
  readonly usage: DraftUsage | null;
  readonly result:
    | { readonly kind: "answer"; readonly answer: DraftAnswer }
    | { readonly kind: "failure"; readonly code: DraftFailure };
}

/**
 * Reads what the service sent with status 200, whatever it is: the SDK gives a string for HTML and
 * nothing for an empty body. The reason why it stopped is looked at before any text is read.
 */
export function readAnswer(body: unknown): AnswerRead {
  const usage = readUsage(body);
  const fail = (code: DraftFailure): AnswerRead => ({ usage, result: { kind: "failure", code } });
  const message = messageSchema.safeParse(body);
  if (!message.success) return fail("bad-answer");
  const { stop_reason: reason, content } = message.data;
  if (reason !== "end_turn") return fail(STOPS[reason ?? ""] ?? "unknown-stop");
  // Other kinds of blocks may stand before it.
  const text = content.map((block) => (block.type === "text" ? (block.text ?? "") : "")).join("");
  const answer = answerSchema.safeParse(alignCase(parseJson(text)));
  return answer.success
    ? { usage, result: { kind: "answer", answer: answer.data } }
    : fail("bad-answer");
}

function readUsage(body: unknown): DraftUsage | null {
  const read = z.object({ usage: usageSchema }).safeParse(body);
  if (!read.success) return null;
  const { usage } = read.data;
  return {
    inputTokens: usage.input_tokens,
    outputTokens: usage.output_tokens,
    cacheReadTokens: usage.cache_read_input_tokens ?? 0,
    cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
  };
}

/** Undefined for anything that is no JSON: the schema refuses it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const looseLine = z.looseObject({
  pulls: z.array(z.string()),
  category: z.string(),
  evidence: z.array(z.looseObject({ pull: z.string() })),
});

/** The service's grammar does not promise the case of words that are chosen from a list. */
function alignCase(answer: unknown): unknown {
  const loose = z.looseObject({ lines: z.array(looseLine) }).safeParse(answer);
  if (!loose.success) return answer;
  return {
    ...loose.data,
    lines: loose.data.lines.map((line) => ({
      ...line,
      pulls: line.pulls.map((slot) => slot.toUpperCase()),
      category: line.category.toLowerCase(),
      evidence: line.evidence.map((each) => ({ ...each, pull: each.pull.toUpperCase() })),
    })),
  };
}
