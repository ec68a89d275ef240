import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles, createTag } from "../../src/local-github/seed.ts";
import type { Ruleset } from "../../src/local-github/world.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { tagRuleset } from "../support/rulesets.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const shaOf = (ref: string) => local.github.git.resolve(world.repository.id, ref);
const create = (ref: string, sha = world.head, by = world.bot) =>
  by("POST", "{repo}/git/refs", { ref, sha });

function ruleset(more: Partial<Ruleset>): void {
  world.repository.rulesets.push(tagRuleset(more));
}

const addWorkflow = (branch: string) =>
  commitFiles(local.github, world.repository, {
    branch,
    message: "ci",
    files: { ".github/workflows/ci.yml": `on: push # ${branch}\n` },
    parents: [world.head],
  });

describe("creating a ref", () => {
  it("is won by one of many at the same time", async () => {
    const other = await world.commit("other");
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        create("refs/tags/v1.0.0", index % 2 === 0 ? world.head : other),
      ),
    );
    const won = answers.filter(({ status }) => status === 201);
    expect(won).toHaveLength(1);
    expect(await shaOf("refs/tags/v1.0.0")).toBe(won[0]?.body.object.sha);
    for (const { body } of answers.filter(({ status }) => status !== 201)) {
      expect(body.message).toBe("Reference already exists");
    }
  });

  it.each([
    ["where it is another one by now", "main", "v1", false],
    ["where it is none yet", null, "main", false],
    ["where it is that one", "main", "main", true],
  ])("swaps %s only if that is true", async (_, before, name, isSwapped) => {
    const { git } = local.github;
    const after = await world.commit("after");
    await create("refs/tags/v1", after);
    await create("refs/tags/main", world.head);
    const expected = before === null ? null : world.head;
    const ref = `refs/tags/${name}`;
    expect(await git.swapRef(world.repository.id, ref, expected, after)).toBe(isSwapped);
  });

  it.each([
    ["an unknown object", "refs/tags/v1", "1".repeat(40), "Object does not exist"],
    ["something that is no SHA", "refs/tags/v1", "main", "Object does not exist"],
    ["a name outside refs", "tags/v1", undefined, /must start with 'refs\/'/],
    ["a name that git refuses", "refs/tags/v1..2", undefined, /not a valid ref name/],
    ["an existing ref", "refs/heads/main", undefined, "Reference already exists"],
  ])("is refused with 422 for %s", async (_, ref, sha, message) => {
    const answer = await create(ref, sha);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toMatch(message);
  });
});

describe("a ruleset for tags", () => {
  it("refuses a creation in GitHub's words, and leaves no tag", async () => {
    ruleset({});
    const { status, body } = await create("refs/tags/v1.0.0");
    expect([status, body.message]).toEqual([
      422,
      "Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n",
    ]);
    expect(await shaOf("refs/tags/v1.0.0")).toBeNull();
  });

  it.each([
    ["another name", "refs/tags/nightly", {}],
    ["a branch", "refs/heads/v2", {}],
    ["one that is switched off", "refs/tags/v2", { enforcement: "disabled" as const }],
    ["a folder below the star", "refs/tags/v2/x", {}],
  ])("lets %s pass", async (_, ref, more) => {
    ruleset(more);
    expect((await create(ref)).status).toBe(201);
  });

  it("lets the App on its bypass list pass, and nobody else", async () => {
    ruleset({ bypassAppIds: [world.app.id] });
    expect((await create("refs/tags/v1.0.0", world.head, world.as("owner"))).status).toBe(422);
    expect((await create("refs/tags/v1.0.0")).status).toBe(201);
  });

  it("holds names to a pattern", async () => {
    const parameters = { operator: "regex", pattern: "^v\\d+\\.\\d+\\.\\d+$" };
    ruleset({ rules: [{ type: "tag_name_pattern", parameters }] });
    expect((await create("refs/tags/v1")).status).toBe(422);
    expect((await create("refs/tags/v1.0.0")).status).toBe(201);
  });

  it("protects a tag from being moved and deleted", async () => {
    await create("refs/tags/v1.0.0");
    ruleset({ rules: [{ type: "update" }, { type: "deletion" }] });
    const sha = await world.commit("later");
    const move = await world.bot("PATCH", "{repo}/git/refs/tags/v1.0.0", { sha, force: true });
    const remove = await world.bot("DELETE", "{repo}/git/refs/tags/v1.0.0");
    expect([move.status, remove.status]).toEqual([422, 422]);
    expect(await shaOf("refs/tags/v1.0.0")).toBe(world.head);
  });
});

describe("moving a ref", () => {
  it("goes forward, and anywhere else only by force", async () => {
    const after = await world.commit("after");
    const move = (sha: string, force = false) =>
      world.bot("PATCH", "{repo}/git/refs/heads/main", { sha, force });
    const back = await move(world.head);
    expect([back.status, back.body.message]).toEqual([422, "Update is not a fast forward"]);
    expect((await move(world.head, true)).status).toBe(200);
    expect((await move(after)).body.object.sha).toBe(after);
  });

  it("needs a ref that exists", async () => {
    const { status, body } = await world.bot("PATCH", "{repo}/git/refs/heads/no", {
      sha: world.head,
    });
    expect([status, body.message]).toEqual([422, "Reference does not exist"]);
  });
});

describe("workflow files", () => {
  it("keep an App without the permission from a ref to them", async () => {
    const sha = await addWorkflow("work");
    const refused = await create("refs/tags/v1.0.0", sha);
    expect([refused.status, refused.body.message]).toEqual([
      403,
      "Resource not accessible by integration",
    ]);
    expect((await create("refs/tags/v1.0.0", sha, world.as("wilma"))).status).toBe(201);
  });

  it("do not, where the default branch has the same ones or the permission is there", async () => {
    const same = await addWorkflow("main");
    expect((await create("refs/tags/same", same)).status).toBe(201);
    expect((await create("refs/tags/without", world.head)).status).toBe(201);
    const different = await addWorkflow("work");
    world.installation.permissions["workflows"] = "write";
    expect((await create("refs/tags/different", different)).status).toBe(201);
  });
});

describe("reading refs", () => {
  it("finds one exactly, and many by their beginning", async () => {
    await createTag(local.github, world.repository, { name: "v1.0.0", target: "main" });
    const message = "The second";
    await createTag(local.github, world.repository, { name: "v1.1.0", target: "main", message });
    const get = async (path: string) => (await world.bot("GET", path)).body;
    expect((await world.bot("GET", "{repo}/git/ref/tags/v1")).status).toBe(404);
    expect(await get("{repo}/git/ref/tags/v1.0.0")).toMatchObject({
      ref: "refs/tags/v1.0.0",
      object: { type: "commit", sha: world.head },
    });
    const matching = await get("{repo}/git/matching-refs/tags/v1.");
    expect(matching.map(({ object }: { object: { type: string } }) => object.type)).toEqual([
      "commit",
      "tag",
    ]);
    expect(await get(`{repo}/git/tags/${matching[1].object.sha}`)).toMatchObject({
      tag: "v1.1.0",
      message,
      object: { sha: world.head },
    });
    expect(await get("{repo}/tags")).toMatchObject([
      { name: "v1.1.0", commit: { sha: world.head } },
      { name: "v1.0.0", commit: { sha: world.head } },
    ]);
  });
});
