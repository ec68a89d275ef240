import type { DraftCost, DraftUsage } from "./draft-cost.ts";

/** What each of `count` units bears of a request; the first one bears what is left over. */
export function shareCost(
  cost: Omit<DraftCost, "model">,
  count: number,
): readonly Omit<DraftCost, "model">[] {
  const { usage, costUsd } = cost;
  return Array.from({ length: count }, (_, at) => ({
    usage: usage === null ? null : mapUsage((field) => share(usage[field], at, count)),
    costUsd: costUsd === null ? null : costUsd / count,
  }));
}

function share(tokens: number, at: number, count: number): number {
  return Math.floor(tokens / count) + (at === 0 ? tokens % count : 0);
}

function mapUsage(value: (field: keyof DraftUsage) => number): DraftUsage {
  return {
    inputTokens: value("inputTokens"),
    outputTokens: value("outputTokens"),
    cacheReadTokens: value("cacheReadTokens"),
    cacheWriteTokens: value("cacheWriteTokens"),
  };
}

/** The sum of what is known; null where nothing is. */
export function addCosts(costs: readonly Omit<DraftCost, "model">[]): Omit<DraftCost, "model"> {
  const usages = costs.flatMap(({ usage }) => usage ?? []);
  const dollars = costs.flatMap(({ costUsd }) => costUsd ?? []);
  return {
    usage:
      usages.length === 0
        ? null
        : mapUsage((field) => usages.reduce((sum, usage) => sum + usage[field], 0)),
    costUsd: dollars.length === 0 ? null : roundUsd(dollars.reduce((sum, each) => sum + each, 0)),
  };
}

/** A millionth of a dollar is enough, and sums stay readable. */
function roundUsd(usd: number): number {
  return Math.round(usd * 1e6) / 1e6;
}
