import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "./errors.ts";
import type { GitHubClient } from "./github/client.ts";
import { listInstallations, listRepositories } from "./github/installations.ts";
import type { InstallationSeen, ListedRepository } from "./github/installations.ts";
import { pollList, pollRepository, readKeptList, REQUESTS_PER_LOOK } from "./github/poll.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Sweep } from "./queue/sweeps.ts";
import type { Database } from "./store/database.ts";
import type { PollTurn } from "./store/polls.ts";

/** How the poll shares GitHub's limits with everything else. */
export interface PollPace {
  readonly periodMs: number;
  /** Of one installation. */
  readonly requestsPerMinuteMax: number;
}

/**
 * GitHub allows 900 points a minute for each installation, and nowhere says that a 304 costs none
 * of them ("Rate limits for the REST API"); the rest is for the passes.
 */
export const POLL_PACE: PollPace = { periodMs: 60_000, requestsPerMinuteMax: 600 };

/** Of one installation at the same time; GitHub allows 100 of everything together. */
const LOOKS_AT_ONCE = 10;
/** Of all installations; memory and sockets, not GitHub, set this one. */
const INSTALLATIONS_AT_ONCE = 20;
/** Of a period: how long the requests of a turn take at our pace. */
const TURN_SHARE = 0.8;
/** Of a period: when a turn ends wherever it is, so that the next one finds nobody at work. */
const TURN_SHARE_MAX = 0.95;
/** Less of the hour's requests than this is left to the passes. */
const ALLOWANCE_SHARE_MIN = 0.5;

export interface PollOptions {
  readonly database: Database;
  /** Requests of the App itself. */
  readonly app: GitHubClient;
  client(installationId: number): GitHubClient;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly pace: PollPace;
}

/** What webhooks would have told, asked for: for servers that GitHub cannot reach. */
export function createPoll(options: PollOptions): Sweep {
  const { pace } = options;
  const poll = new Poll(options);
  return {
    name: "poll",
    periodMs: pace.periodMs,
    // A turn is late by a part of the period at most.
    asksPerPeriod: 20,
    run: ({ now }) => poll.run(now),
  };
}

class Poll {
  readonly #options: PollOptions;
  /** Periods that one round over an installation's repositories takes, as last said in the log. */
  readonly #said = new Map<number, number>();
  /** When GitHub allows the next request of an installation that hit a limit. */
  readonly #pausedUntil = new Map<number, number>();

  constructor(options: PollOptions) {
    this.#options = options;
  }

  async run(now: number): Promise<void> {
    const { app, database, logger, pace } = this.#options;
    const endsAt = now + pace.periodMs * TURN_SHARE_MAX;
    const installations = await listInstallations(app);
    await inParallel(installations, INSTALLATIONS_AT_ONCE, async (installation) => {
      const { id } = installation;
      if ((this.#pausedUntil.get(id) ?? 0) > now) return;
      try {
        await this.#pollInstallation(installation, now, endsAt);
      } catch (error) {
        // One that keeps us out must not hide the others.
        this.#pause(id, error);
        logger.warn({ err: error, installationId: id }, "An installation could not be polled.");
      }
    });
    await database.installations.closeOthers(
      installations.map(({ id }) => id),
      now,
    );
  }

  #pause(installationId: number, error: unknown): void {
    if (!(error instanceof AppError) || error.retry.kind !== "after") return;
    this.#pausedUntil.set(installationId, this.#options.clock.now() + error.retry.waitMs);
  }

  async #pollInstallation(seen: InstallationSeen, now: number, endsAt: number): Promise<void> {
    const { database, pace } = this.#options;
    const { id } = seen;
    const isNews = await database.installations.align({ ...seen, repositories: null }, now);
    if (seen.isSuspended) return;
    // Permissions were accepted, or it is back: whoever waited for that looks again.
    if (isNews) await database.work.hintInstallation(id);
    const client = this.#options.client(id);
    await this.#pollList(client, seen, now);
    const requests = (pace.requestsPerMinuteMax * pace.periodMs * TURN_SHARE) / 60_000;
    const count = Math.max(1, Math.floor(requests / REQUESTS_PER_LOOK));
    await this.#sayIfStretched(id, count);
    const turns = await database.polls.takeTurns(id, count, now);
    await this.#lookAt(client, id, turns, endsAt);
  }

  /** Follow what came, went or was renamed; what was pushed to is looked at first. */
  async #pollList(client: GitHubClient, seen: InstallationSeen, now: number): Promise<void> {
    const { database } = this.#options;
    const kept = readKeptList(await database.polls.readList(seen.id));
    const pages = await pollList(client, kept);
    const isSame = pages.length === kept.length && pages.every((page, at) => page === kept[at]);
    if (isSame) return;
    const before = byId(kept.flatMap(({ repositories }) => repositories));
    const listed = byId(pages.flatMap(({ repositories }) => repositories));
    const differs = (each: ListedRepository) => label(each) !== label(before.get(each.id));
    if (listed.size !== before.size || [...listed.values()].some(differs)) {
      // Pages that were read one after the other may have shifted: the whole list decides.
      const repositories = await listRepositories(client);
      await database.installations.align({ ...seen, repositories }, now);
      for (const each of repositories.filter(differs)) await database.work.hint(each.id, null);
    }
    const pushed = [...listed.values()]
      .filter((each) => each.pushedAt !== before.get(each.id)?.pushedAt)
      .map(({ id }) => id);
    await database.polls.keepList(seen.id, pages, pushed);
  }

  async #sayIfStretched(id: number, count: number): Promise<void> {
    const { database, logger, pace } = this.#options;
    const repositories = await database.polls.countRepositories(id);
    const periods = Math.ceil(repositories / count);
    if (periods === (this.#said.get(id) ?? 1)) return;
    this.#said.set(id, periods);
    logger.info(
      { installationId: id, repositories, lookedAtPerPeriod: count, periodMs: pace.periodMs },
      periods > 1
        ? `The installation has more repositories than fit into a period: one round takes ${periods} periods. Pushes and what waits come first.`
        : "All repositories of the installation fit into one period again.",
    );
  }

  async #lookAt(
    client: GitHubClient,
    id: number,
    turns: readonly PollTurn[],
    endsAt: number,
  ): Promise<void> {
    const { database, clock, pace, logger } = this.#options;
    const gate = new Gate(60_000 / pace.requestsPerMinuteMax, clock);
    const left: number[] = [];
    let isOver = false;
    await inParallel(turns, LOOKS_AT_ONCE, async (turn) => {
      if (isOver || clock.now() >= endsAt) {
        left.push(turn.id);
        return;
      }
      try {
        const look = await pollRepository(client, turn, turn.kept, () => gate.pass());
        await database.polls.keep(id, turn.id, look);
        const { allowance } = look;
        if (allowance !== null && allowance.remaining < allowance.limit * ALLOWANCE_SHARE_MIN) {
          isOver = true;
        }
      } catch (error) {
        if (error instanceof AppError && error.code === "github/rate-limited") isOver = true;
        this.#pause(id, error);
        logger.warn(
          { err: error, installationId: id, repositoryId: turn.id },
          "A repository could not be polled.",
        );
      }
    });
    if (left.length > 0) await database.polls.putFirst(left);
  }
}

/** Lets one through in each interval. */
class Gate {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #nextAt = 0;

  constructor(intervalMs: number, clock: Clock) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
  }

  async pass(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#intervalMs;
    if (at > now) await sleep(at - now);
  }
}

async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: Math.min(atOnce, items.length) }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}

function byId(listed: readonly ListedRepository[]): ReadonlyMap<number, ListedRepository> {
  return new Map(listed.map((each) => [each.id, each]));
}

/** What the list says of it beside pushes. */
function label(listed: ListedRepository | undefined): string {
  if (listed === undefined) return "";
  const { owner, name, nodeId, isPrivate, isArchived, defaultBranch } = listed;
  return JSON.stringify([owner, name, nodeId, isPrivate, isArchived, defaultBranch]);
}
