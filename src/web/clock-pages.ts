import { knownAt } from "../core/clocks/known.ts";
import type { Known, Window } from "../core/clocks/known.ts";
import { briefReportOf, LOOK_BACK_MS } from "../core/clocks/read-clocks.ts";
import type { BriefReport } from "../core/clocks/read-clocks.ts";
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
  readonly report: BriefReport;
  readonly records: Records;
  /** The same, arranged: it is the most of the work. */
  readonly known: Known;
  readonly days: number;
}

interface Asked {
  readonly now: Instant;
  readonly days: number;
}

/** The window that ends now, or another one, with all that says something about it. */
export async function readWindow(
  store: RecordStore,
  repositoryIds: readonly number[],
  { now, days }: Asked,
  window: Window = { from: now - days * DAY_MS, to: now },
): Promise<{ readonly records: Records; readonly window: Window }> {
  const range = { from: window.from - LOOK_BACK_MS, to: now };
  return { records: await readEach(store, repositoryIds, range), window };
}

/** One after the other: while it is read, a repository takes many times what stays of it. */
export async function readEach(
  store: RecordStore,
  repositoryIds: readonly number[],
  range: Window,
): Promise<Records> {
  const parts: Records[] = [];
  for (const id of repositoryIds) parts.push(await store.readRecords([id], range));
  return {
    pulls: parts.flatMap(({ pulls }) => pulls),
    commits: parts.flatMap(({ commits }) => commits),
    releases: parts.flatMap(({ releases }) => releases),
    feedback: parts.flatMap(({ feedback }) => feedback),
  };
}

/** Since when all of them are on record: the numbers of several are as complete as the least. */
export async function readKnownSince(
  store: RecordStore,
  repositoryIds: readonly number[],
): Promise<Instant | null> {
  const coverage = await store.readCoverage(repositoryIds);
  const since = repositoryIds.map((id) => {
    return coverage.find(({ repositoryId }) => repositoryId === id)?.knownSince ?? null;
  });
  return since.includes(null) ? null : Math.max(...since.map(Number));
}

export async function readReport(
  store: RecordStore,
  repositoryIds: readonly number[],
  asked: Asked,
): Promise<Reading> {
  const { records, window } = await readWindow(store, repositoryIds, asked);
  const known = knownAt(records, asked.now);
  return { report: briefReportOf(known, window), records, known, days: asked.days };
}
