import { knownAt } from "../core/clocks/known.ts";
import { measureFigures } from "../core/clocks/numbers.ts";
import type { Figures } from "../core/clocks/numbers.ts";
import { LOOK_BACK_MS } from "../core/clocks/read-clocks.ts";
import type { Instant } from "../core/state.ts";
import { sayDuration } from "./charts/durations.ts";
import { percent } from "./charts/figure.ts";
import { readEach, readKnownSince } from "./clock-pages.ts";
import type { RecordStore } from "./clock-pages.ts";

/** Badges that say a number of the clocks. */
export type BadgeNumber = "released-by" | "cadence" | "change-fail";

const DAY_MS = 86_400_000;
export const BADGE_DAYS = 28;

/** What it says; null: nobody knows, which is never a zero. */
export async function readBadgeNumber(
  store: RecordStore,
  repositoryIds: readonly number[],
  badge: BadgeNumber,
  now: Instant,
): Promise<string | null> {
  const window = { from: now - BADGE_DAYS * DAY_MS, to: now };
  const knownSince = await readKnownSince(store, repositoryIds);
  // Numbers of a past that is not read to the end are too small.
  if (knownSince === null || knownSince > window.from) return null;
  const range = { from: window.from - LOOK_BACK_MS, to: now };
  const known = knownAt(await readEach(store, repositoryIds, range), now);
  return sayNumber(badge, measureFigures({ known, window }));
}

function sayNumber(kind: BadgeNumber, { clocks, numbers }: Figures): string | null {
  switch (kind) {
    case "released-by": {
      const { value } = clocks.release;
      return value === null ? null : `half within ${sayDuration(value)}`;
    }
    case "cadence": {
      const { value } = numbers.effectiveCadence;
      return value === null ? null : `${Math.round(value * 10) / 10} a week`;
    }
    case "change-fail": {
      const [low, high] = [numbers.changeFailLow.value, numbers.changeFailHigh.value];
      if (low === null || high === null) return null;
      const words = [percent(low), percent(high)] as const;
      return words[0] === words[1] ? words[0] : `${words[0]} to ${words[1]}`;
    }
  }
}
