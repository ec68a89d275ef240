import path from "node:path";
import type { DraftEnded } from "./claude/drafter.ts";
import { addClockSweeps } from "./clock-sweep.ts";
import { composeActs } from "./compose-acts.ts";
import { composeLogin } from "./compose-login.ts";
import { composePages } from "./compose-pages.ts";
import { composeDrafting, composeWeeklySource, systemClock } from "./compose.ts";
import { forgesOf } from "./forges.ts";
import type { Forges } from "./forges.ts";
import { sweepDeliveries } from "./github/deliveries.ts";
import { interpretDelivery } from "./github/events.ts";
import { listInstallations, listRepositories } from "./github/installations.ts";
import { logLooks } from "./look-log.ts";
import { Metrics, startMetricsServer } from "./metrics.ts";
import { createPoll, POLL_PACE, type PollPace } from "./poll.ts";
import type { Forge, Logger } from "./ports.ts";
import { noticePublished } from "./published.ts";
import { startQueue, type Queue } from "./queue/queue.ts";
import { listRecent } from "./reconcile/clock-news.ts";
import type { Drafting } from "./reconcile/drafting.ts";
import { reconcile } from "./reconcile/reconcile.ts";
import { startServer, type Server } from "./server.ts";
import type { ServeSettings } from "./settings.ts";
import { openDatabase, type Database } from "./store/database.ts";
import { startEmbeddedPostgres } from "./store/embedded.ts";
import { SESSION_AGE_MS_MAX } from "./web/login-session.ts";
import type { WeeklySource } from "./weekly-port.ts";

/** Deliveries that GitHub could not bring us are asked for again this often: one request each. */
const DELIVERY_SWEEP_MS = 2 * 60_000;

/** Deliveries that were on their way when the last sweep began. */
const DELIVERY_OVERLAP_MS = 30 * 60_000;

/** Old payloads and what belongs to gone installations are forgotten this often. */
const PURGE_MS = 6 * 3_600_000;

export interface Service {
  /** Where webhooks arrive: `url` + `/api/github/webhooks`. */
  readonly url: string;
  /** Where `GET /metrics` is answered; null: nowhere. */
  readonly metricsUrl: string | null;
  readonly database: Database;
  /** Take no more, let what runs come to its end, then close everything. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  readonly logger: Logger;
  /** False for the demo: the embedded database may lose its last writes with the machine. */
  readonly isDurable?: boolean;
  /** Without webhooks: how often, and how fast, GitHub is looked at. */
  readonly pollPace?: PollPace;
}

/** The App as one process: webhooks, queue, worker and sweeps on one database. */
export async function startService(
  settings: ServeSettings,
  options: ServiceOptions,
): Promise<Service> {
  const { logger } = options;
  const undo: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const database = await openStore(settings, options, undo);
    const metrics = new Metrics(database);
    const metricsUrl = await serveMetrics(settings, metrics, undo);
    const forges = forgesOf(settings, { database, metrics, logger });
    const onDrafted = (ended: DraftEnded): void => metrics.draft(ended);
    const drafting = composeDrafting(settings, { logger, onDrafted });
    const queue = await startQueue({
      database,
      handler: async (repositoryId, installationId, isAlone) =>
        lookAt({
          database,
          forge: await forges.forge(installationId),
          repositoryId,
          installationId,
          isAlone,
          drafting,
          metrics,
          logger,
          weekly: composeWeeklySource(settings, database, installationId),
        }),
      concurrency: settings.concurrency,
      sweepPeriodMs: settings.sweepMinutes * 60_000,
      clock: systemClock,
      logger,
      onPass: (ended) => metrics.pass(ended),
    });
    let server: Server | null = null;
    // At once: what takes longest, a slow sender or a pass, must not add up.
    undo.push(async () => {
      await Promise.all([server?.close(), queue.stop()]);
    });
    addSweeps({ queue, database, forges, periodMs: settings.sweepMinutes * 60_000, logger });
    if (settings.hasWebhooks) addDeliverySweep({ queue, database, forges, logger });
    else {
      const pace = options.pollPace ?? POLL_PACE;
      logger.info({ periodMs: pace.periodMs }, "No webhooks are taken: GitHub is asked for news.");
      queue.addSweep(createPoll({ database, ...forges, clock: systemClock, logger, pace }));
    }
    // What happened while nobody was here: whatever the turns of the sweeps say.
    await database.work.enqueueDue(systemClock.now(), 0);
    server = await startServer({
      settings,
      database,
      acts: composeActs({ database, forge: (id) => forges.forge(id), clock: systemClock }),
      texts: composePages(settings, { database, clock: systemClock, logger, undo }),
      login: composeLogin(settings, { database, client: (id) => forges.client(id), logger }),
      interpret: interpretDelivery,
      logger,
      onAnswer: (answered) => metrics.delivery(answered),
      drainMs: settings.drainSeconds * 1_000,
    });
    return { url: server.url, metricsUrl, database, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function serveMetrics(
  { host, metricsPort: port }: ServeSettings,
  metrics: Metrics,
  undo: (() => Promise<void>)[],
): Promise<string | null> {
  if (port === null) return null;
  const server = await startMetricsServer({ metrics, host, port, clock: systemClock });
  undo.push(() => server.close());
  return server.url;
}

async function openStore(
  settings: ServeSettings,
  { isDurable = true, logger }: ServiceOptions,
  undo: (() => Promise<void>)[],
): Promise<Database> {
  let url = settings.databaseUrl;
  if (url === null) {
    const dataDir = path.resolve(settings.dataDir, "postgres");
    const postgres = await startEmbeddedPostgres({ dataDir, isDurable });
    undo.push(() => postgres.stop());
    logger.info({ dataDir: postgres.dataDir }, "The embedded PostgreSQL keeps its data there.");
    url = postgres.url;
  }
  const database = openDatabase(url);
  undo.push(() => database.close());
  await database.migrate();
  return database;
}

type Duties = Pick<Parameters<typeof addSweeps>[0], "queue" | "database" | "forges" | "logger">;

function addDeliverySweep({ queue, database, forges, logger }: Duties): void {
  queue.addSweep({
    name: "deliveries",
    periodMs: DELIVERY_SWEEP_MS,
    run: async ({ now, previousAt }) => {
      const { looked, asked } = await sweepDeliveries(forges.app, {
        since: (previousAt ?? now) - DELIVERY_OVERLAP_MS,
        now,
        isKnown: (guids) => database.inbox.findKnown(guids),
      });
      if (asked.length > 0) logger.info({ looked, asked }, "Asked GitHub for lost deliveries.");
    },
  });
}

/** What no webhook brings: installations made while we were away, old rows. */
function addSweeps(duties: {
  readonly queue: Queue;
  readonly database: Database;
  readonly forges: Forges;
  readonly periodMs: number;
  readonly logger: Logger;
}): void {
  const { queue, database, forges, periodMs, logger } = duties;
  queue.addSweep({
    name: "installations",
    periodMs,
    run: async ({ now }) => {
      const installations = await listInstallations(forges.app);
      for (const installation of installations) {
        try {
          const repositories = installation.isSuspended
            ? null
            : await listRepositories(forges.client(installation.id));
          const isNews = await database.installations.align({ ...installation, repositories }, now);
          if (isNews && repositories !== null)
            await database.work.hintInstallation(installation.id);
        } catch (error) {
          // One that keeps us out, e.g. by a list of allowed addresses, must not hide the others.
          const fields = { err: error, installationId: installation.id };
          logger.warn(fields, "The repositories of an installation could not be listed.");
        }
      }
      await database.installations.closeOthers(
        installations.map(({ id }) => id),
        now,
      );
      await database.work.enqueueDue(now, periodMs);
    },
  });
  addClockSweeps(queue, { database, ...forges, clock: systemClock, logger });
  queue.addSweep({
    name: "purge",
    periodMs: PURGE_MS,
    run: async ({ now }) => {
      await database.inbox.purge(now);
      await database.webSessions.purge(now - SESSION_AGE_MS_MAX);
      await database.pageActs.purge(now - SESSION_AGE_MS_MAX);
    },
  });
}

async function lookAt(work: {
  readonly database: Database;
  readonly forge: Forge;
  readonly repositoryId: number;
  readonly installationId: number;
  readonly isAlone: () => boolean;
  readonly drafting: Drafting;
  readonly metrics: Metrics;
  readonly logger: Logger;
  readonly weekly: WeeklySource;
}): ReturnType<Parameters<typeof startQueue>[0]["handler"]> {
  const { database, forge, repositoryId, installationId, isAlone, drafting } = work;
  const { metrics, logger } = work;
  const repository = await database.repositories.find(repositoryId);
  if (repository === null) return { wakeAt: null };
  const reconciled = await reconcile({
    forge: noticePublished(forge, systemClock, (release) => metrics.release(release)),
    store: database.forInstallation(installationId),
    clock: systemClock,
    repository,
    defaultBranch: repository.defaultBranch,
    isAlone,
    drafting,
    weekly: work.weekly,
  });
  const { others, wakeAt, awaits } = reconciled;
  const looks = [reconciled, ...others];
  const recent = listRecent(looks, systemClock.now());
  await database.clocksOf(installationId).tellLook(repositoryId, recent);
  logLooks(logger, repository, reconciled);
  return { wakeAt, awaits };
}
