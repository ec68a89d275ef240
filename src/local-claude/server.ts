import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ApiError, invalid } from "./api-error.ts";
import { readChanges } from "./changes.ts";
import type { Draft } from "./changes.ts";
import { draftFaithfully } from "./faithful.ts";
import { faultOf } from "./faults.ts";
import type { FaultName, Spoiled } from "./faults.ts";
import { MODELS, findModel, pageOf, renderModel } from "./models.ts";
import type { LocalModel } from "./models.ts";
import { draftObediently } from "./obedient.ts";
import { PromptCache } from "./prompt-cache.ts";
import type { CacheUse } from "./prompt-cache.ts";
import { requireAllowed, requireRoom } from "./request-rules.ts";
import { parseCountRequest, parseMessageRequest } from "./request.ts";
import type { MessageRequest } from "./request.ts";
import { draftSloppily } from "./sloppy.ts";
import { countTokens } from "./tokens.ts";

/** The version of the API that this server speaks. */
const VERSION = "2026-10-21";

const BODY_BYTES_MAX = 32_000_000;

export interface LocalClaudeOptions {
  /** `faithful` when left out. A function answers in the model's place. */
  readonly model?: "faithful" | "sloppy" | "obedient" | Draft;
  /** Which mistake the sloppy model makes first; each request takes the next. */
  readonly seed?: number;
  /** What goes wrong with the requests for messages that come, one each, in this order. */
  readonly faults?: readonly FaultName[];
  /** What goes wrong with each request for which no other fault is left. */
  readonly lastingFault?: FaultName | null;
  /** Waits before each answer of a model. Milliseconds. */
  readonly delayMs?: number;
  /** The only key that is let in. */
  readonly apiKey?: string;
  readonly models?: readonly LocalModel[];
  readonly now?: () => number;
}

/** A request as it came. */
interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly text: string;
  /** Of the answer; null: there was none. */
  status: number | null;
}

export interface LocalClaude {
  /** For `SMALLBATCH_CLAUDE_URL`. */
  readonly url: string;
  readonly apiKey: string;
  /** All requests, the oldest first. */
  readonly requests: SeenRequest[];
  /** Requests for messages among them, parsed. */
  readonly asked: MessageRequest[];
  /** What goes wrong with the next requests; more may be added. */
  readonly faults: FaultName[];
  lastingFault: FaultName | null;
  close(): Promise<void>;
}

/** A Messages API on this machine that keeps to the documented rules, with a model of one's choice. */
export async function startLocalClaude(options: LocalClaudeOptions = {}): Promise<LocalClaude> {
  const api = new MessagesApi(options);
  const server = createServer((request, response) => void api.serve(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: api.apiKey,
    requests: api.requests,
    asked: api.asked,
    faults: api.faults,
    get lastingFault() {
      return api.lastingFault;
    },
    set lastingFault(name) {
      api.lastingFault = name;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

class MessagesApi {
  readonly requests: SeenRequest[] = [];
  readonly asked: MessageRequest[] = [];
  readonly faults: FaultName[];
  readonly apiKey: string;
  lastingFault: FaultName | null;
  readonly #options: LocalClaudeOptions;
  readonly #models: readonly LocalModel[];
  readonly #cache: PromptCache;
  #seed: number;
  #count = 0;

  constructor(options: LocalClaudeOptions) {
    this.#options = options;
    this.apiKey = options.apiKey ?? "local-claude-key";
    this.faults = [...(options.faults ?? [])];
    this.lastingFault = options.lastingFault ?? null;
    this.#models = options.models ?? MODELS;
    this.#cache = new PromptCache(options.now ?? Date.now);
    this.#seed = options.seed ?? 0;
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#count += 1;
    const id = `req_${String(this.#count).padStart(6, "0")}`;
    response.setHeader("request-id", id);
    const { method = "", url: path = "", headers } = request;
    const seen: SeenRequest = { method, path, headers, text: "", status: null };
    this.requests.push(seen);
    response.once("finish", () => (seen.status = response.statusCode));
    try {
      const text = await readText(request);
      Object.assign(seen, { text });
      this.#requireHeaders(request);
      await this.#route(`${method} ${path.split("?")[0] ?? ""}`, { path, text, response });
    } catch (error) {
      const known =
        error instanceof ApiError ? error : new ApiError(500, "api_error", String(error));
      for (const [name, value] of Object.entries(known.headers)) response.setHeader(name, value);
      sendJson(response, known.status, known.toBody(id));
    }
  }

  #requireHeaders({ headers, method }: IncomingMessage): void {
    const key = /^Bearer (.+)$/.exec(headers.authorization ?? "")?.[1];
    if (key === undefined) {
      throw new ApiError(401, "authentication_error", "authorization: a bearer token is required");
    }
    if (key !== this.apiKey)
      throw new ApiError(401, "authentication_error", "invalid bearer token");
    const version = headers["anthropic-version"];
    if (version === undefined) throw invalid("anthropic-version: header is required");
    if (version !== VERSION)
      throw invalid(`anthropic-version: "${String(version)}" is not known here`);
    if (method === "POST" && !/^application\/json\b/.test(headers["content-type"] ?? "")) {
      throw invalid("content-type: should be application/json");
    }
  }

  async #route(
    endpoint: string,
    { path, text, response }: { path: string; text: string; response: ServerResponse },
  ): Promise<void> {
    const modelId = /^GET \/v1\/models\/(.+)$/.exec(endpoint)?.[1];
    if (endpoint === "POST /v1/messages") await this.#createMessage(text, response);
    else if (endpoint === "POST /v1/messages/count_tokens") {
      const request = parseCountRequest(text);
      requireAllowed(request, this.#models);
      sendJson(response, 200, { input_tokens: countTokens(request) });
    } else if (endpoint === "GET /v1/models") {
      sendJson(response, 200, pageOf(this.#models, new URL(path, "http://local").searchParams));
    } else if (modelId !== undefined) {
      const model = findModel(this.#models, decodeURIComponent(modelId));
      if (model === null) throw new ApiError(404, "not_found_error", `model: ${modelId}`);
      sendJson(response, 200, renderModel(model));
    } else throw new ApiError(404, "not_found_error", "Not Found");
  }

  async #createMessage(text: string, response: ServerResponse): Promise<void> {
    const request = parseMessageRequest(text);
    const model = requireAllowed(request, this.#models);
    requireRoom(request, model);
    this.asked.push(request);
    const fault = faultOf(this.faults.shift() ?? this.lastingFault ?? undefined);
    fault.before?.(response);
    const { delayMs = 0 } = this.#options;
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const written = this.#write(request);
    const cut = cutToTokens(written, request.max_tokens);
    const spoiled: Spoiled = fault.message?.(cut) ?? {};
    const cache = this.#cache.use(request, this.apiKey, model.cacheTokensMin);
    const message = {
      id: `msg_${String(this.#count).padStart(6, "0")}`,
      type: "message",
      role: "assistant",
      model: model.id,
      content: [{ type: "text", text: cut, citations: null }],
      stop_reason: cut === written ? "end_turn" : "max_tokens",
      stop_sequence: null,
      stop_details: null,
      container: null,
      diagnostics: null,
      usage: usageOf(request, cut, cache),
      ...spoiled,
    };
    if (fault.send === undefined) sendJson(response, 200, message);
    else fault.send(response, JSON.stringify(message));
  }

  #write(request: MessageRequest): string {
    const changes = readChanges(request);
    if (changes === null || !request.output_config?.format) return "There is nothing to draft.";
    const { model = "faithful" } = this.#options;
    const seed = this.#seed;
    this.#seed += 1;
    const drafts: Readonly<Record<string, Draft>> = {
      faithful: draftFaithfully,
      obedient: draftObediently,
      sloppy: (given) => draftSloppily(given, seed).lines,
    };
    const draft = typeof model === "function" ? model : drafts[model];
    return JSON.stringify({ lines: draft?.(changes) ?? [] });
  }
}

function usageOf(request: MessageRequest, text: string, cache: CacheUse): Record<string, unknown> {
  const { readTokens, writtenTokens } = cache;
  const written = writtenTokens["5m"] + writtenTokens["1h"];
  return {
    input_tokens: Math.max(0, countTokens(request) - readTokens - written),
    output_tokens: countTokens(text),
    cache_read_input_tokens: readTokens,
    cache_creation_input_tokens: written,
    cache_creation: {
      ephemeral_5m_input_tokens: writtenTokens["5m"],
      ephemeral_1h_input_tokens: writtenTokens["1h"],
    },
    output_tokens_details: { thinking_tokens: 0 },
    server_tool_use: null,
    service_tier: "standard",
    inference_geo: null,
    speed: "standard",
  };
}

function cutToTokens(text: string, tokens: number): string {
  return countTokens(text) <= tokens ? text : text.slice(0, Math.floor(tokens * 2.5));
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      throw new ApiError(413, "request_too_large", "Request exceeds the maximum size");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
  });
  response.end(text);
}
