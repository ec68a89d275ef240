import { html, raw } from "hono/html";
import { knownAt } from "../core/clocks/known.ts";
import { measureNumber } from "../core/clocks/numbers.ts";
import type { Records } from "../core/clocks/records.ts";
import type { Instant } from "../core/state.ts";
import { formatCompared, formatList, formatReport } from "./api-texts.ts";
import { readBadgeNumber } from "./badge-number.ts";
import { scopeOf } from "./clock-ask.ts";
import type { AskedRepository, ClockAsk } from "./clock-ask.ts";
import { readKnownSince, readReport, readWindow } from "./clock-pages.ts";
import type { RecordStore } from "./clock-pages.ts";
import { answerCompared } from "./compare-page.ts";
import { formatWindow } from "./compared-windows.ts";
import { packText } from "./kept-texts.ts";
import type { AnswerAsk } from "./kept-texts.ts";
import { formatRows, renderNumber } from "./number-page.ts";
import { renderRepositories } from "./overview-page.ts";
import type { Html } from "./page.ts";
import { installationPath, releasePath } from "./paths.ts";
import { renderClocksPage } from "./repository-page.ts";
import { indexRows } from "./rows.ts";

/** Where a page has what whoever looks may do. Nobody else can write it: text is escaped. */
export const ACTS_PLACE = "<!-- acts -->";

/** The text that was asked for. It takes up to seconds of computing: never where webhooks come in. */
export async function answerAsk(store: RecordStore, ask: ClockAsk, asOf: Instant): Promise<string> {
  const { show } = ask;
  const repositoryIds = ask.repositories.map(({ id }) => id);
  switch (show.kind) {
    case "page":
      return await answerPage(store, ask, asOf);
    case "number":
    case "rows":
    case "list":
      return await answerNumber(store, ask, show, asOf);
    case "comparison": {
      const { path } = scopeOf(ask);
      return await answerCompared(store, { ...show.asked, repositoryIds, path }, asOf);
    }
    case "report":
      return await formatReport(store, { repositoryIds, asOf, days: ask.days });
    case "compared":
      return await formatCompared(store, { ...show, repositoryIds, asOf });
    case "badge":
      return JSON.stringify(await readBadgeNumber(store, repositoryIds, show.badge, asOf));
  }
}

/** Computes in this process: for tests, and where nobody else waits. */
export function answerHere(clocksOf: (installationId: number) => RecordStore): AnswerAsk {
  return async (ask, asOf) => packText(await answerAsk(clocksOf(ask.installationId), ask, asOf));
}

async function answerPage(store: RecordStore, ask: ClockAsk, asOf: Instant): Promise<string> {
  const { repositories, isOne, days } = ask;
  const ids = repositories.map(({ id }) => id);
  const knownSince = await readKnownSince(store, ids);
  const reading = await readReport(store, ids, { now: asOf, days });
  const byId = new Map(repositories.map((each) => [each.id, each]));
  const content = renderClocksPage({
    ...reading,
    scope: scopeOf(ask),
    index: indexOf(ask, reading.records),
    releaseUrl: (id, tag) => {
      const repository = byId.get(id);
      return repository === undefined ? "" : releasePath(repository, tag);
    },
    knownSince,
    about: isOne ? aboutOne(ask) : html`<li>${repositories.length} repositories</li>`,
    comparePath: isOne ? `${scopeOf(ask).path}/compare` : null,
    before: isOne ? html`${raw(ACTS_PLACE)}` : renderRepositories(repositories, reading),
  });
  return String(await content);
}

async function answerNumber(
  store: RecordStore,
  ask: ClockAsk,
  show: Extract<ClockAsk["show"], { kind: "number" | "rows" | "list" }>,
  asOf: Instant,
): Promise<string> {
  const { repositories, days } = ask;
  const ids = repositories.map(({ id }) => id);
  const { records, window } = await readWindow(store, ids, { now: asOf, days }, show.window);
  const measured = measureNumber({ known: knownAt(records, asOf), window }, show.number);
  const index = indexOf(ask, records);
  if (show.kind === "rows") return formatRows({ measured, index });
  if (show.kind === "list") return formatList(show.number, measured, index);
  const query = show.window === undefined ? {} : { query: `?${formatWindow(show.window)}` };
  const page = { scope: { ...scopeOf(ask), ...query }, id: show.number, measured, index };
  return String(await renderNumber(page));
}

function indexOf({ repositories, serverUrl }: ClockAsk, records: Records) {
  const urls = new Map(repositories.map((each) => [each.id, githubUrl(serverUrl, each)]));
  return indexRows(records, (id) => urls.get(id) ?? `${serverUrl}//`);
}

function githubUrl(serverUrl: string, { owner, name }: AskedRepository): string {
  return `${serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function aboutOne({ repositories, serverUrl, installationId }: ClockAsk): Html {
  const [repository] = repositories;
  if (repository === undefined) return html``;
  const { owner, defaultBranch, isPrivate } = repository;
  return html`<li><a href="${installationPath(installationId)}">All of ${owner}</a></li>
    <li><a href="${githubUrl(serverUrl, repository)}">On GitHub</a></li>
    ${defaultBranch === null ? "" : html`<li>${defaultBranch}</li>`}
    <li>${isPrivate ? "private" : "public"}</li>`;
}
