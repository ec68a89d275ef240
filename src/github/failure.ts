import { z } from "zod";
import { redact } from "../core/redact.ts";
import { AppError } from "../errors.ts";
import type { ErrorCode, Retry } from "../errors.ts";

/** What came back, as far as the decision needs it. Header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | number | undefined>>;
  readonly data: unknown;
}

/** One entry of `errors` in a GraphQL answer. */
export const graphqlErrorSchema = z.object({
  message: z.string(),
  type: z.string().optional(),
  path: z.array(z.union([z.string(), z.number()])).optional(),
  extensions: z.looseObject({ code: z.string().optional() }).optional(),
});

export type GraphqlError = z.infer<typeof graphqlErrorSchema>;

/** GitHub asks for at least a minute where a limit was hit and no header says how long. */
const WAIT_UNNAMED_MS = 60_000;
const WAIT_MS_MIN = 1_000;
/** Longer words of GitHub are cut: they go into checks and logs. */
const WORDS_LENGTH_MAX = 500;

const wordsSchema = z.object({
  message: z.string().optional(),
  documentation_url: z.string().optional(),
  errors: z
    .array(z.union([z.string(), z.object({ message: z.string().optional() }).loose()]))
    .optional(),
});

/**
 * GitHub's own words in an error body, with its link. `words` is empty where it says nothing. They
 * go into checks: what looks like a secret is taken out.
 */
export function wordsOf(data: unknown): { words: string; documentationUrl: string | null } {
  const parsed = wordsSchema.safeParse(data);
  if (!parsed.success) return { words: "", documentationUrl: null };
  const { message, errors, documentation_url: documentationUrl } = parsed.data;
  const parts = [message, ...(errors ?? []).map(wordsOfEntry)];
  const words = parts
    .filter((part) => part !== undefined && part.trim() !== "")
    .join(": ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, WORDS_LENGTH_MAX);
  return { words: redact(words), documentationUrl: documentationUrl ?? null };
}

/** `Release already_exists tag_name` where GitHub names the field but adds no sentence. */
function wordsOfEntry(entry: string | { message?: string | undefined }): string | undefined {
  if (typeof entry === "string") return entry;
  if (entry.message !== undefined) return entry.message;
  return ["resource", "code", "field"]
    .map((key) => Object.entries(entry).find(([name]) => name === key)?.[1])
    .filter((value) => typeof value === "string")
    .join(" ");
}

/**
 * Milliseconds to wait where the answer says that a limit was hit; null: it does not say so. Read
 * from status, headers and the link of the error body, as GitHub's "Rate limits" page describes.
 */
export function rateLimitWaitMs(answer: Answer, now: number): number | null {
  const { status, headers, data } = answer;
  const retryAfter = Number(headers["retry-after"]);
  const hasRetryAfter = headers["retry-after"] !== undefined && Number.isFinite(retryAfter);
  if (status !== 403 && status !== 429 && !(status === 200 && hasRetryAfter)) return null;
  if (hasRetryAfter) return Math.max(WAIT_MS_MIN, retryAfter * 1_000);
  if (String(headers["x-ratelimit-remaining"]) === "0") return waitForReset(answer, now);
  const isLinked = wordsOf(data).documentationUrl?.includes("rate-limit") ?? false;
  return status === 429 || isLinked ? WAIT_UNNAMED_MS : null;
}

/** Until `x-ratelimit-reset` (epoch seconds); a minute where the header is missing. */
function waitForReset({ headers }: Answer, now: number): number {
  const reset = Number(headers["x-ratelimit-reset"]);
  return Number.isFinite(reset) ? Math.max(WAIT_MS_MIN, reset * 1_000 - now) : WAIT_UNNAMED_MS;
}

/** Turn an answer that is not a success into our error. `attempt`: what we tried, on what. */
export function convertAnswer(attempt: string, answer: Answer, now: number): AppError {
  const waitMs = rateLimitWaitMs(answer, now);
  const { words } = wordsOf(answer.data);
  const message = `${attempt}: ${answer.status}${words === "" ? "" : ` ${words}`}`;
  if (waitMs !== null) {
    return new AppError("github/rate-limited", message, { retry: { kind: "after", waitMs } });
  }
  const [code, retry] = classify(answer.status);
  return new AppError(code, message, { retry: { kind: retry } });
}

function classify(status: number): [ErrorCode, Exclude<Retry["kind"], "after">] {
  if (status >= 500) return ["github/unavailable", "backoff"];
  switch (status) {
    case 401:
      // A fresh installation token may not have reached every server of GitHub yet.
      return ["github/unauthorized", "backoff"];
    case 403:
      return ["github/forbidden", "never"];
    case 404:
    case 410:
      return ["github/not-found", "never"];
    case 301:
    case 302:
    case 307:
    case 308:
      // A write to a name that moved: the next observation finds the new one.
      return ["github/unavailable", "backoff"];
    default:
      return status >= 400 ? ["github/rejected", "never"] : ["github/unexpected", "never"];
  }
}

/** No answer at all: a reset, a timeout, a name that does not resolve, a proxy that says no. */
export function convertSilence(attempt: string, cause: unknown): AppError {
  const errors = causesOf(cause);
  const retry = { kind: "backoff" } as const;
  const options = { retry, cause };
  const untrusted = errors.find(({ code }) => CERTIFICATE_CODES.test(code));
  if (untrusted !== undefined) {
    const { message, code } = untrusted;
    const words = `${attempt}: the certificate is not trusted (${message.trim()}, ${code})`;
    return new AppError("network/certificate-untrusted", words, options);
  }
  const refused = errors.map(({ message }) => PROXY_ANSWER.exec(message)?.[1]).find(Boolean);
  if (refused !== undefined) {
    const why = refused === "407" ? "it wants a user and a password that it knows" : "it refused";
    const words = `${attempt}: the proxy answered ${refused}: ${why}`;
    return new AppError("network/proxy-refused", words, options);
  }
  const words = cause instanceof Error ? cause.message : String(cause);
  return new AppError("github/unavailable", `${attempt}: no answer (${words})`, options);
}

/** OpenSSL's names for a certificate that nobody here vouches for, or that is for another host. */
const CERTIFICATE_CODES =
  /CERT|^UNABLE_TO_(?:GET|VERIFY|DECODE|DECRYPT)_|^SELF_SIGNED|^HOSTNAME_MISMATCH$/;
/** undici's words: it has no code of its own for this. */
const PROXY_ANSWER = /^Proxy response \((\d{3})\)/;
const CAUSES_MAX = 5;

function causesOf(error: unknown): readonly { readonly code: string; readonly message: string }[] {
  const found: { code: string; message: string }[] = [];
  for (let each = error; each instanceof Error && found.length < CAUSES_MAX; each = each.cause) {
    const code = "code" in each && typeof each.code === "string" ? each.code : "";
    found.push({ code, message: each.message });
  }
  return found;
}

/** Turn an entry of `errors` in an HTTP 200 answer into our error, by its `type`; it is the cause. */
export function convertGraphqlError(
  attempt: string,
  error: GraphqlError,
  answer: Answer,
  now: number,
): AppError {
  const where = error.path === undefined ? "" : ` at ${error.path.join(".")}`;
  const message = `${attempt}${where}: ${error.type ?? "error"} ${error.message.slice(0, WORDS_LENGTH_MAX)}`;
  const limitMs =
    error.type === "RATE_LIMITED" || error.type === "RATE_LIMIT"
      ? (rateLimitWaitMs({ ...answer, status: 403 }, now) ?? WAIT_UNNAMED_MS)
      : rateLimitWaitMs(answer, now);
  if (limitMs !== null) {
    return new AppError("github/rate-limited", message, {
      retry: { kind: "after", waitMs: limitMs },
    });
  }
  const [code, retry] = classifyGraphql(error);
  return new AppError(code, message, { retry: { kind: retry }, cause: error });
}

function classifyGraphql(error: GraphqlError): [ErrorCode, Exclude<Retry["kind"], "after">] {
  switch (error.type) {
    case "NOT_FOUND":
      return ["github/not-found", "never"];
    case "FORBIDDEN":
    case "INSUFFICIENT_SCOPES":
      return ["github/forbidden", "never"];
    case undefined:
      // A code means that the document itself is wrong; without one GitHub failed inside.
      return error.extensions?.code === undefined
        ? ["github/unavailable", "backoff"]
        : ["github/unexpected", "never"];
    case "SERVICE_UNAVAILABLE":
    case "INTERNAL":
      return ["github/unavailable", "backoff"];
    default:
      return ["github/rejected", "never"];
  }
}

/** Read an answer in the shape we know. Throws `github/unexpected` that names the first difference. */
export function understand<T>(attempt: string, schema: z.ZodType<T>, data: unknown): T {
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new AppError(
    "github/unexpected",
    `${attempt}: the answer differs at ${issue?.path.join(".") ?? "its root"}: ${issue?.message ?? ""}`,
    { retry: { kind: "backoff" } },
  );
}
