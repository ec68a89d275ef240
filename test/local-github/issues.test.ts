import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const labelsOf = async (path: string): Promise<string[]> =>
  (await world.bot("GET", `${path}/labels`)).body.map((each: { name: string }) => each.name);

/** Opens an issue and answers its path. */
async function open(login: string | null, body: object): Promise<string> {
  const send = login === null ? world.bot : world.as(login);
  const answer = await send("POST", "{repo}/issues", { title: "Title", ...body });
  expect(answer.status).toBe(201);
  return `{repo}/issues/${answer.body.number}`;
}

describe("an issue", () => {
  it("lists pulls too, marked by pull_request", async () => {
    await open(null, {});
    await commitFiles(local.github, world.repository, {
      branch: "work",
      message: "work",
      files: { a: "a" },
      parents: [world.head],
    });
    const pull = { title: "Pull", head: "work", base: "main" };
    await world.as("wilma")("POST", "{repo}/pulls", pull);
    const { body } = await world.bot("GET", "{repo}/issues");
    expect(body.map((each: { title: string }) => each.title)).toEqual(["Pull", "Title"]);
    expect(body[0].pull_request.url).toContain("/pulls/2");
    expect(body[1].pull_request).toBeUndefined();
  });

  it("keeps labels from those who may not set them, without a word", async () => {
    expect(await labelsOf(await open("outsider", { labels: ["bug"] }))).toEqual([]);
    expect(await labelsOf(await open("rita", { labels: ["bug", "fresh"] }))).toEqual([
      "bug",
      "fresh",
    ]);
  });

  it.each([
    ["rita", { title: "Mine" }, 403],
    ["rita", { state: "closed" }, 200],
    ["wilma", { body: "Better" }, 200],
    ["nobody", { body: "Better" }, 401],
  ])("of the App lets %s send %j (%i)", async (login, change, status) => {
    const path = await open(null, {});
    expect((await world.as(login)("PATCH", path, change)).status).toBe(status);
  });

  it("lets its author edit and close it", async () => {
    const path = await open("rita", {});
    const change = { title: "New", state: "closed", state_reason: "not_planned" };
    const { body } = await world.as("rita")("PATCH", path, change);
    expect(body).toMatchObject({
      title: "New",
      state: "closed",
      state_reason: "not_planned",
      closed_by: { login: expect.stringMatching(/^rita/) },
    });
  });

  it("is found by state, label and author, page by page", async () => {
    for (let index = 0; index < 3; index += 1) await open(null, { labels: ["bug"] });
    const closed = await open("wilma", {});
    await world.bot("PATCH", closed, { state: "closed" });
    const count = async (query: string) =>
      (await world.bot("GET", `{repo}/issues?${query}`)).body.length;
    expect(await count("")).toBe(3);
    expect(await count("state=all")).toBe(4);
    expect(await count("state=closed&labels=bug")).toBe(0);
    expect(await count(`creator=${world.app.slug}[bot]`)).toBe(3);
    const first = await world.bot("GET", "{repo}/issues?per_page=2");
    expect(first.body).toHaveLength(2);
    expect(first.headers.get("link")).toContain('rel="next"');
  });

  it.each([
    ["no title", { title: "" }],
    ["a body of 65,537 characters", { title: "t", body: "x".repeat(65_537) }],
  ])("is refused with %s", async (_, body) => {
    expect((await world.bot("POST", "{repo}/issues", body)).status).toBe(422);
  });

  it("has a type of the organisation, if any, of those who may give it one", async () => {
    const path = await open("rita", { type: "bug" });
    const typeOf = async () => (await world.bot("GET", path)).body.type?.name ?? null;
    expect(await typeOf()).toBe("Bug");
    expect((await world.bot("PATCH", path, { type: "Epic" })).status).toBe(422);
    const dropped = await open("outsider", { type: "Bug" });
    expect((await world.bot("GET", dropped)).body.type).toBeNull();
    const listed = async (type: string) =>
      (await world.bot("GET", `{repo}/issues?type=${encodeURIComponent(type)}`)).body.length;
    expect([await listed("*"), await listed("Bug"), await listed("none")]).toEqual([1, 1, 1]);
    await world.bot("PATCH", path, { type: "Feature" });
    await world.bot("PATCH", path, { type: null });
    expect(await typeOf()).toBeNull();
    expect(await listed("*")).toBe(0);
  });

  it("tells its story as events and as a timeline", async () => {
    const path = await open(null, {});
    await world.bot("POST", `${path}/labels`, { labels: ["bug"] });
    await world.bot("POST", `${path}/comments`, { body: "Hm" });
    await world.bot("PATCH", path, { title: "Renamed", state: "closed" });
    const names = async (part: string) =>
      (await world.bot("GET", `${path}/${part}`)).body.map((each: { event: string }) => each.event);
    expect(await names("events")).toEqual(["labeled", "renamed", "closed"]);
    expect(await names("timeline")).toEqual(["labeled", "commented", "renamed", "closed"]);
  });
});

describe("labels", () => {
  it("are added, set and taken off, whatever their case", async () => {
    const path = await open(null, {});
    await world.bot("POST", `${path}/labels`, { labels: ["bug", "Brand New"] });
    await world.bot("POST", `${path}/labels`, { labels: ["BUG"] });
    expect(await labelsOf(path)).toEqual(["bug", "Brand New"]);
    await world.bot("DELETE", `${path}/labels/brand%20new`);
    expect(await labelsOf(path)).toEqual(["bug"]);
    expect((await world.bot("DELETE", `${path}/labels/absent`)).status).toBe(404);
    await world.bot("PUT", `${path}/labels`, { labels: ["wontfix"] });
    expect(await labelsOf(path)).toEqual(["wontfix"]);
    expect((await world.bot("DELETE", `${path}/labels`)).status).toBe(204);
    expect(await labelsOf(path)).toEqual([]);
  });

  it("of the repository are made, renamed on every issue, and deleted", async () => {
    const path = await open(null, { labels: ["bug"] });
    const label = { name: "release:minor", color: "00FF00" };
    expect((await world.bot("POST", "{repo}/labels", label)).body).toMatchObject({
      color: "00ff00",
    });
    expect((await world.bot("POST", "{repo}/labels", label)).status).toBe(422);
    await world.bot("PATCH", "{repo}/labels/bug", { new_name: "defect" });
    expect(await labelsOf(path)).toEqual(["defect"]);
    await world.bot("DELETE", "{repo}/labels/defect");
    expect(await labelsOf(path)).toEqual([]);
    expect((await world.bot("GET", "{repo}/labels/defect")).status).toBe(404);
    expect((await world.bot("GET", "{repo}/labels?per_page=100")).body).toHaveLength(9);
  });

  it("need the triage role", async () => {
    const path = await open("wilma", {});
    const body = { labels: ["bug"] };
    expect((await world.as("outsider")("POST", `${path}/labels`, body)).status).toBe(403);
    expect((await world.as("rita")("POST", `${path}/labels`, body)).status).toBe(200);
  });
});

describe("a comment", () => {
  it("is changed by its author and by those who write, and by nobody else", async () => {
    const path = await open(null, {});
    const { body } = await world.as("wilma")("POST", `${path}/comments`, { body: "One" });
    const own = `{repo}/issues/comments/${body.id}`;
    expect((await world.as("rita")("PATCH", own, { body: "Two" })).status).toBe(403);
    expect((await world.as("wilma")("PATCH", own, { body: "Two" })).body.body).toBe("Two");
    expect((await world.bot("GET", `${path}/comments`)).body).toMatchObject([{ body: "Two" }]);
    expect((await world.bot("DELETE", own)).status).toBe(204);
    expect((await world.bot("GET", `${path}/comments`)).body).toEqual([]);
  });

  it("names the App that wrote it, and must say something", async () => {
    const path = await open(null, {});
    const { body } = await world.bot("POST", `${path}/comments`, { body: "Released" });
    expect(body.performed_via_github_app.id).toBe(world.app.id);
    expect((await world.bot("POST", `${path}/comments`, { body: " " })).status).toBe(422);
  });

  it("takes one reaction of a kind from each", async () => {
    const path = await open(null, {});
    const { body } = await world.bot("POST", `${path}/comments`, { body: "One" });
    const reactions = `{repo}/issues/comments/${body.id}/reactions`;
    expect((await world.bot("POST", reactions, { content: "+1" })).status).toBe(201);
    expect((await world.bot("POST", reactions, { content: "+1" })).status).toBe(200);
    expect((await world.as("rita")("POST", reactions, { content: "+1" })).status).toBe(201);
    expect((await world.bot("GET", reactions)).body).toHaveLength(2);
    await world.bot("POST", `${path}/reactions`, { content: "rocket" });
    expect((await world.bot("GET", path)).body.reactions).toMatchObject({ rocket: 1, "+1": 0 });
  });
});

it("lets an App reach a pull's conversation with pull_requests alone, and no issue's", async () => {
  const { repository } = world;
  await commitFiles(local.github, repository, {
    branch: "work",
    message: "work",
    files: { a: "a" },
    parents: [world.head],
  });
  const input = { title: "Pull", head: "work", base: "main" };
  const pull = await world.as("wilma")("POST", "{repo}/pulls", input);
  const issue = await open("wilma", {});
  const path = `/app/installations/${world.installation.id}/access_tokens`;
  const { body } = await world.asApp()("POST", path, { permissions: { pull_requests: "write" } });
  const send = world.withToken(body.token);
  const comment = { body: "Hi" };
  const onPull = await send("POST", `{repo}/issues/${pull.body.number}/comments`, comment);
  expect(onPull.status).toBe(201);
  expect((await send("POST", `${issue}/comments`, comment)).status).toBe(403);
});
