import { setTimeout as sleep } from "node:timers/promises";
import { CHECK_NAME } from "../../src/core/check.ts";
import { until } from "../../src/local-github/person.ts";
import { createApp, install as installApp } from "../../src/local-github/seed-app.ts";
import type { App } from "../../src/local-github/world.ts";
import { query, type BenchPostgres } from "../postgres.ts";
import { startServiceProcess, type ServiceProcess } from "../service.ts";
import {
  checkReleased,
  checkTold,
  countComments,
  countReleases,
  requestsSince,
  untilPublished,
  type Cycle,
  type Session,
  type Tool,
} from "./cycle.ts";
import { now } from "./request-log.ts";
import { ci, mergePulls, seedSubject, type Stage, type Subject } from "./stage.ts";

/** Nothing asked for so long: it is done. Between its own steps it pauses for a few ms. */
const QUIET_MS = 700;
const QUIET_MS_MAX = 30_000;
/** A machine that is busy with other things; nothing here is judged by its time. */
const RELEASE_MS_MAX = 60_000;
const POLL_MS = 20;

let databases = 0;

/**
 * As `smallbatch serve` with webhooks. "warm": it looked at the head while its checks ran.
 * "cold": a fresh process whose first news of the repository is that the checks are green.
 */
export function smallbatch(postgres: BenchPostgres, state: "warm" | "cold"): Tool {
  return {
    name: `Smallbatch, ${state}`,
    open: async (stage, { commits, pulls }) => {
      const run = await install(stage, postgres, commits);
      await run.start();
      // The first release of ours asks GitHub when the repository was started: once in its life.
      await run.release(1, "warm");
      return {
        cycle: () => run.release(pulls, state),
        close: () => run.stop(),
      } satisfies Session;
    },
  };
}

/** The App on a repository, with a database of its own. */
export class Run {
  readonly #stage: Stage;
  readonly subject: Subject;
  readonly #app: App;
  readonly #settings: Readonly<Record<string, string>> & { readonly DATABASE_URL: string };
  #service: ServiceProcess | null = null;

  constructor(parts: {
    readonly stage: Stage;
    readonly subject: Subject;
    readonly app: App;
    readonly settings: Readonly<Record<string, string>> & { readonly DATABASE_URL: string };
  }) {
    this.#stage = parts.stage;
    this.subject = parts.subject;
    this.#app = parts.app;
    this.#settings = parts.settings;
  }

  async start(): Promise<void> {
    this.#service = await startServiceProcess(this.#settings);
    await quiet(this.#stage);
    this.#app.webhookUrl = `${this.#service.url}/api/github/webhooks`;
  }

  /** As after a look that was a moment ago: the look at the start leaves the repository out. */
  async startLate(): Promise<void> {
    const late = "update smallbatch.repository set last_reconciled_at = now() + interval '1 day'";
    await query(this.#settings.DATABASE_URL, late);
    await this.start();
  }

  async stop(): Promise<void> {
    this.#app.webhookUrl = null;
    await this.#service?.stop();
    this.#service = null;
  }

  async release(pulls: number, state: "warm" | "cold"): Promise<Cycle> {
    const [stage, subject, url] = [this.#stage, this.subject, this.#settings.DATABASE_URL];
    const releases = countReleases(stage, subject) + 1;
    if (state === "cold") await this.stop();
    // As if the last release were an hour ago: GitHub accepts 80 writes a minute.
    await query(url, "delete from smallbatch.write_budget");
    const sha = await mergePulls(subject, pulls);
    await ci(subject, sha, "pending");
    if (state === "cold") {
      await this.startLate();
    } else {
      await until("a look while the checks run", () => findOurCheck(stage, sha), RELEASE_MS_MAX);
      await quiet(stage);
    }
    const since = now();
    await ci(subject, sha, "success");
    await untilTold(stage, subject, { releases, pulls });
    await quiet(stage);
    const cycle = measure(stage, subject, { since, sha });
    await checkReleased(stage, subject, { releases, sha });
    checkTold(stage, subject, pulls);
    return cycle;
  }
}

export async function install(
  stage: Stage,
  postgres: BenchPostgres,
  commits: number,
): Promise<Run> {
  const subject = await seedSubject(stage, commits);
  const { owner } = subject.place;
  const { github } = stage.github;
  const { app, privateKeyPem } = await createApp(github, { slug: `smallbatch-${owner}` });
  installApp(github, app, owner, { repositories: "all" });
  databases += 1;
  const settings = {
    APP_ID: String(app.id),
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_SECRET: app.webhookSecret,
    GITHUB_SERVER_URL: stage.github.url,
    GITHUB_API_URL: stage.github.apiUrl,
    GITHUB_GRAPHQL_URL: stage.github.graphqlUrl,
    DATABASE_URL: await postgres.create(`release_${databases}`),
  };
  return new Run({ stage, subject, app, settings });
}

function untilTold(
  stage: Stage,
  subject: Subject,
  { releases, pulls }: { readonly releases: number; readonly pulls: number },
): Promise<true> {
  const look = (): Promise<true | null> => {
    const isReleased = countReleases(stage, subject) >= releases;
    const told = countComments(stage, subject, pulls);
    return Promise.resolve(isReleased && told.every(({ count }) => count > 0) ? true : null);
  };
  return until("everybody to be told of the release", look, RELEASE_MS_MAX);
}

/** The check of ours on a commit, which the first look at it writes. */
function findOurCheck({ github }: Stage, sha: string): Promise<true | null> {
  const { checkRuns } = github.github.data;
  const isThere = checkRuns.some(({ headSha, name }) => headSha === sha && name === CHECK_NAME);
  return Promise.resolve(isThere ? true : null);
}

function measure(
  stage: Stage,
  { repository }: Subject,
  { since, sha }: { readonly since: number; readonly sha: string },
): Cycle {
  const delivery = stage.github.github.data.deliveries.find(
    ({ repositoryId, event, payload }) =>
      repositoryId === repository.id &&
      event === "status" &&
      payload.includes(sha) &&
      payload.includes('"state":"success"'),
  );
  if (delivery === undefined) throw new Error("The green status was not delivered");
  // The list shows when the answer came.
  const sentAt = Date.parse(delivery.deliveredAt) - delivery.duration * 1_000;
  const requests = requestsSince(stage, since);
  const published = untilPublished(requests);
  const endedAt = Math.max(...requests.map((request) => request.endedAt ?? request.beganAt));
  return {
    requestsToPublished: published.count,
    requestsInAll: requests.length,
    publishedMs: published.at - sentAt,
    wholeMs: endedAt - sentAt,
    inProcessMs: null,
  };
}

export async function quiet(stage: Stage): Promise<void> {
  const deadline = now() + QUIET_MS_MAX;
  for (;;) {
    await stage.github.webhooks.idle();
    const from = now();
    await sleep(QUIET_MS);
    if (requestsSince(stage, from - POLL_MS).length === 0) return;
    if (now() > deadline) throw new Error("Smallbatch does not come to rest");
  }
}
