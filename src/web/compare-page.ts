import { html } from "hono/html";
import { adoptionMonth } from "../core/clocks/agents-share.ts";
import { recordsAsOf } from "../core/clocks/as-of.ts";
import type { Figure } from "../core/clocks/measured.ts";
import { compareWindows, LOOK_BACK_MS, windowsAround } from "../core/clocks/read-clocks.ts";
import type { Records } from "../core/clocks/records.ts";
import type { Instant } from "../core/state.ts";
import { renderTable } from "./charts/table.ts";
import { sayDate, sayMonth } from "./charts/times.ts";
import type { RecordStore } from "./clock-pages.ts";
import { figureOf, sentence } from "./clock-section.ts";
import {
  formatDay,
  formatWindow,
  lengthsAround,
  LENGTHS_DAYS,
  sayLast,
} from "./compared-windows.ts";
import type { Chosen, Compared, ComparedAsk, Limits } from "./compared-windows.ts";
import { CLOCK_NAMES, nameOf, NUMBER_NAMES, readNumberId, sayValue } from "./number-names.ts";
import type { AnyNumber } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";

type Compare = ReturnType<typeof compareWindows>;

const CLOCKS = Object.keys(CLOCK_NAMES).flatMap((id) => readNumberId(id) ?? []);
const NUMBERS = Object.keys(NUMBER_NAMES).flatMap((id) => readNumberId(id) ?? []);

/** Above all that is computed. */
export function renderCompareHead(
  { name, path }: { readonly name: string; readonly path: string },
  chosen: Chosen | null,
): Html {
  return html`<div class="head">
      <p class="crumbs"><a href="${path}">${name}</a></p>
      <h1>Compare two windows</h1>
      <p class="quiet">
        Two spans of time of the same length, in whole days, UTC. Each begins with the day that you
        write.
      </p>
    </div>
    ${chosen === null ? renderUnknown() : renderForm(`${path}/compare`, chosen)}`;
}

function renderUnknown(): Html {
  return html`<div class="teach">
    <h2>The past is still being read</h2>
    <p>
      Until that is done, nobody knows how much of an earlier window is missing, so nothing is
      compared. <code>smallbatch backfill</code> shows how far it is.
    </p>
  </div>`;
}

function renderForm(path: string, { days, before, now, windows }: Chosen): Html {
  const isWrong = "problem" in windows;
  return html`${isWrong ? html`<p class="notice" role="alert" id="wrong">${windows.problem}</p>` : ""}
    <form method="get" action="${path}" class="windows">
      ${renderDay("before", "First day of “before”", before, isWrong)}
      ${renderDay("now", "First day of “now”", now, isWrong)}
      <label>
        Days in each
        <select name="days">
          ${LENGTHS_DAYS.map((each) =>
            each === days
              ? html`<option value="${each}" selected>${each} days</option>`
              : html`<option value="${each}">${each} days</option>`,
          )}
        </select>
      </label>
      <button>Compare</button>
    </form>`;
}

function renderDay(name: string, label: string, value: string, isWrong: boolean): Html {
  return html`<label>
    ${label}
    <input
      type="text"
      name="${name}"
      value="${value}"
      maxlength="10"
      placeholder="2026-09-01"
      required
      ${isWrong ? html`aria-describedby="wrong"` : ""}
    />
  </label>`;
}

/** Below the form: what to compare around, and both windows number by number. */
export async function answerCompared(
  store: RecordStore,
  asked: ComparedAsk & { readonly repositoryIds: readonly number[]; readonly path: string },
  asOf: Instant,
): Promise<string> {
  const { before, now, limits, repositoryIds } = asked;
  const from = Math.min(before.from - LOOK_BACK_MS, limits.earliest);
  const records = await store.readRecords(repositoryIds, { from, to: asOf });
  const compared = compareWindows(records, { asOf, before, now });
  const content = html`${renderAround(asked, findAdoption(records, limits, asOf))}
  ${renderCompared(asked, compared)}`;
  return String(await content);
}

/** Of merges since everything is on record: of those before, some may be missing. */
function findAdoption(records: Records, { earliest }: Limits, asOf: Instant): Instant | null {
  const { pulls, ...rest } = recordsAsOf(records, asOf);
  const known = pulls.filter(({ mergedAt }) => mergedAt !== null && mergedAt >= earliest);
  return adoptionMonth({ records: { ...rest, pulls: known } })?.from ?? null;
}

function renderAround(
  { startedAt, limits, path }: ComparedAsk & { readonly path: string },
  adoptedAt: Instant | null,
): Html {
  const adopted =
    adoptedAt === null
      ? html`<li>Around the first month of agents: on record, none had 5 % of its merges.</li>`
      : renderEvent(path, limits, {
          at: adoptedAt,
          name: `Around the first month of agents, ${sayMonth(adoptedAt)}`,
        });
  const started =
    startedAt === null
      ? html`<li>Around the start of Smallbatch: it has not published a release here yet.</li>`
      : renderEvent(path, limits, {
          at: startedAt,
          name: `Around the start of Smallbatch, ${sayDate(startedAt)}`,
        });
  return html`<ul class="meta" aria-label="What to compare around">
    ${adopted} ${started}
  </ul>`;
}

function renderEvent(
  path: string,
  limits: Limits,
  { at, name }: { readonly at: Instant; readonly name: string },
): Html {
  const lengths = lengthsAround(at, limits);
  if (lengths.length === 0) {
    const [least = 0] = LENGTHS_DAYS;
    const isYoung = windowsAround(at, least).now.to > limits.ended;
    return html`<li>
      ${name}:
      ${isYoung ? `${least} days from then on are not over yet` : `the ${least} days before it are not on record`}.
    </li>`;
  }
  return html`<li>
    ${name}:
    <span class="switch" role="group" aria-label="${name}"
      >${lengths.map((days) => {
        const { before, now } = windowsAround(at, days);
        const query = `before=${formatDay(before.from)}&now=${formatDay(now.from)}&days=${days}`;
        return html`<a href="${`${path}/compare?${query}`}">${days} days</a>`;
      })}</span
    >
  </li>`;
}

function renderCompared(
  { before, now, path }: Compared & { readonly path: string },
  compared: Compare,
): Html {
  const spans = [before, now].map((each) => `${sayDate(each.from)} to ${sayLast(each)}`);
  return html`<section aria-labelledby="compared">
    <header>
      <h2 id="compared">Before: ${spans[0]}. Now: ${spans[1]}</h2>
      <p>${compared.warning}</p>
    </header>
    ${renderNumbers(path, CLOCKS, compared, "The clocks: by when half had happened, open work included")}
    ${renderNumbers(path, NUMBERS, compared, "What stands beside them")}
  </section>`;
}

function renderNumbers(
  path: string,
  ids: readonly AnyNumber[],
  compared: Compare,
  caption: string,
): Html {
  const link = (id: AnyNumber, when: "before" | "now"): Html => {
    const measured = figureOf(compared[when], id);
    const scope = { name: "", path, query: `?${formatWindow(compared[when].window)}` };
    return html`<a
      href="${numberPath(scope, id)}"
      aria-label="${nameOf(id)}, ${when}: ${sayValue(measured, measured.value)}"
      >${sayValue(measured, measured.value)}</a
    >`;
  };
  return renderTable({
    caption,
    columns: [
      { name: "Number" },
      { name: "Before", isNumber: true },
      { name: "n before", isNumber: true },
      { name: "open before", isNumber: true },
      { name: "Now", isNumber: true },
      { name: "n now", isNumber: true },
      { name: "open now", isNumber: true },
      { name: "Change, with its 95 % interval" },
    ],
    rows: ids.map((id) => {
      const [before, now] = [figureOf(compared.before, id), figureOf(compared.now, id)];
      return [
        nameOf(id),
        link(id, "before"),
        before.n,
        before.censored,
        link(id, "now"),
        now.n,
        now.censored,
        sayChange(before, now, compared.changes[id]?.sentence),
      ];
    }),
    csv: null,
  });
}

type Missing = Pick<Figure, "missing">;

/** Or why there is none. */
function sayChange(before: Missing, now: Missing, change = ""): string {
  if (now.missing !== null && now.missing === before.missing) return sentence(now.missing);
  const missing = [
    ...(before.missing === null ? [] : [`before, ${before.missing}`]),
    ...(now.missing === null ? [] : [`now, ${now.missing}`]),
  ];
  return sentence(missing.length === 0 ? change : missing.join("; "));
}
