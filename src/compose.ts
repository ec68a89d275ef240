import { z } from "zod";
import type { DraftEnded } from "./claude/drafter.ts";
import { parseCard } from "./core/card-text.ts";
import type { ReleaseCard } from "./core/card.ts";
import type { NoDraft } from "./core/evidence/unit-draft.ts";
import { styleOf } from "./core/policy/policy-notes.ts";
import type { LineState } from "./core/state.ts";
import { AppError } from "./errors.ts";
import {
  createMemoryBudget,
  HOUR_WRITES_LEFT,
  MINUTE_WRITES_LEFT,
  type WriteBudget,
} from "./github/budget.ts";
import { openGitHub, type GitHubClient, type GitHubOptions } from "./github/client.ts";
import type { Credentials, Scope } from "./github/credentials.ts";
import { readFailureCase } from "./github/failure-case-reading.ts";
import type { FailureCaseSeen } from "./github/failure-case-reading.ts";
import { createForgeMemory } from "./github/forge-memory.ts";
import type { ForgeMemory } from "./github/forge-memory.ts";
import { openForge } from "./github/forge.ts";
import type { ForgeOptions } from "./github/forge.ts";
import { readProposal } from "./github/workspace-reading.ts";
import type { Drafter } from "./notes-port.ts";
import type { Clock, Forge, Logger, RepositoryRef } from "./ports.ts";
import type { Drafting } from "./reconcile/drafting.ts";
import type { AppSettings, Settings, TokenSettings } from "./settings.ts";
import type { Database } from "./store/database.ts";
import { readVersion } from "./version.ts";
import { repositoryPath } from "./web/paths.ts";
import type { WeeklySource } from "./weekly-port.ts";

export const systemClock: Clock = { now: () => Date.now() };

export type GitHubSettings = Pick<Settings, "apiUrl" | "graphqlUrl" | "start">;

/** One way to GitHub for one installation or token. */
export function composeClient(
  settings: GitHubSettings,
  credentials: Credentials,
  options: Partial<Pick<GitHubOptions, "budget" | "features" | "logger" | "onAnswer">> = {},
): GitHubClient {
  const { budget, ...hearing } = options;
  return openGitHub({
    credentials,
    apiUrl: settings.apiUrl,
    graphqlUrl: settings.graphqlUrl,
    budget: budget ?? createMemoryBudget(systemClock),
    clock: systemClock,
    userAgent: `smallbatch/${readVersion()}`,
    ...hearing,
  });
}

/** `memory`: shared by all forges of a process; fresh when left out. */
export function composeForge(
  settings: GitHubSettings,
  client: GitHubClient,
  memory: ForgeMemory = createForgeMemory(),
  more: Pick<ForgeOptions, "readInvitation" | "sign"> = {},
): Forge {
  return openForge(client, { isStartForced: settings.start === "now", memory, ...more });
}

/** The budget of an installation, shared by all replicas as one row. */
export function composeBudget(
  { hasWriteLimits }: Pick<Settings, "hasWriteLimits">,
  database: Database,
  installationId: number,
): WriteBudget {
  const row = database.budget(installationId);
  if (!hasWriteLimits) return composeUnlimited(row);
  return {
    take: async (writes, isPatient = false) => {
      const now = systemClock.now();
      const left = { minute: MINUTE_WRITES_LEFT, hour: HOUR_WRITES_LEFT };
      const taken = await row.takeWrites(writes, now, ...(isPatient ? [left] : []));
      return taken.kind === "ok" ? null : { waitMs: Math.max(0, taken.until - now) };
    },
    pause: (until) => row.pauseUntil(until),
  };
}

/** Only GitHub's own word makes anybody wait. */
function composeUnlimited(row: ReturnType<Database["budget"]>): WriteBudget {
  return {
    take: async () => {
      const waitMs = (await row.pausedUntil()) - systemClock.now();
      return waitMs > 0 ? { waitMs } : null;
    },
    pause: (until) => row.pauseUntil(until),
  };
}

/** What the weekly reports of an installation are made of. */
export function composeWeeklySource(
  { ownUrl }: Pick<Settings, "ownUrl">,
  database: Database,
  installationId: number,
): WeeklySource {
  const pageUrl: WeeklySource["pageUrl"] = (repository) =>
    ownUrl === null ? null : new URL(repositoryPath(repository), ownUrl).href;
  return { clocks: database.clocksOf(installationId), pageUrl };
}

export type ClaudeSettings = Pick<Settings, "claudeKey" | "claudeUrl">;

/** Null without a key: nothing is loaded then, and nobody asked. */
export function composeDrafter(
  { claudeKey, claudeUrl }: ClaudeSettings,
  parts: {
    /** Told of models that are gone or about to go, and of drafts that failed. */
    readonly logger: Pick<Logger, "info" | "warn">;
    readonly onDrafted?: (ended: DraftEnded) => void;
    readonly systemPrompt?: string;
  },
): Drafter | null {
  if (claudeKey === null) return null;
  const { logger, onDrafted, systemPrompt } = parts;
  const userAgent = `smallbatch/${readVersion()}`;
  const sdk = { apiKey: claudeKey, baseUrl: claudeUrl, userAgent };
  // Loaded with a key alone: other commands are done in the time that it takes.
  const models = import("./claude/model-check.ts").then(({ createModelCheck }) =>
    createModelCheck({ ...sdk, now: () => systemClock.now() }),
  );
  // Beside all else: neither the start nor a draft waits for it.
  const check = async (model: string): Promise<void> => {
    const problem = await (await models).check(model);
    if (problem !== null) logger.warn({ model }, problem);
  };
  const drafter = import("./claude/drafter.ts").then(({ createDrafter }) =>
    createDrafter({
      ...sdk,
      clock: systemClock,
      ...(systemPrompt === undefined ? {} : { systemPrompt }),
      onDrafted: (ended) => {
        const words =
          ended.outcome === "drafted" ? "Claude drafted notes." : "Claude drafted no notes.";
        logger[ended.outcome === "drafted" ? "info" : "warn"]({ ...ended }, words);
        onDrafted?.(ended);
      },
    }),
  );
  const usual = styleOf({}, { isPrivate: false });
  if (usual !== null) void check(usual.model);
  return {
    draft: async (request) => {
      void check(request.style.model);
      return (await drafter).draft(request);
    },
  };
}

/** Who drafts for the installations of a service. */
export function composeDrafting(
  settings: ClaudeSettings & Pick<Settings, "claudeMonthlyUsd">,
  parts: Parameters<typeof composeDrafter>[1],
): Drafting {
  const drafter = composeDrafter(settings, parts) ?? NO_KEY;
  return { drafter, monthlyUsd: settings.claudeMonthlyUsd };
}

const NO_KEY: NoDraft = { code: "no-key", reason: "no key for Claude is set" };

/** Nobody drafts where nothing is kept: each look would pay once more. */
export function composeNoDrafting({ claudeKey }: Pick<Settings, "claudeKey">): Drafting {
  const reason = "drafts are made by `smallbatch serve` only";
  return { drafter: claudeKey === null ? NO_KEY : { code: "no-store", reason }, monthlyUsd: 0 };
}

/** GitHub through `GITHUB_TOKEN`: for commands that need no database. */
export interface TokenSession {
  readonly forge: Forge;
  readonly clock: Clock;
  /** Throws `github/not-found` with what to check. */
  find(
    owner: string,
    name: string,
  ): Promise<{ readonly repository: RepositoryRef; readonly defaultBranch: string }>;
  /** Policy lines that would release its workspaces on their own; null: it has none. */
  readonly readFailureCase: ReadFailureCase;
  propose(state: LineState): Promise<string | null>;
  /** The card in the release's body; null where there is no such release, or none in it. */
  findCard(repository: RepositoryRef, tag: string): Promise<ReleaseCard | null>;
}

const repositorySchema = z.object({
  id: z.number().int(),
  name: z.string(),
  owner: z.object({ login: z.string() }),
  default_branch: z.string(),
});

const releaseSchema = z.object({ body: z.string().nullish() });

/** A plain token is sent as it is, whatever the scope. */
const ANYWHERE: Scope = { kind: "repository", repositoryId: 0 };

export function openTokenSession(
  settings: GitHubSettings & Pick<TokenSettings, "token" | "ownJob">,
): TokenSession {
  const { token, ownJob = null } = settings;
  const credentials = { kind: "token", token, appId: null, ownJob } as const;
  const client = composeClient(settings, credentials);
  return {
    forge: composeForge(settings, client),
    clock: systemClock,
    find: async (owner, name) => {
      const path = `/repos/${owner}/${name}`;
      const answer = await client.rest({ method: "GET", path, scope: ANYWHERE });
      const found = repositorySchema.parse(answer.data);
      return {
        repository: { id: found.id, owner: found.owner.login, name: found.name },
        defaultBranch: found.default_branch,
      };
    },
    propose: (state) => readProposal(client, state),
    readFailureCase: (repository, commits) => readFailureCase(client, repository, commits),
    findCard: async ({ owner, name }, tag) => {
      const path = `/repos/${owner}/${name}/releases/tags/${encodeURIComponent(tag)}`;
      const answer = await client.rest({ method: "GET", path, scope: ANYWHERE, allow: [404] });
      if (answer.status === 404) return null;
      return parseCard(releaseSchema.parse(answer.data).body ?? "");
    },
  };
}

/** GitHub as our App, on one repository: for commands that need no database. */
export interface AppSession {
  readonly forge: Forge;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly defaultBranch: string;
  readonly readFailureCase: ReadFailureCase;
}

/** What GitHub knows of a release that went wrong, and of its fix. One request. */
type ReadFailureCase = (
  repository: RepositoryRef,
  commits: { readonly bad: string; readonly fix: string },
) => Promise<FailureCaseSeen>;

const installationSchema = z.object({ id: z.number().int() });

/** Throws `github/not-found` where the App is not installed on it. */
export async function openAppSession(
  settings: GitHubSettings & Pick<AppSettings, "appId" | "privateKey">,
  owner: string,
  name: string,
): Promise<AppSession> {
  const { appId, privateKey } = settings;
  const app = composeClient(settings, { kind: "app", appId, privateKey, installationId: null });
  const path = `/repos/${owner}/${name}`;
  const asked = { method: "GET", path: `${path}/installation`, allow: [404] } as const;
  const answer = await app.rest({ ...asked, scope: { kind: "app" } });
  if (answer.status === 404) {
    const message = `The App is not installed on ${owner}/${name}, or there is no such repository`;
    throw new AppError("github/not-found", message, { retry: { kind: "never" } });
  }
  const { id: installationId } = installationSchema.parse(answer.data);
  const client = composeClient(settings, { kind: "app", appId, privateKey, installationId });
  const read = await client.rest({ method: "GET", path, scope: { kind: "installation" } });
  const found = repositorySchema.parse(read.data);
  return {
    forge: composeForge(settings, client),
    clock: systemClock,
    repository: { id: found.id, owner: found.owner.login, name: found.name },
    defaultBranch: found.default_branch,
    readFailureCase: (of, commits) => readFailureCase(client, of, commits),
  };
}
