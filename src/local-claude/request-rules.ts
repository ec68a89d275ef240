import { ApiError, invalid } from "./api-error.ts";
import { findModel } from "./models.ts";
import type { LocalModel } from "./models.ts";
import type { CountRequest, MessageRequest } from "./request.ts";
import { requireSupported } from "./schema-rules.ts";
import { countTokens } from "./tokens.ts";

type Message = CountRequest["messages"][number];
type Block = Exclude<Message["content"], string>[number];

const BREAKPOINTS_MAX = 4;

/** Refuses what the documentation refuses; gives back the model. */
export function requireAllowed(request: CountRequest, models: readonly LocalModel[]): LocalModel {
  const model = findModel(models, request.model);
  if (model === null || model.lifecycle === "retired") {
    throw new ApiError(404, "not_found_error", `model: ${request.model}`);
  }
  requireConversation(request);
  requireTools(request);
  requireCompatible(request, model);
  const tokens = countTokens(request);
  if (tokens > model.inputTokensMax) {
    throw invalid(`prompt is too long: ${tokens} tokens > ${model.inputTokensMax} maximum`);
  }
  return model;
}

/** The same for what only a request for a message has. */
export function requireRoom(request: MessageRequest, model: LocalModel): void {
  if (request.stream === true) throw invalid("stream: this local server does not stream");
  if (request.max_tokens <= model.outputTokensMax) return;
  throw invalid(
    `max_tokens: ${request.max_tokens} > ${model.outputTokensMax}, which is the maximum allowed number of output tokens for ${model.id}`,
  );
}

function requireConversation({ messages }: CountRequest): void {
  if (messages[0]?.role !== "user") throw invalid("messages: first message must use the user role");
  if (messages.at(-1)?.role === "assistant") {
    throw invalid(
      "This model does not support assistant message prefill. The conversation must end with a user message.",
    );
  }
  for (const [at, message] of messages.entries()) requireBlocks(messages, message, at);
}

function requireBlocks(messages: readonly Message[], message: Message, at: number): void {
  const blocks = blocksOf(message);
  const place = `messages.${at}`;
  for (const { type } of blocks) {
    const isOwn = type === "text" || (type === "tool_use") === (message.role === "assistant");
    if (!isOwn) throw invalid(`${place}: ${type} blocks can not be in ${message.role} messages`);
  }
  if (blocks.some((block) => block.type === "text" && (block.citations ?? null) !== null)) {
    throw invalid(`${place}: citations on text blocks can not be in ${message.role} messages`);
  }
  const asked = idsOf(blocks, "tool_use");
  const next = messages[at + 1];
  const answered = next === undefined ? [] : idsOf(blocksOf(next), "tool_result");
  const missing = asked.filter((id) => !answered.includes(id));
  if (missing.length > 0) {
    throw invalid(
      `${place}: tool_use ids were found without tool_result blocks immediately after: ${missing.join(", ")}. Each tool_use block must have a corresponding tool_result block in the next message.`,
    );
  }
  const before = messages[at - 1];
  const known = before === undefined ? [] : idsOf(blocksOf(before), "tool_use");
  const stray = idsOf(blocks, "tool_result").find((id) => !known.includes(id));
  if (stray !== undefined) {
    throw invalid(`${place}: unexpected tool_use_id found in tool_result blocks: ${stray}`);
  }
}

function requireTools({ messages, tools = [], tool_choice: choice }: CountRequest): void {
  const names = tools.map(({ name }) => name);
  if (new Set(names).size < names.length) throw invalid("tools: Tool names must be unique.");
  if (choice !== undefined && tools.length === 0) {
    throw invalid("tool_choice: may only be specified while providing tools");
  }
  if (choice?.type === "tool" && !names.includes(choice.name)) {
    throw invalid(`tool_choice: Tool '${choice.name}' not found in provided tools`);
  }
  const hasUse = messages.some((message) => idsOf(blocksOf(message), "tool_use").length > 0);
  if (hasUse && tools.length === 0) {
    throw invalid("Requests which include `tool_use` or `tool_result` blocks must define tools");
  }
}

function requireCompatible(request: CountRequest, model: LocalModel): void {
  const { output_config: output, thinking, messages } = request;
  const { effort = null, format = null } = output ?? {};
  const isCited = messages
    .flatMap((message) => blocksOf(message))
    .some((block) => block.type === "document" && block.citations?.enabled === true);
  if (isCited && format !== null) {
    throw invalid("output_config.format: citations can not be used with structured outputs");
  }
  if (format !== null) requireSupported(format.schema);
  if (thinking?.type === "disabled") {
    if (!model.canBeWithoutThinking) {
      throw invalid(`thinking: type "disabled" is not supported by ${model.id}`);
    }
    if (effort === "xhigh" || effort === "max") {
      throw invalid(`thinking: type "disabled" can not be used with effort "${effort}"`);
    }
  }
  const marks = JSON.stringify(request).split(`"cache_control":{`).length - 1;
  if (marks > BREAKPOINTS_MAX) {
    throw invalid(`A maximum of ${BREAKPOINTS_MAX} blocks with cache_control may be provided.`);
  }
}

export function blocksOf({ content }: Message): readonly Block[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

function idsOf(blocks: readonly Block[], type: "tool_use" | "tool_result"): string[] {
  return blocks.flatMap((block) => {
    if (block.type !== type) return [];
    return "tool_use_id" in block ? [block.tool_use_id] : "id" in block ? [block.id] : [];
  });
}
