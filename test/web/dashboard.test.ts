import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Records } from "../../src/core/clocks/records.ts";
import type { Server } from "../../src/server.ts";
import { NUMBER_NAMES } from "../../src/web/number-names.ts";
import { feedbackRecord, pullRecord, releaseRecord } from "../core/clocks/build-records.ts";
import { useDatabase } from "../support/database.ts";
import { problemsOf } from "./charts/drawing.ts";
import { startPages } from "./page-server.ts";

const test = useDatabase();
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 28, 12);
let server: Server;

/** Of each repository a merged pull a day, released the next day; every sixth release is reported. */
function recordsOf(repositoryId: number): Records {
  const days = Array.from({ length: 60 }, (_, at) => NOW - (60 - at) * DAY);
  const pulls = days.map((at, place) =>
    pullRecord(place + 1, {
      repositoryId,
      title: `feat: <b>${repositoryId}</b> thing ${place}`,
      createdAt: at - DAY,
      mergedAt: at,
    }),
  );
  const releases = days.slice(0, 58).map((at, place) =>
    releaseRecord(`v1.${place}.0`, at + DAY, [place + 1], {
      repositoryId,
      sha: `${repositoryId}-${place}`,
      usableAt: at + DAY,
    }),
  );
  const feedback = releases.flatMap(({ tag, publishedAt }, place) =>
    place % 6 === 0
      ? [
          feedbackRecord(`issue/${900 + place}`, publishedAt + DAY / 2, {
            repositoryId,
            attribution: { tier: "explicit", by: "label", tag },
          }),
        ]
      : [],
  );
  return { pulls, commits: [], releases, feedback };
}

const ALL = [10, 11, 12].map((id) => ({ id, records: recordsOf(id) }));
const asked: (readonly number[])[] = [];

beforeAll(async () => {
  await test.query("insert into smallbatch.installation (id, account) values (1, 'acme')");
  const label = { nodeId: "R_1", defaultBranch: "main", owner: "acme" };
  await test.database.repositories.upsert(1, [
    { ...label, id: 10, name: "widgets", isPrivate: false },
    { ...label, id: 11, name: "secrets", isPrivate: true },
    { ...label, id: 13, name: "empty", isPrivate: false },
  ]);
  const { database } = test;
  server = await startPages(
    {
      ...pick(),
      clocksOf: (installationId) => ({
        ...database.clocksOf(installationId),
        readRows: async ({ pulls = [], releases = [] }) => {
          const [own] = ALL.filter(({ id }) => id === [...pulls, ...releases][0]?.repositoryId);
          const numbers = pulls.map(({ number }) => number);
          const tags = releases.map(({ tag }) => tag);
          return await Promise.resolve({
            pulls: own?.records.pulls.filter(({ number }) => numbers.includes(number)) ?? [],
            commits: [],
            releases: own?.records.releases.filter(({ tag }) => tags.includes(tag)) ?? [],
            feedback: [],
          });
        },
        readRecords: async (ids) => {
          asked.push(ids);
          const own = ALL.filter(({ id }) => ids.includes(id)).map(({ records }) => records);
          return await Promise.resolve({
            pulls: own.flatMap(({ pulls }) => pulls),
            commits: [],
            releases: own.flatMap(({ releases }) => releases),
            feedback: own.flatMap(({ feedback }) => feedback),
          });
        },
      }),
    },
    { now: () => NOW },
  );

  function pick() {
    const { apiTokens, badgeTokens, inbox, installations, viewed, webSessions } = database;
    return {
      apiTokens,
      badgeTokens,
      inbox,
      installations,
      viewed,
      webSessions,
      ping: () => database.ping(),
      changelogOf: (installationId: number) => database.changelogOf(installationId),
    };
  }
});

afterAll(async () => {
  await server.close();
});

async function get(path: string) {
  const answer = await fetch(`${server.url}${path}`, { headers: { accept: "text/html" } });
  const text = await answer.text();
  return { status: answer.status, type: answer.headers.get("content-type"), text };
}

describe("the page of a release that others published", () => {
  it("has what it brought and what was tied to it, and no card", async () => {
    const { status, text } = await get("/r/acme/widgets/releases/v1.6.0");
    expect(status).toBe(200);
    expect(text).toContain("did not publish this release");
    expect(text).toContain('href="https://github.com/acme/widgets/releases/tag/v1.6.0"');
    expect(text).toContain("feat: &lt;b&gt;10&lt;/b&gt; thing 6");
    expect(text).toContain('href="https://github.com/acme/widgets/issues/906"');
    expect(text).not.toContain("Taking it back");
  });

  it("is not there where nobody published it", async () => {
    expect((await get("/r/acme/widgets/releases/v9.0.0")).status).toBe(404);
  });
});

describe("the page of a repository", () => {
  it("shows findings first, then the clocks, what waits, what was released and the numbers", async () => {
    const { status, text } = await get("/r/acme/widgets");
    expect(status).toBe(200);
    const heads = [...text.matchAll(/<h2 id="([a-z]+)"/g)].map(([, id]) => id);
    expect(heads).toEqual([
      "findings",
      "clocks",
      "waiting",
      "released",
      "agents",
      "capability",
      "output",
      "dora",
    ]);
    expect(text).toMatch(/Half of merged work is usable within 24 hours/);
    expect(problemsOf(text)).toEqual([]);
    expect(text.match(/<svg\s+class="chart"/g)).toHaveLength(8);
  });

  it("shows contributors' text as text", async () => {
    const { text } = await get("/r/acme/widgets");
    expect(text).toContain("feat: &lt;b&gt;10&lt;/b&gt; thing");
    expect(text).not.toContain("<b>10");
  });

  it("is the same bytes for whoever looks in the same minute", async () => {
    expect((await get("/r/acme/widgets")).text).toBe((await get("/r/acme/widgets")).text);
  });

  it("looks at the window that is asked for, and takes no other", async () => {
    expect((await get("/r/acme/widgets?days=90")).text).toContain("30 Aug 2026 to 28 Nov 2026");
    expect((await get("/r/acme/widgets?days=9999")).text).toContain("31 Oct 2026 to 28 Nov 2026");
  });

  it("teaches where nothing happened yet", async () => {
    const { status, text } = await get("/r/acme/empty");
    expect(status).toBe(200);
    expect(text).toContain("The past is still being read");
    expect(text).toContain("It stands here when the first pull was merged");
    expect(text).not.toMatch(/<svg\s+class="chart"/);
  });
});

describe("the page of an installation", () => {
  it("counts and names only what somebody sees", async () => {
    const before = asked.length;
    const { status, text } = await get("/installations/1");
    expect(status).toBe(200);
    expect(text).toContain(`<a href="/r/acme/widgets">widgets</a>`);
    expect(text).not.toContain("secrets");
    expect(asked.slice(before).flat()).toEqual([10, 13]);
    expect(text).toContain("28 pulls");
  });
});

describe("a number", () => {
  it("has its rows, as a page and as CSV", async () => {
    const { status, text } = await get("/r/acme/widgets/numbers/release");
    expect(status).toBe(200);
    expect(text).toContain("https://github.com/acme/widgets/pull/58");
    const csv = await get("/r/acme/widgets/numbers/release.csv");
    expect(csv.type).toBe("text/csv; charset=utf-8");
    const lines = csv.text.split("\r\n");
    expect(lines[0]).toBe("key,title,url,seconds,ended_at,end");
    expect(lines).toHaveLength(30);
    expect(csv.text).toContain("10/pull/58,feat: <b>10</b> thing 57,");
  });

  it.each(Object.keys(NUMBER_NAMES))("of every name has a page: %s", async (id) => {
    expect((await get(`/r/acme/widgets/numbers/${id}`)).status).toBe(200);
  });

  it.each(["constructor", "toString", "nothing", "release.xml"])("is missing: %s", async (id) => {
    expect((await get(`/r/acme/widgets/numbers/${id}`)).status).toBe(404);
  });
});

describe("what is hidden", () => {
  it.each([
    ["/r/acme/secrets", "/r/acme/nothing"],
    ["/r/acme/secrets/numbers/release", "/r/acme/nothing/numbers/release"],
    ["/r/acme/secrets/numbers/release.csv", "/r/acme/nothing/numbers/release.csv"],
    ["/r/acme/secrets/releases/v1.0.0", "/r/acme/nothing/releases/v1.0.0"],
    ["/installations/1/numbers/nothing", "/installations/2/numbers/release"],
    ["/installations/2", "/installations/99999"],
  ])("is the same answer as what is missing: %s", async (hidden, missing) => {
    const before = asked.length;
    const [one, other] = [await get(hidden), await get(missing)];
    expect(one.status).toBe(404);
    expect(one).toEqual(other);
    expect(asked).toHaveLength(before);
  });
});

describe("the start", () => {
  it("tells who is not logged in what there is to see", async () => {
    const { status, text } = await get("/");
    expect(status).toBe(200);
    expect(text).toContain("Nobody is logged in");
  });

  it("says in plain words how every number is computed", async () => {
    const { text } = await get("/how");
    for (const { name } of Object.values(NUMBER_NAMES)) {
      expect(text).toContain(name.replaceAll("'", "&#39;"));
    }
  });
});
