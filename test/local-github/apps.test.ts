import { beforeEach, describe, expect, it } from "@jest/globals";
import { addRepositories, suspend, unsuspend } from "../../src/local-github/seed-app.ts";
import { createRepository } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";

const START = Date.parse("2026-03-01T12:00:00Z");
const clock = { now: START };
const local = useLocalGitHub({ now: () => new Date(clock.now) });
let world: PlatformWorld;

beforeEach(async () => {
  clock.now = START;
  world = await buildPlatform(local);
});

const ownerLogin = () => local.github.owner(world.repository).login;
const tokenPath = () => `/app/installations/${world.installation.id}/access_tokens`;
const mint = (body?: object) => world.asApp()("POST", tokenPath(), body);

describe("an App", () => {
  it("finds itself and its installations with its own token", async () => {
    const app = world.asApp();
    expect((await app("GET", "/app")).body).toMatchObject({
      id: world.app.id,
      slug: world.app.slug,
      installations_count: 1,
    });
    const { id } = world.installation;
    for (const path of [
      `/app/installations/${id}`,
      "{repo}/installation",
      `/orgs/${ownerLogin()}/installation`,
      `/users/${ownerLogin()}/installation`,
    ]) {
      expect((await app("GET", path)).body).toMatchObject({ id, app_slug: world.app.slug });
    }
    expect((await app("GET", "/app/installations")).body).toHaveLength(1);
  });

  it.each(["/app", "/app/installations", "/app/hook/deliveries"])(
    "is asked for its own token at %s",
    async (path) => {
      expect((await world.bot("GET", path)).status).toBe(401);
      expect((await world.as("wilma")("GET", path)).status).toBe(401);
    },
  );

  it("is seen as its bot", async () => {
    const { body } = await world.bot(
      "GET",
      `/users/${encodeURIComponent(`${world.app.slug}[bot]`)}`,
    );
    expect(body).toMatchObject({ type: "Bot", id: world.app.botId });
  });
});

describe("an installation's token", () => {
  it("carries what was granted and ends after an hour", async () => {
    const { status, body } = await mint();
    expect(status).toBe(201);
    expect(body).toMatchObject({
      expires_at: "2026-03-01T13:00:00Z",
      permissions: { contents: "write", checks: "write" },
      repository_selection: "all",
    });
    const send = world.withToken(body.token);
    clock.now = START + 3_599_000;
    expect((await send("GET", "{repo}/releases")).status).toBe(200);
    clock.now = START + 3_600_000;
    expect((await send("GET", "{repo}/releases")).status).toBe(401);
  });

  it("does no more than it was narrowed to", async () => {
    const { body } = await mint({ permissions: { contents: "read" } });
    expect(body.permissions).toEqual({ contents: "read", metadata: "read" });
    const answer = await world.withToken(body.token)("POST", "{repo}/releases", { tag_name: "v1" });
    expect(answer.status).toBe(403);
    expect(answer.body.message).toBe("Resource not accessible by integration");
    expect((await world.bot("GET", "{repo}/releases")).body).toEqual([]);
  });

  it("reaches no other repository than it was narrowed to", async () => {
    const other = await createRepository(local.github, ownerLogin(), "other");
    const { body } = await mint({ repository_ids: [world.repository.id] });
    expect(body).toMatchObject({
      repository_selection: "selected",
      repositories: [{ name: "widgets" }],
    });
    const send = world.withToken(body.token);
    const listed = (await send("GET", "/installation/repositories")).body;
    expect(listed).toMatchObject({ total_count: 1, repositories: [{ name: "widgets" }] });
    const path = `/repos/${local.github.fullName(other)}/issues`;
    expect((await send("POST", path, { title: "No" })).status).toBe(403);
    expect((await world.bot("POST", path, { title: "Yes" })).status).toBe(201);
  });

  it.each([
    [{ permissions: { administration: "write" } }, /not granted/],
    [{ permissions: { statuses: "write" } }, /not granted/],
    [{ repositories: ["nowhere"] }, /does not exist or is not accessible/],
    [{ repository_ids: [1] }, /does not exist or is not accessible/],
  ])("is refused for %j", async (body, message) => {
    const answer = await mint(body);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toMatch(message);
  });

  it("is refused and refused again while the installation is suspended", async () => {
    suspend(local.github, world.installation);
    expect((await mint()).status).toBe(403);
    expect((await world.bot("GET", "{repo}/releases")).status).toBe(403);
    unsuspend(local.github, world.installation);
    expect((await world.bot("GET", "{repo}/releases")).status).toBe(200);
  });

  it("is gone when it was given back", async () => {
    const { body } = await mint();
    const send = world.withToken(body.token);
    expect((await send("DELETE", "/installation/token")).status).toBe(204);
    expect((await send("GET", "{repo}/releases")).status).toBe(401);
  });

  it("covers what an owner adds later", async () => {
    const selected = world.installation;
    selected.repositorySelection = "selected";
    expect((await world.bot("POST", "{repo}/issues", { title: "No" })).status).toBe(403);
    addRepositories(local.github, selected, [world.repository]);
    expect((await world.bot("POST", "{repo}/issues", { title: "Yes" })).status).toBe(201);
  });
});

describe("a person", () => {
  it("reads the rate limit without using it", async () => {
    const send = world.as("wilma");
    const before = (await send("GET", "/rate_limit")).body.rate.used;
    await send("GET", "{repo}/releases");
    expect((await send("GET", "/rate_limit")).body.rate.used).toBe(before + 1);
    expect((await send("GET", "/user")).body.type).toBe("User");
    expect((await send("GET", "/meta")).status).toBe(200);
  });
});
