import { describe, expect, it } from "@jest/globals";
import { createDrafter } from "../../src/claude/drafter.ts";
import type { ClaudeSettings, DraftEnded } from "../../src/claude/drafter.ts";
import { DRAFT_FAILURES } from "../../src/core/evidence/failures.ts";
import type { DraftFailure } from "../../src/core/evidence/failures.ts";
import { FAULTS } from "../../src/local-claude/faults.ts";
import type { FaultName } from "../../src/local-claude/faults.ts";
import type { Drafted } from "../../src/notes-port.ts";
import { useMessagesApi } from "../support/messages-api.ts";
import { noteSource, STYLE } from "../support/note-sources.ts";

const api = useMessagesApi();
const clock = { now: () => Date.now() };

function settings(more: Partial<ClaudeSettings> = {}): ClaudeSettings {
  const { url: baseUrl, apiKey } = api;
  return { apiKey, baseUrl, userAgent: "smallbatch/0.0.0", clock, ...more };
}

const sources = [
  noteSource(),
  noteSource({ unit: "#13", pull: 13, title: "feat: export tables as CSV", body: "", files: [] }),
];

function draft(withinMs = 5_000, more: Partial<ClaudeSettings> = {}): Promise<Drafted> {
  const request = { sources, style: STYLE, deadline: Date.now() + withinMs };
  return createDrafter(settings(more)).draft(request);
}

/** What each fault ends as, and how many requests it takes. */
const ENDS: Readonly<Record<FaultName, readonly [DraftFailure | "drafted", number]>> = {
  "bad-request": ["bad-request", 1],
  "key-refused": ["key-refused", 1],
  "payment-required": ["payment-required", 1],
  "billing-as-400": ["payment-required", 1],
  "not-allowed": ["not-allowed", 1],
  "not-found": ["model-not-found", 1],
  "request-timeout": ["service-error", 1],
  conflict: ["service-error", 1],
  "too-large": ["bad-request", 1],
  unprocessable: ["bad-request", 1],
  // The service asks for more time than there is.
  "rate-limited": ["rate-limited", 1],
  "rate-limited-briefly": ["rate-limited", 3],
  "rate-limited-for-weeks": ["rate-limited", 1],
  "spend-limit": ["spend-limit", 1],
  "contract-spend-limit": ["spend-limit", 1],
  "linked-spend-limit": ["spend-limit", 1],
  "ramp-limit": ["rate-limited", 3],
  teapot: ["unexpected", 1],
  "server-error": ["service-error", 1],
  "server-error-to-repeat": ["service-error", 1],
  unavailable: ["overloaded", 1],
  "gateway-timeout": ["service-error", 1],
  overloaded: ["overloaded", 3],
  "bad-gateway-page": ["service-error", 1],
  redirect: ["unexpected", 1],
  "stalled-headers": ["deadline", 1],
  "stalled-body": ["deadline", 1],
  "reset-before-headers": ["unreachable", 1],
  "reset-in-body": ["unreachable", 1],
  "endless-body": ["bad-answer", 1],
  html: ["bad-answer", 1],
  "empty-body": ["bad-answer", 1],
  "malformed-json": ["bad-answer", 1],
  "no-message": ["bad-answer", 1],
  "null-body": ["bad-answer", 1],
  "no-content": ["bad-answer", 1],
  refusal: ["refused", 1],
  "refusal-in-words": ["refused", 1],
  "max-tokens": ["cut-off", 1],
  "context-window": ["context-window", 1],
  "pause-turn": ["unknown-stop", 1],
  "tool-use": ["unknown-stop", 1],
  "stop-sequence": ["unknown-stop", 1],
  "unknown-stop": ["unknown-stop", 1],
  "no-stop": ["unknown-stop", 1],
  prose: ["bad-answer", 1],
  "no-text": ["bad-answer", 1],
  "other-form": ["bad-answer", 1],
  "thinking-first": ["drafted", 1],
  "capital-words": ["drafted", 1],
};

describe("a draft", () => {
  it("is what the model answered, with what it used and what that costs", async () => {
    const drafted = await draft();
    if (drafted.kind !== "drafted") throw new Error(drafted.reason);
    expect(drafted.model).toBe("claude-haiku-5-5");
    expect(drafted.answer.lines.map(({ pulls, text }) => [pulls, text])).toEqual([
      [["P01"], "Keep empty lines in quoted values."],
      [["P02"], "Export tables as CSV."],
    ]);
    const { usage } = drafted;
    expect(usage?.inputTokens).toBeGreaterThan(1_000);
    expect(drafted.costUsd).toBeCloseTo(
      ((usage?.inputTokens ?? 0) * 0.1 + (usage?.outputTokens ?? 0) * 0.5) / 1e6,
      12,
    );
    expect(drafted.costUsd).toBeLessThan(0.001);
  });

  it.each(Object.keys(FAULTS) as FaultName[])("comes to its end with %s", async (fault) => {
    api.lastingFault = fault;
    const [end, requests] = ENDS[fault];
    const ended: DraftEnded[] = [];
    const startedAt = Date.now();
    const withinMs = end === "deadline" ? 200 : 900;
    const drafted = await draft(withinMs, { onDrafted: (each) => ended.push(each) });
    expect(Date.now() - startedAt).toBeLessThan(withinMs + 1_500);
    expect(ended.map(({ outcome }) => outcome)).toEqual([end]);
    expect(api.requests).toHaveLength(requests);
    const failed = end === "drafted" ? {} : { code: end, reason: DRAFT_FAILURES[end] };
    expect(drafted).toMatchObject({ kind: end === "drafted" ? "drafted" : "failed", ...failed });
  });
});
