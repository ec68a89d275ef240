import { z } from "zod";
import type { Instant } from "../core/state.ts";
import type { GitHubClient } from "./client.ts";
import { nextPageOf } from "./client.ts";
import { understand } from "./failure.ts";

/** GitHub redelivers for 3 days (7 on GitHub Enterprise Server); older work the sweep finds. */
const REDELIVERY_MS_MAX = 3 * 24 * 60 * 60_000;
/** A younger delivery may be on its way to us, or in our own transaction. */
const SETTLED_MS = 60_000;
/** Pages of one sweep, 100 deliveries each; what is older is left to the sweep of repositories. */
const PAGES_MAX = 50;
/** Deliveries asked for in one sweep. */
const ATTEMPTS_MAX = 100;

const deliverySchema = z.object({
  // Larger than a double holds on a busy host: octokit then gives a bigint.
  id: z.union([z.number(), z.bigint()]).transform(String),
  guid: z.string(),
  delivered_at: z.iso.datetime({ offset: true }).transform((text) => Date.parse(text)),
  redelivery: z.boolean(),
});

type Delivery = z.infer<typeof deliverySchema>;

export interface DeliverySweep {
  /** Deliveries after this instant are looked at. Older than 3 days counts as 3 days. */
  readonly since: Instant;
  readonly now: Instant;
  /** Which of these delivery GUIDs stand in our inbox? */
  readonly isKnown: (guids: readonly string[]) => Promise<ReadonlySet<string>>;
}

/**
 * Ask GitHub again for deliveries that we never saw, once each: GitHub itself never sends one
 * twice. `status=failure` is not used as a filter, because it leaves out timeouts and connections
 * that were refused (GitHub, "List deliveries for an app webhook").
 */
export async function sweepDeliveries(
  app: GitHubClient,
  sweep: DeliverySweep,
): Promise<{ readonly looked: number; readonly asked: readonly string[] }> {
  const since = Math.max(sweep.since, sweep.now - REDELIVERY_MS_MAX);
  const deliveries = await listDeliveries(app, since);
  const unknown = await findUnknown(deliveries, sweep);
  const asked: string[] = [];
  for (const { id, guid } of unknown.slice(0, ATTEMPTS_MAX)) {
    const path = `/app/hook/deliveries/${id}/attempts`;
    // 4xx: GitHub does not redeliver this one any more. The sweep of repositories finds the rest.
    const scope = { kind: "app" } as const;
    const answer = await app.rest({ method: "POST", path, scope, allow: [400, 404, 422] });
    if (answer.status < 300) asked.push(guid);
  }
  return { looked: deliveries.length, asked };
}

/** Newest first, by cursor, until one is older than `since`. */
async function listDeliveries(app: GitHubClient, since: Instant): Promise<readonly Delivery[]> {
  const found: Delivery[] = [];
  let path: string | null = "/app/hook/deliveries?per_page=100";
  for (let pages = 0; path !== null && pages < PAGES_MAX; pages += 1) {
    const answer = await app.rest({ method: "GET", path, scope: { kind: "app" } });
    const page = understand("GET /app/hook/deliveries", z.array(deliverySchema), answer.data);
    found.push(...page.filter((delivery) => delivery.delivered_at > since));
    const isBehind = page.some((delivery) => delivery.delivered_at <= since);
    path = isBehind ? null : nextPageOf(answer);
  }
  return found;
}

/** First attempts that we do not know and that nobody has asked for again, oldest first. */
async function findUnknown(
  deliveries: readonly Delivery[],
  { now, isKnown }: DeliverySweep,
): Promise<readonly Delivery[]> {
  const repeated = new Set(
    deliveries.filter(({ redelivery }) => redelivery).map(({ guid }) => guid),
  );
  const firsts = deliveries.filter(
    ({ guid, redelivery, delivered_at: at }) =>
      !redelivery && !repeated.has(guid) && at <= now - SETTLED_MS,
  );
  if (firsts.length === 0) return [];
  const known = await isKnown(firsts.map(({ guid }) => guid));
  return firsts.filter(({ guid }) => !known.has(guid)).toReversed();
}
