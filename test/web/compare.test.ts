import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { KeptKinds } from "../../src/core/clock-records/kept.ts";
import type { Server } from "../../src/server.ts";
import { CLOCK_NAMES, NUMBER_NAMES } from "../../src/web/number-names.ts";
import { keepBusy } from "../browser/scene.ts";
import { CLAUDE } from "../core/clocks/build-records.ts";
import { useDatabase } from "../support/database.ts";
import { startPages } from "./page-server.ts";

/** Two quarters are on record, and the agents came with the second; known since 400 days before. */
const NOW = Date.UTC(2026, 10, 28, 12);
const DAY = 86_400_000;
const PAGE = "/r/acme/open/compare";

const test = useDatabase();
let server: Server;

beforeAll(async () => {
  await test.query("insert into smallbatch.installation (id, account) values (1, 'acme')");
  const label = { nodeId: "R_1", defaultBranch: "main", owner: "acme" };
  await test.database.repositories.upsert(1, [
    { ...label, id: 10, name: "open", isPrivate: false },
    { ...label, id: 11, name: "unread", isPrivate: false },
    { ...label, id: 12, name: "young", isPrivate: false },
    { ...label, id: 13, name: "old", isPrivate: false },
    { ...label, id: 14, name: "early", isPrivate: false },
  ]);
  await keepBusy(test, { id: 10, installationId: 1, now: NOW });
  const clocks = test.database.clocksOf(1);
  await clocks.keepReading(12, { knownSince: NOW - 80 * DAY, readAt: NOW });
  await clocks.keepReading(13, { knownSince: NOW - 2_000 * DAY, readAt: NOW });
  await clocks.keepReading(14, { knownSince: NOW - 700 * DAY, readAt: NOW });
  // What was merged before that is on record by chance: how much, nobody knows.
  await merge(14, [1, 2, 3, 4, 5, 6], { at: NOW - 760 * DAY, agents: [CLAUDE] });
  await merge(14, [11, 12, 13, 14, 15, 16], { at: NOW - 600 * DAY, agents: [] });
  await merge(14, [21, 22, 23, 24, 25, 26], { at: NOW - 500 * DAY, agents: [CLAUDE] });
  server = await startPages(test.database, { now: () => NOW });
});

afterAll(async () => {
  await server.close();
});

const shaOf = (number: number): string => `${number}`.repeat(40).slice(0, 40);

/** Merged at an instant, and released the next day. */
async function merge(
  id: number,
  numbers: readonly number[],
  { at, agents }: { readonly at: number; readonly agents: KeptKinds["pull"]["agents"] },
): Promise<void> {
  const seen = { at, isWhole: true };
  await test.database.clocksOf(1).keep(id, {
    pulls: numbers.map((number) => ({
      ...seen,
      record: { number, agents, createdAt: at - DAY, mergedAt: at, mergeSha: shaOf(number) },
    })),
    releases: numbers.map((number) => ({
      ...seen,
      record: {
        tag: `v${number}.0.0`,
        sha: shaOf(number),
        isPrerelease: false,
        publishedAt: at + DAY,
        carries: [{ pull: number, sha: shaOf(number), how: "ancestry" as const }],
      },
    })),
  });
}

async function get(path: string, accept = "text/html") {
  const answer = await fetch(`${server.url}${path}`, { headers: { accept } });
  return { status: answer.status, text: await answer.text() };
}

/** As somebody reads it. */
function read(text: string): string {
  return text
    .replaceAll(/<[^>]*>/g, " ")
    .replaceAll("&#39;", "'")
    .replaceAll(/\s+/g, " ");
}

function cellsOf(text: string, name: string): string[] {
  const row =
    text.split(/<tr\b[^>]*>/).find((each) => read(each).trim().startsWith(`${name} `)) ?? "";
  return [...row.matchAll(/<td[^>]*>([\s\S]*?)<\/td>/g)].map(([, cell = ""]) => read(cell).trim());
}

/** Of the links below the form, those that lead to a comparison. */
function linksOf(text: string): string[] {
  return [...text.matchAll(/href="([^"]*\/compare\?[^"]*)"/g)].map(([, url = ""]) => {
    return url.replaceAll("&amp;", "&");
  });
}

interface Answer {
  readonly changes: Readonly<Record<string, { readonly sentence: string }>>;
  readonly warning: string;
  readonly before: Numbers;
  readonly now: Numbers;
}

interface Numbers {
  readonly clocks: Readonly<Record<string, { readonly n: number; readonly open: number }>>;
}

describe("two windows of a repository", () => {
  it("are what the API says of them: each number, its change, and what it does not prove", async () => {
    const { status, text } = await get(`${PAGE}?before=2026-06-01&now=2026-10-01&days=30`);
    expect(status).toBe(200);
    const said = read(text);
    expect(said).toContain("Before: 1 Jun 2026 to 30 Jun 2026. Now: 1 Oct 2026 to 30 Oct 2026");
    const asked = "before=2026-06-01/2026-07-01&now=2026-10-01/2026-10-31";
    const api = await get(`/api/v1/repositories/acme/open/comparison?${asked}`, "application/json");
    const answer = JSON.parse(api.text) as Answer;
    expect(said).toContain(answer.warning);
    const [before, now] = [answer.before.clocks["release"], answer.now.clocks["release"]];
    const cells = cellsOf(text, CLOCK_NAMES.release.name);
    expect(cells.slice(1, 3)).toEqual([String(before?.n), String(before?.open)]);
    expect(cells.slice(4, 6)).toEqual([String(now?.n), String(now?.open)]);
    expect(cells[6]).toMatch(/^0\.\d+ times what it was, between .* and .*: clearly down\.$/);
    expect(cells[6]?.toLowerCase()).toBe(`${answer.changes["release"]?.sentence}.`);
  });

  it("lead to the rows of each number, in its window", async () => {
    const { text } = await get(`${PAGE}?before=2026-06-01&now=2026-10-01&days=30`);
    const row =
      text.split(/<tr\b[^>]*>/).find((each) => each.includes(CLOCK_NAMES.release.name)) ?? "";
    const links = [...row.matchAll(/href="([^"]*)"/g)].map(([, url = ""]) => {
      return url.replaceAll("&amp;", "&");
    });
    const rows = "/r/acme/open/numbers/release?from=";
    expect(links).toEqual([`${rows}2026-06-01&days=30`, `${rows}2026-10-01&days=30`]);
    const cells = cellsOf(text, CLOCK_NAMES.release.name);
    for (const [at, link] of links.entries()) {
      const page = await get(link);
      expect(page.status).toBe(200);
      expect(read(page.text)).toContain(`Value ${cells[3 * at]} `);
      expect(read(page.text)).toContain(`${cells[3 * at + 1]} rows`);
      const csv = await get(link.replace("?", ".csv?"));
      expect(csv.text.trim().split("\r\n")).toHaveLength(Number(cells[3 * at + 1]) + 1);
      expect(page.text).toContain(link.replace("?", ".csv?").replaceAll("&", "&amp;"));
    }
  });

  it.each(["2026-11-02&days=28", "2026-10-01&days=31", "2026-02-30&days=30", "2020-01-01&days=30"])(
    "have rows where they are over and within reach: not %s",
    async (query) => {
      expect((await get(`/r/acme/open/numbers/release?from=${query}`)).status).toBe(404);
    },
  );

  it("have every number there is", async () => {
    const { text } = await get(PAGE);
    const heads = [...text.matchAll(/<th scope="row"[^>]*>([\s\S]*?)<\/th>/g)];
    const names = heads.map(([, name = ""]) => read(name).trim());
    const all = [...Object.values(CLOCK_NAMES), ...Object.values(NUMBER_NAMES)];
    expect(names).toEqual(all.map(({ name }) => name));
  });

  it("are the last whole days and as many before, where nobody chose", async () => {
    const said = read((await get(PAGE)).text);
    expect(said).toContain("Before: 3 Oct 2026 to 30 Oct 2026. Now: 31 Oct 2026 to 27 Nov 2026");
  });

  it("may touch, and reach to the last day that is over", async () => {
    for (const [now, status] of [
      ["2026-08-29", 400],
      ["2026-08-30", 200],
      ["2026-08-31", 400],
    ] as const) {
      const got = await get(`${PAGE}?before=2026-06-01&now=${now}&days=90`);
      expect([now, got.status]).toEqual([now, status]);
    }
  });

  it("say why a number is not known", async () => {
    const { text } = await get(`${PAGE}?before=2025-12-01&now=2026-10-01&days=30`);
    const cells = cellsOf(text, CLOCK_NAMES.capability.name);
    expect(cells.slice(0, 2)).toEqual(["–", "0"]);
    expect(cells[6]).toMatch(/^Before, /);
  });
});

describe("what to compare around", () => {
  it("is the first month of agents, with the lengths that are over", async () => {
    const { text } = await get(PAGE);
    expect(read(text)).toContain("Around the first month of agents, Sep 2026:");
    expect(linksOf(text)).toEqual([
      `${PAGE}?before=2026-08-04&now=2026-09-01&days=28`,
      `${PAGE}?before=2026-08-02&now=2026-09-01&days=30`,
      `${PAGE}?before=2026-07-03&now=2026-09-01&days=60`,
    ]);
    for (const link of linksOf(text)) expect((await get(link)).status).toBe(200);
  });

  it("is that month, however long ago it was", async () => {
    for (const query of ["", "?before=2025-01-01&now=2025-03-01"]) {
      const { text } = await get(`/r/acme/early/compare${query}`);
      expect(read(text)).toContain("Around the first month of agents, Jul 2025:");
      expect(linksOf(text)).toHaveLength(4);
    }
  });

  it("is the first release that Smallbatch published, once days enough are over", async () => {
    const young = read((await get(PAGE)).text);
    expect(young).toContain(
      "Around the start of Smallbatch, 24 Nov 2026: 28 days from then on are not over yet.",
    );
    await test.query("update smallbatch.release set published_at = $1 where tag = 'v1.169.0'", [
      new Date(NOW - 40 * DAY),
    ]);
    const { text } = await get(`${PAGE}?before=2026-06-01&now=2026-08-01&days=28`);
    expect(read(text)).toContain("Around the start of Smallbatch, 19 Oct 2026:");
    expect(linksOf(text).slice(3)).toEqual([
      `${PAGE}?before=2026-09-21&now=2026-10-19&days=28`,
      `${PAGE}?before=2026-09-19&now=2026-10-19&days=30`,
    ]);
  });

  it("is nothing where neither is on record", async () => {
    const said = read((await get("/r/acme/young/compare")).text);
    expect(said).toContain("on record, none had 5 % of its merges");
    expect(said).toContain("has not published a release here yet");
  });

  it("stands one link away from the repository's page", async () => {
    const { text } = await get("/r/acme/open");
    expect(text).toContain(`<a href="${PAGE}">Compare any two windows</a>`);
  });
});

describe("what cannot be compared", () => {
  it.each([
    ["before=2026-02-31&now=2026-08-01", "“2026-02-31” is no date: write year, month and day"],
    ["before=2026-06-01&now=1/8/2026", "“1/8/2026” is no date"],
    ["before=&now=2026-08-01", "A date is missing"],
    ["before=2026-06-01&now=2026-08-01&days=29", "one of 28, 30, 60, 90 days"],
    ["before=2026-06-01&now=2026-06-20", "“now” has to begin on 29 Jun 2026 or later"],
    ["before=2026-08-01&now=2026-06-01", "“Before” ends with 28 Aug 2026"],
    ["before=2026-06-01&now=2027-01-01", "the last day that is over is 27 Nov 2026"],
    ["before=2026-06-01&now=2026-11-01", "“Now” would end with 28 Nov 2026"],
    ["before=2025-10-24&now=2026-06-01", "everything is on record from 25 Oct 2025 on"],
    ["before=%3Cb%3E&now=2026-06-01", "“&lt;b&gt;” is no date"],
  ])("is said, and the form stays as it was written: %s", async (query, why) => {
    const { status, text } = await get(`${PAGE}?${query}`);
    expect(status).toBe(400);
    expect(read(text)).toContain(why);
    expect(text).not.toContain("<b>");
    expect(text).not.toContain("<table>");
    expect(text.match(/aria-describedby="wrong"/g)).toHaveLength(2);
    const written = new URLSearchParams(query);
    for (const name of ["before", "now"]) {
      const value = (written.get(name) ?? "").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
      expect(text).toMatch(new RegExp(`name="${name}"\\s+value="${value}"`));
    }
  });

  it("is what lies before the records, and beyond the reach of the page", async () => {
    const young = await get("/r/acme/young/compare?days=60");
    expect(young.status).toBe(200);
    expect(read(young.text)).toContain("everything is on record from 10 Sep 2026 on: begin later");
    const old = await get("/r/acme/old/compare?before=2023-01-01&now=2026-01-01&days=90");
    expect(read(old.text)).toContain("This page looks 800 days back, to 19 Sep 2024");
  });

  it("is everything, while the past is being read", async () => {
    const { status, text } = await get("/r/acme/unread/compare");
    expect(status).toBe(200);
    expect(read(text)).toContain("The past is still being read");
    expect(text).not.toContain('<form method="get"');
  });
});
