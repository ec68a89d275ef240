import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { AppError } from "../errors.ts";
import { convertAnswer, understand } from "./failure.ts";
import { openTransport } from "./transport.ts";

/** An App that was just registered, with all that is told only now. */
export interface RegisteredApp {
  readonly id: number;
  readonly name: string;
  /** Its page, e.g. `https://github.com/apps/smallbatch-acme`. */
  readonly url: string;
  /** PEM. */
  readonly privateKey: string;
  readonly webhookSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** What stands in a file of settings without quotes, so that every reader takes it alike. */
const plainText = z.string().regex(/^[\w.~+/=:@-]+$/);

const conversionSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  html_url: z.url(),
  pem: z.string(),
  webhook_secret: plainText,
  client_id: plainText,
  client_secret: plainText,
});

/** The code itself opens the App until it is used: it stands in no message. */
const ATTEMPT = "POST /app-manifests/{code}/conversions";

/** Waits before each further attempt where GitHub did not answer. */
const RETRIES_MS = [1_000, 3_000, 10_000];

/**
 * Exchange the code of a registration for the App's credentials. GitHub takes a code once, within
 * an hour. Throws `setup/failed` where it does not know it, else what GitHub's answer means.
 */
export async function convertManifestCode(
  code: string,
  options: {
    readonly apiUrl: string;
    readonly userAgent: string;
    readonly retriesMs?: readonly number[];
  },
): Promise<RegisteredApp> {
  const { apiUrl, userAgent, retriesMs = RETRIES_MS } = options;
  const send = openTransport({
    apiUrl,
    graphqlUrl: `${apiUrl}/graphql`,
    userAgent,
    logger: undefined,
    answerMsMax: undefined,
    onAnswer: undefined,
  });
  const url = `/app-manifests/${encodeURIComponent(code)}/conversions`;
  let isDoubtful = false;
  for (let attempts = 0; ; attempts += 1) {
    try {
      const sending = { method: "POST", url, authorization: null, body: undefined } as const;
      const answer = await send({ ...sending, attempt: ATTEMPT });
      if (answer.status === 404) throw codeIsGone(isDoubtful);
      if (answer.status !== 201) throw convertAnswer(ATTEMPT, answer, Date.now());
      return read(answer.data);
    } catch (error) {
      const waitMs = retriesMs[attempts];
      const isSilent = error instanceof AppError && error.code === "github/unavailable";
      if (!isSilent || waitMs === undefined) throw error;
      isDoubtful = true;
      await sleep(waitMs);
    }
  }
}

function read(data: unknown): RegisteredApp {
  const made = understand(ATTEMPT, conversionSchema, data);
  return {
    id: made.id,
    name: made.name,
    url: made.html_url,
    privateKey: made.pem,
    webhookSecret: made.webhook_secret,
    clientId: made.client_id,
    clientSecret: made.client_secret,
  };
}

function codeIsGone(isDoubtful: boolean): AppError {
  const why = isDoubtful
    ? "GitHub has given the credentials once, and its answer was lost on the way"
    : "GitHub does not know the code: it works once, within an hour";
  return new AppError(
    "setup/failed",
    `${why}; delete the App in its settings on GitHub, if it stands there, and start again`,
    { retry: { kind: "never" } },
  );
}
