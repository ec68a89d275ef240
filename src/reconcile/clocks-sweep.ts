import type { ClockForge, ClockStore } from "../clocks-port.ts";
import type { Instant } from "../core/state.ts";
import type { Clock, Logger } from "../ports.ts";
import { readPast } from "./clocks.ts";

/** Repositories of one turn, and pages of one of them: what is left waits for the next turn. */
const REPOSITORIES_MAX = 20;
const PAGES_MAX = 20;

interface Duty {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  readonly branches: readonly string[];
}

interface ClockSweepRequest {
  readonly database: {
    listClockDuties(now: Instant, limit: number): Promise<readonly Duty[]>;
    clocksOf(installationId: number): ClockStore;
  };
  readonly forgeOf: (installationId: number) => ClockForge;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

/**
 * Read what changed on GitHub since the last time, and of new repositories the last 90 days: what
 * webhooks lost is found here. One that fails hides no other.
 */
export async function sweepClocks(request: ClockSweepRequest): Promise<void> {
  const { database, forgeOf, clock, logger, signal } = request;
  const waiting = new Set<number>();
  for (const duty of await database.listClockDuties(clock.now(), REPOSITORIES_MAX)) {
    const { id: repositoryId, installationId, owner, name, branches } = duty;
    if (signal.aborted) return;
    if (waiting.has(installationId)) continue;
    const fields = { repositoryId, repository: `${owner}/${name}` };
    const store = database.clocksOf(installationId);
    try {
      const factId = await store.newestFact(repositoryId);
      const end = await readPast({
        forge: forgeOf(installationId),
        store,
        clock,
        repository: duty,
        branches,
        pagesMax: PAGES_MAX,
        mayGoOn: () => !signal.aborted,
      });
      if (end.kind === "wait") waiting.add(installationId);
      if (end.kind === "done") await store.keepReading(repositoryId, { factId });
      logger.debug({ ...fields, ...end }, "The past of a repository was read for the clocks.");
    } catch (error) {
      logger.warn({ ...fields, err: error }, "The past of a repository could not be read.");
    }
  }
}
