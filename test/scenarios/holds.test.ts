import { describe, expect, it } from "@jest/globals";
import { openPull } from "../../src/local-github/person.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act, openHearing, reactionsOn, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

async function tagsOf(scenario: Scenario): Promise<readonly string[]> {
  return Object.keys((await scenario.world()).tags);
}

describe("/hold", () => {
  it("stops what would be released, whatever was ordered, until somebody resumes", async () => {
    const { wilma, mona, otto } = stage.people;
    const { scenario, store, look } = await openHearing(stage);
    const issue = await scenario.openIssue("Ship it");
    const held = await say(scenario, wilma, issue, "/hold the API is on fire");
    const pull = await scenario.mergeGreen("fix: a");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(reactionsOn(stage, held)).toEqual(["rocket"]);
    expect(scenario.check(pull.sha)?.title).toEqual(
      expect.stringMatching(/^held: by wilma since \S+ \S+ UTC \(the API is on fire\)$/),
    );
    stage.clock.advance(MINUTE_MS);
    const ordered = await say(scenario, mona, pull.number, "/release now");
    await scenario.mergeGreen("fix: b");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(reactionsOn(stage, ordered)).toEqual(["confused"]);
    expect((await scenario.comments(pull.number)).join("")).toMatch(
      /`\/release now`: \[`wilma`\]\(.*\) holds releases since .*: the API is on fire\. Say `\/resume` first\./,
    );
    const denied = await say(scenario, otto, issue, "/resume");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(reactionsOn(stage, denied)).toEqual(["confused"]);
    stage.clock.advance(MINUTE_MS);
    const resumed = await say(scenario, wilma, pull.number, "/resume");
    await look();
    expect(reactionsOn(stage, resumed)).toEqual(["rocket"]);
    expect(await tagsOf(scenario)).toEqual(["v1.4.2", "v1.4.3"]);
    const taken = await store.readTaken(scenario.repository.id, 5);
    expect(taken.map(({ by, said, number }) => [by, said, number])).toEqual([
      ["wilma", "/resume", pull.number],
      ["wilma", "/hold the API is on fire", issue],
    ]);
  });

  it("is lifted and released by one comment, in the order of its lines", async () => {
    const { scenario, look } = await openHearing(stage);
    const issue = await scenario.openIssue("Ship it");
    await say(scenario, stage.people.mona, issue, "/hold");
    const pull = await scenario.mergeGreen("feat!: rename everything");
    await look();
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: by mona since \S+ \S+ UTC$/);
    stage.clock.advance(MINUTE_MS);
    const both = await say(scenario, stage.people.mona, issue, "/resume\n/release");
    await look();
    expect(await tagsOf(scenario)).toContain("v2.0.0");
    expect(reactionsOn(stage, both)).toEqual(["rocket"]);
  });

  it("told again after everything was forgotten is the same hold", async () => {
    const { scenario, store, hearing, look } = await openHearing(stage);
    const issue = await scenario.openIssue("Ship it");
    await say(scenario, stage.people.wilma, issue, "/hold wait");
    const { line } = (await look()).state;
    const { hold } = await store.readMemory(line);
    await store.writeMemory(line, { hold: null });
    for (const { interpretation } of hearing.all) store.hear(interpretation);
    await scenario.mergeGreen("fix: a");
    await look();
    expect((await store.readMemory(line)).hold).toEqual(hold);
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
  });
});

describe("a hold with nothing behind it", () => {
  it("stands on the desk, which is made for it, and outlives the database", async () => {
    const { wilma } = stage.people;
    const scene = await DeskScene.open(stage);
    const { scenario } = scene;
    await say(scenario, wilma, await scenario.openIssue("Ship it"), "/hold wait for legal");
    await scene.rest();
    expect(scene.acts()).toEqual(["resume"]);
    expect(scene.body).toContain("wait for legal");
    await scenario.mergeGreen("fix: a");
    await scene.rest();
    scene.forget();
    await scenario.mergeGreen("fix: b");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.acts()).toEqual(["resume"]);
    stage.clock.advance(MINUTE_MS);
    await say(scenario, wilma, scene.desk().number, "/resume");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2", "v1.4.3"]);
  });
});

describe("a hold before anything of ours", () => {
  it("is found by a database that is new, although no check and no release of ours tells", async () => {
    const { wilma } = stage.people;
    const scene = await DeskScene.open(stage);
    const { scenario } = scene;
    await say(scenario, wilma, await scenario.openIssue("Ship it"), "/hold wait for legal");
    await scene.rest();
    expect(scene.acts()).toEqual(["resume"]);
    // Where nothing was to be released, there is no check.
    stage.github.github.data.checkRuns.splice(0);
    scene.forget();
    const { sha } = await scenario.mergeGreen("fix: a");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scenario.check(sha)?.title).toContain("held: by wilma");
    expect(scene.desks()).toHaveLength(1);
  });
});

const COMPONENTS = `version: 1
components: [{ name: core, path: packages/core, base: core-v1.0.0 }]
`;

describe("lines that come later", () => {
  it("are held with their branch", async () => {
    const { scenario, look } = await openHearing(stage);
    const issue = await scenario.openIssue("Ship it");
    await say(scenario, stage.people.wilma, issue, "/hold wait");
    await look();
    await scenario.release("core-v1.0.0");
    await scenario.commit("Split it", { ".github/smallbatch.yml": COMPONENTS });
    stage.clock.advance(MINUTE_MS);
    await scenario.mergeGreen("fix: a", { path: "packages/core/a.js" });
    const { others } = await look();
    expect(others.map(({ line, plan }) => [line.component, plan.reason.code])).toEqual([
      ["core", "hold-person"],
    ]);
    expect(await tagsOf(scenario)).toEqual(["core-v1.0.0", "v1.4.2"]);
    stage.clock.advance(MINUTE_MS);
    await say(scenario, stage.people.wilma, issue, "/resume");
    await look();
    expect(await tagsOf(scenario)).toContain("core-v1.0.1");
  });

  it("are held where the default branch has another name", async () => {
    const { ada, wilma } = stage.people;
    const { scenario, look } = await openHearing(stage);
    await say(scenario, wilma, await scenario.openIssue("Ship it"), "/hold wait");
    await look();
    await scenario.branch("trunk");
    await act(scenario, ada, ["PATCH", ""], { default_branch: "trunk" });
    await scenario.mergeGreen("fix: a", { base: "trunk" });
    const { line, plan } = await look();
    expect([line.branch, plan.reason.code]).toEqual(["trunk", "hold-person"]);
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
  });
});

describe("/why", () => {
  it("tells whoever can read what holds the line, and where the pull stands", async () => {
    const { otto, wilma } = stage.people;
    const { scenario, look } = await openHearing(stage);
    const pull = await scenario.merge("fix: a");
    await scenario.status(pull.sha, "pending");
    const asked = await say(scenario, otto, pull.number, "/why");
    await look();
    expect(reactionsOn(stage, asked)).toEqual(["rocket"]);
    expect(await scenario.comments(pull.number)).toEqual([
      expect.stringMatching(
        /^<!-- smallbatch:status v1 -->\n\n\[`otto`\]\(.*\) asked why:\n\n- held: 1 check pending \(ci\/test\)\.\n\n {2}It is released when .*\n\nThis pull request: it is in the next release, `1\.4\.3`, and asks for a patch one\.$/s,
      ),
    ]);
    const work = { branch: "more", path: "src/more.js", text: "1\n", title: "feat: more" };
    const open = await openPull(scenario.place, wilma, work);
    await say(scenario, otto, open, "/why");
    await scenario.status(pull.sha, "success");
    await look();
    expect((await scenario.comments(open)).join("")).toMatch(
      /- releasing v1\.4\.3\.\n\nThis pull request: merged and green, it would release v1\.5\.0 \(minor, with 1 other merged change\)\.$/,
    );
  });
});
