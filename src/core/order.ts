import type { Batch } from "./batch.ts";
import type { ReleaseCard } from "./card.ts";
import { inertCode } from "./inert.ts";
import type { Order } from "./memory.ts";
import type { Instant, LineState, Sha } from "./state.ts";
import { exceedsLevel } from "./version.ts";

/** What nobody released within a week is asked for again by who still wants it. */
export const ORDER_MS_MAX = 7 * 24 * 60 * 60_000;

/**
 * The order that applies to the line now; null: none. One made for another base has had its
 * release, whoever made it.
 */
export function liveOrder(
  { memory, baseTag }: Pick<LineState, "memory" | "baseTag">,
  now: Instant,
): Order | null {
  const { order } = memory;
  if (order === null || order.base !== (baseTag?.name ?? null)) return null;
  return now - order.at < ORDER_MS_MAX ? order : null;
}

/** Does it ask to release at once, past window, schedule and bucket? */
export function isForcing(order: Order | null): boolean {
  return order !== null && order.how !== "prepared";
}

/**
 * An order covers what stood there when it was given. What is merged later joins, unless it is more
 * than a person has seen: then it is prepared again.
 */
export function coversLevel(order: Order | null, { level }: Batch): boolean {
  return order !== null && !exceedsLevel(level, order.level);
}

/** Where somebody asks for a release of what would only ride along, the least is a patch. */
export function raiseLevel(batch: Batch, order: Order | null): Batch {
  const isAsked = order !== null && batch.level === "none" && batch.units.length > 0;
  return isAsked ? { ...batch, level: "patch" } : batch;
}

/** Rows of the card: who lifted which rules, by which comment. */
export function describeOverrides(
  order: Order | null,
  rules: readonly string[],
  sha: Sha,
): ReleaseCard["overrides"] {
  if (order === null) return [];
  return rules.map((rule) => ({ rule, by: order.by, why: order.url, sha }));
}

/** Added to the text of a hold that an order does not cover. */
export function uncoveredText(order: Order): string {
  const said = inertCode(`/release${order.how === "prepared" ? "" : ` ${order.how}`}`);
  return (
    `${said} by ${inertCode(order.by)} was about a ${order.level} release; what was merged since ` +
    "is more than that. Say it again if it is meant for all of it."
  );
}
