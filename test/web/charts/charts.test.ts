import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { renderAgeing } from "../../../src/web/charts/ageing.ts";
import { renderFailures } from "../../../src/web/charts/failures.ts";
import { renderReleaseStrip } from "../../../src/web/charts/release-strip.ts";
import { renderReleasedCurve } from "../../../src/web/charts/released-curve.ts";
import { renderScatter } from "../../../src/web/charts/scatter.ts";
import { renderWeekly } from "../../../src/web/charts/weekly.ts";
import type { Html } from "../../../src/web/page.ts";
import { problemsOf } from "./drawing.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SINCE = Date.UTC(2026, 8, 7);
const WINDOW = [SINCE, SINCE + 91 * DAY] as const;
const HEAD = {
  id: "chart",
  title: "A chart",
  finding: "It finds something.",
  csv: "/rows.csv",
  rows: "/rows",
};
const TEACH = "It stands here when there is something.";

const ms = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 * DAY }), fc.constant(1e18));
const at = fc.oneof(
  fc.integer({ min: SINCE - 900 * DAY, max: SINCE + 900 * DAY }),
  fc.constantFrom(...WINDOW),
);
const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const number = fc.oneof(fc.nat({ max: 20 }), fc.constant(0), fc.constant(1e9));
const text = fc
  .string({ maxLength: 12, unit: "grapheme" })
  .filter((each) => !/null|NaN/.test(each));
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: null });
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { maxLength: 40 });
const head = fc.constant({ ...HEAD, teach: TEACH });

function join<T extends object, U extends object>(one: fc.Arbitrary<T>, other: fc.Arbitrary<U>) {
  return fc.tuple(one, other).map(([left, right]) => ({ ...left, ...right }));
}

const CHARTS: readonly (readonly [name: string, drawn: fc.Arbitrary<() => Html>])[] = [
  [
    "released curve",
    join(
      head,
      fc.record({
        noun: fc.constant("pull"),
        event: fc.constant("usable"),
        series: fc.array(
          fc.record({
            name: text,
            n: number,
            censored: number,
            points: list(fc.record({ ms, share, low: maybe(share), high: maybe(share) })).map(
              (points) => points.toSorted((left, right) => left.ms - right.ms),
            ),
          }),
          { maxLength: 3 },
        ),
      }),
    ).map((chart) => () => renderReleasedCurve(chart)),
  ],
  [
    "weekly",
    join(
      head,
      fc.record({
        noun: fc.constant("pull"),
        weeks: list(
          fc.record({
            n: number,
            censored: number,
            p25: maybe(ms),
            p50: maybe(ms),
            p90: maybe(ms),
            dots: fc.array(ms, { maxLength: 4 }),
          }),
        ).map((weeks) =>
          weeks.map((week, place) => ({ ...week, endsAt: SINCE + place * 7 * DAY })),
        ),
      }),
    ).map((chart) => () => renderWeekly(chart)),
  ],
  [
    "scatter",
    join(
      head,
      fc.record({
        noun: fc.constant("pull"),
        window: fc.constant(WINDOW),
        p50: maybe(ms),
        p90: maybe(ms),
        censored: number,
        points: fc.array(
          fc.record({
            endedAt: at,
            ms,
            isAgents: fc.boolean(),
            name: text,
            title: text,
            url: text,
          }),
          { maxLength: 500, size: "large" },
        ),
      }),
    ).map((chart) => () => renderScatter(chart)),
  ],
  [
    "ageing",
    join(
      head,
      fc.record({
        columns: fc.array(
          fc.record({
            name: text,
            p50: maybe(ms),
            p75: maybe(ms),
            p90: maybe(ms),
            items: list(
              fc.record({ name: text, title: text, url: text, ageMs: ms, isAgents: fc.boolean() }),
            ),
          }),
          { maxLength: 5 },
        ),
      }),
    ).map((chart) => () => renderAgeing(chart)),
  ],
  [
    "release strip",
    join(
      head,
      fc.record({
        window: fc.constant(WINDOW),
        releases: list(
          fc.record({
            tag: fc.integer({ min: 0, max: 9 }).map((patch) => `v1.0.${patch}`),
            url: text,
            at,
            units: number,
            outcome: fc.constantFrom("good", "failed", "pending"),
            fixedBy: maybe(fc.integer({ min: 0, max: 9 }).map((patch) => `v1.0.${patch}`)),
          }),
        ),
      }),
    ).map((chart) => () => renderReleaseStrip(chart)),
  ],
  [
    "failures",
    join(
      head,
      fc.record({
        periods: list(
          fc.record({
            startsAt: at,
            releases: number,
            pending: number,
            explicit: maybe(share),
            inferred: maybe(share),
            low: maybe(share),
            high: maybe(share),
          }),
        ),
      }),
    ).map((chart) => () => renderFailures(chart)),
  ],
];

/** As a browser reads it: any white space is one space. */
async function flat(page: Html): Promise<string> {
  return (await page).toString().replaceAll(/\s+/g, " ");
}

function svg(mark: string): string {
  return `<svg class="chart" viewBox="0 0 10 10" role="img" aria-labelledby="a-title a-desc">${mark}</svg>`;
}

describe("every chart", () => {
  it.each(CHARTS)("%s keeps all marks inside and is the same bytes again", async (_name, drawn) => {
    await fc.assert(
      fc.asyncProperty(drawn, async (draw) => {
        const page = (await draw()).toString();
        expect(problemsOf(page)).toEqual([]);
        expect((await draw()).toString()).toBe(page);
      }),
      { numRuns: 60 },
    );
  });

  it("teaches where it has nothing to draw", async () => {
    const chart = { ...HEAD, teach: TEACH, noun: "pull", event: "usable", window: WINDOW };
    const empty = [
      renderReleasedCurve({ ...chart, series: [] }),
      renderWeekly({ ...chart, weeks: [] }),
      renderScatter({ ...chart, points: [], p50: null, p90: null, censored: 0 }),
      renderAgeing({
        ...chart,
        columns: [{ name: "open", p50: null, p75: null, p90: null, items: [] }],
      }),
      renderReleaseStrip({ ...chart, releases: [] }),
      renderFailures({ ...chart, periods: [] }),
    ];
    for (const each of empty) {
      const page = await flat(each);
      expect(page).toContain(TEACH);
      expect(page).not.toContain("<svg");
    }
  });

  it("finds a mark that leaves the drawing", () => {
    expect(problemsOf(svg(`<path d="M1 1H9V9Q2 2 3 3a1 1 0 1 0 2 0Z"/>`))).toEqual([]);
    expect(problemsOf(svg(`<path d="M1 1H11"/>`))).toHaveLength(1);
    expect(problemsOf(svg(`<circle cx="3" cy="-1"/>`))).toHaveLength(1);
  });
});

describe("a chart says", () => {
  const point = { isAgents: false, name: "#12", title: "Fix <it>", url: "/pull/12" };
  const drawn = flat(
    renderScatter({
      ...HEAD,
      teach: TEACH,
      noun: "pull",
      window: WINDOW,
      p50: 2 * HOUR,
      p90: null,
      censored: 3,
      points: [
        { ...point, endedAt: SINCE + DAY, ms: 2 * HOUR },
        { ...point, endedAt: SINCE + 2 * DAY, ms: 3 * DAY, isAgents: true, name: "#13" },
      ],
    }),
  );

  it("its unit, how many, and how many are still open", async () => {
    const scatter = await drawn;
    expect(scatter).toContain(
      "time taken (log scale), by the day it ended · 2 pulls, 3 still open",
    );
  });

  it("in words what it draws, with its rows and its CSV", async () => {
    const scatter = await drawn;
    expect(scatter).toContain(
      "2 pulls, at least 1 of agents. Half took at most 2 h. 3 still open.",
    );
    expect(scatter).toContain(`<a href="/rows.csv">All rows as CSV</a>`);
    expect(scatter).toContain(`aria-label="Rows behind it: A chart"`);
    expect(scatter).toContain(`<a href="/pull/12">#12</a>`);
  });

  it("agents by shape and colour, and contributors' text as text", async () => {
    const scatter = await drawn;
    expect(scatter.match(/class="mark agents" d="M[\d. ]+L/g)).toHaveLength(2);
    expect(scatter).toContain("Fix &lt;it&gt;");
    expect(scatter).not.toContain("<it>");
  });

  it("a gap where a week has too few, never a zero", async () => {
    const week = { n: 9, censored: 0, p25: HOUR, p50: 2 * HOUR, p90: DAY, dots: [] };
    const weeks = [week, { ...week, n: 2, p25: null, p50: null, p90: null }, week].map(
      (each, place) => ({ ...each, endsAt: SINCE + place * 7 * DAY }),
    );
    const page = await flat(renderWeekly({ ...HEAD, teach: TEACH, noun: "pull", weeks }));
    const line = /class="line now" d="(M\S+ ?\S*Z?M[^"]*)"/.exec(page)?.[1] ?? "";
    expect(line.match(/M/g)).toHaveLength(2);
    expect(page).toContain(`<span class="quiet" title="not known">–</span>`);
  });

  it("which release fixed one that failed, by an arrow and in the table", async () => {
    const release = { url: "/r", units: 2, outcome: "good", fixedBy: null } as const;
    const page = await flat(
      renderReleaseStrip({
        ...HEAD,
        teach: TEACH,
        window: WINDOW,
        releases: [
          { ...release, tag: "v1.0.0", at: SINCE + DAY, outcome: "failed", fixedBy: "v1.0.1" },
          { ...release, tag: "v1.0.1", at: SINCE + 9 * DAY },
        ],
      }),
    );
    expect(page).toContain("1 failed, 1 of those were fixed by a later one.");
    expect(page.match(/class="fix"/g)).toHaveLength(2);
    expect(page).toContain('data-name="Fixed by">v1.0.1</td>');
  });
});
