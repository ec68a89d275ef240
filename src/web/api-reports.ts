import type { Context } from "hono";
import type { Window } from "../core/clocks/known.ts";
import { compareWindows, LOOK_BACK_MS } from "../core/clocks/read-clocks.ts";
import type { Instant } from "../core/state.ts";
import {
  changesOf,
  findingsOf,
  formatTime,
  numberOf,
  numbersOf,
  repositoryOf,
  rowOf,
  windowOf,
} from "./api-answers.ts";
import type { Answer } from "./api-answers.ts";
import { BadRequest, pagingLinks, pagingOf } from "./api-paging.ts";
import { answerMissing } from "./api-problems.ts";
import { WINDOWS_DAYS } from "./clock-ask.ts";
import { measuredOf } from "./clock-section.ts";
import { readNumberId } from "./number-names.ts";
import type { Readings } from "./readings.ts";
import { indexRows } from "./rows.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

interface ReportParts extends Pick<PageParts, "clocksOf" | "now" | "serverUrl"> {
  readonly readings: Readings;
}

/** One repository, or all that somebody sees of an installation. */
export interface Subject {
  readonly installationId: number;
  readonly repositories: readonly SeenRepository[];
  /** Address below which its numbers stand. */
  readonly path: string;
}

type Env = Context<PageEnv, string>;

const DAY_MS = 86_400_000;

/** A comparison reads all that lies between its ends. */
const COMPARED_DAYS_MAX = 800;

const MINUTE_MS = 60_000;

export async function answerReport(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const { report, knownSince } = await read(context, parts, subject);
  const { comparison } = report;
  const answer: Answer<"Report"> = {
    definitions: report.definitions,
    asOf: formatTime(report.asOf),
    window: windowOf(report.window),
    knownSince: knownSince === null ? null : formatTime(knownSince),
    repositories: subject.repositories.map(repositoryOf),
    headlines: [...report.headlines],
    findings: findingsOf(report.findings),
    ...numbersOf(report),
    changes: changesOf(comparison.changes),
    warning: comparison.warning,
  };
  return context.json(answer);
}

export async function answerFindings(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const { report } = await read(context, parts, subject);
  const answer: Answer<"Findings"> = {
    asOf: formatTime(report.asOf),
    window: windowOf(report.window),
    findings: findingsOf(report.findings),
  };
  return context.json(answer);
}

export async function answerNumber(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const id = readNumberId(context.req.param("number") ?? "");
  if (id === null) return answerMissing(context);
  const { page, perPage } = pagingOf(context);
  const { report, records } = await read(context, parts, subject);
  const measured = measuredOf(report, id);
  const total = measured.rows.length;
  const index = indexRows(records, urlsOf(subject, parts.serverUrl));
  const rows = measured.rows
    .toSorted((left, right) => (right.ms ?? 0) - (left.ms ?? 0))
    .slice((page - 1) * perPage, page * perPage)
    .map((row) => rowOf(row, index.get(row.key)));
  pagingLinks(context, `${subject.path}/numbers/${id}`, { page, perPage, total });
  const answer: Answer<"Rows"> = { number: numberOf(id, measured), page, perPage, total, rows };
  return context.json(answer);
}

export async function answerComparison(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const before = readWindow(context, "before");
  const now = readWindow(context, "now");
  const asOf = Math.floor(parts.now() / MINUTE_MS) * MINUTE_MS;
  const [from, to] = [Math.min(before.from, now.from), Math.max(before.to, now.to)];
  if (to - from > COMPARED_DAYS_MAX * DAY_MS) {
    throw new BadRequest(
      `The two windows lie more than ${COMPARED_DAYS_MAX} days apart: take nearer ones.`,
    );
  }
  const records = await parts
    .clocksOf(subject.installationId)
    .readRecords(idsOf(subject), { from: from - LOOK_BACK_MS, to: Math.max(to, asOf) });
  const compared = compareWindows(records, { asOf, before, now });
  const answer: Answer<"Comparison"> = {
    asOf: formatTime(asOf),
    before: { window: windowOf(before), ...numbersOf(compared.before) },
    now: { window: windowOf(now), ...numbersOf(compared.now) },
    changes: changesOf(compared.changes),
    warning: compared.warning,
  };
  return context.json(answer);
}

async function read(context: Env, parts: ReportParts, subject: Subject) {
  const { installationId } = subject;
  const store = parts.clocksOf(installationId);
  const ids = idsOf(subject);
  const days = daysIn(context);
  const [reading, coverage] = await Promise.all([
    parts.readings.read(store, installationId, ids, { now: parts.now(), days }),
    store.readCoverage(ids),
  ]);
  const since = ids.map((id) => {
    return coverage.find(({ repositoryId }) => repositoryId === id)?.knownSince ?? null;
  });
  // The numbers of several are as complete as those of the least known.
  return { ...reading, knownSince: since.includes(null) ? null : Math.max(...since.map(Number)) };
}

function idsOf({ repositories }: Subject): readonly number[] {
  return repositories.map(({ id }) => id);
}

function urlsOf({ repositories }: Subject, serverUrl: string): (id: number) => string {
  const byId = new Map(repositories.map((each) => [each.id, each]));
  return (id) => {
    const { owner = "", name = "" } = byId.get(id) ?? {};
    return `${serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  };
}

function daysIn(context: Env): number {
  const text = context.req.query("days") ?? String(WINDOWS_DAYS[0]);
  const days = WINDOWS_DAYS.find((each) => String(each) === text);
  if (days !== undefined) return days;
  throw new BadRequest(`\`days\` is one of ${WINDOWS_DAYS.join(", ")}, such as days=28.`);
}

const DATE = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?Z)?$/;

/** `2026-01-01/2026-02-01`, as ISO 8601 writes a span of time: days begin at midnight, UTC. */
function readWindow(context: Env, name: string): Window {
  const text = context.req.query(name) ?? "";
  const [from = null, to = null, ...rest] = text.split("/").map(instantOf);
  if (from !== null && to !== null && rest.length === 0 && from < to) return { from, to };
  throw new BadRequest(
    `\`${name}\` is a span of time, FROM/TO in UTC, such as ${name}=2026-01-01/2026-02-01; TO is left out.`,
  );
}

function instantOf(text: string): Instant | null {
  const at = DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : at;
}
