import { describe, expect, it } from "@jest/globals";
import { WHY } from "../../src/core/rollback/restoration-words.ts";
import type { Restoration } from "../../src/core/rollback/restoration.ts";
import { mergeFirst } from "../../src/local-github/merge-queue.ts";
import { approvePull, mergePull } from "../../src/local-github/person.ts";
import { act } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { branchRuleset } from "../support/rulesets.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const BY_PEOPLE = "version: 1\nrollback: { merge: manual }\n";

describe("the code of a release that is rolled back", () => {
  it("comes back by a pull of ours that is merged when it is green", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scenario.mergeFiles("docs: later", { "docs/later.md": "Later\n" });
    await scene.rollBack("v1.4.3");
    const { pull, restoration } = await scene.opened();
    expect(restoration).toMatchObject({
      state: "waiting",
      inTheWay: [],
    } satisfies Partial<Restoration>);
    expect(await scene.git("rev-parse", `${pull.headSha}^{tree}`)).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(await scene.git("rev-parse", `${pull.headSha}^`)).toBe(
      await scene.git("rev-parse", "v1.4.3"),
    );
    const wanted = await scene.mergedTree(pull.headSha);
    await scenario.status(pull.headSha, "pending");
    await scenario.lookFor(60_000);
    expect((await scene.restoration()).state).toBe("waiting");
    await scenario.status(pull.headSha, "success");
    await scene.look();
    expect(await scene.restoration()).toMatchObject({
      state: "merged",
      mergedSha: await scenario.head(),
    });
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(wanted);
    expect(await scene.git("ls-tree", "-r", "--name-only", "main")).toBe(
      ".github/smallbatch.yml\nREADME.md\ndocs/later.md",
    );
  });

  it("becomes a draft that names what is in the way, and people resolve it", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    const later = await scenario.mergeFiles("feat: burn twice", { "src/fire.js": "burn(2);\n" });
    await scene.rollBack("v1.4.3");
    await scenario.lookFor(MINUTE_MS);
    const { issue, pull, restoration } = await scene.opened();
    expect(restoration).toMatchObject({ state: "conflicted", inTheWay: [later.number] });
    expect(pull.draft).toBe(true);
    expect(issue.body).toContain(`/pull/${later.number})`);
    await scenario.status(pull.headSha, "success");
    await scenario.lookFor(10 * MINUTE_MS);
    expect(pull.merged).toBe(false);

    await scene.push({ "src/fire.js": null }, await scenario.head());
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.pushed });
    scene.makeReady(issue);
    await scenario.lookFor(10 * MINUTE_MS);
    expect(pull.merged).toBe(false);
    const sha = await mergePull(scenario.place, stage.people.mona, issue.number, "merge");
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "merged", mergedSha: sha });
    expect(await scene.git("ls-tree", "-r", "--name-only", "main")).not.toContain("src/fire.js");
  });

  it("is made ready and merged when nothing is in its way any more", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scenario.mergeFiles("feat: burn twice", { "src/fire.js": "burn(2);\n" });
    await scene.rollBack("v1.4.3");
    await scenario.lookFor(MINUTE_MS);
    const { issue, pull } = await scene.opened();
    expect(pull.draft).toBe(true);
    await scenario.mergeFiles("fix: burn once", { "src/fire.js": "burn();\n" });
    await scenario.status(pull.headSha, "success");
    await scene.look();
    expect(pull.draft).toBe(false);
    expect(issue.body).not.toContain("changed the same lines");
    await scenario.lookFor(MINUTE_MS);
    expect(pull.merged).toBe(true);
    expect(await scene.git("ls-tree", "-r", "--name-only", "main")).not.toContain("src/fire.js");
  });

  it("goes through the merge queue, and is left to people where that takes it out", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    scenario.repository.rulesets.push(branchRuleset([{ type: "merge_queue" }]));
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await scenario.status(pull.headSha, "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scene.restoration()).toMatchObject({ state: "waiting", reason: WHY.queued });
    const { data } = stage.github.github;
    const [waiting] = data.mergeQueue ?? [];
    data.mergeQueue = [];
    await scenario.lookFor(10 * MINUTE_MS);
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.dropped });
    data.mergeQueue = waiting === undefined ? [] : [waiting];
    await mergeFirst(stage.github.github, scenario.repository, "main");
    await scene.look();
    expect((await scene.restoration()).state).toBe("merged");
    expect(issue.state).toBe("closed");
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
  });

  it("stays with people who close its pull or delete its branch, until one asks again", async () => {
    const scene = await Restoring.open(stage, { policy: BY_PEOPLE });
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await act(scenario, stage.people.mona, ["PATCH", `pulls/${issue.number}`], { state: "closed" });
    await scenario.lookFor(10 * MINUTE_MS);
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.closed });
    expect(issue.state).toBe("closed");
    await act(scenario, stage.people.mona, ["DELETE", `git/refs/heads/${pull.headRef}`]);
    await scenario.lookFor(HOUR_MS);
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.deleted });
    expect(await scene.branches()).toEqual([]);
    await scene.sayAgain("v1.4.3");
    await scenario.lookFor(MINUTE_MS);
    expect(await scene.branches()).toEqual([pull.headSha]);
    expect(issue.state).toBe("open");
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.policy });
    await scene.push({ "src/more.js": "1\n" });
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "manual", reason: WHY.pushed });
    await scene.opened();
  });

  it("is nothing where somebody undid it before, or does so meanwhile", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scenario.mergeFiles("docs: later", { "docs/later.md": "Later\n" });
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await scenario.status(pull.headSha, "pending");
    await scenario.mergeFiles("fix: put it out", { "src/fire.js": null });
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "merged", mergedSha: null });
    expect(issue.state).toBe("closed");
    expect(pull.merged).toBe(false);

    const other = await Restoring.open(stage);
    await other.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await other.scenario.mergeFiles("fix: put it out", { "src/fire.js": null });
    await other.rollBack("v1.4.3");
    expect(await other.restoration()).toMatchObject({ state: "merged", reason: WHY.nothing });
    expect(other.pulls()).toEqual([]);
  });

  it("waits for the review and the checks that the branch asks for", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    const protection = { branch: "main", requiredContexts: ["ci/test"], requiredReviews: 1 };
    scenario.repository.protections.push(protection);
    await scene.rollBack("v1.4.3");
    const { issue, pull } = await scene.opened();
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scene.restoration()).toMatchObject({ reason: WHY.awaited(["ci/test"]) });
    await scenario.status(pull.headSha, "failure");
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ reason: WHY.red(["ci/test"]) });
    await scenario.status(pull.headSha, "success");
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "waiting", reason: WHY.review });
    const review = ["POST", `pulls/${issue.number}/reviews`] as const;
    await act(scenario, stage.people.mona, review, { event: "REQUEST_CHANGES", body: "Wait" });
    protection.requiredReviews = 0;
    await scene.look();
    expect(await scene.restoration()).toMatchObject({ state: "waiting", reason: WHY.changes });
    protection.requiredReviews = 1;
    await approvePull(scenario.place, stage.people.mona, issue.number);
    await scene.look();
    expect((await scene.restoration()).state).toBe("merged");
    expect(
      stage.github.github.data.reviews.filter(({ authorId }) => authorId === issue.authorId),
    ).toEqual([]);
  });

  it("is refused with GitHub's words where it may not write, and goes on when asked again", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: test", { ".github/workflows/ci.yml": "on: push\n" });
    await scene.release("fix: test all", { ".github/workflows/ci.yml": "on: [push]\n" });
    await scene.rollBack("v1.4.4");
    const { state, reason, commit } = await scene.restoration();
    expect(state).toBe("refused");
    expect(reason).toContain(".github/workflows");
    expect(scene.pulls()).toEqual([]);
    const [installation] = stage.github.github.data.installations.slice(-1);
    if (installation === undefined) throw new Error("The App is installed");
    const { permissions } = installation;
    installation.permissions = { ...permissions, workflows: "write" };
    await scenario.lookFor(HOUR_MS);
    expect(await scene.branches()).toEqual([]);
    await scene.sayAgain("v1.4.4");
    const { pull } = await scene.opened();
    expect(pull.headSha).toBe(commit);
    installation.permissions = { ...permissions, contents: "read" };
    await scenario.status(pull.headSha, "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect((await scene.restoration()).state).toBe("refused");
    expect(pull.merged).toBe(false);
    installation.permissions = { ...permissions, workflows: "write" };
    await scene.sayAgain("v1.4.4");
    expect((await scene.restoration()).state).toBe("merged");
    expect(pull.merged).toBe(true);
    installation.permissions = permissions;
  });

  it("is found again where everything of it was forgotten, at each step", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scene.rollBack("v1.4.3");
    const { pull } = await scene.opened();
    await scenario.status(pull.headSha, "pending");
    await scene.forgetRestoration();
    await scenario.look();
    expect((await scene.opened()).restoration).toMatchObject({ commit: pull.headSha });
    scene.dropPull();
    await scene.forgetRestoration();
    await scenario.look();
    expect((await scene.opened()).pull.headSha).toBe(pull.headSha);
    await scene.push({ "src/fire.js": null, "src/more.js": "1\n" });
    scene.dropPull();
    await scene.forgetRestoration();
    await scenario.look();
    expect(await scene.restoration()).toMatchObject({
      state: "refused",
      reason: WHY.taken(pull.headRef),
    });
    expect(scene.pulls()).toEqual([]);
  });

  it("touches a component alone, and what lies in it of another one stays", async () => {
    const policy =
      "version: 1\ncomponents: [{ name: web, path: apps/web }, { name: admin, path: apps/web/admin }]\n";
    const scene = await Restoring.open(stage, { policy });
    const { scenario } = scene;
    await scenario.commit("Start", {
      "apps/web/a.js": "1\n",
      "apps/web/admin/b.js": "1\n",
      "apps/other.txt": "1\n",
    });
    await scenario.release("web-v1.0.0");
    await scenario.release("admin-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scene.release("fix: web", {
      "apps/web/a.js": "2\n",
      "apps/web/new/c.js": "2\n",
      "apps/web/admin/b.js": "2\n",
      "apps/other.txt": "2\n",
    });
    await scene.rollBack("web-v1.0.1");
    const { pull } = await scene.opened();
    expect(await scene.git("diff", "--name-status", "web-v1.0.1", pull.headSha)).toBe(
      "M\tapps/web/a.js\nD\tapps/web/new/c.js",
    );
    const wanted = await scene.mergedTree(pull.headSha);
    await scenario.status(pull.headSha, "success");
    await scene.look();
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(wanted);
  });

  it.each(["rebase", "merge"] as const)(
    "is merged by %s where that is what is allowed",
    async (by) => {
      const scene = await Restoring.open(stage);
      const { scenario } = scene;
      const { repository } = scenario;
      await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
      Object.assign(repository, {
        allowSquashMerge: false,
        allowRebaseMerge: by === "rebase",
        allowMergeCommit: by === "merge",
      });
      await scene.rollBack("v1.4.3");
      const { pull } = await scene.opened();
      await scenario.status(pull.headSha, "success");
      await scene.look();
      expect(await scene.restoration()).toMatchObject({
        state: "merged",
        mergedSha: await scenario.head(),
      });
      expect(await scene.git("rev-parse", "main^{tree}")).toBe(
        await scene.git("rev-parse", "v1.4.2^{tree}"),
      );
    },
  );

  it("does not begin where there is nothing to go back to", async () => {
    const scene = await Restoring.open(stage, { release: null });
    const { scenario } = scene;
    await scenario.release("v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scene.rollBack("v1.0.0");
    await scenario.lookFor(10 * MINUTE_MS);
    await expect(scene.restoration()).rejects.toThrow("Nothing is being restored");
    expect(await scene.branches()).toEqual([]);
  });
});
