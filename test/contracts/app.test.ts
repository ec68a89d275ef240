import { describe, expect, it } from "@jest/globals";
import nock from "nock";
import { sweepDeliveries } from "../../src/github/deliveries.ts";
import { listInstallations, listRepositories } from "../../src/github/installations.ts";
import { pollList } from "../../src/github/poll.ts";
import { API, NOW, openTestClient, privateKey, useNock } from "../support/nock.ts";

useNock();

const HOUR_MS = 3_600_000;
const AS_APP = { reqheaders: { authorization: /^bearer / } };

function openApp(installationId: number | null) {
  return openTestClient({ kind: "app", appId: 7, privateKey: privateKey(), installationId }).client;
}

function delivery(id: number, ageMs: number, change: object = {}) {
  return {
    id,
    guid: `guid-${id}`,
    delivered_at: new Date(NOW - ageMs).toISOString(),
    redelivery: false,
    status: "OK",
    status_code: 200,
    event: "push",
    action: null,
    ...change,
  };
}

function sweep(known: readonly string[], since = NOW - HOUR_MS) {
  const asked: string[][] = [];
  const isKnown = (guids: readonly string[]) => {
    asked.push([...guids]);
    return Promise.resolve(new Set(guids.filter((guid) => known.includes(guid))));
  };
  return sweepDeliveries(openApp(null), { since, now: NOW, isKnown });
}

const expectList = (rows: unknown[], headers: Record<string, string> = {}) =>
  nock(API, AS_APP).get("/app/hook/deliveries?per_page=100").reply(200, rows, headers);
const expectAttempt = (id: string, status = 202) =>
  nock(API, AS_APP).post(`/app/hook/deliveries/${id}/attempts`).reply(status, {});

describe("GET /app/hook/deliveries and POST its attempts", () => {
  it("asks again for what we never saw, whatever its status says, oldest first", async () => {
    expectList([
      delivery(3, 120_000, { status: "timed out", status_code: 0 }),
      delivery(2, 180_000),
      delivery(1, 240_000),
    ]);
    expectAttempt("1");
    expectAttempt("3");
    expect(await sweep(["guid-2"])).toEqual({ looked: 3, asked: ["guid-1", "guid-3"] });
  });

  it("asks once: what was redelivered already is left alone", async () => {
    expectList([delivery(9, 100_000, { guid: "guid-1", redelivery: true }), delivery(1, 200_000)]);
    expect(await sweep([])).toMatchObject({ asked: [] });
  });

  it.each([
    [59_999, []],
    [60_000, ["guid-1"]],
  ])("leaves a delivery alone that is %d ms old: %j", async (age, asked) => {
    expectList([delivery(1, age)]);
    if (asked.length > 0) expectAttempt("1");
    expect(await sweep([])).toMatchObject({ asked });
  });

  it.each([
    [72 * HOUR_MS - 1, ["guid-1"]],
    [72 * HOUR_MS, []],
  ])("asks for nothing that GitHub does not send any more (%d ms): %j", async (age, asked) => {
    expectList([delivery(1, age)]);
    if (asked.length > 0) expectAttempt("1");
    expect(await sweep([], NOW - 100 * HOUR_MS)).toMatchObject({ asked });
  });

  it("goes on by cursor until it is behind the watermark", async () => {
    const next = `${API}/app/hook/deliveries?per_page=100&cursor=v1_2`;
    expectList([delivery(3, 120_000)], { link: `<${next}>; rel="next"` });
    nock(API, AS_APP)
      .get("/app/hook/deliveries?per_page=100&cursor=v1_2")
      .reply(200, [delivery(2, HOUR_MS)], { link: `<${next}3>; rel="next"` });
    expect(await sweep(["guid-3"])).toEqual({ looked: 1, asked: [] });
  });

  it("keeps ids that are larger than a double holds", async () => {
    const row = JSON.stringify(delivery(1, 120_000)).replace('"id":1', '"id":90071992547409931');
    nock(API)
      .get("/app/hook/deliveries?per_page=100")
      .reply(200, `[${row}]`, { "content-type": "application/json" });
    expectAttempt("90071992547409931");
    expect(await sweep([])).toMatchObject({ asked: ["guid-1"] });
  });

  it("goes on where GitHub refuses one", async () => {
    expectList([delivery(2, 120_000), delivery(1, 180_000)]);
    expectAttempt("1", 422);
    expectAttempt("2");
    expect(await sweep([])).toMatchObject({ asked: ["guid-2"] });
  });
});

describe("GET /app/installations", () => {
  it("reads every page", async () => {
    const row = { account: { login: "acme" }, permissions: { contents: "write" } };
    nock(API, AS_APP)
      .get("/app/installations?per_page=100")
      .reply(200, [{ ...row, id: 1, suspended_at: null }], {
        link: `<${API}/app/installations?per_page=100&page=2>; rel="next"`,
      });
    nock(API, AS_APP)
      .get("/app/installations?per_page=100&page=2")
      .reply(200, [{ ...row, id: 2, account: null, suspended_at: "2026-01-01T00:00:00Z" }]);
    const permissions = { contents: "write" };
    expect(await listInstallations(openApp(null))).toEqual([
      { id: 1, account: "acme", isSuspended: false, permissions },
      { id: 2, account: "", isSuspended: true, permissions },
    ]);
  });
});

const listed = (id: number) => ({
  id,
  node_id: `R_${id}`,
  name: `widgets-${id}`,
  private: true,
  owner: { login: "acme" },
  default_branch: "main",
});

describe("GET /installation/repositories", () => {
  it("reads every page with a token of the installation that may only list", async () => {
    nock(API, AS_APP)
      .post("/app/installations/77/access_tokens", { permissions: { metadata: "read" } })
      .reply(201, { token: "lister", expires_at: new Date(NOW + HOUR_MS).toISOString() });
    const path = "/installation/repositories?per_page=100";
    const lister = { reqheaders: { authorization: "token lister" } };
    nock(API, lister)
      .get(path)
      .reply(200, { repositories: [listed(1)] }, { link: `<${API}${path}&page=2>; rel="next"` });
    nock(API, lister)
      .get(`${path}&page=2`)
      .reply(200, { repositories: [listed(2)] });
    expect(await listRepositories(openApp(77))).toEqual(
      [1, 2].map((id) => ({
        id,
        nodeId: `R_${id}`,
        owner: "acme",
        name: `widgets-${id}`,
        isPrivate: true,
        isArchived: false,
        defaultBranch: "main",
        pushedAt: null,
      })),
    );
  });
});

describe("the poll", () => {
  it("asks only whether something changed, with one token that can only read", async () => {
    const permissions = {
      metadata: "read",
      contents: "read",
      pull_requests: "read",
      issues: "read",
      checks: "read",
      statuses: "read",
    };
    nock(API, AS_APP)
      .post("/app/installations/77/access_tokens", { permissions })
      .reply(201, { token: "reader", expires_at: new Date(NOW + HOUR_MS).toISOString() });
    const authorization = "token reader";
    const path = "/installation/repositories?per_page=100";
    nock(API, { reqheaders: { authorization }, badheaders: ["if-none-match"] })
      .get(path)
      .reply(200, { repositories: [listed(1)] }, { etag: 'W/"1"' });
    const client = openApp(77);
    const first = await pollList(client, []);
    nock(API, { reqheaders: { authorization, "if-none-match": 'W/"1"' } })
      .get(path)
      .reply(304);
    const second = await pollList(client, first);
    expect(second[0]).toBe(first[0]);
    expect(second[0]?.repositories.map(({ id }) => id)).toEqual([1]);
  });
});
