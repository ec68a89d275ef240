import { splitChecks } from "../publish.ts";
import { latestChecks } from "../settle.ts";
import type { Instant, ReleaseSeen } from "../state.ts";
import type { ChecksStanding } from "./kept.ts";

/** How the checks stand that the publishing of a release started, and since when all are green. */
export function judgePublished(
  release: Pick<ReleaseSeen, "cardChecks" | "publishedAt" | "checks">,
): { readonly checks: ChecksStanding; readonly checksAt: Instant | null } {
  const all = latestChecks(splitChecks(release).publish);
  const has = (state: (typeof all)[number]["state"]): boolean =>
    all.some((check) => check.state === state);
  if (all.length === 0) return { checks: "none", checksAt: null };
  if (has("red")) return { checks: "red", checksAt: null };
  if (has("pending")) return { checks: "pending", checksAt: null };
  const ends = all.map(({ endedAt, startedAt }) => endedAt ?? startedAt ?? 0);
  return { checks: "green", checksAt: Math.max(...ends) };
}
