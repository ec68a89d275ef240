import { describe, expect, it } from "@jest/globals";
import { WHY } from "../../src/core/rollback/restoration-words.ts";
import { formatNodeId } from "../../src/local-github/node-id.ts";
import { mergePull } from "../../src/local-github/person.ts";
import type { Repository, Ruleset } from "../../src/local-github/world.ts";
import { act } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { issueOf, requestsSince, standingOf } from "../support/rollback-scene.ts";
import { branchRuleset } from "../support/rulesets.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const FIRE = { "src/fire.js": "burn();\n" };

/** A release is taken back, and its pull stands; nothing else was merged. */
async function openPullOfOurs(rules: Ruleset["rules"] = []): Promise<Restoring> {
  const scene = await Restoring.open(stage);
  await scene.release("fix: set it on fire", FIRE);
  if (rules.length > 0) scene.scenario.repository.rulesets.push(branchRuleset(rules));
  await scene.rollBack("v1.4.3");
  return scene;
}

async function turnGreen({ scenario }: Restoring, sha: string): Promise<void> {
  await scenario.status(sha, "success");
  await scenario.lookFor(5 * MINUTE_MS);
}

/** The code is back, a release carries it, and nothing is left to do. */
async function expectReleased(scene: Restoring, tree: string): Promise<void> {
  const { scenario } = scene;
  await turnGreen(scene, await scenario.head());
  expect(await scene.git("rev-parse", "main^{tree}", "v1.4.4^{tree}")).toBe(`${tree}\n${tree}`);
  expect(await standingOf(scenario)).toEqual({
    "v1.4.4": "latest",
    "v1.4.3": "prerelease rolled-back",
    "v1.4.2": "",
  });
  expect(issueOf(stage, scenario)).toMatchObject({ state: "closed", stateReason: "completed" });
}

describe("our pull, where a rule of the branch leaves out ways to merge,", () => {
  it.each([
    { allowed: "squash", tries: 1, parents: 1 },
    { allowed: "rebase", tries: 2, parents: 1 },
    { allowed: "merge", tries: 3, parents: 2 },
  ] as const)("is merged by $allowed, which is left", async ({ allowed, tries, parents }) => {
    const parameters = { allowed_merge_methods: [allowed] };
    const scene = await openPullOfOurs([{ type: "pull_request", parameters }]);
    const { issue, pull } = await scene.opened();
    const wanted = await scene.mergedTree(pull.headSha);
    const requests = requestsSince(stage);
    await turnGreen(scene, pull.headSha);
    const merges = requests().filter((request) => request === `PUT /pulls/${issue.number}/merge`);
    expect(merges).toHaveLength(tries);
    expect(pull.merged).toBe(true);
    const commit = await scene.git("rev-list", "--parents", "--max-count=1", "main");
    expect(commit.split(" ")).toHaveLength(1 + parents);
    await expectReleased(scene, wanted);
  });

  it.each<[string, Ruleset["rules"][number], Partial<Repository>, string]>([
    [
      "what the rule allows, the repository does not",
      { type: "pull_request", parameters: { allowed_merge_methods: ["squash"] } },
      { allowSquashMerge: false },
      "Rebase merges are not allowed on this repository. " +
        "Merge commits are not allowed on this repository.",
    ],
    [
      "the history is to be linear, and merge commits are all there is",
      { type: "required_linear_history" },
      { allowSquashMerge: false, allowRebaseMerge: false },
      "This branch must not contain merge commits.",
    ],
  ])("waits where %s, says so, and goes on when that is mended", async (_, rule, set, words) => {
    const scene = await openPullOfOurs([rule]);
    const { scenario } = scene;
    Object.assign(scenario.repository, set);
    const { pull } = await scene.opened();
    const wanted = await scene.mergedTree(pull.headSha);
    await turnGreen(scene, pull.headSha);
    expect(pull.merged).toBe(false);
    expect(await scene.restoration()).toMatchObject({ state: "waiting", reason: words });
    expect(issueOf(stage, scenario).body).toContain(words.slice(0, -1));
    Object.assign(scenario.repository, { allowSquashMerge: true });
    await scenario.lookFor(60 * MINUTE_MS);
    expect(pull.merged).toBe(true);
    await expectReleased(scene, wanted);
  });
});

/** Green, and up to date. */
function protect({ scenario }: Restoring): void {
  scenario.repository.protections.push({
    branch: "main",
    requiredContexts: ["ci/test"],
    requiredReviews: 0,
    isStrict: true,
  });
}

describe("our pull, where the branch wants others up to date,", () => {
  it("is merged by itself while nothing was merged since", async () => {
    const scene = await openPullOfOurs();
    protect(scene);
    const { pull } = await scene.opened();
    const wanted = await scene.mergedTree(pull.headSha);
    await turnGreen(scene, pull.headSha);
    expect(pull.merged).toBe(true);
    await expectReleased(scene, wanted);
  });

  it("says which button to press, is people's from then on, and its release comes by itself", async () => {
    const scene = await openPullOfOurs();
    const { scenario } = scene;
    const { issue, pull } = await scene.opened();
    await scenario.mergeFiles("docs: later", { "docs/later.md": "Later\n" });
    protect(scene);
    const wanted = await scene.mergedTree(pull.headSha);
    const ours = pull.headSha;
    await turnGreen(scene, ours);
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.behind });
    const toDo = (): string | undefined =>
      issueOf(stage, scenario)
        .body?.split("\n")
        .find((line) => line.startsWith("**To do:**"));
    expect(toDo()).toContain(`/pull/${issue.number})`);
    expect(toDo()).toContain("press “Update branch” there, and merge it when it is green");
    expect(toDo()).toContain("the release follows by itself");
    expect(pull.merged).toBe(false);

    await act(scenario, stage.people.mona, ["PUT", `pulls/${issue.number}/update-branch`]);
    expect(pull.headSha).not.toBe(ours);
    await scene.look();
    await turnGreen(scene, pull.headSha);
    expect(pull.merged).toBe(false);
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.pushed });
    expect(toDo()).toContain("people merge it");
    await mergePull(scenario.place, stage.people.mona, issue.number);
    await scene.look();
    await expectReleased(scene, wanted);
    expect(await scene.git("show", "v1.4.4:docs/later.md")).toBe("Later");
  });

  it("is merged by itself after all, where that rule is gone", async () => {
    const scene = await openPullOfOurs();
    const { scenario } = scene;
    const { pull } = await scene.opened();
    await scenario.mergeFiles("docs: later", { "docs/later.md": "Later\n" });
    protect(scene);
    const wanted = await scene.mergedTree(pull.headSha);
    await turnGreen(scene, pull.headSha);
    expect(pull.merged).toBe(false);
    scenario.repository.protections.length = 0;
    await scenario.lookFor(60 * MINUTE_MS);
    await expectReleased(scene, wanted);
  });
});

/** As a person would; what GitHub says. */
async function enableAutoMerge(pullId: number): Promise<unknown> {
  const { github, people } = stage;
  const answer = await fetch(github.graphqlUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${people.mona.token}`, "content-type": "application/json" },
    body: JSON.stringify({
      query: `mutation EnableAutoMerge($id: ID!) {
        enablePullRequestAutoMerge(input: { pullRequestId: $id }) { clientMutationId }
      }`,
      variables: { id: formatNodeId("PullRequest", pullId) },
    }),
  });
  const { errors } = (await answer.json()) as { errors?: readonly { message: string }[] };
  return errors?.[0]?.message;
}

describe("a clean pull of ours, for which GitHub refuses auto-merge,", () => {
  it.each([
    ["allowed", true, "Pull request Pull request is in clean status"],
    ["not allowed", false, "Auto merge is not allowed for this repository"],
  ])("is merged directly where that is %s", async (_, allowAutoMerge, words) => {
    const scene = await openPullOfOurs();
    const { scenario } = scene;
    Object.assign(scenario.repository, { allowAutoMerge });
    const { pull } = await scene.opened();
    await scenario.status(pull.headSha, "success");
    expect(await enableAutoMerge(pull.id)).toBe(words);
    const wanted = await scene.mergedTree(pull.headSha);
    await scene.look();
    expect(pull.merged).toBe(true);
    await expectReleased(scene, wanted);
  });
});
