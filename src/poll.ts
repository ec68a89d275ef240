import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "./errors.ts";
import type { GitHubClient } from "./github/client.ts";
import { listInstallations, listRepositories } from "./github/installations.ts";
import type { InstallationSeen, ListedRepository } from "./github/installations.ts";
import { pollList, pollRepository, readKeptList, REQUESTS_PER_LOOK } from "./github/poll.ts";
import type { Allowance } from "./github/poll.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Sweep, SweepTurn } from "./queue/sweeps.ts";
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
const ALLOWANCE_SHARE_MIN = 0.25;

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
    run: (turn) => poll.run(turn),
  };
}

interface Turn {
  readonly now: number;
  readonly endsAt: number;
  readonly signal: AbortSignal;
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

  async run({ now, signal }: SweepTurn): Promise<void> {
    const { app, database, logger, pace } = this.#options;
    const turn: Turn = { now, endsAt: now + pace.periodMs * TURN_SHARE_MAX, signal };
    const installations = await listInstallations(app);
    // Where there are more than fit, each turn begins with others.
    const first = Math.floor(now / pace.periodMs) * INSTALLATIONS_AT_ONCE;
    await inParallel(rotate(installations, first), INSTALLATIONS_AT_ONCE, async (installation) => {
      const { id } = installation;
      if (this.#isOver(turn) || (this.#pausedUntil.get(id) ?? 0) > now) return;
      try {
        await this.#pollInstallation(installation, turn);
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

  #isOver({ endsAt, signal }: Turn): boolean {
    return signal.aborted || this.#options.clock.now() >= endsAt;
  }

  #pause(installationId: number, error: unknown): void {
    if (!(error instanceof AppError) || error.retry.kind !== "after") return;
    this.#pausedUntil.set(installationId, this.#options.clock.now() + error.retry.waitMs);
  }

  async #pollInstallation(seen: InstallationSeen, turn: Turn): Promise<void> {
    const { database, pace } = this.#options;
    const { id } = seen;
    const isNews = await database.installations.align({ ...seen, repositories: null }, turn.now);
    if (seen.isSuspended) return;
    // Permissions were accepted, or it is back: whoever waited for that looks again.
    if (isNews) await database.work.hintInstallation(id);
    const client = this.#options.client(id);
    const listed = await this.#pollList(client, seen, turn.now);
    // Nothing changes in an archived one until the list says that it is none any more.
    const except = listed.filter(({ isArchived }) => isArchived).map((each) => each.id);
    const requests = (pace.requestsPerMinuteMax * pace.periodMs * TURN_SHARE) / 60_000;
    const count = Math.max(1, Math.floor(requests / REQUESTS_PER_LOOK));
    this.#sayIfStretched(id, listed.length - except.length, count);
    const turns = await database.polls.takeTurns(id, { count, except, now: turn.now });
    await this.#lookAt(client, id, turns, turn);
  }

  /** Follow what came, went or was renamed; what was pushed to is looked at first. */
  async #pollList(
    client: GitHubClient,
    seen: InstallationSeen,
    now: number,
  ): Promise<readonly ListedRepository[]> {
    const { database } = this.#options;
    const kept = readKeptList(await database.polls.readList(seen.id));
    const pages = await pollList(client, kept);
    const listed = byId(pages.flatMap(({ repositories }) => repositories));
    const isSame = pages.length === kept.length && pages.every((page, at) => page === kept[at]);
    if (isSame) return [...listed.values()];
    const before = byId(kept.flatMap(({ repositories }) => repositories));
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
    return [...listed.values()];
  }

  #sayIfStretched(id: number, repositories: number, count: number): void {
    const { logger, pace } = this.#options;
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
    turn: Turn,
  ): Promise<void> {
    const { database, clock, pace, logger } = this.#options;
    const gate = new Gate(60_000 / pace.requestsPerMinuteMax, clock, turn.signal);
    const left: number[] = [];
    let isSpent = false;
    await inParallel(turns, LOOKS_AT_ONCE, async (repository) => {
      if (isSpent || this.#isOver(turn)) {
        left.push(repository.id);
        return;
      }
      try {
        const look = await pollRepository(client, repository, repository.kept, () => gate.pass());
        await database.polls.keep(id, repository.id, look);
        isSpent ||= isNearlySpent(look.allowance);
      } catch (error) {
        if (turn.signal.aborted) {
          left.push(repository.id);
          return;
        }
        isSpent ||= error instanceof AppError && error.code === "github/rate-limited";
        this.#pause(id, error);
        logger.warn(
          { err: error, installationId: id, repositoryId: repository.id },
          "A repository could not be polled.",
        );
      }
    });
    if (left.length > 0) await database.polls.putFirst(left);
  }
}

function isNearlySpent(allowance: Allowance | null): boolean {
  return allowance !== null && allowance.remaining < allowance.limit * ALLOWANCE_SHARE_MIN;
}

/** Lets one through in each interval. */
class Gate {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #nextAt = 0;

  constructor(intervalMs: number, clock: Clock, signal: AbortSignal) {
    this.#intervalMs = intervalMs;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Throws where the signal is aborted meanwhile. */
  async pass(): Promise<void> {
    const now = this.#clock.now();
    const at = Math.max(now, this.#nextAt);
    this.#nextAt = at + this.#intervalMs;
    await sleep(at - now, undefined, { signal: this.#signal });
  }
}

function rotate<T>(items: readonly T[], first: number): readonly T[] {
  const at = first % Math.max(items.length, 1);
  return [...items.slice(at), ...items.slice(0, at)];
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
