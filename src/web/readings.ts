import type { Instant } from "../core/state.ts";
import { readReport } from "./clock-pages.ts";
import type { Reading, RecordStore } from "./clock-pages.ts";

/** Readings of the last minute, the newest last. */
const READINGS_MAX = 24;
const MINUTE_MS = 60_000;

/**
 * Readings of records, kept for a minute: whoever asks for several answers about one repository asks
 * about the same rows.
 */
export class Readings {
  readonly #kept = new Map<string, Promise<Reading>>();

  /** Of all repositories that are given; nobody gives what somebody does not see. */
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
