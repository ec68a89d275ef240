import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { Validator } from "@seriousme/openapi-schema-validator";
import addFormats from "ajv-formats";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Records } from "../../src/core/clocks/records.ts";
import type { Server } from "../../src/server.ts";
import { makeApiToken } from "../../src/web/api-access.ts";
import { describeApi } from "../../src/web/api-description.ts";
import { TooManyAsks } from "../../src/web/kept-texts.ts";
import { hashOf } from "../../src/web/login-secrets.ts";
import { CLOCK_NAMES, NUMBER_NAMES } from "../../src/web/number-names.ts";
import { feedbackRecord, pullRecord, releaseRecord } from "../core/clocks/build-records.ts";
import { startCommand } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { startPages } from "./page-server.ts";

const test = useDatabase();
const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 28, 12);
const time = { now: NOW };
const logged: string[] = [];
let server: Server;

/** A merged pull a day, released the next day, and a report now and then. */
function recordsOf(repositoryId: number): Records {
  const days = Array.from({ length: 130 }, (_, at) => NOW - (130 - at) * DAY);
  const pulls = days.map((at, place) =>
    pullRecord(place + 1, {
      repositoryId,
      title: `feat: ${place}`,
      createdAt: at - DAY,
      mergedAt: at,
    }),
  );
  const releases = days
    .slice(0, 128)
    .map((at, place) => releaseRecord(`v1.${place}.0`, at + DAY, [place + 1], { repositoryId }));
  const feedback = releases
    .filter((_, place) => place % 6 === 0)
    .map(({ tag, publishedAt }, place) =>
      feedbackRecord(`issue/${900 + place}`, publishedAt + DAY / 2, {
        repositoryId,
        attribution: { tier: "explicit", by: "label", tag },
      }),
    );
  return { pulls, commits: [], releases, feedback };
}

const NOTHING: Records = { pulls: [], commits: [], releases: [], feedback: [] };
const RECORDS = new Map([10, 11, 20].map((id) => [id, recordsOf(id)]));

function keep(fields: object, message: string): void {
  logged.push(JSON.stringify({ ...fields, message }));
}

beforeAll(async () => {
  await test.query(
    "insert into smallbatch.installation (id, account) values (1, 'acme'), (2, 'other')",
  );
  const label = { nodeId: "R_1", defaultBranch: "main" };
  await test.database.repositories.upsert(1, [
    { ...label, owner: "acme", id: 10, name: "widgets", isPrivate: false },
    { ...label, owner: "acme", id: 11, name: "secrets", isPrivate: true },
    { ...label, owner: "acme", id: 12, name: "empty", isPrivate: true },
  ]);
  await test.database.repositories.upsert(2, [
    { ...label, owner: "other", id: 20, name: "hidden", isPrivate: true },
  ]);
  const card = { card: 1, level: "minor", units: [{ pull: 7, title: "Fix <it>" }] };
  for (const [place, tag] of ["v1.0.0", "v1.1.0", "v1.2.0"].entries()) {
    await test.query(
      `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
        channel, sha, state, card, url, intended_at, published_at)
      values (11, $1, 1, 'main', '', 'stable', $2, 'published', $3, null, $4, $4)`,
      [tag, `sha of ${tag}`, JSON.stringify(card), new Date(NOW - (3 - place) * DAY)],
    );
  }
  const { database } = test;
  const { apiTokens, badgeTokens, inbox, installations, viewed, webSessions } = database;
  server = await startPages(
    {
      apiTokens,
      badgeTokens,
      inbox,
      installations,
      viewed,
      webSessions,
      ping: () => database.ping(),
      changelogOf: (id) => database.changelogOf(id),
      clocksOf: (id) => ({
        ...database.clocksOf(id),
        readRecords: ([first = 0, ...more]) => {
          const own = [first, ...more].map((each) => RECORDS.get(each) ?? NOTHING);
          return Promise.resolve({
            pulls: own.flatMap(({ pulls }) => pulls),
            commits: [],
            releases: own.flatMap(({ releases }) => releases),
            feedback: own.flatMap(({ feedback }) => feedback),
          });
        },
      }),
    },
    { now: () => time.now, logger: { debug: keep, info: keep, warn: keep, error: keep } },
  );
});

afterAll(async () => {
  await server.close();
});

async function token(installationId: number): Promise<string> {
  const text = makeApiToken();
  const made = { installationId, name: "a wall screen", createdAt: NOW };
  expect(await test.database.apiTokens.create(hashOf(text), made)).not.toBeNull();
  return text;
}

async function get(path: string, bearer: string | null = null) {
  const headers = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
  const answer = await fetch(path.startsWith("http") ? path : `${server.url}/api/v1${path}`, {
    headers: { accept: "text/html", ...headers },
  });
  const text = await answer.text();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- checked against the description
  const json = JSON.parse(text) as Record<string, never> & { rows: { key: string }[] };
  return { status: answer.status, headers: answer.headers, text, json };
}

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }>;
}

interface Description {
  readonly paths: Record<string, { readonly get: Operation }>;
  readonly components: { readonly schemas: Record<string, object> };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- validated below
const description = JSON.parse(JSON.stringify(describeApi())) as Description;
const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ $id: "api", ...description });

/** What is wrong with an answer, by the description of its address. */
function faultsOf(path: string, answer: { status: number; json: unknown }): unknown {
  const operation = description.paths[path]?.get;
  const response = operation?.responses[String(answer.status)] ?? operation?.responses["default"];
  const [content] = Object.values(response?.content ?? {});
  const validate = ajv.getSchema(`api${content?.schema.$ref ?? "#/missing"}`);
  if (validate === undefined) return `${path} is not described`;
  return validate(answer.json) === true ? null : validate.errors;
}

/** Each address with a way to ask for it. */
const ADDRESSES: Readonly<Record<string, string>> = {
  "/repositories": "/repositories",
  "/repositories/{owner}/{name}/releases": "/repositories/acme/secrets/releases",
  "/repositories/{owner}/{name}/report": "/repositories/acme/secrets/report?days=60",
  "/repositories/{owner}/{name}/findings": "/repositories/acme/secrets/findings",
  "/repositories/{owner}/{name}/numbers/{number}": "/repositories/acme/secrets/numbers/release",
  "/repositories/{owner}/{name}/comparison":
    "/repositories/acme/secrets/comparison?before=2026-09-01/2026-10-01&now=2026-10-01/2026-11-01",
  "/installations/{installation}/report": "/installations/1/report",
  "/installations/{installation}/findings": "/installations/1/findings?days=90",
  "/installations/{installation}/numbers/{number}": "/installations/1/numbers/mergedPulls",
  "/installations/{installation}/comparison":
    "/installations/1/comparison?before=2026-09-01/2026-10-01&now=2026-10-01T12:00Z/2026-11-01",
};

describe("the description of the API", () => {
  it("is OpenAPI 3.1, and served", async () => {
    const served = await get("/openapi.json");
    expect(served.json).toEqual(description);
    const validated = await new Validator().validate({ ...structuredClone(description) });
    expect(validated).toMatchObject({ valid: true });
    expect(description).toMatchObject({ openapi: expect.stringMatching(/^3\.1\./) });
  });

  it("names every address, and its parameters", () => {
    expect(Object.keys(description.paths).toSorted()).toEqual(Object.keys(ADDRESSES).toSorted());
    const ids = Object.values(description.paths).map((path) => path.get.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries(ADDRESSES))("says how the answer of %s looks", async (path, asked) => {
    const bearer = await token(1);
    const answer = await get(asked, bearer);
    expect([answer.status, answer.text.slice(0, 200)]).toEqual([200, expect.any(String)]);
    expect(answer.headers.get("content-type")).toContain("application/json");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(faultsOf(path, answer)).toBeNull();
    const missing = await get(asked.replace("secrets", "nothing").replace("/1/", "/9/"), bearer);
    expect(missing.status).toBe(path === "/repositories" ? 200 : 404);
    expect(faultsOf(path, missing)).toBeNull();
    // The check itself: an answer without a field is a wrong one.
    expect(faultsOf(path, { status: 200, json: {} })).not.toBeNull();
  });
});

describe("numbers", () => {
  it("that are not known are null with a reason, and never zero", async () => {
    const { json } = await get("/repositories/acme/empty/report", await token(1));
    const { clocks, numbers, knownSince, changes } = json as unknown as {
      clocks: Record<string, { value: unknown; missing: string | null }>;
      numbers: Record<string, { value: unknown; missing: string | null }>;
      changes: Record<string, { value: unknown }>;
      knownSince: unknown;
    };
    expect(Object.keys({ ...clocks, ...numbers }).toSorted()).toEqual(
      Object.keys({ ...CLOCK_NAMES, ...NUMBER_NAMES }).toSorted(),
    );
    expect(clocks["release"]).toMatchObject({
      value: null,
      missing: expect.stringContaining("0 of 5"),
    });
    for (const each of Object.values({ ...clocks, ...numbers })) {
      expect(each.missing === null).toBe(each.value !== null);
    }
    expect(changes["release"]).toMatchObject({ value: null });
    expect(knownSince).toBeNull();
  });

  it("have all their rows, page by page to the end", async () => {
    const bearer = await token(1);
    const keys: string[] = [];
    let next: string | null = "/repositories/acme/secrets/numbers/release?days=90&perPage=40";
    let pages = 0;
    while (next !== null) {
      const { json, headers } = await get(next, bearer);
      keys.push(...json.rows.map(({ key }) => key));
      pages += 1;
      const link = /<([^>]+)>; rel="next"/.exec(headers.get("link") ?? "")?.[1];
      next = link === undefined ? null : `${server.url}${link}`;
    }
    expect(pages).toBe(3);
    expect(new Set(keys).size).toBe(keys.length);
    const { json } = await get("/repositories/acme/secrets/report?days=90", bearer);
    const report = json as unknown as { clocks: Record<string, { n: number; open: number }> };
    expect(report.clocks["release"]?.n).toBe(keys.length);
    const beyond = await get("/repositories/acme/secrets/numbers/release?page=9", bearer);
    expect(beyond.json).toMatchObject({ page: 9, rows: [] });
  });

  it("of an installation count every repository that is shown, and no other", async () => {
    const [all, one] = [
      await get("/installations/1/report", await token(1)),
      await get("/installations/1/report"),
    ];
    const shown = ({ json }: typeof all) =>
      (json as unknown as { repositories: { name: string }[] }).repositories.map(
        ({ name }) => name,
      );
    expect(shown(all)).toEqual(["empty", "secrets", "widgets"]);
    // Without one: what everybody sees.
    expect(shown(one)).toEqual(["widgets"]);
    const merged = ({ json }: typeof all) =>
      (json as unknown as { numbers: Record<string, { value: number }> }).numbers["mergedPulls"]
        ?.value;
    expect(merged(all)).toBe(2 * (merged(one) ?? 0));
  });

  it("are compared in any two windows", async () => {
    const path =
      "/repositories/acme/secrets/comparison?before=2026-08-01/2026-09-01&now=2026-10-01/2026-11-01";
    const { json } = await get(path, await token(1));
    expect(json).toMatchObject({
      before: {
        window: { from: "2026-08-01T00:00:00.000Z" },
        numbers: { mergedPulls: { value: 31 } },
      },
      now: { window: { to: "2026-11-01T00:00:00.000Z" }, numbers: { mergedPulls: { value: 31 } } },
      changes: { mergedPulls: { kind: "ratio" } },
      warning: expect.stringContaining("not why"),
    });
  });
});

describe("releases", () => {
  it("come newest first, in pages, and are null where nobody knows", async () => {
    const bearer = await token(1);
    const path = "/repositories/acme/secrets/releases?perPage=2";
    const first = await get(path, bearer);
    expect(first.json).toMatchObject({
      total: 3,
      releases: [
        { tag: "v1.2.0", level: "minor", units: 1, url: null, rolledBackBy: null },
        { tag: "v1.1.0" },
      ],
    });
    const last = await get(`${path}&page=2`, bearer);
    expect(last.json).toMatchObject({ page: 2, releases: [{ tag: "v1.0.0" }] });
    expect(last.headers.get("link")).not.toContain('rel="next"');
  });
});

describe("a service where too many wait for numbers", () => {
  it("says so as a problem, and when to ask again", async () => {
    const { database } = test;
    const texts = { read: () => Promise.reject(new TooManyAsks("32 wait")) };
    const busy = await startPages(database, { texts, now: () => time.now });
    try {
      const path = "/repositories/{owner}/{name}/numbers/{number}";
      const one = `${busy.url}/api/v1/repositories/acme/widgets`;
      const answer = await get(`${one}/numbers/release`, await token(1));
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "10"]);
      expect(answer.json).toMatchObject({ code: "busy", detail: expect.stringContaining("again") });
      expect(faultsOf(path, answer)).toBeNull();
      const badge = await fetch(`${busy.url}/r/acme/widgets/badges/cadence.svg`);
      expect([badge.status, badge.headers.get("retry-after")]).toEqual([503, "10"]);
    } finally {
      await busy.close();
    }
  });
});

describe("questions that are wrong", () => {
  it.each([
    ["/repositories/acme/secrets/report?days=7", "`days` is one of 28, 60, 90"],
    ["/repositories/acme/secrets/numbers/release?page=0", "`page` is a number from 1"],
    [
      "/repositories/acme/secrets/numbers/release?perPage=501",
      "`perPage` is a number from 1 to 500",
    ],
    ["/repositories/acme/secrets/releases?page=x", "`page` is a number from 1"],
    ["/repositories/acme/secrets/comparison", "`before` is a span of time, FROM/TO in UTC"],
    ["/repositories/acme/secrets/comparison?before=2026-02-01/2026-01-01", "`before` is a span"],
    ["/repositories/acme/secrets/comparison?before=2026-01-01/2026-13-01", "`before` is a span"],
    [
      "/repositories/acme/secrets/comparison?before=2020-01-01/2020-02-01&now=2026-01-01/2026-02-01",
      "more than 800 days apart",
    ],
  ])("%s: what to ask instead", async (path, detail) => {
    const { status, headers, json } = await get(path, await token(1));
    expect([status, headers.get("content-type")]).toEqual([400, "application/problem+json"]);
    expect(json).toMatchObject({ code: "bad-request", detail: expect.stringContaining(detail) });
  });

  it.each([
    "/",
    "/nothing",
    "/repositories/acme/secrets/numbers/nothing",
    "/installations/x/report",
  ])("%s is nothing, as a problem", async (path) => {
    const { status, headers, json } = await get(path, await token(1));
    expect([status, headers.get("content-type")]).toEqual([404, "application/problem+json"]);
    expect(json).toMatchObject({
      code: "not-found",
      detail: expect.stringContaining("openapi.json"),
    });
  });
});

describe("a token", () => {
  it("sees its installation alone; what is hidden is answered like what is missing", async () => {
    const bearer = await token(1);
    const bytes = ({ status, headers, text }: Awaited<ReturnType<typeof get>>) => {
      const kept = [...headers].filter(([name]) => name !== "date");
      return JSON.stringify([status, kept, text]);
    };
    for (const end of ["report", "findings", "releases", "numbers/release", "comparison"]) {
      const hidden = await get(`/repositories/other/hidden/${end}`, bearer);
      expect(hidden.status).toBe(404);
      expect(bytes(hidden)).toBe(bytes(await get(`/repositories/other/nothing/${end}`, bearer)));
      // Nobody is told either.
      expect((await get(`/repositories/acme/secrets/${end}`)).status).toBe(404);
    }
    const other = await get("/installations/2/report", bearer);
    expect(bytes(other)).toBe(bytes(await get("/installations/99/report", bearer)));
    const listed = await get("/repositories", bearer);
    expect(listed.text).not.toContain("other");
    expect((await get("/repositories/other/hidden/report", await token(2))).status).toBe(200);
  });

  it("that nobody made, or that was revoked, lets nobody in, not even where all may look", async () => {
    const bearer = await token(1);
    expect((await get("/repositories/acme/widgets/report", bearer)).status).toBe(200);
    const [newest] = await test.database.apiTokens.list(1);
    expect(newest?.usedAt).toBe(NOW);
    expect(await test.database.apiTokens.revoke(newest?.id ?? 0)).toBe(true);
    for (const wrong of [bearer, makeApiToken(), "smbt_short", "ghp_another"]) {
      const { status, headers, json } = await get("/repositories/acme/widgets/report", wrong);
      expect([status, headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
      expect(json).toMatchObject({
        code: "unauthorized",
        detail: expect.stringContaining("revoked"),
      });
    }
  });

  it("is over when its installation is suspended or gone", async () => {
    const bearer = await token(2);
    await test.query("update smallbatch.installation set suspended_at = now() where id = 2");
    expect((await get("/repositories", bearer)).status).toBe(401);
    await test.query("update smallbatch.installation set suspended_at = null where id = 2");
    expect((await get("/repositories", bearer)).status).toBe(200);
    await test.query("delete from smallbatch.repository where installation_id = 2");
    await test.query("delete from smallbatch.installation where id = 2");
    expect((await get("/repositories", bearer)).status).toBe(401);
    expect(await test.database.apiTokens.list(2)).toEqual([]);
  });

  it("is kept as a hash, and in no line of the log", async () => {
    const bearer = await token(1);
    await get("/repositories", bearer);
    const rows = JSON.stringify(
      await test.query("select encode(hash, 'hex') as hash, name from smallbatch.api_token"),
    );
    expect(rows).toContain(hashOf(bearer).toString("hex"));
    expect(rows).not.toContain(bearer);
    expect(logged.join("\n")).not.toContain(bearer.slice(5));
  });

  it("has a pace of its own", async () => {
    const [busy, other] = [await token(1), await token(1)];
    const statuses: number[] = [];
    for (let asked = 0; asked < 301; asked += 1)
      statuses.push((await get("/repositories", busy)).status);
    expect(statuses.slice(0, 300).every((status) => status === 200)).toBe(true);
    expect(statuses[300]).toBe(429);
    const { headers, json } = await get("/repositories", busy);
    expect(headers.get("retry-after")).toBe("10");
    expect(json).toMatchObject({ code: "rate-limited", detail: expect.stringContaining("again") });
    expect((await get("/repositories", other)).status).toBe(200);
    time.now += 10_000;
    expect((await get("/repositories", busy)).status).toBe(200);
  });
});

const run = (...words: string[]) =>
  startCommand(["tokens", ...words], { DATABASE_URL: test.url }).finished;

describe("smallbatch tokens", () => {
  it("makes, lists and revokes them", async () => {
    const made = await run("create", "acme/widgets", "--name", "a report", "--json");
    expect([made.code, made.stderr]).toEqual([0, ""]);
    const { id, token: text } = JSON.parse(made.stdout) as { id: number; token: string };
    expect((await get("/repositories", text)).status).toBe(200);
    const listed = await run("list", "1");
    expect(listed.stdout).toMatch(new RegExp(`${id}  made .*  used .*  a report`));
    expect(listed.stdout).not.toContain(text);
    expect((await run("revoke", String(id))).stdout).toBe(`Token ${id} is revoked.\n`);
    expect((await get("/repositories", text)).status).toBe(401);
    const again = await run("revoke", String(id));
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining(`no token ${id}`)]);
    const nowhere = await run("create", "777", "--name", "x");
    expect([nowhere.code, nowhere.stderr]).toEqual([
      2,
      expect.stringContaining("no installation 777"),
    ]);
  });
});

describe("docs/api.md", () => {
  const page = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");

  it("has commands that work", async () => {
    const bearer = await token(1);
    const asked = [...page.matchAll(/\$SMALLBATCH\/api\/v1(\/[^\s"']*)/g)].map(
      ([, path = ""]) => path,
    );
    expect(asked.length).toBeGreaterThan(5);
    for (const path of asked) {
      const { status } = await get(path, bearer);
      expect([path, status]).toEqual([path, 200]);
    }
  });

  it("names every address", () => {
    for (const path of Object.keys(ADDRESSES)) expect(page).toContain(path);
  });
});
