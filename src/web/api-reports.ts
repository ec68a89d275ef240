import type { Context } from "hono";
import type { Window } from "../core/clocks/known.ts";
import type { Instant } from "../core/state.ts";
import type { Answer } from "./api-answers.ts";
import { BadRequest, pagingLinks, pagingOf } from "./api-paging.ts";
import { answerMissing } from "./api-problems.ts";
import { repositoryOf } from "./api-shapes.ts";
import { askedOf, WINDOWS_DAYS } from "./clock-ask.ts";
import type { ClockAsk } from "./clock-ask.ts";
import { readNumberId } from "./number-names.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

type ReportParts = Pick<PageParts, "texts" | "serverUrl">;

/** One repository, or all that somebody sees of an installation. */
export interface Subject {
  readonly installationId: number;
  readonly repositories: readonly SeenRepository[];
  readonly isOne: boolean;
  /** Address below which its numbers stand. */
  readonly path: string;
}

type Env = Context<PageEnv, string>;

const DAY_MS = 86_400_000;

/** A comparison reads all that lies between its ends. */
const COMPARED_DAYS_MAX = 800;

export async function answerReport(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const text = await parts.texts.read(askOf(context, parts, subject, { kind: "report" }));
  const answer: Answer<"Report"> = {
    ...reportIn(text),
    repositories: subject.repositories.map(repositoryOf),
  };
  return context.json(answer);
}

export async function answerFindings(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const text = await parts.texts.read(askOf(context, parts, subject, { kind: "report" }));
  const { asOf, window, findings } = reportIn(text);
  const answer: Answer<"Findings"> = { asOf, window, findings };
  return context.json(answer);
}

function reportIn({ text }: { readonly text: string }): Answer<"Report"> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what `formatReport` wrote
  return JSON.parse(text) as Answer<"Report">;
}

export async function answerNumber(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const number = readNumberId(context.req.param("number") ?? "");
  if (number === null) return answerMissing(context);
  const { page, perPage } = pagingOf(context);
  const ask = askOf(context, parts, subject, { kind: "list", number });
  const [said = "", ...rows] = (await parts.texts.read(ask)).text.split("\n");
  const total = rows.length;
  pagingLinks(context, `${subject.path}/numbers/${number}`, { page, perPage, total });
  const shown = rows.slice((page - 1) * perPage, page * perPage).join(",");
  // As `formatList` wrote them.
  return answerJson(
    context,
    `{"number":${said},"page":${page},"perPage":${perPage},"total":${total},"rows":[${shown}]}`,
  );
}

export async function answerComparison(
  context: Env,
  parts: ReportParts,
  subject: Subject,
): Promise<Response> {
  const before = readWindow(context, "before");
  const now = readWindow(context, "now");
  const [from, to] = [Math.min(before.from, now.from), Math.max(before.to, now.to)];
  if (to - from > COMPARED_DAYS_MAX * DAY_MS) {
    throw new BadRequest(
      `The two windows lie more than ${COMPARED_DAYS_MAX} days apart: take nearer ones.`,
    );
  }
  const ask = askOf(context, parts, subject, { kind: "compared", before, now });
  return answerJson(context, (await parts.texts.read(ask)).text);
}

function answerJson(context: Env, text: string): Response {
  return context.body(text, 200, { "Content-Type": "application/json" });
}

function askOf(
  context: Env,
  { serverUrl }: ReportParts,
  { installationId, repositories, isOne }: Subject,
  show: ClockAsk["show"],
): ClockAsk {
  const days = show.kind === "compared" ? 0 : daysIn(context);
  return { installationId, repositories: askedOf(repositories), isOne, days, serverUrl, show };
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
