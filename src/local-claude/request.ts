import { z } from "zod";
import { invalid } from "./api-error.ts";

/** The body of `POST /v1/messages`, as far as this server knows it. */

const cacheControl = z.strictObject({
  type: z.literal("ephemeral"),
  ttl: z.enum(["5m", "1h"]).optional(),
});

const citations = z.strictObject({ enabled: z.boolean() });

const textBlock = z.strictObject({
  type: z.literal("text"),
  text: z.string().min(1, "text content blocks must be non-empty"),
  cache_control: cacheControl.nullish(),
  citations: z.unknown().optional(),
});

const toolUseBlock = z.strictObject({
  type: z.literal("tool_use"),
  id: z.string().regex(/^[a-zA-Z0-9_-]+$/),
  name: z.string().min(1).max(200),
  input: z.record(z.string(), z.unknown()),
  cache_control: cacheControl.nullish(),
});

const documentBlock = z.strictObject({
  type: z.literal("document"),
  source: z.looseObject({ type: z.enum(["text", "content", "base64", "url", "file"]) }),
  title: z.string().nullish(),
  context: z.string().nullish(),
  citations: citations.nullish(),
  cache_control: cacheControl.nullish(),
});

const toolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(textBlock)]).optional(),
  is_error: z.boolean().optional(),
  cache_control: cacheControl.nullish(),
});

const block = z.discriminatedUnion("type", [
  textBlock,
  toolUseBlock,
  toolResultBlock,
  documentBlock,
]);

const message = z.strictObject({
  role: z.enum(["user", "assistant"]),
  content: z.union([z.string().min(1), z.array(block).min(1)]),
});

const tool = z.strictObject({
  name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
  description: z.string().optional(),
  input_schema: z.looseObject({ type: z.literal("object") }),
  strict: z.boolean().optional(),
  type: z.literal("custom").nullish(),
  cache_control: cacheControl.nullish(),
});

const common = {
  model: z.string().min(1),
  messages: z.array(message).min(1, "at least one message is required"),
  system: z.union([z.string(), z.array(textBlock)]).optional(),
  tools: z.array(tool).optional(),
  tool_choice: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("none") }),
      z.strictObject({
        type: z.literal("auto"),
        disable_parallel_tool_use: z.boolean().optional(),
      }),
      z.strictObject({ type: z.literal("any"), disable_parallel_tool_use: z.boolean().optional() }),
      z.strictObject({
        type: z.literal("tool"),
        name: z.string(),
        disable_parallel_tool_use: z.boolean().optional(),
      }),
    ])
    .optional(),
  thinking: z
    .discriminatedUnion("type", [
      z.strictObject({ type: z.literal("disabled") }),
      z.strictObject({ type: z.literal("adaptive"), display: z.string().nullish() }),
      z.strictObject({ type: z.literal("between_tools"), display: z.string().nullish() }),
      z.strictObject({
        type: z.literal("enabled"),
        budget_tokens: z.number().int().min(1_024),
        display: z.string().nullish(),
      }),
    ])
    .optional(),
  output_config: z
    .strictObject({
      effort: z.enum(["low", "medium", "high", "xhigh", "max"]).nullish(),
      format: z
        .strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) })
        .nullish(),
    })
    .optional(),
  cache_control: cacheControl.nullish(),
};

const countSchema = z.strictObject(common);

const messageRequest = z.strictObject({
  ...common,
  max_tokens: z.number().int().min(1),
  metadata: z.strictObject({ user_id: z.string().max(256).nullish() }).optional(),
  service_tier: z.enum(["auto", "standard_only"]).optional(),
  stop_sequences: z.array(z.string()).optional(),
  stream: z.boolean().optional(),
});

export type MessageRequest = z.infer<typeof messageRequest>;
export type CountRequest = z.infer<typeof countSchema>;

/** Gone since version 2026-10-21 of the API, whatever their value. */
const GONE = ["temperature", "top_p", "top_k"];

/** Throws the service's 400 for what is not of the documented form. */
export function parseMessageRequest(text: string): MessageRequest {
  return parseBody(text, messageRequest);
}

/** The body of `POST /v1/messages/count_tokens`. */
export function parseCountRequest(text: string): CountRequest {
  return parseBody(text, countSchema);
}

function parseBody<Body>(text: string, schema: z.ZodType<Body>): Body {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw invalid("The request body is not valid JSON");
  }
  const gone = GONE.find((name) => typeof body === "object" && body !== null && name in body);
  if (gone !== undefined) throw invalid(`${gone}: Extra inputs are not permitted`);
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw invalid(wordIssue(parsed.error.issues[0], []));
}

type Issue = z.core.$ZodIssue;

/** Of a choice, the branch that came furthest: there the mistake is. */
function wordIssue(issue: Issue | undefined, above: readonly PropertyKey[]): string {
  const path = [...above, ...(issue?.path ?? [])];
  if (issue?.code === "invalid_union") {
    const branches = issue.errors.map(([first]) => first).filter((first) => first !== undefined);
    const [deepest] = branches.toSorted((a, b) => b.path.length - a.path.length);
    if (deepest !== undefined) return wordIssue(deepest, path);
  }
  if (issue?.code === "unrecognized_keys") {
    return `${[...path, issue.keys[0] ?? ""].join(".")}: Extra inputs are not permitted`;
  }
  return `${path.join(".")}: ${issue?.message ?? "Field is not valid"}`;
}
