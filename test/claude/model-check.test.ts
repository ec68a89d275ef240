import { describe, expect, it } from "@jest/globals";
import { createModelCheck } from "../../src/claude/model-check.ts";
import { composeDrafter } from "../../src/compose.ts";
import { MODELS } from "../../src/local-claude/models.ts";
import type { LocalModel } from "../../src/local-claude/models.ts";
import { eventually } from "../support/eventually.ts";
import { startMessagesApi, useMessagesApi } from "../support/messages-api.ts";
import { noteSource, STYLE } from "../support/note-sources.ts";

const [haiku, sonnet] = MODELS;
if (haiku === undefined || sonnet === undefined) throw new Error("There are no models");

/** More than one page, so that the one that counts stands on the last. */
const fillers = Array.from({ length: 150 }, (_, at): LocalModel => ({
  ...sonnet,
  id: `claude-filler-${at}`,
  lifecycle: "retired",
}));
const proud: LocalModel = { ...haiku, id: "claude-proud", canBeWithoutThinking: false };
const api = useMessagesApi({ models: [proud, ...fillers, ...MODELS] });

let now = 0;

function openCheck(more: { readonly baseUrl?: string; readonly listMs?: number } = {}) {
  const { url: baseUrl, apiKey } = api;
  return createModelCheck({ apiKey, baseUrl, userAgent: "t", now: () => now, ...more });
}

describe("the check of models", () => {
  it.each([
    ["claude-haiku-5-5", null],
    ["claude-haiku-4-5", null],
    [
      "claude-sonnet-4-5",
      "The model claude-sonnet-4-5 is deprecated and ends on 2026-11-30. Set notes.model to claude-sonnet-5-5.",
    ],
    [
      "claude-sonnet-4-20250514",
      "The model claude-sonnet-4-20250514 is retired. Set notes.model to claude-sonnet-5-5.",
    ],
    ["claude-opus-9", "Claude knows no model claude-opus-9. Set notes.model to claude-opus-5-5."],
    ["gpt-5", "Claude knows no model gpt-5. Set notes.model to claude-haiku-5-5."],
    [
      "claude-proud",
      "The model claude-proud cannot answer without thinking, which is what it is asked. Set notes.model to claude-haiku-5-5.",
    ],
  ])("says of %s: %s", async (model, expected) => {
    expect(await openCheck().check(model)).toBe(expected);
  });

  it("asks for all pages once a day, and says of a model once", async () => {
    now = 0;
    const models = openCheck();
    expect(await models.check("claude-opus-9")).not.toBeNull();
    expect(await models.check("claude-opus-9")).toBeNull();
    expect(await models.check("claude-haiku-5-5")).toBeNull();
    expect(api.requests.map(({ path }) => path)).toEqual([
      "/v1/models?limit=100",
      "/v1/models?limit=100&after_id=claude-filler-98",
    ]);
    now += 24 * 3_600_000;
    expect(await models.check("claude-opus-9")).not.toBeNull();
    expect(api.requests).toHaveLength(4);
  });

  it("says once where the list cannot be had, and why", async () => {
    const strange = await startMessagesApi({ apiKey: "another" });
    const models = openCheck({ baseUrl: strange.url });
    expect(await models.check("claude-haiku-5-5")).toBe(
      "The models could not be listed: Claude refused the key (key-refused).",
    );
    expect(await models.check("claude-opus-5-5")).toBeNull();
    await strange.close();
    expect(await openCheck({ baseUrl: strange.url }).check("x")).toBe(
      "The models could not be listed: Claude could not be reached (unreachable).",
    );
  });
});

describe("a drafter as it is composed", () => {
  it("is none without a key", () => {
    const logger = { info: () => undefined, warn: () => undefined };
    const settings = { claudeKey: null, claudeUrl: api.url };
    expect(composeDrafter(settings, { logger })).toBeNull();
    expect(api.requests).toEqual([]);
  });

  it("drafts, counts, and warns of a model beside the draft", async () => {
    const said: (readonly [object, string])[] = [];
    const logger = {
      info: (fields: object, words: string) => said.push([fields, words]),
      warn: (fields: object, words: string) => said.push([fields, words]),
    };
    const ended: string[] = [];
    const settings = { claudeKey: api.apiKey, claudeUrl: api.url };
    const onDrafted = ({ outcome }: { outcome: string }) => ended.push(outcome);
    const drafter = composeDrafter(settings, { logger, onDrafted });
    const style = { ...STYLE, model: "claude-sonnet-4-5" };
    const request = { sources: [noteSource()], style, deadline: Date.now() + 5_000 };
    expect(await drafter?.draft(request)).toMatchObject({ kind: "drafted" });
    expect(ended).toEqual(["drafted"]);
    await eventually("both are said", () => said.length === 2);
    expect(said.map(([, words]) => words).toSorted()).toEqual([
      "Claude drafted notes.",
      expect.stringMatching("^The model claude-sonnet-4-5 is deprecated"),
    ]);
    expect(JSON.stringify(said)).not.toContain("parser");
  });
});
