import type { Probot } from "probot";
import { composeClient, composeForge, composeNoDrafting, systemClock } from "./compose.ts";
import { quietUntil } from "./core/awaits.ts";
import type { Invitation } from "./core/proposal/proposal-state.ts";
import { isMaintenanceBranch } from "./core/range.ts";
import { formatLine } from "./core/state.ts";
import type { Instant } from "./core/state.ts";
import type { Interpretation, RepositoryLabel } from "./deliveries-port.ts";
import { narrowPass, PASS_PERMISSIONS } from "./github/credentials.ts";
import type { Permissions } from "./github/endpoints.ts";
import { interpretDelivery } from "./github/events.ts";
import { assumeFeatures, type Features } from "./github/features.ts";
import { createForgeMemory, type ForgeMemory } from "./github/forge-memory.ts";
import { keepInvitation, toInvitation } from "./github/proposal-reading.ts";
import { obeyNetworkSettings } from "./network.ts";
import { fleetingStore, type FleetingStore } from "./reconcile/fleeting-store.ts";
import { HeardChecks } from "./reconcile/heard-checks.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import { readSettings } from "./settings.ts";

/** A delivery as Probot gives it, its signature checked. */
export interface AppEvent {
  readonly name: string;
  /** `X-GitHub-Delivery` */
  readonly guid: string;
  readonly payload: unknown;
}

interface MintedToken {
  readonly token: string;
  /** What it may do. */
  readonly granted?: Permissions;
}

/** What the App may do on GitHub, through Probot's own credentials. */
export interface AppAuth {
  readonly appId: number;
  /** A token for one repository, with the permissions of a pass. Lives an hour. */
  mintToken(installationId: number, repositoryId: number): Promise<MintedToken>;
  /** How it was installed. Left out: nobody can tell, and nothing is proposed. */
  readInvitation?(installationId: number): Promise<Invitation>;
}

export type OnDelivery = (event: AppEvent, auth: AppAuth) => Promise<void>;

/** The events of `app.yml`, which a test holds equal, and those that every App gets. */
export const EVENTS = [
  "push",
  "pull_request",
  "pull_request_review",
  "check_run",
  "check_suite",
  "status",
  "merge_group",
  "issues",
  "issue_comment",
  "release",
  "deployment_status",
  "repository",
] as const;
const LIFECYCLE_EVENTS = ["installation", "installation_repositories"] as const;

/** A plain Probot function that hands every event on. Probot awaits it, for at most 9 s. */
export function createApp({ onDelivery }: { onDelivery: OnDelivery }): (app: Probot) => void {
  return (app) => {
    app.on([...EVENTS, ...LIFECYCLE_EVENTS], async ({ name, id, payload }) => {
      await onDelivery({ name, guid: id, payload }, await readAuth(app));
    });
  };
}

async function readAuth(app: Probot): Promise<AppAuth> {
  const octokit = await app.auth();
  const own = await octokit.auth({ type: "app" });
  return {
    appId: Number(readField(own, "appId")),
    readInvitation: async (installationId) => {
      const path = "GET /app/installations/{installation_id}";
      const { data } = await octokit.request(path, { installation_id: installationId });
      return toInvitation(data);
    },
    mintToken: async (installationId, repositoryId) => {
      const installed = await app.auth(installationId);
      const mint = async (permissions: Permissions): Promise<MintedToken> => {
        const repositoryIds = [repositoryId];
        const wanted = {
          type: "installation",
          installationId,
          repositoryIds,
          permissions,
        } as const;
        const minted = await installed.auth(wanted);
        return { token: String(readField(minted, "token")), granted: permissions };
      };
      try {
        return await mint(PASS_PERMISSIONS);
      } catch (error) {
        if (readField(error, "status") !== 422) throw error;
        const path = "GET /app/installations/{installation_id}";
        const told = await octokit.request(path, { installation_id: installationId });
        return mint(narrowPass(told.data.permissions));
      }
    },
  };
}

function readField(value: unknown, name: string): unknown {
  return Object.entries(value ?? {}).find(([key]) => key === name)?.[1];
}

/** A repository as this process knows it. */
interface Watched {
  /** Remembers between looks for as long as the process lives, e.g. when a head was seen first. */
  readonly store: FleetingStore;
  readonly heard: HeardChecks;
  /** Null before the first look. */
  readInvitation: ((now: Instant) => Promise<Invitation | null>) | null;
  /** Is there a line on a branch beside the default one? As the last look saw it. */
  hasLine: (branch: string) => boolean;
  /** Checks are pending: no look before, unless they are heard to be over. Null: none is. */
  quietUntil: Instant | null;
  look: { isStale: boolean; done: Promise<void> } | null;
  timer: NodeJS.Timeout | null;
}

/** Longer waits end with the next delivery. */
const WAKE_MS_MAX = 3 * 3_600_000;

/**
 * One look at a repository per hint, as `smallbatch run --once` does it: GitHub alone is the
 * memory. Hints that come during a look are answered by one more; a plan that waits is looked at
 * again when its time has come. While checks are pending, there is one look in 5 s.
 */
export function withoutStore(app: Pick<Probot, "log">): OnDelivery {
  const known = new Map<number, Watched>();
  const shared = { log: app.log, features: assumeFeatures(), memory: createForgeMemory() };

  async function lookUntilFresh(asked: Asked, watched: Watched): Promise<void> {
    const look = watched.look ?? { isStale: true, done: Promise.resolve() };
    if (watched.timer !== null) clearTimeout(watched.timer);
    let wakeAt: Instant | null = null;
    let quietAt: Instant | null = null;
    try {
      do {
        look.isStale = false;
        wakeAt = await lookOnce(shared, asked, watched);
        quietAt = quietEnd(watched);
      } while (look.isStale && quietAt === null);
    } finally {
      watched.look = null;
    }
    if (look.isStale && quietAt !== null) wakeAt = quietAt;
    if (wakeAt !== null) wakeLater(asked, watched, Math.max(wakeAt, quietAt ?? 0));
  }

  function wakeLater(asked: Asked, watched: Watched, at: Instant): void {
    if (watched.timer !== null) clearTimeout(watched.timer);
    const waitMs = Math.max(0, at - systemClock.now());
    if (waitMs > WAKE_MS_MAX) return;
    watched.timer = setTimeout(() => {
      lookNow(asked, watched).catch((error: unknown) => app.log.error(error));
    }, waitMs);
    watched.timer.unref();
  }

  function begin(asked: Asked, watched: Watched): Promise<void> {
    const quietAt = watched.look === null ? quietEnd(watched) : null;
    if (quietAt === null) return lookNow(asked, watched);
    wakeLater(asked, watched, quietAt);
    return Promise.resolve();
  }

  function lookNow(asked: Asked, watched: Watched): Promise<void> {
    if (watched.look !== null) {
      watched.look.isStale = true;
      return watched.look.done;
    }
    const look = { isStale: true, done: Promise.resolve() };
    watched.look = look;
    look.done = lookUntilFresh(asked, watched);
    return look.done;
  }

  return async ({ name, guid, payload }, auth) => {
    const receivedAt = systemClock.now();
    const read = interpretDelivery(name, payload, { appId: auth.appId, guid, receivedAt });
    if (read.note !== null) app.log.warn({ guid, event: name }, read.note);
    const { repository, installationId } = read;
    if (repository === null || installationId === null) return;
    const watched = known.get(repository.id) ?? watchNew();
    const { hint, check } = hearLine(read, watched);
    watched.heard.hear({ check, push: read.push });
    watched.store.hear(read);
    if (!hint) return;
    known.set(repository.id, watched);
    await begin({ repository, installationId, auth, guid }, watched);
  };
}

/** What all looks of a process share. */
interface Shared {
  readonly log: Probot["log"];
  readonly features: Features;
  readonly memory: ForgeMemory;
}

/** With what a delivery says of another branch, where it has a line. */
function hearLine(read: Interpretation, watched: Watched): Pick<Interpretation, "hint" | "check"> {
  const { hint, check, ifLine } = read;
  if (ifLine === undefined || !ifLine.branches.some(watched.hasLine)) return { hint, check };
  return { hint: hint || ifLine.hint, check: check ?? ifLine.check };
}

async function lookOnce(
  { log, features, memory }: Shared,
  asked: Asked,
  watched: Watched,
): Promise<Instant | null> {
  const { store, heard } = watched;
  const beganAt = systemClock.now();
  heard.begin();
  const { repository, installationId, auth, guid } = asked;
  const minted = await auth.mintToken(installationId, repository.id);
  const settings = readSettings(process.env);
  const credentials = { kind: "token", ...minted, appId: auth.appId } as const;
  const client = composeClient(settings, credentials, { features });
  watched.readInvitation ??= keepInvitation(
    async () => (await auth.readInvitation?.(installationId)) ?? null,
  );
  const { readInvitation } = watched;
  const reconciled = await reconcile({
    forge: composeForge(settings, client, memory, { readInvitation }),
    store,
    clock: systemClock,
    repository,
    defaultBranch: repository.defaultBranch,
    drafting: composeNoDrafting(settings),
  });
  const { others, failures, wakeAt, awaits } = reconciled;
  for (const { line, plan, outcomes } of [reconciled, ...others]) {
    const done = outcomes.map(({ action, outcome }) => `${action.kind}: ${outcome.kind}`);
    log.info({ guid, line: formatLine(line), done }, plan.reason.text);
  }
  for (const { line, error } of failures) {
    log.warn({ guid, line: formatLine(line), err: error }, "A line could not be looked at.");
  }
  const branches = [...others, ...failures].map(({ line }) => line.branch);
  const isMaintained = /^maintenance: *on\b/m.test(reconciled.state.policyFile?.text ?? "");
  watched.hasLine = (branch) =>
    branches.includes(branch) || (isMaintained && isMaintenanceBranch(branch));
  heard.end(awaits);
  watched.quietUntil = quietUntil(awaits, beganAt);
  return wakeAt;
}

function watchNew(): Watched {
  return {
    store: fleetingStore(),
    heard: new HeardChecks(),
    readInvitation: null,
    hasLine: () => false,
    quietUntil: null,
    look: null,
    timer: null,
  };
}

/** When the quiet time ends; null: there is none, or what it waited for is over. */
function quietEnd({ quietUntil: until, heard }: Watched): Instant | null {
  return until !== null && until > systemClock.now() && !heard.isOver() ? until : null;
}

interface Asked {
  readonly repository: RepositoryLabel;
  readonly installationId: number;
  readonly auth: AppAuth;
  readonly guid: string;
}

/** For `probot run`: no database, no queue, no sweep. `smallbatch serve` has them. */
export default function smallbatch(app: Probot): void {
  obeyNetworkSettings(process.env);
  if (process.env["DATABASE_URL"] !== undefined) {
    app.log.warn("DATABASE_URL is not used here: `smallbatch serve` is the server with a database");
  }
  createApp({ onDelivery: withoutStore(app) })(app);
}
