import type { Instant, Permission } from "../core/state.ts";
import type { KeptTokens } from "./login-secrets.ts";
import type { Said } from "./viewer.ts";

/** What login needs of GitHub and of the store; `service.ts` joins them. */

export type Ended = "ended";

export interface Granted {
  readonly id: number;
  readonly permission: Exclude<Permission, "none">;
}

/** GitHub, about people: see `src/github/user-login.ts` and `user-client.ts`. All throw AppError. */
export interface PeopleGitHub {
  authorizeUrl(asked: {
    readonly state: string;
    readonly challenge: string;
    readonly redirectUri: string;
  }): string;
  /** Null: GitHub does not take the code. */
  exchange(given: {
    readonly code: string;
    readonly verifier: string;
    readonly redirectUri: string;
  }): Promise<KeptTokens | null>;
  /** Null: the person has to log in again. */
  renew(refreshToken: string): Promise<KeptTokens | null>;
  revoke(token: string): Promise<void>;
  readPerson(token: string): Promise<{ readonly id: number; readonly login: string } | Ended>;
  findRepository(token: string, owner: string, name: string): Promise<Granted | null | Ended>;
  listRepositories(token: string): Promise<readonly Granted[] | Ended>;
  say(token: string, saying: Saying): Promise<Said | Ended>;
}

/** GitHub, about what everybody sees. */
export interface PublicGitHub {
  /** Ids of those that are public now. Throws AppError. */
  readPublic(installationId: number, nodeIds: readonly string[]): Promise<readonly number[]>;
  /** Whether this GitHub shows it to somebody without an account. Throws AppError. */
  showsToNobody(repository: { readonly owner: string; readonly name: string }): Promise<boolean>;
}

/** A comment to be made. */
export interface Saying {
  readonly owner: string;
  readonly name: string;
  /** Of the issue or pull. */
  readonly number: number;
  readonly text: string;
}

export interface KeptSession {
  readonly userId: number;
  readonly login: string;
  /** Sealed. */
  readonly tokens: Buffer;
  readonly createdAt: Instant;
}

export interface Sessions {
  create(idHash: Buffer, session: KeptSession): Promise<void>;
  find(
    idHash: Buffer,
    now: Instant,
    limits: { readonly ageMsMax: number; readonly idleMsMax: number },
  ): Promise<KeptSession | null>;
  claimRenewal(idHash: Buffer, now: Instant, until: Instant): Promise<boolean>;
  renew(idHash: Buffer, tokens: Buffer): Promise<void>;
  end(idHash: Buffer): Promise<void>;
  endAll(userId: number): Promise<void>;
}

/** A repository of an installation that is there and works. */
export interface ViewedRepository {
  readonly id: number;
  readonly installationId: number;
  /** Grows with all that we hear of who may see what there: older answers count no more. */
  readonly news: number;
  readonly nodeId: string;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly defaultBranch: string | null;
}

export interface ViewedRepositories {
  find(repositoryId: number): Promise<ViewedRepository | null>;
  findByName(owner: string, name: string): Promise<ViewedRepository | null>;
  listByIds(ids: readonly number[]): Promise<readonly ViewedRepository[]>;
  listPublic(installationId: number): Promise<readonly ViewedRepository[]>;
  readNews(): Promise<ReadonlyMap<number, number>>;
}
