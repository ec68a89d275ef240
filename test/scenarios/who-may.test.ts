import { describe, expect, it } from "@jest/globals";
import { readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import type { DeskAct } from "../../src/core/desk/desk-box.ts";
import { labelPull, openPull, type Person } from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { createUser, userToken } from "../../src/local-github/seed.ts";
import type { Store } from "../../src/ports.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act, openHearing, reactionsOn, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

/** The table is `test/core/who-may.test.ts`; here its people knock at the doors of a GitHub. */

const stage = useStage();

const RELEASES =
  "/release\n/release now\n/release as 3.0.0\n/release now for .\n/size-ok it is one piece";
const REST = "/hold it burns\n/resume\n/preview\n/notes Try it";
const ROLLBACK = "/rollback v1.4.2 it burns";
const ALL = [RELEASES, REST, ROLLBACK];

/** An App's own voice. */
function voiceOf(installationId: number, { repository }: Scenario): Person {
  const { tokens } = stage.github.github.data;
  const token = `ghs_voice_${installationId}_${repository.id}`;
  const reach = { permissions: null, repositoryIds: [repository.id], expiresAt: null };
  tokens.push({ token, userId: null, installationId, ...reach });
  return { login: "", token };
}

async function bringTriage(scenario: Scenario): Promise<Person> {
  const { github } = stage.github;
  if (github.accountByLogin("tessa") === null) createUser(github, "tessa");
  await act(scenario, stage.people.ada, ["PUT", "collaborators/tessa"], { permission: "triage" });
  return { login: "tessa", token: userToken(github, "tessa") };
}

/** It is what they say, and nothing that comes of it. */
function isAsking({ title }: { readonly title: string }): boolean {
  return title === ROLLBACK;
}

/** What somebody could have changed: on GitHub, and in the store. */
async function readWorld(scenario: Scenario, store: Store) {
  const { repository } = scenario;
  const { defaultBranch: branch, id: repositoryId } = repository;
  const line = { repositoryId, branch, component: "", channel: "stable" };
  const { hold, order, resumedAt, intent, wordings, rollbacks } = await store.readMemory(line);
  const { issues } = stage.github.github.data;
  const own = issues.filter((issue) => issue.repositoryId === repositoryId && !isAsking(issue));
  return {
    ...(await scenario.world()),
    branches: await stage.github.github.git.refs(repositoryId, "refs/heads/"),
    issues: own.length,
    memory: { hold, order, resumedAt, intent, wordings, rollbacks },
    taken: await store.readTaken(repositoryId, 100),
  };
}

describe("whoever may not", () => {
  it("says it in vain, in every way", async () => {
    const { ada, mona, wilma, otto } = stage.people;
    const { scenario, store, look } = await openHearing(stage, {
      policy: "version: 1\npreview: on\n",
      desk: true,
    });
    const tessa = await bringTriage(scenario);
    const renovate = await createApp(stage.github.github, { slug: "renovate", webhookUrl: null });
    const other = install(stage.github.github, renovate.app, "acme", { repositories: "all" });
    const merged = await scenario.mergeGreen("feat!: rename everything");
    const work = { branch: "open", path: "src/open.js", text: "1\n", title: "fix: try it" };
    const open = await openPull(scenario.place, wilma, work);
    await look();
    const before = await readWorld(scenario, store);

    const bots = [voiceOf(other.id, scenario), voiceOf(stage.app.installationId, scenario)];
    const said: number[] = [];
    for (const person of [otto, tessa, ...bots]) {
      for (const words of ALL) said.push(await say(scenario, person, open, words));
      await scenario.openIssue(ROLLBACK, ROLLBACK, person);
    }
    said.push(await say(scenario, wilma, merged.number, RELEASES));
    const markers = "<!-- smallbatch:status v1 -->\n<!-- smallbatch:desk release -->";
    for (const words of ALL) await say(scenario, ada, open, `${markers}\n<!--\n${words}\n-->`);
    for (const words of [RELEASES, REST]) await scenario.openIssue(ROLLBACK, words, ada);
    await scenario.openIssue(ROLLBACK, `${markers}\n<!--\n${ROLLBACK}\n-->`, ada);
    const edited = [await say(scenario, mona, open, "/why"), await say(scenario, mona, open, "?")];
    stage.clock.advance(1_000);
    for (const id of edited) {
      await act(scenario, ada, ["PATCH", `issues/comments/${id}`], { body: ALL.join("\n") });
    }
    const blank = await scenario.openIssue(ROLLBACK, "What now?", ada);
    await act(scenario, ada, ["PATCH", `issues/${blank}`], { body: ROLLBACK });
    for (let looks = 0; looks < 3; looks += 1) await look();
    expect(await readWorld(scenario, store)).toEqual(before);
    expect(said.flatMap((id) => reactionsOn(stage, id))).not.toContain("rocket");
    expect((await store.readDoors(scenario.repository.id, 10)).commands).toEqual([]);
    expect((await scenario.comments(merged.number)).join("")).toMatch(
      /`\/release as 3\.0\.0`: this needs the permission maintain/,
    );

    for (const setter of [tessa, ...bots]) {
      await labelPull(scenario.place, setter, merged.number, "release:patch");
      stage.clock.advance(MINUTE_MS);
      await look();
      expect(await readWorld(scenario, store)).toEqual(before);
    }

    // The doors do open.
    await say(scenario, wilma, open, REST);
    await look();
    const { memory, taken, tags } = await readWorld(scenario, store);
    expect([memory.hold, memory.resumedAt]).toEqual([null, expect.any(Number)]);
    expect(memory.wordings).toMatchObject([{ pull: open, text: "Try it", by: "wilma" }]);
    expect(taken.map(({ said: words }) => words).toSorted()).toEqual(REST.split("\n").toSorted());
    expect(Object.keys(tags)).toHaveLength(2);
    await say(scenario, mona, merged.number, "/release");
    await look();
    expect((await scenario.world()).tags["v2.0.0"]).toBe(merged.sha);
    await scenario.openIssue(ROLLBACK, ROLLBACK, wilma);
    await look();
    const { rollbacks } = (await readWorld(scenario, store)).memory;
    expect(rollbacks?.map(({ release }) => release.tag)).toEqual(["v1.4.2"]);
  });
});

describe("whoever may not, at the desk", () => {
  it("ticks in vain, in every way", async () => {
    const { ada, mona, wilma, otto } = stage.people;
    const scene = await DeskScene.openPrepared(stage);
    const { scenario } = scene;
    const tessa = await bringTriage(scenario);
    const renovate = await createApp(stage.github.github, { slug: "ticking", webhookUrl: null });
    const other = install(stage.github.github, renovate.app, "acme", { repositories: "all" });
    const before = await readWorld(scenario, scenario.store);
    const worlds = async (): Promise<void> => {
      await scene.rest();
      expect(await readWorld(scenario, scenario.store)).toEqual(before);
      expect(scene.ticked()).toEqual([]);
      stage.clock.advance(MINUTE_MS);
    };
    const whole = scene.body;
    const all = readBoxes(whole).map(({ source }) => source);
    expect(readBoxes(whole).map((box) => box.act)).toEqual(["publish", "hold", "rollback"]);

    // Read and triage: GitHub itself lets them edit nothing.
    for (const person of [otto, tessa]) {
      await expect(scene.edit(person, tickBoxes(whole, all))).rejects.toThrow(/ 40[34] /);
    }
    await worlds();
    // Another App, and our own voice: what we wrote ourselves is nobody's wish.
    await scene.edit(voiceOf(other.id, scenario), tickBoxes(scene.body, all));
    await worlds();
    await scene.edit(voiceOf(stage.app.installationId, scenario), tickBoxes(scene.body, all));
    await scene.rest();
    expect(await readWorld(scenario, scenario.store)).toEqual(before);
    await scene.edit(voiceOf(stage.app.installationId, scenario), whole);
    // Write is not enough to publish.
    await scene.tick(wilma, "publish");
    await worlds();
    expect(scene.body).toMatch(/`wilma` asked for `Publish v2\.0\.0`, and nothing was done/);
    // Boxes in other words, of other lines, and a hidden state that somebody wrote.
    const publish = all[0] ?? "";
    const line = readBoxes(publish)[0]?.line ?? "";
    for (const forged of [
      publish.replace("**Publish", "**Bless"),
      publish.replace(line, "f".repeat(16)),
      '<!-- smallbatch:desk-state v1 {"repository":1,"lines":[],"raised":[]} 00 -->',
    ]) {
      await scene.edit(ada, tickBoxes(scene.body.replace(publish, forged), [forged]));
      await worlds();
    }
    // A tick that no delivery tells, and a list of edits that does not say who began it.
    await scene.edit(mona, tickBoxes(scene.body, all));
    await scene.hearing.take();
    scene.desk().edits = scene.desk().edits?.slice(-1) ?? [];
    await worlds();
    expect(scene.body).toContain("GitHub does not say who ticked it. Tick it again.");
    // A text of yesterday, whose boxes were drawn for another batch.
    const stale = scene.body;
    await scenario.mergeGreen("feat!: breaks more");
    await scene.rest();
    const grown = await readWorld(scenario, scenario.store);
    await scene.edit(
      ada,
      tickBoxes(
        stale,
        readBoxes(stale)
          .slice(0, 1)
          .map(({ source }) => source),
      ),
    );
    await scene.rest();
    expect(await readWorld(scenario, scenario.store)).toEqual(grown);

    // The doors do open.
    const press = async (by: Person, wanted: DeskAct): Promise<void> => {
      stage.clock.advance(MINUTE_MS);
      await scene.tick(by, wanted);
      await scene.rest();
    };
    await press(wilma, "hold");
    expect(scene.acts()).toEqual(["resume"]);
    await press(wilma, "resume");
    await press(mona, "publish");
    expect(await scene.tags()).toContain("v2.0.0");
  });
});
