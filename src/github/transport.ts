import { Octokit } from "@octokit/core";
import { z } from "zod";
import { AppError, invariant } from "../errors.ts";
import type { Logger } from "../ports.ts";
import type { Endpoint } from "./endpoints.ts";
import { convertSilence } from "./failure.ts";
import type { Answer } from "./failure.ts";
import { findDocument, findEndpoint } from "./find-endpoint.ts";

/** The version we were written against; later ones remove fields (GitHub, "API versions"). */
const REST_VERSION = "2022-11-28";
/** GitHub gives up after 10 s itself; waiting longer brings nothing. */
const ANSWER_MS_MAX = 10_000;
/** Successes that carry no JSON body, or need none. */
const BODILESS_STATUSES: readonly number[] = [202, 204, 205];

interface Sending {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly url: string;
  /** Null: as nobody. */
  readonly authorization: string | null;
  readonly body: Readonly<Record<string, unknown>> | undefined;
  readonly etag?: string | null;
  readonly attempt: string;
}

const requestErrorSchema = z.object({
  response: z.object({
    status: z.number(),
    headers: z.record(z.string(), z.union([z.string(), z.number()]).optional()),
    data: z.unknown(),
  }),
});

/**
 * Send one request, once, without following redirects. Every answer of GitHub is returned, whatever
 * its status. Throws AppError `github/unavailable` where none came, and, before anything is sent, a
 * broken invariant for a request that `endpoints.ts` does not list.
 */
export type Send = (sending: Sending) => Promise<Answer>;

/** Hears of every request; status null: no answer came. */
export type OnAnswer = (answer: {
  readonly attempt: string;
  readonly status: number | null;
  readonly headers: Answer["headers"];
}) => void;

export function openTransport(options: {
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly userAgent: string;
  readonly logger: Pick<Logger, "warn"> | undefined;
  readonly answerMsMax: number | undefined;
  readonly onAnswer: OnAnswer | undefined;
}): Send {
  const { apiUrl, userAgent, logger, answerMsMax = ANSWER_MS_MAX, onAnswer } = options;
  const octokit = new Octokit({
    baseUrl: apiUrl,
    userAgent,
    log: {
      debug: () => undefined,
      info: () => undefined,
      warn: (message: string) => logger?.warn({}, message),
      error: () => undefined,
    },
  });

  return async (sending) => {
    try {
      const answer = await send(sending);
      onAnswer?.({ attempt: sending.attempt, status: answer.status, headers: answer.headers });
      return answer;
    } catch (error) {
      onAnswer?.({ attempt: sending.attempt, status: null, headers: {} });
      throw error;
    }
  };

  async function send(sending: Sending): Promise<Answer> {
    const { method, url, authorization, body, etag = null, attempt } = sending;
    const endpoint = identify(sending, options);
    invariant(endpoint !== null, `${attempt} is not listed in src/github/endpoints.ts`);
    try {
      const response = await octokit.request({
        method,
        url,
        headers: {
          ...(authorization === null ? {} : { authorization }),
          "x-github-api-version": REST_VERSION,
          ...(etag === null ? {} : { "if-none-match": etag }),
        },
        ...(body === undefined ? {} : { data: body }),
        request: { redirect: "manual", signal: AbortSignal.timeout(answerMsMax) },
      });
      const data: unknown = response.data;
      const isBodyNeeded = response.status < 300 && !BODILESS_STATUSES.includes(response.status);
      if (isBodyNeeded && typeof data !== "object") {
        // The connection broke inside the body: as good as no answer.
        throw convertSilence(attempt, new Error(`${response.status} without its JSON body`));
      }
      return { status: response.status, headers: response.headers, data };
    } catch (error) {
      if (error instanceof AppError) throw error;
      const answered = requestErrorSchema.safeParse(error);
      if (answered.success) return answered.data.response;
      throw convertSilence(attempt, error);
    }
  }
}

/**
 * Which listed endpoint a request goes to; null: none. Throws `github/unexpected` for an address
 * that GitHub named and that is not its own: our token must not go there.
 */
function identify(
  { method, url, body, attempt }: Sending,
  { apiUrl, graphqlUrl }: { readonly apiUrl: string; readonly graphqlUrl: string },
): Endpoint | null {
  if (url === graphqlUrl) return findDocument(String(body?.["query"]));
  const api = new URL(apiUrl);
  const target = new URL(url.startsWith("/") ? `${apiUrl}${url}` : url);
  if (target.origin !== api.origin) {
    throw new AppError("github/unexpected", `${attempt}: leads to another host, ${target.host}`, {
      retry: { kind: "backoff" },
    });
  }
  const base = api.pathname.replace(/\/$/, "");
  if (!target.pathname.startsWith(`${base}/`)) return null;
  return findEndpoint(method, target.pathname.slice(base.length));
}
