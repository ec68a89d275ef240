import type { Window } from "../core/clocks/known.ts";
import { LOOK_BACK_MS, readClocks } from "../core/clocks/read-clocks.ts";
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

export interface Reading {
  readonly report: ClockReport;
  readonly records: Records;
  readonly days: number;
}

interface Asked {
  readonly now: Instant;
  readonly days: number;
}

/** Repositories that are read at once: the text that they come as is many times their size. */
const READ_AT_ONCE = 8;

/** The window that ends now, with all that says something about it. */
export async function readWindow(
  store: RecordStore,
  repositoryIds: readonly number[],
  { now, days }: Asked,
): Promise<{ readonly records: Records; readonly window: Window }> {
  const window = { from: now - days * DAY_MS, to: now };
  const parts: Records[] = [];
  for (let at = 0; at < repositoryIds.length; at += READ_AT_ONCE) {
    const ids = repositoryIds.slice(at, at + READ_AT_ONCE);
    parts.push(await store.readRecords(ids, { from: window.from - LOOK_BACK_MS, to: now }));
  }
  const records = {
    pulls: parts.flatMap(({ pulls }) => pulls),
    commits: parts.flatMap(({ commits }) => commits),
    releases: parts.flatMap(({ releases }) => releases),
    feedback: parts.flatMap(({ feedback }) => feedback),
  };
  return { records, window };
}

export async function readReport(
  store: RecordStore,
  repositoryIds: readonly number[],
  asked: Asked,
): Promise<Reading> {
  const { records, window } = await readWindow(store, repositoryIds, asked);
  const report = readClocks(records, { asOf: asked.now, window });
  return { report, records, days: asked.days };
}
