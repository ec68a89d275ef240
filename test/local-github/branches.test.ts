import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, Receiver, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
const receiver = new Receiver();
let webhookUrl: string;
let world: PlatformWorld;

beforeAll(async () => {
  webhookUrl = await receiver.listen();
});
afterAll(() => receiver.close());
beforeEach(async () => {
  world = await buildPlatform(local, { webhookUrl, events: ["repository"] });
});

const PROTECTION = {
  required_status_checks: { strict: false, contexts: ["ci"] },
  enforce_admins: false,
  required_pull_request_reviews: { required_approving_review_count: 2 },
  restrictions: null,
};
const RULESET = {
  name: "main",
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: ["refs/heads/rel/**"], exclude: [] } },
  rules: [
    {
      type: "required_status_checks",
      parameters: {
        strict_required_status_checks_policy: false,
        required_status_checks: [{ context: "lint" }],
      },
    },
    { type: "deletion" },
  ],
};
const get = (path: string) => world.as("wilma")("GET", path);

describe("a branch", () => {
  it("shows its protection to everybody in short and to administrators in full", async () => {
    const path = "{repo}/branches/main/protection";
    expect((await world.as("owner")("GET", path)).body.message).toBe("Branch not protected");
    await world.as("owner")("PUT", path, PROTECTION);
    expect((await get("{repo}/branches/main")).body).toMatchObject({
      protected: true,
      commit: { sha: world.head },
      protection: { enabled: true, required_status_checks: { contexts: ["ci"] } },
    });
    expect((await get(path)).status).toBe(403);
    expect((await world.as("owner")("GET", path)).body).toMatchObject({
      required_status_checks: { contexts: ["ci"] },
      required_pull_request_reviews: { required_approving_review_count: 2 },
      enforce_admins: { enabled: false },
    });
    expect((await get("{repo}/branches?protected=false")).body).toEqual([]);
    expect((await world.as("owner")("DELETE", path)).status).toBe(204);
    expect((await get("{repo}/branches/main")).body.protected).toBe(false);
  });

  it("is refused a push without its required checks, and deletion", async () => {
    await world.as("owner")("PUT", "{repo}/branches/main/protection", PROTECTION);
    const content = Buffer.from("x").toString("base64");
    const body = { message: "x", content };
    const written = await world.as("wilma")("PUT", "{repo}/contents/x.txt", body);
    expect([written.status, written.body.message]).toEqual([
      409,
      "Repository rule violations found\n\nChanges must be made through a pull request.\n\n" +
        'Required status check "ci" is expected.\n\n',
    ]);
    const removed = await world.as("wilma")("DELETE", "{repo}/git/refs/heads/main");
    expect(removed.status).toBe(422);
    const head = await local.github.git.resolve(world.repository.id, "refs/heads/main");
    expect(head).toBe(world.head);
  });

  it("shows the rules that reach it, and is listed among all", async () => {
    const made = await world.as("owner")("POST", "{repo}/rulesets", RULESET);
    const ref = { ref: "refs/heads/rel/1.x", sha: world.head };
    await world.as("wilma")("POST", "{repo}/git/refs", ref);
    expect((await get("{repo}/rules/branches/rel/1.x")).body).toMatchObject([
      { type: "required_status_checks", ruleset_id: made.body.id },
      { type: "deletion", ruleset_id: made.body.id },
    ]);
    expect((await get("{repo}/rules/branches/main")).body).toEqual([]);
    const path = `{repo}/rulesets/${made.body.id}`;
    await world.as("owner")("PUT", path, { enforcement: "disabled" });
    expect((await get("{repo}/rules/branches/rel/1.x")).body).toEqual([]);
    expect((await get(path)).body).toMatchObject({ ...RULESET, enforcement: "disabled" });
    const names = (await get("{repo}/branches")).body.map(({ name }: { name: string }) => name);
    expect(names).toEqual(["main", "rel/1.x"]);
  });

  it("becomes the default one, and then cannot be deleted", async () => {
    const set = (name: string) => world.as("owner")("PATCH", "{repo}", { default_branch: name });
    expect((await set("trunk")).status).toBe(422);
    const ref = { ref: "refs/heads/trunk", sha: world.head };
    await world.as("wilma")("POST", "{repo}/git/refs", ref);
    expect((await set("trunk")).body.default_branch).toBe("trunk");
    await local.webhooks.idle();
    const changes = { default_branch: { from: "main" } };
    expect(receiver.find("repository.edited")?.payload).toMatchObject({ changes });
    expect((await world.as("owner")("DELETE", "{repo}/git/refs/heads/trunk")).status).toBe(422);
    expect((await world.as("owner")("DELETE", "{repo}/git/refs/heads/main")).status).toBe(204);
  });
});

describe("a new repository", () => {
  it("and a fork are told to the App on their account", async () => {
    const owner = local.github.owner(world.repository).login;
    const made = { name: "gadgets", auto_init: true, private: true };
    const created = await world.as("owner")("POST", `/orgs/${owner}/repos`, made);
    expect([created.status, created.body.private]).toEqual([201, true]);
    await local.webhooks.idle();
    const repository = { id: created.body.id, full_name: `${owner}/gadgets` };
    expect(receiver.find("repository.created")?.payload).toMatchObject({ repository });
    expect((await get(`/orgs/${owner}/repos`)).body).toHaveLength(1);
    expect((await world.as("owner")("GET", `/orgs/${owner}/repos`)).body).toHaveLength(2);
    const forked = await world.as("outsider")("POST", "{repo}/forks");
    const again = await world.as("outsider")("POST", "{repo}/forks");
    expect([forked.body.fork, again.body.id]).toEqual([true, forked.body.id]);
    expect((await get("{repo}/forks")).body).toMatchObject([{ id: forked.body.id }]);
    expect((await world.as("outsider")("GET", "/user/repos")).body).toHaveLength(1);
  });
});
