import { describe, expect, it } from "@jest/globals";
import { createDrafter } from "../../src/claude/drafter.ts";
import type { ClaudeSettings, DraftEnded } from "../../src/claude/drafter.ts";
import { DRAFT_FAILURES } from "../../src/core/evidence/failures.ts";
import type { DraftFailure } from "../../src/core/evidence/failures.ts";
import { FAULTS } from "../../src/local-claude/faults.ts";
import type { FaultName } from "../../src/local-claude/faults.ts";
import type { Drafted } from "../../src/notes-port.ts";
import { startMessagesApi, useMessagesApi } from "../support/messages-api.ts";
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
  "rate-limited-for-a-while": ["rate-limited", 1],
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

  it("is asked for again where it was turned away, and paid once", async () => {
    api.faults.push("rate-limited-briefly", "overloaded");
    expect(await draft()).toMatchObject({ kind: "drafted", costUsd: expect.any(Number) });
    expect(api.requests.map(({ status }) => status)).toEqual([429, 529, 200]);
  });

  it("waits for as long as the service asks, where there is time", async () => {
    api.faults.push("rate-limited");
    const startedAt = Date.now();
    expect(await draft()).toMatchObject({ kind: "drafted" });
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(1_000);
  });

  it("has one deadline for all that it is asked for", async () => {
    api.faults.push("rate-limited", "stalled-body");
    const startedAt = Date.now();
    expect(await draft(1_300)).toMatchObject({ code: "deadline" });
    expect(Date.now() - startedAt).toBeLessThan(2_200);
    expect(api.requests).toHaveLength(2);
  });

  it("is not waited for longer than ten seconds, although there is time", async () => {
    api.lastingFault = "rate-limited-for-a-while";
    const startedAt = Date.now();
    expect(await draft(60_000)).toMatchObject({ code: "rate-limited" });
    expect(Date.now() - startedAt).toBeLessThan(9_000);
  });

  it("is asked for again where no connection came about, which costs nothing", async () => {
    const ended: DraftEnded[] = [];
    const closed = await startMessagesApi();
    await closed.close();
    const gone = { baseUrl: closed.url, onDrafted: (each: DraftEnded) => ended.push(each) };
    expect(await draft(5_000, gone)).toMatchObject({ code: "unreachable", costUsd: 0 });
    expect(ended[0]?.requests).toBe(3);
  });

  it.each<readonly [FaultName, number | null]>([
    ["overloaded", 0],
    ["spend-limit", 0],
    ["bad-request", 0],
    ["server-error", null],
    ["stalled-body", null],
    ["reset-in-body", null],
    ["html", null],
  ])("costs after %s: %p", async (fault, costUsd) => {
    api.lastingFault = fault;
    expect(await draft(300)).toMatchObject({ kind: "failed", usage: null, costUsd });
  });

  it.each<FaultName>(["refusal", "max-tokens", "unknown-stop", "prose"])(
    "costs what was used although it came to nothing: %s",
    async (fault) => {
      api.lastingFault = fault;
      const { usage, costUsd } = await draft();
      expect(usage?.inputTokens).toBeGreaterThan(1_000);
      expect(costUsd).toBeGreaterThan(0.0001);
    },
  );

  it("is not asked for after its deadline, nor where titles alone are too long", async () => {
    expect(await draft(0)).toMatchObject({ code: "deadline", costUsd: 0 });
    const request = { style: STYLE, deadline: Date.now() + 5_000 };
    const long = noteSource({ title: "word ".repeat(50_000) });
    const drafter = createDrafter(settings());
    expect(await drafter.draft({ ...request, sources: [long] })).toMatchObject({
      code: "too-large",
      usage: null,
      costUsd: 0,
    });
    expect(api.requests).toEqual([]);
  });

  it("is a failure, and nothing is thrown, where the program itself is wrong", async () => {
    const drafter = createDrafter(settings({ fetch: () => Promise.reject(new Error("a bug")) }));
    const request = { sources, style: STYLE, deadline: Date.now() + 5_000 };
    expect(await drafter.draft(request)).toMatchObject({ kind: "failed", code: "unreachable" });
    const wrong = { ...request, sources: null as never };
    expect(await drafter.draft(wrong)).toMatchObject({ kind: "failed", code: "unexpected" });
  });

  it("keeps the prefix where somebody asked within five minutes, and pays less for it", async () => {
    let now = Date.now();
    const drafter = createDrafter(settings({ clock: { now: () => now } }));
    const ask = async () =>
      (await drafter.draft({ sources, style: STYLE, deadline: now + 5_000 })).usage;
    const first = await ask();
    const [second, third] = [await ask(), await ask()];
    now += 5 * 60_000;
    const late = await ask();
    expect([first, late].map((usage) => usage?.cacheWriteTokens)).toEqual([0, 0]);
    expect(second?.cacheWriteTokens).toBeGreaterThan(1_024);
    expect(third?.cacheReadTokens).toBe(second?.cacheWriteTokens);
    expect(api.asked.map(({ system }) => JSON.stringify(system).includes("cache_control"))).toEqual(
      [false, true, true, false],
    );
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
