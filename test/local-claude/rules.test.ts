import { describe, expect, it } from "@jest/globals";
import { SYSTEM_PROMPT, ANSWER_FORMAT } from "../../src/claude/prompt.ts";
import { useMessagesApi } from "../support/messages-api.ts";

let now = 0;
const api = useMessagesApi({ now: () => now });

type Body = Record<string, unknown>;

const said = { role: "user", content: "Hello" };

function post(body: unknown, headers: Record<string, string> = {}, path = "/v1/messages") {
  return fetch(`${api.url}${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${api.apiKey}`,
      "anthropic-version": "2026-10-21",
      "content-type": "application/json",
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function request(more: Body = {}): Body {
  return { model: "claude-haiku-5-5", max_tokens: 100, messages: [said], ...more };
}

interface Refused {
  readonly error: { readonly type: string; readonly message: string };
}

const use = { role: "assistant", content: [{ type: "tool_use", id: "t1", name: "r", input: {} }] };
const result = {
  role: "user",
  content: [{ type: "tool_result", tool_use_id: "t1", content: "x" }],
};
const tools = [{ name: "r", input_schema: { type: "object" } }];
const format = (schema: unknown) => ({
  output_config: { format: { type: "json_schema", schema } },
});
const closed = { type: "object", properties: {}, required: [], additionalProperties: false };
const cited = {
  type: "document",
  source: { type: "text", media_type: "text/plain", data: "x" },
  citations: { enabled: true },
};
const mark = { type: "text", text: "x", cache_control: { type: "ephemeral" } };

describe("the documented rules", () => {
  it.each<readonly [string, unknown, RegExp]>([
    ["no JSON", "{", /not valid JSON/],
    ["temperature", request({ temperature: 1 }), /^temperature: Extra inputs/],
    ["top_p", request({ top_p: 1 }), /^top_p: Extra inputs/],
    ["top_k", request({ top_k: 1 }), /^top_k: Extra inputs/],
    ["an unknown field", request({ verbosity: 3 }), /^verbosity: Extra inputs/],
    ["an unknown field deep in it", request({ metadata: { a: 1 } }), /^metadata.a: Extra inputs/],
    ["no max_tokens", { model: "claude-haiku-5-5", messages: [said] }, /^max_tokens: /],
    ["max_tokens of 0", request({ max_tokens: 0 }), /^max_tokens: /],
    ["too many max_tokens", request({ max_tokens: 64_001 }), /maximum allowed number of output/],
    ["no message", request({ messages: [] }), /at least one message/],
    ["an assistant first", request({ messages: [use, result], tools }), /first message must use/],
    ["a prefill", request({ messages: [said, { role: "assistant", content: "{" }] }), /prefill/],
    [
      "a tool_use without its result",
      request({ messages: [said, use, said], tools }),
      /without tool_result/,
    ],
    [
      "a result without its tool_use",
      request({ messages: [result], tools }),
      /unexpected tool_use_id/,
    ],
    ["tool blocks without tools", request({ messages: [said, use, result] }), /must define tools/],
    [
      "tool_choice without tools",
      request({ tool_choice: { type: "none" } }),
      /while providing tools/,
    ],
    [
      "a tool that is not there",
      request({ tools, tool_choice: { type: "tool", name: "q" } }),
      /not found/,
    ],
    ["two tools of a name", request({ tools: [...tools, ...tools] }), /must be unique/],
    [
      "citations with a form",
      request({ ...format(closed), messages: [{ role: "user", content: [cited] }] }),
      /citations/,
    ],
    [
      "citations on a user's text",
      request({ messages: [{ role: "user", content: [{ ...mark, citations: [] }] }] }),
      /citations/,
    ],
    [
      "a document of the assistant",
      request({ messages: [said, { role: "assistant", content: [cited] }, said] }),
      /document blocks/,
    ],
    ["an open object", request(format({ type: "object", properties: {} })), /additionalProperties/],
    [
      "a bound on text",
      request(format({ ...closed, properties: { a: { type: "string", maxLength: 3 } } })),
      /'maxLength' is not supported/,
    ],
    [
      "a bound within a list",
      request(
        format({
          ...closed,
          properties: { a: { type: "array", items: { type: "number", minimum: 3 } } },
        }),
      ),
      /'minimum' is not supported/,
    ],
    [
      "25 optional fields",
      request(
        format({
          ...closed,
          properties: Object.fromEntries(
            Array.from({ length: 25 }, (_, at) => [`f${at}`, { type: "string" }]),
          ),
        }),
      ),
      /more than 24 optional/,
    ],
    [
      "17 unions",
      request(
        format({
          ...closed,
          required: ["a"],
          properties: {
            a: { anyOf: Array.from({ length: 17 }, () => ({ anyOf: [{ type: "string" }] })) },
          },
        }),
      ),
      /more than 16/,
    ],
    [
      "no thinking with much effort",
      request({ thinking: { type: "disabled" }, output_config: { effort: "max" } }),
      /can not be used with effort/,
    ],
    [
      "five marks of the cache",
      request({ system: [mark, mark, mark, mark, mark] }),
      /maximum of 4/,
    ],
    [
      "another life of the cache",
      request({ system: [{ ...mark, cache_control: { type: "ephemeral", ttl: "2h" } }] }),
      /ttl/,
    ],
    ["an empty text", request({ system: [{ type: "text", text: "" }] }), /non-empty/],
    ["a stream", request({ stream: true }), /does not stream/],
    [
      "more than the model reads",
      request({
        model: "claude-haiku-4-5",
        messages: [{ role: "user", content: "x".repeat(600_000) }],
      }),
      /prompt is too long/,
    ],
  ])("refuse %s", async (_, body, words) => {
    const answer = await post(body);
    const { error } = (await answer.json()) as Refused;
    expect([answer.status, error.type]).toEqual([400, "invalid_request_error"]);
    expect(error.message).toMatch(words);
  });

  it.each<readonly [string, Record<string, string>, number, string]>([
    ["no key", { authorization: "" }, 401, "authentication_error"],
    ["a wrong key", { authorization: "Bearer nobody" }, 401, "authentication_error"],
    ["no version", { "anthropic-version": "" }, 400, "invalid_request_error"],
    ["an old version", { "anthropic-version": "2023-06-01" }, 400, "invalid_request_error"],
    ["no JSON type", { "content-type": "text/plain" }, 400, "invalid_request_error"],
  ])("refuse %s", async (_, headers, status, type) => {
    const answer = await post(request(), headers);
    expect([answer.status, ((await answer.json()) as Refused).error.type]).toEqual([status, type]);
  });

  it.each(["claude-nowhere", "claude-sonnet-4-20250514"])("know no model %s", async (model) => {
    expect((await post(request({ model }))).status).toBe(404);
  });

  it("let through what keeps to them", async () => {
    const answer = await post(
      request({ messages: [said, use, result], tools, tool_choice: { type: "none" } }),
    );
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { type: "message", role: "assistant", stop_reason: "end_turn" },
    ]);
    expect(answer.headers.get("request-id")).toMatch(/^req_/);
  });

  it("count tokens without an answer", async () => {
    const { max_tokens: _, ...body } = request();
    const answer = await post(body, {}, "/v1/messages/count_tokens");
    expect(await answer.json()).toEqual({ input_tokens: expect.any(Number) });
    expect((await post(request(), {}, "/v1/messages/count_tokens")).status).toBe(400);
  });

  it("stop an answer at max_tokens", async () => {
    const answer = await post(request({ max_tokens: 3 }));
    expect(await answer.json()).toMatchObject({
      stop_reason: "max_tokens",
      usage: { output_tokens: 3 },
    });
  });
});

const get = async (path: string) => {
  const headers = { authorization: `Bearer ${api.apiKey}`, "anthropic-version": "2026-10-21" };
  return (await fetch(`${api.url}${path}`, { headers })).json() as Promise<{
    data: { id: string; lifecycle: string }[];
    has_more: boolean;
    last_id: string;
  }>;
};

describe("the list of models", () => {
  it("comes in pages", async () => {
    const ids: string[] = [];
    for (let query = "limit=2", more = true; more;) {
      const { data, has_more: hasMore, last_id: last } = await get(`/v1/models?${query}`);
      ids.push(...data.map(({ id }) => id));
      more = hasMore;
      query = `limit=2&after_id=${last}`;
    }
    expect(ids).toEqual((await get("/v1/models")).data.map(({ id }) => id));
    expect(new Set(ids).size).toBe(6);
  });

  it("finds one by its name without a date", async () => {
    expect(await get("/v1/models/claude-sonnet-4-5")).toMatchObject({
      id: "claude-sonnet-4-5-20250929",
      lifecycle: "deprecated",
      retires_at: "2026-11-30T00:00:00Z",
    });
  });
});

describe("the cache of prompts", () => {
  interface Used {
    readonly usage: {
      readonly input_tokens: number;
      readonly cache_read_input_tokens: number;
      readonly cache_creation_input_tokens: number;
    };
  }
  const ask = async (text: string, ttl?: string, more: Body = {}) => {
    const control = { type: "ephemeral", ...(ttl === undefined ? {} : { ttl }) };
    const system = [{ type: "text", text, cache_control: control }];
    const { usage } = (await (await post(request({ system, ...more }))).json()) as Used;
    return [usage.cache_creation_input_tokens, usage.cache_read_input_tokens] as const;
  };

  it("writes a prefix once, reads it while it lives, and longer when it is read", async () => {
    const [written] = await ask("a".repeat(2_000));
    expect(written).toBeGreaterThan(512);
    now += 4 * 60_000;
    expect(await ask("a".repeat(2_000))).toEqual([0, written]);
    now += 4 * 60_000;
    expect(await ask("a".repeat(2_000))).toEqual([0, written]);
    now += 6 * 60_000;
    expect(await ask("a".repeat(2_000))).toEqual([written, 0]);
  });

  it("keeps for an hour what was asked to be kept so long", async () => {
    const [written] = await ask("b".repeat(2_000), "1h");
    now += 50 * 60_000;
    expect(await ask("b".repeat(2_000), "1h")).toEqual([0, written]);
  });

  it("keeps nothing below the model's least length", async () => {
    expect(await ask("c".repeat(1_000))).toEqual([0, 0]);
    expect(await ask("c".repeat(2_000), "5m", { model: "claude-haiku-4-5" })).toEqual([0, 0]);
  });

  it("ends at the first difference: another text, model, tool or form", async () => {
    const text = "d".repeat(2_000);
    await ask(text);
    for (const more of [{ model: "claude-opus-5-5" }, { tools }, format(closed)]) {
      expect((await ask(text, "5m", more))[1]).toBe(0);
    }
    expect((await ask(`${text}.`))[1]).toBe(0);
  });
});

describe("the prompt that is sent", () => {
  it("is long enough to be kept, and its form keeps to the rules", async () => {
    const body = request({
      system: [{ type: "text", text: SYSTEM_PROMPT, cache_control: { type: "ephemeral" } }],
      output_config: { format: ANSWER_FORMAT },
    });
    const { usage } = (await (await post(body)).json()) as { usage: Record<string, number> };
    expect(usage["cache_creation_input_tokens"]).toBeGreaterThan(1_024);
  });
});
