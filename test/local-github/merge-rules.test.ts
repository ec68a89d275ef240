import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";
import { openPull } from "./pull-steps.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const FILES = { "a.txt": "a" };
const merge = (number: number, method: string) =>
  world.as("wilma")("PUT", `{repo}/pulls/${number}/merge`, { merge_method: method });
const green = (sha: string, context: string) =>
  world.as("wilma")("POST", `{repo}/statuses/${sha}`, { state: "success", context });
const protect = (body: object) =>
  world.as("owner")("PUT", "{repo}/branches/main/protection", {
    required_status_checks: null,
    enforce_admins: true,
    required_pull_request_reviews: null,
    restrictions: null,
    ...body,
  });
const rule = (type: string, parameters?: object) =>
  world.as("owner")("POST", "{repo}/rulesets", {
    name: "main",
    target: "branch",
    enforcement: "active",
    conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } },
    rules: [{ type, ...(parameters === undefined ? {} : { parameters }) }],
  });
const open = () =>
  openPull(local, world, { branch: "work", commits: [{ message: "a", files: FILES }] });

describe("a merge", () => {
  it("by a method that a ruleset leaves out is refused, and goes by another one", async () => {
    await rule("pull_request", { allowed_merge_methods: ["rebase"] });
    const { number } = await open();
    for (const [method, words] of [
      ["squash", "Squash merges"],
      ["merge", "Merge commits"],
    ] as const) {
      const { status, body } = await merge(number, method);
      expect([status, body.message]).toEqual([405, `${words} are not allowed on this repository.`]);
    }
    expect((await merge(number, "rebase")).status).toBe(200);
  });

  it.each(["protection", "ruleset"])(
    "commit is refused where a %s asks for a linear history",
    async (kind) => {
      if (kind === "ruleset") await rule("required_linear_history");
      else await protect({ required_linear_history: true });
      const { number } = await open();
      const { status, body } = await merge(number, "merge");
      const words = "This branch must not contain merge commits.";
      expect([status, body.message]).toEqual([405, words]);
      expect((await merge(number, "squash")).status).toBe(200);
    },
  );

  it.each([
    ["protection", ["ci"], 'Required status check "ci" is expected.'],
    ["ruleset", ["ci", "lint"], "2 of 2 required status checks are expected."],
  ])("of a pull that a strict %s wants up to date waits for it", async (kind, contexts, words) => {
    const checks = contexts.map((context) => ({ context }));
    if (kind === "protection") {
      await protect({ required_status_checks: { strict: true, contexts } });
    } else {
      await rule("required_status_checks", {
        strict_required_status_checks_policy: true,
        required_status_checks: checks,
      });
    }
    const pull = await open();
    const path = `{repo}/pulls/${pull.number}`;
    await Promise.all(contexts.map((context) => green(pull.head.sha, context)));
    expect((await world.as("wilma")("GET", path)).body.mergeable_state).toBe("clean");
    const files = { "b.txt": "b" };
    await commitFiles(local.github, world.repository, { branch: "main", message: "b", files });
    expect((await world.as("wilma")("GET", path)).body.mergeable_state).toBe("behind");
    const { status, body } = await merge(pull.number, "squash");
    expect([status, body.message]).toEqual([405, words]);
    expect((await world.as("wilma")("PUT", `${path}/update-branch`)).status).toBe(202);
    const { head } = (await world.as("wilma")("GET", path)).body;
    await Promise.all(contexts.map((context) => green(head.sha, context)));
    expect((await merge(pull.number, "squash")).status).toBe(200);
  });
});

describe("auto-merge", () => {
  it("is refused where the repository does not have it, and where nothing is waited for", async () => {
    const { node_id: id } = await open();
    const enable = async (): Promise<unknown> => {
      const query = `mutation { enablePullRequestAutoMerge(input: { pullRequestId: "${id}" }) { clientMutationId } }`;
      const { body } = await world.as("wilma")("POST", "/graphql", { query });
      return body.errors?.map(({ message }: { message: string }) => message);
    };
    expect(await enable()).toEqual(["Auto merge is not allowed for this repository"]);
    await world.as("owner")("PATCH", "{repo}", { allow_auto_merge: true });
    expect(await enable()).toEqual(["Pull request Pull request is in clean status"]);
  });
});
