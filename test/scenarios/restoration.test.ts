import { describe, expect, it } from "@jest/globals";
import { WHY } from "../../src/core/rollback/restoration-words.ts";
import type { Restoration } from "../../src/core/rollback/restoration.ts";
import { mergeFirst } from "../../src/local-github/merge-queue.ts";
import { mergePull } from "../../src/local-github/person.ts";
import { Restoring } from "../support/restoring.ts";
import { branchRuleset } from "../support/rulesets.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

describe("the code of a release that is rolled back", () => {
  it("comes back by a pull of ours that is merged when it is green", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scenario.mergeFiles("docs: later", { "docs/later.md": "Later\n" });
    await scene.rollBack("v1.4.3");
    const { pull, restoration } = await scene.opened();
    expect(restoration).toMatchObject({
      state: "restoring",
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
});
