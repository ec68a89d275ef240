import { readClocks } from "../core/clocks/read-clocks.ts";
import { LOOK_BACK_MS } from "../core/clocks/read-clocks.ts";
import type { ClockReport } from "../core/clocks/read-clocks.ts";
import type { Records } from "../core/clocks/records.ts";
import type { Instant } from "../core/state.ts";

/** What the pages ask of the records of one installation. */
export interface RecordStore {
  readRecords(
    repositoryIds: readonly number[],
    window: { readonly from: Instant; readonly to: Instant },
  ): Promise<Records>;
  readCoverage(repositoryIds: readonly number[]): Promise<
    readonly {
      readonly repositoryId: number;
      /** Since when everything is on record; null: nothing was read to the end yet. */
      readonly knownSince: Instant | null;
      /** When GitHub was read last. */
      readonly readAt: Instant | null;
    }[]
  >;
}

const DAY_MS = 86_400_000;

/** Windows that a page offers, in days: four weeks first, where every weekday counts as often. */
export const WINDOWS_DAYS: readonly number[] = [28, 60, 90];

/** Days that an address asks for; the first of the windows for everything else. */
export function daysOf(text: string | undefined): number {
  return WINDOWS_DAYS.find((days) => String(days) === text) ?? Number(WINDOWS_DAYS[0]);
}

export interface Reading {
  readonly report: ClockReport;
  readonly records: Records;
  readonly days: number;
}

/** Readings of the last minute, the newest last. */
const READINGS_MAX = 24;
const MINUTE_MS = 60_000;

/**
 * Readings of records, kept for a minute: whoever looks at several numbers of one page looks at the
 * same rows, and many people who look at once cost as much as one.
 */
export class Readings {
  readonly #kept = new Map<string, Promise<Reading>>();

  /** Of all repositories that are given; a page never gives what somebody does not see. */
  read(
    store: RecordStore,
    installationId: number,
    ids: readonly number[],
    { now, days }: { readonly now: Instant; readonly days: number },
  ): Promise<Reading> {
    const asOf = Math.floor(now / MINUTE_MS) * MINUTE_MS;
    const key = `${installationId} ${asOf} ${days} ${ids.join(" ")}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    const reading = readReport(store, ids, { now: asOf, days });
    this.#kept.set(key, reading);
    // What failed is asked again.
    reading.catch(() => this.#kept.delete(key));
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > READINGS_MAX && oldest !== undefined) this.#kept.delete(oldest);
    return reading;
  }
}

async function readReport(
  store: RecordStore,
  repositoryIds: readonly number[],
  { now, days }: { readonly now: Instant; readonly days: number },
): Promise<Reading> {
  const window = { from: now - days * DAY_MS, to: now };
  const records = await store.readRecords(repositoryIds, {
    from: window.from - LOOK_BACK_MS,
    to: now,
  });
  return { report: readClocks(records, { asOf: now, window }), records, days };
}
