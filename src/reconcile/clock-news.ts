import type { ClockForge, ClockStore, ReadingPart } from "../clocks-port.ts";
import { judgePublished } from "../core/clock-records/published.ts";
import type { Instant, LineState } from "../core/state.ts";
import { DAY_MS } from "../core/zone.ts";
import type { Clock, Logger } from "../ports.ts";
import { readPart } from "./clocks.ts";

/** Parts of repositories in one turn. */
const PARTS_MAX = 40;
/** Of one part; where more changed, the sweep goes on. */
const PAGES_MAX = 4;

interface News {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  readonly branches: readonly string[];
  readonly told: readonly {
    readonly part: ReadingPart;
    readonly asks: number;
    readonly readAt: Instant;
  }[];
}

interface NewsRequest {
  readonly database: {
    takeClockNews(now: Instant, limit: number): Promise<readonly News[]>;
    clocksOf(installationId: number): ClockStore;
  };
  readonly forgeOf: (installationId: number) => ClockForge;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Read what deliveries and looks told of, soon after they did. They only say where to look: what is
 * kept is what GitHub says now. Where that fails, the sweep reads it.
 */
export async function readNews(request: NewsRequest): Promise<void> {
  const { database, clock, signal } = request;
  for (const news of await database.takeClockNews(clock.now(), PARTS_MAX)) {
    if (signal.aborted) return;
    await readNewsOf(request, news);
  }
}

async function readNewsOf(request: NewsRequest, news: News): Promise<void> {
  const { database, forgeOf, clock, logger } = request;
  const { id: repositoryId, installationId, told } = news;
  const store = database.clocksOf(installationId);
  for (const { part, asks, readAt } of told) {
    const beganAt = clock.now();
    let isRead = false;
    try {
      const asked = { forge: forgeOf(installationId), store, clock, repository: news };
      const { branches } = news;
      isRead = await readPart({ ...asked, branches }, { part, since: readAt }, PAGES_MAX);
    } catch (error) {
      const fields = { repositoryId, repository: `${news.owner}/${news.name}`, part, err: error };
      logger.warn(fields, "What the clocks were told of could not be read; the sweep tries again.");
    }
    await store.closeNews(repositoryId, { part, asks, readAt: isRead ? beganAt : null });
  }
}

/** What looks saw that happened lately; of what is older the sweep knows. */
export function listRecent(
  looks: readonly { readonly state: Pick<LineState, "pulls" | "releases"> }[],
  now: Instant,
): Parameters<ClockStore["tellLook"]>[1] {
  const states = looks.map(({ state }) => state);
  const isRecent = (at: Instant | null): boolean => at !== null && at > now - DAY_MS;
  const pulls = states.flatMap((state) => state.pulls).filter(({ isOpen }) => isOpen !== true);
  const releases = states.flatMap((state) => state.releases).filter(({ isDraft }) => !isDraft);
  return {
    merged: pulls.filter(({ mergedAt }) => isRecent(mergedAt)).map(({ number }) => number),
    releases: releases
      .filter(({ publishedAt }) => isRecent(publishedAt))
      .map((release) => ({
        tag: release.tag,
        // Its checks were read where ours was looked for.
        checks: release.ourCheck === undefined ? null : judgePublished(release).checks,
      })),
  };
}
