import type { Instant } from "../state.ts";
import { measureMedian } from "./cadence.ts";
import { measureFixedShare } from "./fixed-share.ts";
import { groupsOf, weekOf } from "./known.ts";
import type { Known, Window } from "./known.ts";
import { rowsOfShare } from "./measure.ts";
import type { Scope } from "./measure.ts";
import { ROWS_MIN } from "./measured.ts";
import type { Measured } from "./measured.ts";
import { mergedIn } from "./merged-pulls.ts";
import { measureShare } from "./plain-share.ts";
import { hasAgent, personOf } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import { sayNumber, sayShare } from "./say.ts";
import type { Span } from "./span.ts";

/** Agents leave traces only where people let them: every share is a least. */

export function measureAgentsShare(scope: Scope): Measured {
  const merged = mergedIn(scope).filter(({ isBot }) => !isBot);
  const rows = rowsOfShare(merged, keyOfPull, hasAgent);
  return measureShare(scope, rows, "at least so much of merged work has an agent's trace");
}

/** What agents managed in one month; every number is about pulls with a trace. */
export interface AgentsMonth {
  /** `2026-11` */
  readonly month: string;
  readonly mergedShare: Measured;
  readonly aloneShare: Measured;
  readonly featureShare: Measured;
  readonly medianLines: Measured;
  readonly medianComponents: Measured;
  readonly standingShare: Measured;
}

const STANDS_MS = 14 * 86_400_000;

export function measureAgentsMonth(known: Known, month: Window): AgentsMonth {
  const scope = { known, window: month };
  const isEnded = (at: Instant | null): boolean => at !== null && at >= month.from && at < month.to;
  const agents = known.records.pulls.filter((pull) => !pull.isBot && hasAgent(pull));
  const ended = agents.filter(({ mergedAt, closedAt }) => isEnded(mergedAt ?? closedAt));
  const merged = ended.filter(({ mergedAt }) => mergedAt !== null);
  const read = ended.filter(({ hasPersonsCommit }) => hasPersonsCommit !== null);
  const unread = { what: "pulls whose commits were not read", count: ended.length - read.length };
  return {
    month: nameMonth(month.from),
    mergedShare: measureShare(
      scope,
      rowsOfShare(ended, keyOfPull, ({ mergedAt }) => mergedAt !== null),
      "agents' pulls that were merged, of those that ended",
    ),
    aloneShare: measureShare(
      scope,
      rowsOfShare(read, keyOfPull, ({ mergedAt, hasPersonsCommit }) => {
        return mergedAt !== null && hasPersonsCommit === false;
      }),
      "agents' pulls that were merged without a person's commit",
      [unread],
    ),
    featureShare: measureShare(
      scope,
      rowsOfShare(merged, keyOfPull, ({ kind }) => kind === "feature"),
      "agents' merged pulls that are features",
    ),
    medianLines: measureMedian(
      scope,
      sized(merged, ({ weightedLines }) => weightedLines),
      {
        unit: "lines",
        say: (value) => `agents' merged pulls weigh ${sayNumber(value)} lines`,
      },
    ),
    medianComponents: measureMedian(
      scope,
      sized(merged, ({ components }) => components?.length ?? null),
      {
        unit: "components",
        say: (value) => `agents' merged pulls touch ${sayNumber(value)} components`,
      },
    ),
    standingShare: standing(scope, merged),
  };
}

function sized(
  pulls: readonly PullRecord[],
  sizeOf: (pull: PullRecord) => number | null,
): { key: string; size: number }[] {
  return pulls.flatMap((pull) => {
    const size = sizeOf(pull);
    return size === null ? [] : [{ key: keyOfPull(pull), size }];
  });
}

/** 1 less the share that was reverted within 14 days, younger ones pending. */
function standing(scope: Scope, merged: readonly PullRecord[]): Measured {
  const spans = merged.map((pull): Span => {
    const { repositoryId, revertedAt } = pull;
    const mergedAt = Number(pull.mergedAt);
    const key = keyOfPull(pull);
    const belongs = { repositoryId, bundle: weekOf(mergedAt), personId: personOf(pull), key };
    const ms = (revertedAt ?? scope.known.asOf) - mergedAt;
    const end = revertedAt === null ? ("open" as const) : ("happened" as const);
    return { key, ms, end, groups: groupsOf(scope.known, belongs) };
  });
  const reverted = measureFixedShare(scope, spans, {
    withinMs: STANDS_MS,
    say: (value, counts) =>
      `${sayShare(1 - value)} of agents' merged pulls still stand after 14 days ` +
      `(taken back: ${counts})`,
  });
  const { value, interval } = reverted;
  return {
    ...reverted,
    value: oneLess(value),
    interval:
      interval === null
        ? null
        : { ...interval, low: oneLess(interval.high), high: oneLess(interval.low) },
  };
}

function oneLess(share: number | null): number | null {
  return share === null ? null : 1 - share;
}

/** Share of merged pulls in a month from which on a team is said to have adopted agents. */
const ADOPTED_SHARE = 0.05;

/** First month in which agents' merges pass 5 %, months with few merges left out; null: none. */
export function adoptionMonth(known: Pick<Known, "records">): Window | null {
  const months = new Map<Instant, { merged: number; agents: number }>();
  for (const pull of known.records.pulls) {
    if (pull.mergedAt === null || pull.isBot) continue;
    const { from } = monthOf(pull.mergedAt);
    const count = months.get(from) ?? { merged: 0, agents: 0 };
    count.merged += 1;
    if (hasAgent(pull)) count.agents += 1;
    months.set(from, count);
  }
  const passed = [...months].filter(([, { merged, agents }]) => {
    return merged >= ROWS_MIN && agents / merged > ADOPTED_SHARE;
  });
  if (passed.length === 0) return null;
  return monthOf(Math.min(...passed.map(([from]) => from)));
}

/** The month of an instant, UTC. */
export function monthOf(at: Instant): Window {
  const date = new Date(at);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return { from: Date.UTC(year, month), to: Date.UTC(year, month + 1) };
}

/** `2026-11` */
function nameMonth(at: Instant): string {
  return new Date(at).toISOString().slice(0, 7);
}
