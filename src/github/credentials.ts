import githubAppJwt from "universal-github-app-jwt";
import { z } from "zod";
import { AppError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { Access, Permissions } from "./endpoints.ts";
import { convertAnswer, understand } from "./failure.ts";
import type { Answer } from "./failure.ts";

/** As GitHub answers, e.g. `{ contents: "write" }`. */
type Granted = Readonly<Record<string, string>>;

/**
 * What a token is minted for, so that one that leaks reaches no further than its job. `metadata`
 * comes with every token.
 */
interface Job {
  readonly wanted: Permissions;
  /** Where an owner granted less than this, the job cannot be done at all. */
  readonly needed: Permissions;
}

/**
 * A whole pass over one repository: a token for each of its steps would cost a request each. Who
 * cannot read checks or statuses would take a red commit for one without any; comments and our own
 * check are no condition of a release. Who may not write contents still observes.
 */
const RECONCILE: Job = {
  wanted: {
    contents: "write",
    pull_requests: "write",
    issues: "write",
    checks: "write",
    statuses: "read",
    merge_queues: "read",
    deployments: "read",
  },
  needed: { contents: "read", pull_requests: "read", checks: "read", statuses: "read" },
};

/** What a token for one repository carries where the owner has granted all of it. */
export const PASS_PERMISSIONS = RECONCILE.wanted;

const LIST: Job = { wanted: { metadata: "read" }, needed: { metadata: "read" } };

/**
 * Looking for changes in all repositories of an installation. One token for all of them, because
 * it cannot write, and GitHub's ETags hold for one token only (docs/decisions/0006).
 */
const POLL: Job = {
  wanted: {
    metadata: "read",
    contents: "read",
    pull_requests: "read",
    issues: "read",
    checks: "read",
    statuses: "read",
  },
  needed: {},
};

/**
 * Who asks, and of what. `app`: the App itself, by a signed token of its own, valid for minutes.
 * `installation`: which repositories it covers. `repository`: a pass over one of them. `poll`: what
 * changed in any of them, without the right to write.
 */
export type Scope =
  | { readonly kind: "app" }
  | { readonly kind: "installation" }
  | { readonly kind: "poll" }
  | { readonly kind: "repository"; readonly repositoryId: number };

export type Credentials =
  /** An installation of our App: a token is minted for each repository. */
  | {
      readonly kind: "app";
      readonly appId: number;
      /** PEM. */
      readonly privateKey: string;
      /** Null: only requests of the App itself are possible. */
      readonly installationId: number | null;
    }
  /** A token made elsewhere: a person's, a workflow's, or one of our App minted by Probot. */
  | {
      readonly kind: "token";
      readonly token: string;
      readonly appId: number | null;
      /** Job of a workflow that we run in: its check is pending as long as we look. */
      readonly ownJob?: string | null;
      /** What it may do, where whoever made it knows. */
      readonly granted?: Granted;
    };

/** The value of the `authorization` header for a scope. */
export interface Authority {
  readonly appId: number | null;
  /** Null for a token made elsewhere. */
  readonly installationId: number | null;
  authorize(scope: Scope): Promise<string>;
  /** What the token of a scope may do. Null where nobody can tell before trying. */
  granted(scope: Exclude<Scope, { kind: "app" }>): Promise<Granted | null>;
  /** GitHub did not accept what `authorize` gave: do not give it again. */
  discard(scope: Scope): void;
}

/** GitHub's tokens live an hour; one that is about to end would end in the middle of a pass. */
const EXPIRY_MARGIN_MS = 5 * 60_000;
/** Tokens kept in memory; the oldest goes first, and is minted again when needed. */
const TOKENS_MAX = 2_000;

const tokenSchema = z.object({
  token: z.string(),
  expires_at: z.iso.datetime({ offset: true }),
  permissions: z.record(z.string(), z.string()).optional(),
});

const grantSchema = z.object({ permissions: z.record(z.string(), z.string()) });

type Token = z.infer<typeof tokenSchema>;

/** A request of the App itself, around which there is no token yet. */
export type AskAsApp = (request: {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly authorization: string;
  readonly body?: Readonly<Record<string, unknown>>;
}) => Promise<Answer>;

export function openAuthority(credentials: Credentials, ask: AskAsApp, clock: Clock): Authority {
  if (credentials.kind === "token") {
    const { token, appId, granted = null } = credentials;
    return {
      appId,
      installationId: null,
      authorize: () => Promise.resolve(`token ${token}`),
      granted: () => Promise.resolve(granted),
      discard: () => undefined,
    };
  }
  const { authorizeApp, mintToken } = openMinting(credentials, ask, clock);
  const tokens = new Map<string, { minted: Promise<Token>; expiresAt: number }>();

  async function findToken(scope: Exclude<Scope, { kind: "app" }>): Promise<Token> {
    const key = formatScope(scope);
    const known = tokens.get(key);
    if (known !== undefined && known.expiresAt - EXPIRY_MARGIN_MS > clock.now()) {
      return known.minted;
    }
    const entry = { minted: mintToken(scope), expiresAt: Infinity };
    tokens.delete(key);
    tokens.set(key, entry);
    const [oldest] = tokens.keys();
    if (tokens.size > TOKENS_MAX && oldest !== undefined) tokens.delete(oldest);
    try {
      const token = await entry.minted;
      entry.expiresAt = Date.parse(token.expires_at);
      return token;
    } catch (error) {
      tokens.delete(key);
      throw error;
    }
  }

  return {
    appId: credentials.appId,
    installationId: credentials.installationId,
    authorize: async (scope) =>
      scope.kind === "app" ? authorizeApp() : `token ${(await findToken(scope)).token}`,
    granted: async (scope) => (await findToken(scope)).permissions ?? null,
    discard: (scope) => {
      tokens.delete(formatScope(scope));
    },
  };
}

function openMinting(
  { appId, privateKey, installationId }: Extract<Credentials, { kind: "app" }>,
  ask: AskAsApp,
  clock: Clock,
) {
  async function authorizeApp(): Promise<string> {
    try {
      const now = Math.floor(clock.now() / 1_000);
      return `bearer ${(await githubAppJwt({ id: appId, privateKey, now })).token}`;
    } catch (cause) {
      throw new AppError("github/unauthorized", "Sign as the App: the private key is not usable", {
        retry: { kind: "never" },
        cause,
      });
    }
  }

  /**
   * With all that the job wants. GitHub answers 422 where the owner has not granted all of it yet,
   * or where the installation does not cover the repository: the installation itself tells what is
   * granted; then a token is minted with what is both wanted and granted. No token ever has more.
   */
  async function mintToken(scope: Exclude<Scope, { kind: "app" }>): Promise<Token> {
    const job: Job = JOBS[scope.kind];
    const repositories =
      scope.kind === "repository" ? { repository_ids: [scope.repositoryId] } : {};
    const installation = `/app/installations/${String(installationId)}`;
    const path = `${installation}/access_tokens`;
    const attempt = `POST ${path} (${formatScope(scope)})`;
    const authorization = await authorizeApp();
    const mint = async (permissions: Permissions) =>
      ask({ method: "POST", path, authorization, body: { ...repositories, permissions } });
    const read = <T>(answer: Answer, status: number, schema: z.ZodType<T>): T => {
      if (answer.status !== status) throw convertMint(attempt, answer, clock.now());
      return understand(attempt, schema, answer.data);
    };

    const answer = await mint(job.wanted);
    if (answer.status !== 422) return read(answer, 201, tokenSchema);
    const told = await ask({ method: "GET", path: installation, authorization });
    const granted = read(told, 200, grantSchema).permissions;
    const lesser = narrow(job, granted, attempt);
    if (listMissing(job.wanted, granted).length === 0)
      throw notCovered(attempt, answer, clock.now());
    const narrowed = await mint(lesser);
    if (narrowed.status === 422) throw notCovered(attempt, narrowed, clock.now());
    return read(narrowed, 201, tokenSchema);
  }

  return { authorizeApp, mintToken };
}

const JOBS = { installation: LIST, poll: POLL, repository: RECONCILE } as const;

function formatScope(scope: Scope): string {
  switch (scope.kind) {
    case "app":
      return "app";
    case "installation":
    case "poll":
      return scope.kind;
    case "repository":
      return `repository ${scope.repositoryId}`;
  }
}

/** Gone, suspended or not ours: a state of the installation that only a person changes. */
function convertMint(attempt: string, answer: Answer, now: number): AppError {
  const error = convertAnswer(attempt, answer, now);
  if (error.code !== "github/forbidden" && error.code !== "github/not-found") {
    return error.code === "github/unauthorized"
      ? new AppError(error.code, error.message, { retry: { kind: "never" } })
      : error;
  }
  return new AppError("github/unauthorized", error.message, { retry: { kind: "never" } });
}

function notCovered(attempt: string, refused: Answer, now: number): AppError {
  const { message } = convertAnswer(attempt, refused, now);
  return new AppError("github/not-found", message, { retry: { kind: "never" } });
}

function notGranted(attempt: string, missing: readonly string[]): AppError {
  const message = `${attempt}: the installation does not grant ${missing.join(", ")}`;
  return new AppError("github/forbidden", message, { retry: { kind: "never" } });
}

function listMissing(needed: Permissions, granted: Granted): readonly string[] {
  return Object.entries(needed)
    .filter(([name, access]) => granted[name] !== access && granted[name] !== "write")
    .map(([name, access]) => `${name}: ${access}`);
}

/** What is both wanted and granted: the lesser access of each. Throws where that is too little. */
function narrow({ wanted, needed }: Job, granted: Granted, attempt: string): Permissions {
  const missing = listMissing(needed, granted);
  if (missing.length > 0) throw notGranted(attempt, missing);
  const narrowed: Record<string, Access> = {};
  for (const [name, access] of Object.entries(wanted)) {
    if (granted[name] === "write") narrowed[name] = access;
    else if (granted[name] === "read") narrowed[name] = "read";
  }
  return narrowed;
}

/** `PASS_PERMISSIONS` as far as granted. Throws `github/forbidden` where no pass is possible. */
export function narrowPass(granted: Granted): Permissions {
  return narrow(RECONCILE, granted, "Mint a token for one repository");
}
