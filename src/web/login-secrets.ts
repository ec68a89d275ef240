import {
  createCipheriv,
  createDecipheriv,
  createHash,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import { z } from "zod";

/** 256 bits. */
const SECRET_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const tokensSchema = z.object({
  token: z.string(),
  expiresAt: z.number().nullable(),
  refreshToken: z.string().nullable(),
});

/** What GitHub gave us to ask in a person's name; see `src/github/user-login.ts`. */
export type KeptTokens = Readonly<z.infer<typeof tokensSchema>>;

const attemptSchema = z.object({
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
  startedAt: z.number(),
});

/** A login that somebody began in this browser. */
export type Attempt = Readonly<z.infer<typeof attemptSchema>>;

/**
 * Everything secret about logins, from the App's client secret. The keys of a session are made of its
 * id as well, which only the browser has: the database and the settings together open no token.
 */
export class LoginSecrets {
  readonly #clientSecret: string;

  constructor(clientSecret: string) {
    this.#clientSecret = clientSecret;
  }

  sealTokens(sessionId: string, tokens: KeptTokens): Buffer {
    return seal(this.#key("tokens", sessionId), JSON.stringify(tokens));
  }

  /** Null where they were sealed for another session, or with another client secret. */
  openTokens(sessionId: string, sealed: Buffer): KeptTokens | null {
    return parse(tokensSchema, unseal(this.#key("tokens", sessionId), sealed));
  }

  sealAttempt(attempt: Attempt): string {
    return seal(this.#key("attempt", ""), JSON.stringify(attempt)).toString("base64url");
  }

  openAttempt(text: string): Attempt | null {
    const sealed = Buffer.from(text, "base64url");
    return parse(attemptSchema, unseal(this.#key("attempt", ""), sealed));
  }

  /** What every form of this session carries. */
  formToken(sessionId: string): string {
    return this.#key("form", sessionId).toString("base64url");
  }

  #key(purpose: "tokens" | "attempt" | "form", sessionId: string): Buffer {
    const info = `smallbatch login ${purpose}`;
    return Buffer.from(hkdfSync("sha256", this.#clientSecret, sessionId, info, SECRET_BYTES));
  }
}

/** Nobody can guess it. */
export function makeSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

export function hashOf(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Takes equally long whatever is given. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hashOf(given), hashOf(expected));
}

function seal(key: Buffer, text: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]);
}

/** Null where the key is another one, or a bit was changed. */
function unseal(key: Buffer, sealed: Buffer): string | null {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
  const body = sealed.subarray(NONCE_BYTES + TAG_BYTES);
  try {
    return Buffer.concat([decipher.update(body), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function parse<T>(schema: z.ZodType<T>, text: string | null): T | null {
  return text === null ? null : (schema.safeParse(JSON.parse(text)).data ?? null);
}
