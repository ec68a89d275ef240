import { types } from "node:util";
import type * as Sdk from "@anthropic-ai/sdk";
import type { DraftFailure } from "../core/evidence/failures.ts";
import { AnswerTooLong } from "./wire.ts";

export interface RequestFailure {
  readonly code: DraftFailure;
  /** Nothing of it can have been billed. */
  readonly isFree: boolean;
  /** It may go better in a moment, and costs nothing to try. */
  readonly canRepeat: boolean;
  /** What the service asks us to wait; null where it does not say. Milliseconds. */
  readonly waitMs: number | null;
}

/**
 * Limits that somebody set on what an account may spend. They come as 429, without a time to wait,
 * and do not pass by waiting.
 */
const SPEND_LIMITS = new Set([
  "enforced_spend_limit_reached",
  "contract_spend_limit_reached",
  "linked_organization_spend_limit_reached",
]);

const STATUSES: Readonly<Record<number, DraftFailure>> = {
  400: "bad-request",
  401: "key-refused",
  402: "payment-required",
  403: "not-allowed",
  404: "model-not-found",
  408: "service-error",
  409: "service-error",
  412: "bad-request",
  413: "bad-request",
  415: "bad-request",
  422: "bad-request",
  429: "rate-limited",
  431: "bad-request",
  499: "service-error",
  503: "overloaded",
  529: "overloaded",
};

/** Before a connection stood: the request never left. */
const NEVER_SENT = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** What an error of the SDK, or of what it runs on, means. Judged by class, status and code only. */
export function judgeFailure(error: unknown, sdk: typeof Sdk, signal: AbortSignal): RequestFailure {
  const fail = (code: DraftFailure, more: Partial<RequestFailure> = {}): RequestFailure => ({
    code,
    isFree: false,
    canRepeat: false,
    waitMs: null,
    ...more,
  });
  if (signal.aborted || error instanceof sdk.APIUserAbortError) return fail("deadline");
  if (error instanceof sdk.APIConnectionTimeoutError) return fail("deadline");
  if (isCausedBy(error, AnswerTooLong)) return fail("bad-answer");
  if (error instanceof sdk.APIConnectionError) {
    const isFree = NEVER_SENT.has(causeCodeOf(error));
    return fail("unreachable", { isFree, canRepeat: isFree });
  }
  if (error instanceof sdk.APIError) return judgeStatus(error, fail);
  // A body that is no JSON is an error of the language, not of the SDK.
  if (types.isNativeError(error) && error.name === "SyntaxError") return fail("bad-answer");
  return fail("unexpected");
}

function judgeStatus(
  error: Sdk.APIError,
  fail: (code: DraftFailure, more?: Partial<RequestFailure>) => RequestFailure,
): RequestFailure {
  const { status, errorCode, type } = error;
  if (errorCode !== null && SPEND_LIMITS.has(errorCode))
    return fail("spend-limit", { isFree: true });
  if (type === "billing_error") return fail("payment-required", { isFree: true });
  if (status === undefined) return fail("service-error");
  const code = STATUSES[status] ?? (status < 500 ? "unexpected" : "service-error");
  // Turned away before any work. Another error of the service may come after it.
  const canRepeat = status === 429 || status === 529;
  const isFree = canRepeat || status < 500;
  return fail(code, { isFree, canRepeat, waitMs: readWait(error.headers) });
}

function readWait(headers: Headers | undefined): number | null {
  const ms = Number.parseFloat(headers?.get("retry-after-ms") ?? "");
  if (ms >= 0) return ms;
  const seconds = Number.parseFloat(headers?.get("retry-after") ?? "");
  return seconds >= 0 ? seconds * 1_000 : null;
}

function isCausedBy(error: unknown, kind: new () => Error): boolean {
  for (let each: unknown = error; types.isNativeError(each); each = each.cause) {
    if (each.constructor === kind) return true;
  }
  return false;
}

function causeCodeOf(error: Error): string {
  for (let each: unknown = error; types.isNativeError(each); each = each.cause) {
    if ("code" in each && typeof each.code === "string") return each.code;
  }
  return "";
}
