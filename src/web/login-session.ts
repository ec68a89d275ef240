import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import { Access } from "./login-access.ts";
import type { Asker } from "./login-access.ts";
import type {
  Ended,
  KeptSession,
  PeopleGitHub,
  Saying,
  Sessions,
  ViewedRepositories,
} from "./login-ports.ts";
import { hashOf, makeSecret } from "./login-secrets.ts";
import type { KeptTokens, LoginSecrets } from "./login-secrets.ts";
import type { Said } from "./viewer.ts";

/** Whoever comes back the next morning is still logged in; who left a week ago is not. */
export const SESSION_AGE_MS_MAX = 7 * 86_400_000;
const SESSION_IDLE_MS_MAX = 16 * 3_600_000;

/** A token that is about to end would end on its way. */
const TOKEN_MARGIN_MS = 60_000;
/** One replica gets fresh tokens; the others look whether it has. */
const RENEWAL_MS_MAX = 15_000;
const RENEWAL_POLL_MS = 100;

/** Sessions whose answers of GitHub are kept in memory; the longest unused goes first. */
const SESSIONS_KEPT_MAX = 2_000;

/** GitHub does not take what this session has, or never did: it is over. */
export class SessionEnded extends Error {
  readonly sessionId: string;

  constructor(sessionId: string) {
    super("The session has ended.");
    this.sessionId = sessionId;
  }
}

export interface OpenSession {
  readonly id: string;
  readonly userId: number;
  readonly login: string;
  readonly formToken: string;
  readonly access: Access;
  /** Throws SessionEnded and AppError. */
  readonly asker: Asker;
  /** Likewise. */
  say(saying: Saying): Promise<Said>;
}

export interface SessionParts {
  readonly sessions: Sessions;
  readonly github: PeopleGitHub;
  readonly repositories: ViewedRepositories;
  readonly secrets: LoginSecrets;
  readonly clock: Clock;
}

/** People who are logged in, by the id that their browser has. */
export class WebSessionDesk {
  readonly #parts: SessionParts;
  /** By the hash of the id, in hexadecimal. */
  readonly #access = new Map<string, Access>();
  readonly #renewing = new Map<string, Promise<KeptTokens>>();

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** A fresh session, never one that a browser had before. Gives back its id. */
  async begin(
    person: { readonly id: number; readonly login: string },
    tokens: KeptTokens,
  ): Promise<string> {
    const { sessions, secrets, clock } = this.#parts;
    const id = makeSecret();
    await sessions.create(hashOf(id), {
      userId: person.id,
      login: person.login,
      tokens: secrets.sealTokens(id, tokens),
      createdAt: clock.now(),
    });
    return id;
  }

  /** Null: there is no such session, or it is too old. Asks nothing of GitHub. */
  async find(id: string): Promise<OpenSession | null> {
    const kept = await this.#read(id);
    const tokens = kept === null ? null : this.#parts.secrets.openTokens(id, kept.tokens);
    if (kept === null || tokens === null) return null;
    const { github, secrets } = this.#parts;
    const inTheirName = async <T>(ask: (token: string) => Promise<T | Ended>): Promise<T> => {
      const answer = await ask((await this.#freshen(id, tokens)).token);
      if (answer === "ended") throw new SessionEnded(id);
      return answer;
    };
    return {
      id,
      userId: kept.userId,
      login: kept.login,
      formToken: secrets.formToken(id),
      access: this.#accessOf(id),
      asker: {
        find: (owner, name) => inTheirName((token) => github.findRepository(token, owner, name)),
        list: () => inTheirName((token) => github.listRepositories(token)),
      },
      say: (saying) => inTheirName((token) => github.say(token, saying)),
    };
  }

  /** Forget it here. Gives back what it could ask GitHub with; null: it was over already. */
  async end(id: string): Promise<KeptTokens | null> {
    const kept = await this.#read(id);
    await this.#parts.sessions.end(hashOf(id));
    this.#access.delete(nameOf(id));
    return kept === null ? null : this.#parts.secrets.openTokens(id, kept.tokens);
  }

  #read(id: string): Promise<KeptSession | null> {
    const { sessions, clock } = this.#parts;
    const limits = { ageMsMax: SESSION_AGE_MS_MAX, idleMsMax: SESSION_IDLE_MS_MAX };
    return sessions.find(hashOf(id), clock.now(), limits);
  }

  #accessOf(id: string): Access {
    const name = nameOf(id);
    const known = this.#access.get(name) ?? new Access(this.#parts.repositories, this.#parts.clock);
    this.#access.delete(name);
    this.#access.set(name, known);
    const [oldest] = this.#access.keys();
    if (this.#access.size > SESSIONS_KEPT_MAX && oldest !== undefined) this.#access.delete(oldest);
    return known;
  }

  /** These, or fresh ones where they are about to end. */
  #freshen(id: string, tokens: KeptTokens): Promise<KeptTokens> {
    if (!this.#isOld(tokens)) return Promise.resolve(tokens);
    const name = nameOf(id);
    const running = this.#renewing.get(name);
    if (running !== undefined) return running;
    const renewing = this.#renew(id).finally(() => this.#renewing.delete(name));
    this.#renewing.set(name, renewing);
    return renewing;
  }

  #isOld({ expiresAt }: KeptTokens): boolean {
    return expiresAt !== null && expiresAt - TOKEN_MARGIN_MS <= this.#parts.clock.now();
  }

  /** GitHub takes a refresh token once: over all replicas, one uses it. */
  async #renew(id: string): Promise<KeptTokens> {
    const { sessions, secrets, github, clock } = this.#parts;
    const idHash = hashOf(id);
    const isClaimed = await sessions.claimRenewal(
      idHash,
      clock.now(),
      clock.now() + RENEWAL_MS_MAX,
    );
    const kept = await this.#read(id);
    const tokens = kept === null ? null : secrets.openTokens(id, kept.tokens);
    if (tokens === null) throw new SessionEnded(id);
    if (!this.#isOld(tokens)) return tokens;
    if (!isClaimed) return await this.#awaitRenewal(id);
    if (tokens.refreshToken === null) throw new SessionEnded(id);
    const fresh = await github.renew(tokens.refreshToken).catch(async (error: unknown) => {
      // Whoever waits may try at once.
      await sessions.renew(idHash, secrets.sealTokens(id, tokens));
      throw error;
    });
    if (fresh === null) throw new SessionEnded(id);
    await sessions.renew(idHash, secrets.sealTokens(id, fresh));
    return fresh;
  }

  async #awaitRenewal(id: string): Promise<KeptTokens> {
    for (let waitedMs = 0; waitedMs < RENEWAL_MS_MAX; waitedMs += RENEWAL_POLL_MS) {
      await sleep(RENEWAL_POLL_MS);
      const kept = await this.#read(id);
      const tokens = kept === null ? null : this.#parts.secrets.openTokens(id, kept.tokens);
      if (tokens === null) throw new SessionEnded(id);
      if (!this.#isOld(tokens)) return tokens;
    }
    throw new AppError("github/unavailable", "A login is being renewed for too long", {
      retry: { kind: "backoff" },
    });
  }
}

/** What a map may keep of an id. */
function nameOf(id: string): string {
  return hashOf(id).toString("hex");
}
