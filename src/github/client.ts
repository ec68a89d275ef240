import { z } from "zod";
import { AppError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import type { WriteBudget } from "./budget.ts";
import { openAuthority } from "./credentials.ts";
import type { Credentials, Scope } from "./credentials.ts";
import {
  convertAnswer,
  convertGraphqlError,
  convertSilence,
  graphqlErrorSchema,
  rateLimitWaitMs,
  understand,
} from "./failure.ts";
import type { Answer, GraphqlError } from "./failure.ts";
import { assumeFeatures, type Features } from "./features.ts";
import { openTransport } from "./transport.ts";
import type { OnAnswer } from "./transport.ts";

const REDIRECTS_MAX = 3;

export interface GitHubOptions {
  readonly credentials: Credentials;
  /** `https://api.github.com`, without a trailing slash. */
  readonly apiUrl: string;
  /** `https://api.github.com/graphql` */
  readonly graphqlUrl: string;
  readonly budget: WriteBudget;
  readonly clock: Clock;
  /** `smallbatch/1.2.3` */
  readonly userAgent: string;
  /** Shared by all clients of one GitHub; fresh when left out. */
  readonly features?: Features;
  /** Hears of deprecated endpoints. */
  readonly logger?: Pick<Logger, "warn">;
  /** Longest wait for one answer, in milliseconds; as long as GitHub itself tries when left out. */
  readonly answerMsMax?: number;
  readonly onAnswer?: OnAnswer;
}

export interface RestRequest {
  readonly method: "GET" | "POST" | "PATCH" | "PUT";
  /** Path with encoded parts, or an address of the same host, e.g. of the next page. */
  readonly path: string;
  readonly scope: Scope;
  readonly body?: Readonly<Record<string, unknown>>;
  /** `ETag` of the answer that we have: GitHub answers 304, for free, where it still holds. */
  readonly etag?: string | null;
  /** It can wait, and leaves the budget of writes to releases. */
  readonly isPatient?: boolean;
  /** Statuses besides 2xx that are answers here and no errors. A rate limit always is one. */
  readonly allow?: readonly number[];
}

export interface GraphqlRequest {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly scope: Scope;
  /** Content writes: aliases of the mutation. Omitted for a query. */
  readonly writes?: number;
  /** They can wait, and leave the budget of writes to releases. */
  readonly isPatient?: boolean;
  /** Errors that are part of the answer. Others are thrown. */
  readonly tolerate?: (error: GraphqlError) => boolean;
}

/** One way to GitHub: budgeted, converted, never retried. Opened for one installation or token. */
export interface GitHubClient {
  /** Our App; null when running with a token that belongs to none. */
  readonly appId: number | null;
  /** Installation of our App that it is opened for; null: none, or nobody told. */
  readonly installationId: number | null;
  /** Name of the check of the workflow's job that we run in; null outside of GitHub Actions. */
  readonly ownJob: string | null;
  readonly features: Features;
  /**
   * May we write this where the scope reaches? By what the token was granted; true where nobody can
   * tell before trying, as for a person's token.
   */
  mayWrite(permission: string, scope: Exclude<Scope, { kind: "app" }>): Promise<boolean>;
  /** Throws AppError, except for statuses in `allow`. */
  rest(request: RestRequest): Promise<Answer>;
  /** `data` is null where GitHub answered only tolerated errors. Throws AppError. */
  graphql(
    request: GraphqlRequest,
  ): Promise<{ readonly data: unknown; readonly errors: readonly GraphqlError[] }>;
}

const envelopeSchema = z.object({
  // Left out where the document itself was refused.
  data: z.unknown().optional(),
  errors: z.array(graphqlErrorSchema).optional(),
});

export function openGitHub(options: GitHubOptions): GitHubClient {
  const { apiUrl, graphqlUrl, budget, clock, userAgent } = options;
  const { logger, answerMsMax, onAnswer } = options;
  const send = openTransport({ apiUrl, graphqlUrl, userAgent, logger, answerMsMax, onAnswer });

  const authority = openAuthority(
    options.credentials,
    ({ method, path, authorization, body }) =>
      send({ method, url: path, authorization, body, attempt: `${method} ${path}` }),
    clock,
  );

  async function spend(writes: number, attempt: string, isPatient = false): Promise<void> {
    const wait = await budget.take(writes, isPatient);
    if (wait === null) return;
    throw new AppError("github/rate-limited", `${attempt}: our own budget of writes is spent`, {
      retry: { kind: "after", waitMs: wait.waitMs },
    });
  }

  /** Convert, and remember what the failure means for later requests. */
  async function fail(error: AppError, scope: Scope): Promise<AppError> {
    if (error.retry.kind === "after") await budget.pause(clock.now() + error.retry.waitMs);
    if (error.code === "github/unauthorized") authority.discard(scope);
    return error;
  }

  async function rest(request: RestRequest): Promise<Answer> {
    const { method, path, scope, body, etag = null, allow = [] } = request;
    const attempt = `${method} ${path}`;
    const authorization = await authority.authorize(scope);
    if (method !== "GET") await spend(1, attempt, request.isPatient);
    let url = path;
    let answer: Answer | null = null;
    for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
      answer = await send({ method, url, authorization, body, etag, attempt });
      const next = method === "GET" ? redirectOf(answer, apiUrl) : null;
      if (next === null) break;
      url = next;
    }
    if (answer === null) throw convertSilence(attempt, new Error("redirected without end"));
    const isSuccess = answer.status >= 200 && answer.status < 300;
    if (isSuccess) return answer;
    if (allow.includes(answer.status) && rateLimitWaitMs(answer, clock.now()) === null) {
      return answer;
    }
    throw await fail(convertAnswer(attempt, answer, clock.now()), scope);
  }

  async function graphql(request: GraphqlRequest): ReturnType<GitHubClient["graphql"]> {
    const { document, variables, scope, writes = 0, tolerate = () => false } = request;
    const attempt = `POST /graphql ${nameOf(document)}`;
    const authorization = await authority.authorize(scope);
    if (writes > 0) await spend(writes, attempt, request.isPatient);
    const body = { query: document, variables };
    const answer = await send({ method: "POST", url: graphqlUrl, authorization, body, attempt });
    if (answer.status !== 200) {
      throw await fail(convertAnswer(attempt, answer, clock.now()), scope);
    }
    const { data, errors = [] } = understand(attempt, envelopeSchema, answer.data);
    const fatal = errors.find((error) => !tolerate(error));
    if (fatal !== undefined) {
      throw await fail(convertGraphqlError(attempt, fatal, answer, clock.now()), scope);
    }
    return { data, errors };
  }

  const mayWrite: GitHubClient["mayWrite"] = async (permission, scope) => {
    const granted = await authority.granted(scope);
    return granted === null || granted[permission] === "write";
  };

  const { credentials } = options;
  const ownJob = credentials.kind === "token" ? (credentials.ownJob ?? null) : null;
  const { features = assumeFeatures() } = options;
  const { appId, installationId } = authority;
  return { appId, installationId, ownJob, features, mayWrite, rest, graphql };
}

/** Where a GET goes on; null: nowhere, or to another host, where our token must not go. */
function redirectOf(answer: Answer, apiUrl: string): string | null {
  const { location } = answer.headers;
  if (answer.status < 301 || answer.status > 308 || typeof location !== "string") return null;
  const target = URL.parse(location, apiUrl);
  return target !== null && target.origin === new URL(apiUrl).origin ? target.href : null;
}

/** `ObserveLine` of `query ObserveLine(...)`. */
function nameOf(document: string): string {
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? "(unnamed)";
}

/** Address of the next page in a `Link` header; null on the last. */
export function nextPageOf(answer: Answer): string | null {
  const { link } = answer.headers;
  return typeof link === "string" ? (/<([^<>]+)>;\s*rel="next"/.exec(link)?.[1] ?? null) : null;
}
