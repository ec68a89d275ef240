import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { tagRuleset } from "../support/rulesets.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const tagOf = (name: string) => local.github.git.resolve(world.repository.id, `refs/tags/${name}`);

describe("creating a release", () => {
  it("creates the missing tag at target_commitish", async () => {
    await world.commit("second");
    const answer = await world.bot("POST", "{repo}/releases", {
      tag_name: "v1.0.0",
      target_commitish: world.head,
      name: "First",
    });
    expect(answer.status).toBe(201);
    expect(await tagOf("v1.0.0")).toBe(world.head);
    expect(answer.body).toMatchObject({ tag_name: "v1.0.0", draft: false, name: "First" });
  });

  it("leaves an existing tag where it is, whatever target_commitish says", async () => {
    const second = await world.commit("second");
    const ref = { ref: "refs/tags/v1.0.0", sha: world.head };
    await local.github.git.swapRef(world.repository.id, ref.ref, null, ref.sha);
    const answer = await world.bot("POST", "{repo}/releases", {
      tag_name: "v1.0.0",
      target_commitish: second,
    });
    expect(answer.status).toBe(201);
    expect(await tagOf("v1.0.0")).toBe(world.head);
  });

  it("refuses a second published release of a tag", async () => {
    await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
    const again = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
    expect(again.status).toBe(422);
    expect(again.body.errors).toEqual([
      { resource: "Release", code: "already_exists", field: "tag_name" },
    ]);
    expect((await world.bot("GET", "{repo}/releases")).body).toHaveLength(1);
  });

  it.each([
    ["a target that is no commit", { target_commitish: "nowhere" }, "target_commitish"],
    ["a name that is no tag", { tag_name: "no spaces please" }, "tag_name"],
    ["no name", { tag_name: "" }, "tag_name"],
    ["notes of 125,001 characters", { body: "x".repeat(125_001) }, "body"],
    ["a prerelease as latest", { prerelease: true, make_latest: "true" }, "make_latest"],
  ])("refuses %s and makes no tag", async (_, body, field) => {
    const answer = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0", ...body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0]).toMatchObject({ resource: "Release", field });
    expect(await tagOf("v1.0.0")).toBeNull();
  });

  it("takes notes of exactly 125,000 characters", async () => {
    const body = { tag_name: "v1.0.0", body: "x".repeat(125_000) };
    expect((await world.bot("POST", "{repo}/releases", body)).status).toBe(201);
  });

  it("words a ruleset's refusal as GitHub does, and leaves nothing behind", async () => {
    world.repository.rulesets.push(tagRuleset());
    const answer = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
    expect(answer.status).toBe(422);
    expect(answer.body.message).toBe("Validation Failed");
    expect(answer.body.errors[0]).toMatchObject({
      code: "custom",
      message: "pre_receive Cannot create ref due to creations being restricted.",
    });
    expect(await tagOf("v1.0.0")).toBeNull();
    expect((await world.bot("GET", "{repo}/releases")).body).toEqual([]);
  });

  it.each([
    ["rita", 403],
    ["wilma", 201],
    ["nobody", 401],
  ])("asks %s for the write role (%i)", async (login, status) => {
    const answer = await world.as(login)("POST", "{repo}/releases", { tag_name: "v1.0.0" });
    expect(answer.status).toBe(status);
  });
});

describe("drafts", () => {
  it("make no tag, may share a name, and are hidden from those who only read", async () => {
    const draft = { tag_name: "v1.0.0", draft: true };
    expect((await world.bot("POST", "{repo}/releases", draft)).status).toBe(201);
    expect((await world.bot("POST", "{repo}/releases", draft)).status).toBe(201);
    expect(await tagOf("v1.0.0")).toBeNull();
    expect((await world.as("wilma")("GET", "{repo}/releases")).body).toHaveLength(2);
    expect((await world.as("rita")("GET", "{repo}/releases")).body).toEqual([]);
    expect((await world.bot("GET", "{repo}/releases/tags/v1.0.0")).status).toBe(404);
  });

  it("make their tag when they are published", async () => {
    const { body } = await world.bot("POST", "{repo}/releases", {
      tag_name: "v1.0.0",
      draft: true,
    });
    expect(body.published_at).toBeNull();
    const after = await world.bot("PATCH", `{repo}/releases/${body.id}`, { draft: false });
    expect(after.body).toMatchObject({ draft: false, published_at: expect.any(String) });
    expect(await tagOf("v1.0.0")).toBe(world.head);
    expect((await world.bot("GET", "{repo}/releases/latest")).body.id).toBe(body.id);
  });
});

const latest = async () => (await world.bot("GET", "{repo}/releases/latest")).body.tag_name;
const release = async (tag: string, more: object = {}) =>
  (await world.bot("POST", "{repo}/releases", { tag_name: tag, ...more })).body.id;

describe("the latest release", () => {
  it("is the newest that did not ask to stay out", async () => {
    await release("v1.0.0");
    await release("v1.1.0");
    await release("v0.9.1", { make_latest: "false" });
    await release("v2.0.0-rc.1", { prerelease: true });
    expect(await latest()).toBe("v1.1.0");
  });

  it("goes by version where legacy is asked for on one commit", async () => {
    await release("v1.1.0", { make_latest: "legacy" });
    await release("v1.0.1", { make_latest: "legacy" });
    expect(await latest()).toBe("v1.1.0");
  });

  it("moves back when the bad one becomes a prerelease, or an older one is named", async () => {
    const good = await release("v1.0.0");
    await release("v1.0.1");
    const bad = await release("v1.0.2");
    await world.bot("PATCH", `{repo}/releases/${bad}`, { prerelease: true });
    expect(await latest()).toBe("v1.0.1");
    await world.bot("PATCH", `{repo}/releases/${good}`, { make_latest: "true" });
    expect(await latest()).toBe("v1.0.0");
    await world.bot("PATCH", `{repo}/releases/${good}`, { make_latest: "false" });
    expect(await latest()).toBe("v1.0.1");
  });

  it("is none without a release", async () => {
    expect((await world.bot("GET", "{repo}/releases/latest")).status).toBe(404);
  });
});

describe("an immutable release", () => {
  it("takes new words and nothing else", async () => {
    const setting = "{repo}/immutable-releases";
    expect((await world.as("owner")("GET", setting)).status).toBe(404);
    expect((await world.as("wilma")("PUT", setting)).status).toBe(403);
    expect((await world.as("owner")("PUT", setting)).status).toBe(204);
    expect((await world.as("owner")("GET", setting)).body.enabled).toBe(true);
    const { body } = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
    expect(body.immutable).toBe(true);
    const path = `{repo}/releases/${body.id}`;
    expect((await world.bot("PATCH", path, { prerelease: true })).status).toBe(422);
    expect((await world.bot("PATCH", path, { tag_name: "v1.0.1" })).status).toBe(422);
    expect((await world.bot("DELETE", "{repo}/git/refs/tags/v1.0.0")).status).toBe(422);
    expect(await tagOf("v1.0.0")).toBe(world.head);
    expect((await world.bot("PATCH", path, { body: "Better words" })).body.body).toBe(
      "Better words",
    );
  });
});

it("is not found by an App that may write no workflows where its commit has others", async () => {
  const workflow = (text: string, parents: string[]): Promise<string> =>
    commitFiles(local.github, world.repository, {
      branch: "main",
      message: "ci",
      files: { ".github/workflows/ci.yml": text },
      parents,
    });
  const old = await workflow("on: push\n", [world.head]);
  const made = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
  await workflow("on: release\n", [old]);
  const path = `{repo}/releases/${made.body.id}`;
  const refused = await world.bot("PATCH", path, { make_latest: "true" });
  expect([refused.status, refused.body.message]).toEqual([404, "Not Found"]);
  expect((await world.bot("GET", path)).status).toBe(200);
  expect((await world.as("wilma")("PATCH", path, { make_latest: "true" })).status).toBe(200);
});

it("deletes a release and keeps its tag", async () => {
  const { body } = await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
  expect((await world.bot("DELETE", `{repo}/releases/${body.id}`)).status).toBe(204);
  expect((await world.bot("GET", `{repo}/releases/${body.id}`)).status).toBe(404);
  expect(await tagOf("v1.0.0")).toBe(world.head);
});

it("generates notes that link the previous release", async () => {
  await world.bot("POST", "{repo}/releases", { tag_name: "v1.0.0" });
  await world.commit("second");
  const notes = await world.bot("POST", "{repo}/releases/generate-notes", { tag_name: "v1.0.1" });
  expect(notes.body.body).toContain("/compare/v1.0.0...v1.0.1");
});
