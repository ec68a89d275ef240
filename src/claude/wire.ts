/** How requests leave: nothing in them but what is written here. */

/** The one that the SDK speaks; a test compares the two. */
export const API_VERSION = "2026-10-21";

/** An answer of 40 lines has 40 kB. More is no answer of the service. */
const ANSWER_BYTES_MAX = 1_000_000;

export class AnswerTooLong extends Error {}

/**
 * The SDK puts headers of its own environment variable into each request, which could take the place
 * of the key or of the version, and says what machine we are. So headers are written anew. An answer
 * that leads elsewhere is not followed: the key and the text would go there. The body is read here,
 * so that no part of an answer is waited for, or kept, without a limit.
 */
export function openWire(settings: {
  readonly apiKey: string;
  readonly userAgent: string;
  readonly fetch: typeof globalThis.fetch;
}): typeof globalThis.fetch {
  const headers = {
    accept: "application/json",
    authorization: `Bearer ${settings.apiKey}`,
    "anthropic-version": API_VERSION,
    "content-type": "application/json",
    "user-agent": settings.userAgent,
  };
  return async (input, init) => {
    const answer = await settings.fetch(input, { ...init, headers, redirect: "manual" });
    const body = await readLimited(answer);
    // These have no body, not even an empty one.
    const isBare = answer.status === 204 || answer.status === 205 || answer.status === 304;
    return new Response(isBare ? null : body, { status: answer.status, headers: answer.headers });
  };
}

async function readLimited(answer: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength;
    if (length > ANSWER_BYTES_MAX) throw new AnswerTooLong("The answer is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
