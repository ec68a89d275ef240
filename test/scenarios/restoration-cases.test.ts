import { describe, expect, it } from "@jest/globals";
import { WHY } from "../../src/core/rollback/restoration-words.ts";
import { mergePull, openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { act } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { issueOf, standingOf } from "../support/rollback-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const FIRE = { "src/fire.js": "burn();\n" };
const WAYS = ["squash", "merge", "rebase"] as const;

/** A pull of two commits, merged in one of GitHub's ways. */
async function mergeBy(scene: Restoring, way: (typeof WAYS)[number]): Promise<number> {
  const { github } = stage.github;
  const { repository, place } = scene.scenario;
  const head = `by-${way}`;
  const base = repository.defaultBranch;
  for (const part of ["one", "two"]) {
    const file = `src/${way}-${part}.js`;
    const files = { [file]: `${part}();\n`, "src/shared.js": `${way} ${part}\n` };
    await commitFiles(github, repository, { branch: head, message: `fix: ${part}`, files });
  }
  stage.clock.advance(1_000);
  const title = `fix: come by ${way}`;
  const number = await openPullOf(place, stage.people.wilma, { head, base, title });
  await mergePull(place, stage.people.mona, number, way);
  return number;
}

/** Green, and looked at until our pull is merged and its release is out. */
async function finish(scene: Restoring): Promise<void> {
  const { scenario } = scene;
  const { pull } = await scene.opened();
  await scenario.status(pull.headSha, "success");
  await scenario.lookFor(2 * MINUTE_MS);
  await scenario.status(await scenario.head(pull.baseRef), "success");
  await scenario.lookFor(2 * MINUTE_MS);
}

const told = async ({ scenario }: Restoring, number: number): Promise<number> =>
  (await scenario.comments(number)).filter((body) => body.startsWith("Rolled back in")).length;

describe("a release of many pulls", () => {
  it("merged in each of the ways, and older than another one, goes back alone", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    const numbers: number[] = [];
    for (const way of WAYS) numbers.push(await mergeBy(scene, way));
    await scenario.status(await scenario.head(), "success");
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    await scene.release("fix: came later", { "docs/later.md": "Later\n" });
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2", "v1.4.3", "v1.4.4"]);
    await scene.rollBack("v1.4.3");
    const { pull } = await scene.opened();
    const wanted = await scene.mergedTree(pull.headSha);
    // Nothing but what it brought.
    const between = await scene.git("diff", "--name-only", "v1.4.4", wanted);
    expect(between).toBe(await scene.git("diff", "--name-only", "v1.4.2", "v1.4.3"));
    await finish(scene);
    expect(await scene.git("rev-parse", "v1.4.5^{tree}")).toBe(wanted);
    expect(await scene.git("ls-tree", "-r", "--name-only", "v1.4.5")).toBe(
      ".github/smallbatch.yml\nREADME.md\ndocs/later.md",
    );
    expect(await standingOf(scenario)).toEqual({
      "v1.4.5": "latest",
      "v1.4.4": "affected",
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "",
    });
    expect(issueOf(stage, scenario)).toMatchObject({ state: "closed", stateReason: "completed" });
    expect(await Promise.all(numbers.map((number) => told(scene, number)))).toEqual([1, 1, 1]);
  });
});

describe("our pull", () => {
  it("waits for the review that the branch asks for, and is merged when it came", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    scenario.repository.protections.push({
      branch: "main",
      requiredReviews: 1,
      requiredContexts: ["ci/test"],
      enforceAdmins: true,
    });
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await scenario.status(pull.headSha, "success");
    await scenario.lookFor(10 * MINUTE_MS);
    expect(pull.merged).toBe(false);
    expect(await scene.restoration()).toMatchObject({ state: "waiting", reason: WHY.review });
    expect(issueOf(stage, scenario).body).toContain("review");
    await act(scenario, stage.people.mona, ["POST", `pulls/${issue.number}/reviews`], {
      event: "APPROVE",
    });
    await scene.look();
    await finish(scene);
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(issueOf(stage, scenario).state).toBe("closed");
  });

  it("that is red is not merged, and nothing is released, until somebody mends or resumes", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    await scene.rollBack("v1.4.3");
    const { pull } = await scene.opened();
    await scenario.status(pull.headSha, "failure");
    await scenario.mergeGreen("fix: something else");
    await scenario.lookFor(30 * MINUTE_MS);
    expect(pull.merged).toBe(false);
    expect(await scene.restoration()).toMatchObject({
      state: "waiting",
      reason: WHY.red(["ci/test"]),
    });
    expect(issueOf(stage, scenario).body).toContain("ci/test");
    expect(await standingOf(scenario)).toEqual({
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    const wanted = await scene.mergedTree(pull.headSha);
    await finish(scene);
    expect(pull.merged).toBe(true);
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(wanted);
  });

  it("whose branch is deleted by hand is made again when it is asked for again", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await scenario.status(pull.headSha, "pending");
    await scenario.lookFor(2 * MINUTE_MS);
    await act(scenario, stage.people.mona, ["DELETE", `git/refs/heads/${pull.headRef}`]);
    await scene.look();
    await scenario.lookFor(10 * MINUTE_MS);
    expect(issue.state).toBe("closed");
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.deleted });
    expect(issueOf(stage, scenario)).toMatchObject({ state: "open" });
    expect(await standingOf(scenario)).toMatchObject({ "v1.4.2": "latest" });
    await scene.sayAgain("v1.4.3");
    await scenario.lookFor(2 * MINUTE_MS);
    const open = scene.pulls().filter(({ state }) => state === "open");
    expect(open).toHaveLength(1);
    await scenario.status(open[0]?.pull.headSha ?? "", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
  });

  it("of a component brings back its files alone, and releases it alone", async () => {
    const policy =
      "version: 1\ncomponents: [{ name: web, path: web }, { name: admin, path: web/admin }]\n";
    const scene = await Restoring.open(stage, { policy });
    const { scenario } = scene;
    await scenario.release("web-v1.0.0");
    await scenario.release("admin-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scene.release("fix: in both", { "web/a.js": "1\n", "web/admin/a.js": "1\n" });
    const { tags } = await scenario.world();
    expect(Object.keys(tags)).toEqual(expect.arrayContaining(["web-v1.0.1", "admin-v1.0.1"]));
    await scene.rollBack("web-v1.0.1");
    const [issue] = scene.pulls();
    expect(await scene.git("diff", "--name-status", "web-v1.0.1", issue?.pull.headSha ?? "")).toBe(
      "D\tweb/a.js",
    );
    const wanted = await scene.mergedTree(issue?.pull.headSha ?? "");
    await scenario.status(issue?.pull.headSha ?? "", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(wanted);
    const after = Object.keys((await scenario.world()).tags);
    expect(after.filter((tag) => !(tag in tags))).toEqual(["web-v1.0.2"]);
    expect(await standingOf(scenario)).toMatchObject({
      "web-v1.0.1": "prerelease rolled-back",
      "admin-v1.0.1": "",
    });
  });

  it("of a maintenance branch goes into that one, and main stays as it is", async () => {
    const policy = "version: 1\nauto: major\nmaintenance: on\n";
    const scene = await Restoring.open(stage, { policy });
    const { scenario } = scene;
    await scenario.branch("1.x");
    await scene.release("feat!: two", { "two.js": "2\n" });
    const { sha } = await scenario.merge("fix: for one", { base: "1.x" });
    await scenario.status(sha, "success");
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    const main = await scenario.head();
    await scene.rollBack("v1.4.3");
    const [issue] = scene.pulls();
    expect(issue?.pull.baseRef).toBe("1.x");
    const wanted = await scene.mergedTree(issue?.pull.headSha ?? "", "1.x");
    await scenario.status(issue?.pull.headSha ?? "", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    await scenario.status(await scenario.head("1.x"), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scenario.head()).toBe(main);
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(wanted);
    expect(await standingOf(scenario)).toEqual({
      "v2.0.0": "latest",
      "v1.4.4": "",
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "",
    });
  });
});
