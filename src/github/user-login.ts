import { z } from "zod";
import { AppError } from "../errors.ts";
import { convertAnswer, convertSilence, understand } from "./failure.ts";
import { openTransport } from "./transport.ts";

/** What an App got for a person who said yes. */
interface UserTokens {
  readonly token: string;
  /** Epoch milliseconds; null: the App asked for tokens without an end. */
  readonly expiresAt: number | null;
  /** What fresh ones are got for, once; null likewise. */
  readonly refreshToken: string | null;
}

export interface UserLogin {
  /** Where the person says yes or no. */
  authorizeUrl(asked: {
    readonly state: string;
    /** SHA-256 of the verifier, as `base64url`. */
    readonly challenge: string;
    readonly redirectUri: string;
  }): string;
  /** Null: GitHub does not take the code. Throws AppError. */
  exchange(given: {
    readonly code: string;
    readonly verifier: string;
    readonly redirectUri: string;
  }): Promise<UserTokens | null>;
  /** Null: GitHub does not take it any more: the person logs in again. Throws AppError. */
  renew(refreshToken: string): Promise<UserTokens | null>;
  /** The token is worth nothing afterwards; also where it was so before. Throws AppError. */
  revoke(token: string): Promise<void>;
}

const ANSWER_MS_MAX = 10_000;
/** An answer has some hundred bytes. */
const ANSWER_CHARACTERS_MAX = 16_384;

const answerSchema = z.union([
  z.object({
    access_token: z.string().min(1),
    expires_in: z.number().optional(),
    refresh_token: z.string().optional(),
  }),
  z.object({ error: z.string() }),
]);

/** Errors of a person's code or token; all others are of our settings. */
const REFUSALS: readonly string[] = ["bad_verification_code", "bad_refresh_token"];

/** Neither code nor secret stands in a message. */
const ATTEMPT = "POST /login/oauth/access_token";

/** Logging in with the App's client id and secret (docs.github.com, "Generating a user access token"). */
export function openUserLogin(options: {
  readonly clientId: string;
  readonly clientSecret: string;
  /** `https://github.com` */
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly now: () => number;
}): UserLogin {
  const { clientId, clientSecret, serverUrl, apiUrl, userAgent, now } = options;

  async function ask(fields: Readonly<Record<string, string>>): Promise<UserTokens | null> {
    const body = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      ...fields,
    });
    const asked = { url: `${serverUrl}/login/oauth/access_token`, body, userAgent };
    const answer = await post(asked);
    if (answer.status !== 200) throw convertAnswer(ATTEMPT, answer, now());
    const got = understand(ATTEMPT, answerSchema, answer.data);
    if ("error" in got) {
      if (REFUSALS.includes(got.error)) return null;
      throw new AppError("github/rejected", `${ATTEMPT}: ${got.error}`, {
        retry: { kind: "never" },
      });
    }
    const { expires_in: seconds } = got;
    return {
      token: got.access_token,
      expiresAt: seconds === undefined ? null : now() + seconds * 1_000,
      refreshToken: got.refresh_token ?? null,
    };
  }

  const send = openTransport({
    apiUrl,
    graphqlUrl: `${apiUrl}/graphql`,
    userAgent,
    logger: undefined,
    answerMsMax: undefined,
    onAnswer: undefined,
  });

  return {
    authorizeUrl: ({ state, challenge, redirectUri }) => {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        state,
        code_challenge: challenge,
        code_challenge_method: "S256",
      });
      return `${serverUrl}/login/oauth/authorize?${query.toString()}`;
    },
    exchange: ({ code, verifier, redirectUri }) =>
      ask({ code, code_verifier: verifier, redirect_uri: redirectUri }),
    renew: (refreshToken) => ask({ grant_type: "refresh_token", refresh_token: refreshToken }),
    revoke: async (token) => {
      const attempt = "DELETE /applications/{client_id}/token";
      const proof = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
      const answer = await send({
        method: "DELETE",
        url: `/applications/${encodeURIComponent(clientId)}/token`,
        authorization: `basic ${proof}`,
        body: { access_token: token },
        attempt,
      });
      const isGone = answer.status === 204 || answer.status === 404 || answer.status === 422;
      if (!isGone) throw convertAnswer(attempt, answer, now());
    },
  };
}

/** The only address of GitHub's that is not below its API. */
async function post(asked: {
  readonly url: string;
  readonly body: URLSearchParams;
  readonly userAgent: string;
}): Promise<Parameters<typeof convertAnswer>[1]> {
  const { url, body, userAgent } = asked;
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { accept: "application/json", "user-agent": userAgent },
      body,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const text = await response.text();
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, data: parseJson(text) };
  } catch (error) {
    throw convertSilence(ATTEMPT, error);
  }
}

/** Null for anything else. */
function parseJson(text: string): unknown {
  if (text.length > ANSWER_CHARACTERS_MAX) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
