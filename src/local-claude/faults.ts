import type { ServerResponse } from "node:http";
import { ApiError } from "./api-error.ts";

/** What an answer with status 200 looks like where something is wrong with it. */
export interface Spoiled {
  readonly stop_reason?: string | null;
  readonly stop_details?: unknown;
  readonly content?: readonly unknown[];
}

interface Wrong {
  /** Throws an error's answer, or takes the connection over and never answers. */
  readonly before?: (response: ServerResponse) => void;
  /** The message that would have been sent, with something wrong. */
  readonly message?: (text: string) => Spoiled;
  /** Sends something else than the message. */
  readonly send?: (response: ServerResponse, body: string) => void;
}

function fail(...args: ConstructorParameters<typeof ApiError>): Wrong {
  return {
    before: () => {
      throw new ApiError(...args);
    },
  };
}

function send(status: number, type: string, body: string): Wrong {
  return {
    send: (response) => {
      response.writeHead(status, {
        "content-type": type,
        "content-length": Buffer.byteLength(body),
      });
      response.end(body);
    },
  };
}

const text = (value: string): Spoiled => ({ content: [{ type: "text", text: value }] });

const PAGE = "<!doctype html><title>Sign in</title><p>This network needs a password.</p>";

/** Every way in which a request for a message can go wrong, by name. */
export const FAULTS = {
  "bad-request": fail(400, "invalid_request_error", "messages.0: something is wrong"),
  "key-refused": fail(401, "authentication_error", "invalid bearer token"),
  "payment-required": fail(402, "billing_error", "Your credit balance is too low"),
  "billing-as-400": fail(400, "billing_error", "Your credit balance is too low"),
  "not-allowed": fail(403, "permission_error", "Your key may not use this resource"),
  "not-found": fail(404, "not_found_error", "model: claude-nowhere"),
  "request-timeout": fail(408, "timeout_error", "The request took too long to arrive"),
  conflict: fail(409, "conflict_error", "Try again"),
  "too-large": fail(413, "invalid_request_error", "Request exceeds the maximum size"),
  unprocessable: fail(422, "invalid_request_error", "Cannot be processed"),
  "rate-limited": fail(429, "rate_limit_error", "Too many requests", {
    headers: { "retry-after": "1" },
  }),
  "rate-limited-briefly": fail(429, "rate_limit_error", "Too many requests", {
    headers: { "retry-after-ms": "20" },
  }),
  "rate-limited-for-a-while": fail(429, "rate_limit_error", "Too many requests", {
    headers: { "retry-after": "30" },
  }),
  "rate-limited-for-weeks": fail(429, "rate_limit_error", "Too many requests", {
    headers: { "retry-after": "2142720" },
  }),
  "spend-limit": fail(429, "rate_limit_error", "You have reached your usage limit", {
    code: "enforced_spend_limit_reached",
  }),
  "contract-spend-limit": fail(429, "rate_limit_error", "Limit of the contract", {
    code: "contract_spend_limit_reached",
  }),
  "linked-spend-limit": fail(402, "billing_error", "Limit of the linked organization", {
    code: "linked_organization_spend_limit_reached",
  }),
  "ramp-limit": fail(429, "rate_limit_error", "Usage grows too fast", {
    code: "ramp_limit_exceeded",
    headers: { "retry-after-ms": "20" },
  }),
  teapot: fail(418, "api_error", "A status that nobody documented"),
  "server-error": fail(500, "api_error", "Internal server error"),
  "server-error-to-repeat": fail(500, "api_error", "Internal server error", {
    headers: { "x-should-retry": "true" },
  }),
  unavailable: fail(503, "api_error", "Service unavailable"),
  "gateway-timeout": fail(504, "timeout_error", "Request timed out"),
  overloaded: fail(529, "overloaded_error", "Overloaded", { headers: { "retry-after-ms": "20" } }),
  "bad-gateway-page": send(502, "text/html", PAGE),
  redirect: {
    send: (response) => {
      response.writeHead(307, { location: "https://example.com/v1/messages" });
      response.end();
    },
  },
  "stalled-headers": { before: () => undefined, send: () => undefined },
  "stalled-body": {
    send: (response, body) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(body.slice(0, body.length / 2));
    },
  },
  "reset-before-headers": { send: (response) => response.socket?.destroy() },
  "reset-in-body": {
    send: (response, body) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.write(body.slice(0, body.length / 2), () => response.socket?.destroy());
    },
  },
  "endless-body": {
    send: (response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const more = (): void => {
        if (response.destroyed) return;
        response.write(" ".repeat(65_536), () => setImmediate(more));
      };
      more();
    },
  },
  html: send(200, "text/html", PAGE),
  "empty-body": send(200, "application/json", ""),
  "malformed-json": send(200, "application/json", `{"type":"message","content":[{"te`),
  "no-message": send(200, "application/json", `{"ok":true}`),
  "null-body": send(200, "application/json", "null"),
  "no-content": { send: (response) => response.writeHead(204).end() },
  refusal: {
    message: () => ({
      stop_reason: "refusal",
      stop_details: { type: "refusal", category: "cyber", explanation: null },
      content: [],
    }),
  },
  "refusal-in-words": {
    message: () => ({ ...text("I can't help with that."), stop_reason: "refusal" }),
  },
  "max-tokens": {
    message: (whole) => ({ ...text(whole.slice(0, 40)), stop_reason: "max_tokens" }),
  },
  "context-window": {
    message: () => ({ ...text("{"), stop_reason: "model_context_window_exceeded" }),
  },
  "pause-turn": { message: (whole) => ({ ...text(whole), stop_reason: "pause_turn" }) },
  "tool-use": {
    message: () => ({
      stop_reason: "tool_use",
      content: [{ type: "tool_use", id: "toolu_02", name: "read_changes", input: {} }],
    }),
  },
  "stop-sequence": { message: (whole) => ({ ...text(whole), stop_reason: "stop_sequence" }) },
  "unknown-stop": { message: (whole) => ({ ...text(whole), stop_reason: "tired" }) },
  "no-stop": { message: (whole) => ({ ...text(whole), stop_reason: null }) },
  prose: { message: () => text("Here are the release notes you asked for!") },
  "no-text": { message: () => ({ content: [] }) },
  "other-form": { message: () => text(`{"lines":[{"pulls":["P01"],"text":7}]}`) },
  "thinking-first": {
    message: (whole) => ({
      content: [
        { type: "thinking", thinking: "…", signature: "" },
        { type: "text", text: whole },
      ],
    }),
  },
  "capital-words": {
    message: (whole) =>
      text(
        whole
          .replaceAll(
            /"category":"(\w+)"/g,
            (_, word: string) => `"category":"${word.toUpperCase()}"`,
          )
          .replaceAll(/"(P\d\d)"/g, (_, slot: string) => `"${slot.toLowerCase()}"`),
      ),
  },
} as const satisfies Readonly<Record<string, Wrong>>;

export type FaultName = keyof typeof FAULTS;

export function faultOf(name: FaultName | undefined): Wrong {
  return name === undefined ? {} : FAULTS[name];
}
