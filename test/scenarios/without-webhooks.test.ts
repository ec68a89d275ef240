import { afterEach, describe, expect, it } from "@jest/globals";
import { findRelease, setStatus, until, type Place } from "../../src/local-github/person.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import { startService, type Service } from "../../src/service.ts";
import { readSettings } from "../../src/settings.ts";
import { useDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { installApp, merge, silent, type Installed } from "../support/installed.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const PERIOD_MS = 300;

const exchanges: Exchange[] = [];
const github = useLocalGitHub({
  onExchange: (exchange) => {
    if (/smallbatch/.test(exchange.requestHeaders["user-agent"] ?? "")) exchanges.push(exchange);
  },
});
const database = useDatabase();
const services: Service[] = [];

afterEach(async () => {
  for (const service of services.splice(0)) await service.stop();
  exchanges.length = 0;
});

interface World extends Installed {
  readonly busy: Place;
  readonly quiet: Place;
  readonly quietId: number;
  start(): Promise<Service>;
}

let worlds = 0;

/** Two started repositories of one installation, released as v1.0.0; the App has no webhook. */
async function world(): Promise<World> {
  worlds += 1;
  const installed = await installApp(github, `closed-${worlds}`);
  await installed.create("busy");
  const { id: quietId } = await installed.create("quiet");
  return {
    ...installed,
    busy: installed.place("busy"),
    quiet: installed.place("quiet"),
    quietId,
    start: async () => {
      const settings = readSettings(
        {
          ...installed.environment,
          SMALLBATCH_WEBHOOKS: "off",
          ...github.addresses,
          DATABASE_URL: database.url,
          PORT: "0",
        },
        "serve",
      );
      const pollPace = { periodMs: PERIOD_MS, requestsPerMinuteMax: 60_000 };
      const service = await startService(settings, { logger: silent, pollPace });
      services.push(service);
      return service;
    },
  };
}

function released({ mona }: World, place: Place, tag: string): Promise<unknown> {
  return until(tag, () => findRelease(place, mona, tag));
}

function isPoll({ method, path }: Exchange): boolean {
  return method === "GET" && (path.startsWith("/repos/") || path === "/installation/repositories");
}

/** Requests of the poll from now on, until both repositories were looked at `rounds` times. */
async function pollsOf(story: World, rounds: number): Promise<readonly Exchange[]> {
  const from = exchanges.length;
  const looks = ({ owner, name }: Place): number =>
    exchanges.slice(from).filter(({ path }) => path === `/repos/${owner}/${name}/tags`).length;
  await eventually("several rounds", () =>
    [story.busy, story.quiet].every((place) => looks(place) >= rounds),
  );
  return exchanges.slice(from);
}

/** Wait until a whole round brings nothing new. */
async function calm(story: World): Promise<void> {
  await eventually("a round without news", async () => {
    const seen = await pollsOf(story, 2);
    return seen.every((each) => each.path === "/app/installations" || each.status === 304);
  });
}

/** Hints that a repository got so far. */
async function hintsAt(repositoryId: number): Promise<number> {
  const [row] = await database.query("select generation from smallbatch.repository where id = $1", [
    repositoryId,
  ]);
  return Number(row?.["generation"]);
}

describe("a service that GitHub cannot reach", () => {
  it("takes no webhook, needs no secret, and says how it is", async () => {
    const story = await world();
    const { url } = await story.start();
    const webhook = await fetch(`${url}/api/github/webhooks`, { method: "POST", body: "{}" });
    expect(webhook.status).toBe(404);
    expect(await webhook.json()).toEqual({
      error: expect.stringContaining("SMALLBATCH_WEBHOOKS=off"),
    });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });

  it("releases what is merged and turns green, and leaves the other repository alone", async () => {
    const story = await world();
    await story.start();
    await calm(story);
    const hints = await hintsAt(story.quietId);
    const { sha } = await merge(story.busy, story.mona, { title: "fix: nobody was told" });
    await setStatus(story.busy, story.mona, sha, "pending");
    await until("it waits", async () =>
      exchanges.some(
        ({ method, path, requestBody }) =>
          method !== "GET" && path.includes("/check-runs") && requestBody.includes("ci/test"),
      )
        ? true
        : null,
    );
    await setStatus(story.busy, story.mona, sha, "success");
    await released(story, story.busy, "v1.0.1");
    await calm(story);
    expect(await hintsAt(story.quietId)).toBe(hints);
    expect(await findRelease(story.quiet, story.mona, "v1.0.1")).toBeNull();
    expect(exchanges.some(({ path }) => path.startsWith("/app/hook/"))).toBe(false);
  });

  it("spends nothing where nothing changes: GitHub answers 304 and counts none of it", async () => {
    const story = await world();
    await story.start();
    await calm(story);
    const first = await pollsOf(story, 1);
    const token = first.find(isPoll)?.requestHeaders["authorization"]?.replace("token ", "") ?? "";
    const used = () => github.github.rates.peek(token, "core", new Date()).used;
    const before = used();
    expect(before).toBeGreaterThan(0);
    const seen = await pollsOf(story, 3);
    expect(seen.filter((each) => isPoll(each)).map(({ status }) => status)).toContain(304);
    expect(seen.filter((each) => isPoll(each) && each.status !== 304)).toEqual([]);
    expect(seen.filter((each) => !isPoll(each)).map(({ path }) => path)).toEqual(
      seen.filter(({ path }) => path === "/app/installations").map(({ path }) => path),
    );
    expect(used()).toBe(before);
  });

  it("wakes nobody after a restart: it sends the kept ETags, and knows the answers again", async () => {
    const story = await world();
    const service = await story.start();
    await calm(story);
    services.splice(services.indexOf(service), 1);
    await service.stop();
    const hints = await hintsAt(story.quietId);
    exchanges.length = 0;
    await story.start();
    const seen = await pollsOf(story, 2);
    const conditional = seen.filter((each) => isPoll(each));
    expect(conditional.length).toBeGreaterThan(10);
    expect(conditional.filter((each) => !each.requestHeaders["if-none-match"])).toEqual([]);
    // GitHub's ETags belong to a token, and the token is new: whole answers once, then none.
    await calm(story);
    expect(await hintsAt(story.quietId)).toBe(hints);
  });

  it("finds a new repository, a new tag and an edited release", async () => {
    const story = await world();
    await story.start();
    await calm(story);
    await story.create("added");
    const added = story.place("added");
    const { sha } = await merge(added, story.mona, { title: "fix: in a new place" });
    await setStatus(added, story.mona, sha, "success");
    await released(story, added, "v1.0.1");
    await calm(story);

    for (const change of [
      () => tagHead(story, "v9.0.0-rc.1"),
      () => editLatest(story, { body: "Other words" }),
    ]) {
      const hints = await hintsAt(story.quietId);
      await change();
      await eventually("a hint", async () => (await hintsAt(story.quietId)) > hints);
      await calm(story);
      expect(await hintsAt(story.quietId)).toBeGreaterThan(hints);
    }
  });
});

async function tagHead(story: World, tag: string): Promise<void> {
  const sha = await github.github.git.resolve(story.quietId, "refs/heads/main");
  await send(story, "POST", "/git/refs", { ref: `refs/tags/${tag}`, sha });
}

async function editLatest(story: World, change: object): Promise<void> {
  const release = github.github.data.releases.find(
    ({ repositoryId }) => repositoryId === story.quietId,
  );
  await send(story, "PATCH", `/releases/${release?.id}`, change);
}

async function send({ quiet, mona }: World, method: string, path: string, body: object) {
  const answer = await fetch(`${quiet.apiUrl}/repos/${quiet.owner}/${quiet.name}${path}`, {
    method,
    headers: { authorization: `Bearer ${mona.token}` },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBeLessThan(300);
}
