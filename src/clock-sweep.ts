import type { GitHubClient } from "./github/client.ts";
import { openClockForge } from "./github/clock-reading.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Queue } from "./queue/queue.ts";
import { readNews } from "./reconcile/clock-news.ts";
import { sweepClocks } from "./reconcile/clocks-sweep.ts";
import type { Database } from "./store/database.ts";

/** Between two turns. Only repositories that something was told of are asked for, and once a day all. */
const PERIOD_MS = 10 * 60_000;
/** What was told of is on record so much later; with less, idle replicas would ask in vain. */
const NEWS_MS = 5_000;

/** The duties to read what the clocks have to know from GitHub. */
export function addClockSweeps(
  queue: Pick<Queue, "addSweep">,
  parts: {
    readonly database: Database;
    client(installationId: number): GitHubClient;
    readonly clock: Clock;
    readonly logger: Logger;
  },
): void {
  const forgeOf = (installationId: number) => openClockForge(parts.client(installationId));
  queue.addSweep({
    name: "clocks",
    periodMs: PERIOD_MS,
    run: ({ signal }) => sweepClocks({ ...parts, signal, forgeOf }),
  });
  queue.addSweep({
    name: "clock news",
    periodMs: NEWS_MS,
    // Most turns find nothing.
    asksPerPeriod: 1,
    run: ({ signal }) => readNews({ ...parts, signal, forgeOf }),
  });
}
