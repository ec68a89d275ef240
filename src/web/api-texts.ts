import type { Window } from "../core/clocks/known.ts";
import type { Measured } from "../core/clocks/measured.ts";
import { compareWindows, LOOK_BACK_MS } from "../core/clocks/read-clocks.ts";
import type { Instant } from "../core/state.ts";
import type { Answer } from "./api-answers.ts";
import {
  changesOf,
  findingsOf,
  formatTime,
  numberOf,
  numbersOf,
  rowOf,
  windowOf,
} from "./api-shapes.ts";
import { readEach, readKnownSince, readReport } from "./clock-pages.ts";
import type { RecordStore } from "./clock-pages.ts";
import type { AnyNumber } from "./number-names.ts";
import type { RowIndex } from "./rows.ts";

/** What the API answers, as text, without what depends on who asks. */

interface Asked {
  readonly repositoryIds: readonly number[];
  readonly asOf: Instant;
}

/** A report without its repositories: whoever asks names them in their own order. */
export async function formatReport(
  store: RecordStore,
  { repositoryIds, asOf, days }: Asked & { readonly days: number },
): Promise<string> {
  const knownSince = await readKnownSince(store, repositoryIds);
  const { report } = await readReport(store, repositoryIds, { now: asOf, days });
  const answer: Answer<"Report"> = {
    definitions: report.definitions,
    asOf: formatTime(report.asOf),
    window: windowOf(report.window),
    knownSince: knownSince === null ? null : formatTime(knownSince),
    repositories: [],
    headlines: [...report.headlines],
    findings: findingsOf(report.findings),
    ...numbersOf(report),
    changes: changesOf(report.comparison.changes),
    warning: report.comparison.warning,
  };
  return JSON.stringify(answer);
}

/** Number and rows, longest first, a line each: a page of them is cut out without reading the rest. */
export function formatList(id: AnyNumber, measured: Measured, index: RowIndex): string {
  const rows = measured.rows
    .toSorted((left, right) => (right.ms ?? 0) - (left.ms ?? 0))
    .map((row) => JSON.stringify(rowOf(row, index.get(row.key))));
  return [JSON.stringify(numberOf(id, measured)), ...rows].join("\n");
}

export async function formatCompared(
  store: RecordStore,
  asked: Asked & { readonly before: Window; readonly now: Window },
): Promise<string> {
  const { repositoryIds, asOf, before, now } = asked;
  const from = Math.min(before.from, now.from) - LOOK_BACK_MS;
  const to = Math.max(before.to, now.to, asOf);
  const records = await readEach(store, repositoryIds, { from, to });
  const compared = compareWindows(records, { asOf, before, now });
  const answer: Answer<"Comparison"> = {
    asOf: formatTime(asOf),
    before: { window: windowOf(before), ...numbersOf(compared.before) },
    now: { window: windowOf(now), ...numbersOf(compared.now) },
    changes: changesOf(compared.changes),
    warning: compared.warning,
  };
  return JSON.stringify(answer);
}
