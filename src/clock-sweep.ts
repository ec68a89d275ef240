import type { GitHubClient } from "./github/client.ts";
import { openClockForge } from "./github/clock-reading.ts";
import type { Clock, Logger } from "./ports.ts";
import type { Queue } from "./queue/queue.ts";
import { sweepClocks } from "./reconcile/clocks-sweep.ts";
import type { Database } from "./store/database.ts";

/** Between two turns. Only repositories that something was told of are asked for, and once a day all. */
const PERIOD_MS = 10 * 60_000;

/** The duty to read what the clocks have to know from GitHub. */
export function createClockSweep(parts: {
  readonly database: Database;
  client(installationId: number): GitHubClient;
  readonly clock: Clock;
  readonly logger: Logger;
}): Parameters<Queue["addSweep"]>[0] {
  return {
    name: "clocks",
    periodMs: PERIOD_MS,
    run: ({ signal }) =>
      sweepClocks({
        ...parts,
        signal,
        forgeOf: (installationId) => openClockForge(parts.client(installationId)),
      }),
  };
}
