import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, Receiver, type PlatformWorld } from "./platform-world.ts";

const START = Date.parse("2026-03-01T12:00:00Z");
const clock = { now: START };
const local = useLocalGitHub({ now: () => new Date(clock.now) });
const receiver = new Receiver();
let webhookUrl = "";
let world: PlatformWorld;

beforeAll(async () => {
  webhookUrl = await receiver.listen();
});
afterAll(() => receiver.close());
afterEach(() => local.faults.clear());

beforeEach(async () => {
  clock.now = START;
  world = await buildPlatform(local, { webhookUrl });
  await local.webhooks.idle();
  receiver.received.length = 0;
});

const release = (tag: string) => world.bot("POST", "{repo}/releases", { tag_name: tag });
const tags = async (): Promise<string[]> =>
  (await local.github.git.refs(world.repository.id, "refs/tags/")).map(({ name }) =>
    name.slice(10),
  );

const ask = (query: string) => world.bot("POST", "/graphql", { query });
const latest = async () => (await world.bot("GET", "{repo}/releases/latest")).body.tag_name;
const later = (seconds: number): void => {
  clock.now += seconds * 1_000;
};
const open = async (...titles: string[]): Promise<string[]> => {
  await Promise.all(titles.map((title) => world.bot("POST", "{repo}/issues", { title })));
  await local.webhooks.idle();
  return receiver.received.map(({ payload }) => payload.issue.title);
};
const listed = () =>
  local.github.data.deliveries.filter(
    ({ appId, event }) => appId === world.app.id && event === "issues",
  );

describe("a request that fails", () => {
  it.each([
    ["before", "502", 502, []],
    ["after", "502", 502, ["v1"]],
    ["before", "403-secondary", 403, []],
    ["after", "403-secondary", 403, ["v1"]],
  ] as const)(
    "%s it took effect with %s answers %i and leaves %j",
    async (when, how, status, left) => {
      const fault = local.faults.failRequest({ match: { path: /\/releases$/ }, when, how });
      const answer = await release("v1");
      expect(answer.status).toBe(status);
      expect(await tags()).toEqual(left);
      expect(fault).toMatchObject({ matched: 1, fired: 1 });
      expect(answer.headers.get("retry-after")).toBe(status === 403 ? "60" : null);
      expect(answer.body.message).toMatch(status === 403 ? /secondary rate limit/ : /Server Error/);
      await release("v2");
      expect(await tags()).toContain("v2");
    },
  );

  it.each([
    ["before", []],
    ["after", ["v1"]],
  ] as const)("%s it took effect by a lost connection leaves %j", async (when, left) => {
    local.faults.failRequest({ match: { method: "POST" }, when, how: "reset" });
    await expect(release("v1")).rejects.toThrow("fetch failed");
    expect(await tags()).toEqual(left);
  });

  it("is the n-th that matches, and as many in a row as asked for", async () => {
    const match = {
      method: "post",
      path: `/repos/${local.github.fullName(world.repository)}/issues`,
    };
    local.faults.failRequest({ match, nth: 2, times: 2, when: "before", how: "502" });
    const statuses: number[] = [];
    for (const title of ["a", "b", "c", "d"]) {
      statuses.push((await world.bot("POST", "{repo}/issues", { title })).status);
    }
    expect(statuses).toEqual([201, 502, 502, 201]);
  });

  it("is found by the name of its GraphQL operation", async () => {
    const fault = local.faults.failRequest({
      match: { graphql: "Mine" },
      when: "before",
      how: "502",
    });
    expect((await ask("query Other { rateLimit { limit } }")).status).toBe(200);
    expect((await ask("query Mine { rateLimit { limit } }")).status).toBe(502);
    fault.remove();
    expect((await ask("query Mine { rateLimit { limit } }")).status).toBe(200);
  });

  it("is found by the repository that its token is for, or is asked for", async () => {
    const { repository, installation } = world;
    local.github.data.tokens.push({
      token: "ghs_only",
      userId: null,
      installationId: installation.id,
      permissions: null,
      repositoryIds: [repository.id],
      expiresAt: null,
    });
    const match = { repositoryId: repository.id };
    const fault = local.faults.failRequest({ match, times: 3, when: "before", how: "502" });
    expect((await world.withToken("ghs_only")("GET", "{repo}")).status).toBe(502);
    const path = `/app/installations/${installation.id}/access_tokens`;
    const mint = (ids: number[]) => world.asApp()("POST", path, { repository_ids: ids });
    expect((await mint([repository.id])).status).toBe(502);
    expect((await ask("query Any { rateLimit { limit } }")).status).toBe(200);
    expect(fault).toMatchObject({ matched: 2, fired: 2 });
  });

  it("may only be slow", async () => {
    const how = { delayMs: 5 };
    local.faults.failRequest({ match: {}, when: "before", how });
    local.faults.failRequest({ match: {}, nth: 2, when: "after", how });
    expect((await release("v1")).status).toBe(201);
    expect((await release("v2")).status).toBe(201);
  });
});

describe("stale reads", () => {
  it("answer as of so many seconds ago, while writes see the present", async () => {
    await release("v1");
    await local.faults.staleReads(10);
    later(1);
    await release("v2");
    expect(await latest()).toBe("v1");
    expect((await world.bot("GET", "{repo}/git/ref/tags/v2")).status).toBe(404);
    expect((await release("v2")).status).toBe(422);
    later(10);
    expect(await latest()).toBe("v2");
    expect((await world.bot("GET", "{repo}/git/ref/tags/v2")).status).toBe(200);
  });

  it("hold for branches, check runs, statuses, pulls and GraphQL alike", async () => {
    await local.faults.staleReads(10);
    later(1);
    const second = await world.commit("second");
    const check = { name: "build", head_sha: world.head, conclusion: "success" };
    await world.bot("POST", "{repo}/check-runs", check);
    await world.as("wilma")("POST", `{repo}/statuses/${world.head}`, { state: "success" });
    const query = `query Head {
      repository(owner: "${local.github.owner(world.repository).login}", name: "widgets") {
        defaultBranchRef { target { oid } }
      }
    }`;
    const see = async () => ({
      branch: (await world.bot("GET", "{repo}/git/ref/heads/main")).body.object.sha,
      checks: (await world.bot("GET", `{repo}/commits/${world.head}/check-runs`)).body.total_count,
      status: (await world.bot("GET", `{repo}/commits/${world.head}/status`)).body.state,
      graphql: (await world.bot("POST", "/graphql", { query })).body.data.repository
        .defaultBranchRef.target.oid,
    });
    expect(await see()).toEqual({
      branch: world.head,
      checks: 0,
      status: "pending",
      graphql: world.head,
    });
    later(10);
    expect(await see()).toEqual({ branch: second, checks: 1, status: "success", graphql: second });
  });

  it("end when they are taken back", async () => {
    await local.faults.staleReads(10);
    await release("v1");
    expect((await world.bot("GET", "{repo}/releases/latest")).status).toBe(404);
    await local.faults.staleReads(0);
    expect(await latest()).toBe("v1");
  });
});

it("lets the index of commits and pulls lag behind a merge", async () => {
  const branch = { ref: "refs/heads/work", sha: world.head };
  await world.bot("POST", "{repo}/git/refs", branch);
  await world.bot("PUT", "{repo}/contents/new.txt", {
    message: "new",
    content: Buffer.from("new").toString("base64"),
    branch: "work",
  });
  const input = { title: "Pull", head: "work", base: "main" };
  const { number } = (await world.bot("POST", "{repo}/pulls", input)).body;
  local.faults.lagAssociatedPulls(60);
  const { sha } = (await world.bot("PUT", `{repo}/pulls/${number}/merge`, {})).body;
  const found = async () => (await world.bot("GET", `{repo}/commits/${sha}/pulls`)).body.length;
  const query = `query Pulls {
    repository(owner: "${local.github.owner(world.repository).login}", name: "widgets") {
      object(oid: "${sha}") {
        ... on Commit { associatedPullRequests(first: 5) { totalCount } }
      }
    }
  }`;
  const graphql = async () =>
    (await world.bot("POST", "/graphql", { query })).body.data.repository.object
      .associatedPullRequests.totalCount;
  clock.now += 59_000;
  expect([await found(), await graphql()]).toEqual([0, 0]);
  clock.now += 1_000;
  expect([await found(), await graphql()]).toEqual([1, 1]);
});

describe("deliveries", () => {
  it("that fail stand in the list, and can be asked for again", async () => {
    const fault = local.faults.deliveries({ drop: "failed" });
    expect(await open("a")).toEqual([]);
    expect(listed()).toMatchObject([{ status: "timed out", statusCode: 0 }]);
    fault.remove();
    for (const delivery of listed()) local.webhooks.redeliver(delivery);
    expect(await open()).toEqual(["a"]);
  });

  it("that are lost stand nowhere", async () => {
    local.faults.deliveries({ drop: "lost" });
    expect(await open("a")).toEqual([]);
    expect(listed()).toEqual([]);
  });

  it("that are doubled carry one GUID", async () => {
    local.faults.deliveries({ double: true });
    expect(await open("a")).toEqual(["a", "a"]);
    const guids = receiver.received.map(({ headers }) => headers["x-github-delivery"]);
    expect(new Set(guids).size).toBe(1);
  });

  it("that are reordered all arrive, the later one first", async () => {
    local.faults.deliveries({ reorder: true });
    await release("v1");
    await local.webhooks.idle();
    const names = receiver.names().filter((name) => name.startsWith("release"));
    expect(names).not.toEqual(["release.created", "release.published", "release.released"]);
    expect(names.toSorted()).toEqual(["release.created", "release.published", "release.released"]);
  });

  it("that are late let others pass", async () => {
    local.faults.deliveries({
      match: ({ action }) => action === "created",
      delayMs: 40,
    });
    await release("v1");
    await local.webhooks.idle();
    const names = receiver.names().filter((name) => name.startsWith("release"));
    expect(names).toEqual(["release.published", "release.released", "release.created"]);
  });
});
