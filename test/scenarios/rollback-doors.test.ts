import { describe, expect, it } from "@jest/globals";
import { readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import { formatNodeId } from "../../src/local-github/node-id.ts";
import type { Person } from "../../src/local-github/person.ts";
import type { Issue } from "../../src/local-github/world.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

/** How a rollback is asked for; what comes of it then is `rollback.test.ts`. */

const stage = useStage();

/** Two fixes, each released, and a desk that has a box for both. */
async function openReleased(): Promise<DeskScene & { pull: number }> {
  // Its code stays on the branch: these are about what comes before.
  const policy = "version: 1\nrollback: { merge: manual }\n";
  const scene = await DeskScene.open(stage, { policy });
  const { scenario } = scene;
  let pull = 0;
  for (const title of ["fix: mend", "fix: mend more"]) {
    ({ number: pull } = await scenario.mergeGreen(title));
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
  }
  await scene.hear();
  return Object.assign(scene, { pull });
}

type Scene = Awaited<ReturnType<typeof openReleased>>;

const WORDS = "/rollback v1.4.4 it burns";

type Knock = (scene: Scene, by: Person) => Promise<unknown>;

const DOORS: readonly [door: string, knock: Knock][] = [
  ["a comment", ({ scenario, pull }, by) => say(scenario, by, pull, WORDS)],
  ["a box of the desk", (scene, by) => scene.tick(by, "rollback")],
  ["an issue", ({ scenario }, by) => scenario.openIssue("Roll back v1.4.4", WORDS, by)],
];

function findIssue({ repository }: Scenario, number: number): Issue | undefined {
  return stage.github.github.data.issues.find(
    (issue) => issue.repositoryId === repository.id && issue.number === number,
  );
}

/** What a rollback would have changed, and what nobody should be told. */
async function readWorld({ scenario }: DeskScene) {
  const { id: repositoryId, defaultBranch: branch } = scenario.repository;
  const line = { repositoryId, branch, component: "", channel: "stable" };
  const { hold, rollbacks } = await scenario.store.readMemory(line);
  const { issues } = stage.github.github.data;
  const ours = issues.filter((issue) => issue.repositoryId === repositoryId && issue.authorAppId);
  return { ...(await scenario.world()), hold, rollbacks, ours: ours.map(({ title }) => title) };
}

async function latestOf({ scenario }: DeskScene): Promise<string | undefined> {
  return (await scenario.world()).releases.find(({ isLatest }) => isLatest)?.tag;
}

/** As it would be made by GitHub's page, whose links we give. */
async function submit(scene: Scene, by: Person): Promise<number> {
  const [, link = ""] = /\[With a reason, by an issue\]\((\S+)\)/.exec(scene.body) ?? [];
  const { searchParams, pathname } = new URL(link);
  expect(pathname).toBe(`/acme/${scene.scenario.repository.name}/issues/new`);
  const { title, body } = Object.fromEntries(searchParams);
  return scene.scenario.openIssue(title ?? "", body, by);
}

describe("from the click to Latest", () => {
  it.each(
    DOORS.flatMap(([door, knock]) => [
      { door, knock, isCold: false, most: 3 },
      { door, knock, isCold: true, most: 4 },
    ]),
  )("by $door takes $most requests, cold: $isCold", async ({ knock, isCold, most }) => {
    const scene = await openReleased();
    const { scenario } = scene;
    await knock(scene, stage.people.wilma);
    const requests = await scene.requestsOf(() => scene.look({ isCold }));
    const { releases } = stage.github.github.data;
    const good = releases.find(
      ({ repositoryId, tagName }) =>
        repositoryId === scenario.repository.id && tagName === "v1.4.3",
    );
    // A token, where the process has none; the state with what was said; who may; Latest.
    expect(requests.slice(0, most)).toEqual([
      ...(isCold ? [`POST /app/installations/${stage.app.installationId}/access_tokens`] : []),
      "graphql",
      "GET collaborators/wilma/permission",
      `PATCH releases/${good?.id}`,
    ]);
    expect(await latestOf(scene)).toBe("v1.4.3");
  });
});

describe("an issue that asks for a rollback", () => {
  it("is answered with what was done, closed, and nothing but a way to our own one", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const number = await submit(scene, stage.people.wilma);
    await scene.look();
    await scene.rest();
    expect(await latestOf(scene)).toBe("v1.4.3");
    const [desk, own, ...more] = scene.desks();
    expect([desk?.title, own?.title, more]).toEqual(["Release desk", "Rollback of v1.4.4", []]);
    expect(own?.state).toBe("open");
    expect(own?.body).toContain(`/issues/${number}) on `);
    expect(findIssue(scenario, number)).toMatchObject({
      state: "closed",
      stateReason: "completed",
    });
    const [told = "", ...others] = await scenario.comments(number);
    expect(others).toEqual([]);
    expect(told).toContain(`/issues/${own?.number})`);
    expect(told).not.toContain("@");
  });

  it("by somebody who may not is answered once and closed, and changes nothing", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const { ada, otto } = stage.people;
    const before = await readWorld(scene);
    const number = await submit(scene, otto);
    // What a template sets on behalf of anybody proves nothing.
    await act(scenario, ada, ["POST", `issues/${number}/labels`], { labels: ["rollback"] });
    for (let looks = 0; looks < 3; looks += 1) await scene.look();
    expect(await readWorld(scene)).toEqual(before);
    expect(findIssue(scenario, number)).toMatchObject({
      state: "closed",
      stateReason: "not_planned",
    });
    const [told = "", ...others] = await scenario.comments(number);
    expect(others).toEqual([]);
    expect(told).toContain("`/rollback v1.4.4`: this needs the permission write");
    expect(told).not.toContain("@");
    // Opened again, or in other words: it was said once.
    await act(scenario, otto, ["PATCH", `issues/${number}`], { state: "open" });
    await act(scenario, ada, ["PATCH", `issues/${number}`], { body: WORDS });
    await scene.look();
    expect(await readWorld(scene)).toEqual(before);
    expect(await scenario.comments(number)).toHaveLength(1);
    expect(findIssue(scenario, number)?.state).toBe("open");
  });

  it("says why nothing is done where there is nothing to do, and is closed too", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const before = await readWorld(scene);
    const wrong = ["/rollback v9.9.9", "/rollback"];
    const numbers: number[] = [];
    for (const body of wrong) {
      numbers.push(await scenario.openIssue("It burns", body, stage.people.wilma));
    }
    await scene.look();
    expect(await readWorld(scene)).toEqual(before);
    const told = await Promise.all(numbers.map((number) => scenario.comments(number)));
    expect(told[0]?.join("")).toContain("there is no release `v9.9.9` here; there are v1.4.4");
    expect(told[1]?.join("")).toContain("say which release, as in `/rollback v1.4.3");
    const states = numbers.map((number) => findIssue(scenario, number)?.state);
    expect(states).toEqual(["closed", "closed"]);
  });

  it("asks for nothing once it was edited, closed, moved or deleted before anybody looked", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const { ada, wilma } = stage.people;
    const before = await readWorld(scene);
    const { github } = stage.github;
    const move = async (field: string, number: number, more = {}): Promise<void> => {
      const issue = findIssue(scenario, number);
      if (issue === undefined) throw new Error(`No issue #${number}`);
      const input = { issueId: formatNodeId("Issue", issue.id), ...more };
      const type = `${field.charAt(0).toUpperCase()}${field.slice(1)}Input!`;
      const query = `mutation($input: ${type}) { ${field}(input: $input) { clientMutationId } }`;
      const answer = await fetch(stage.github.graphqlUrl, {
        method: "POST",
        headers: { authorization: `Bearer ${ada.token}`, "content-type": "application/json" },
        body: JSON.stringify({ query, variables: { input } }),
      });
      expect(await answer.json()).not.toHaveProperty("errors");
    };
    const open = (): Promise<number> => scenario.openIssue("It burns", WORDS, wilma);
    stage.clock.advance(MINUTE_MS);
    const [edited, closed, moved, gone] = [await open(), await open(), await open(), await open()];
    const late = await scenario.openIssue("It burns", "What now?", wilma);
    stage.clock.advance(1_000);
    for (const number of [edited, late]) {
      await act(scenario, wilma, ["PATCH", `issues/${number}`], { body: `${WORDS}!` });
    }
    await act(scenario, wilma, ["PATCH", `issues/${closed}`], { state: "closed" });
    const other = await stage.open();
    await move("transferIssue", moved, {
      repositoryId: formatNodeId("Repository", other.repository.id),
    });
    await move("deleteIssue", gone);
    await scene.look();
    expect(await readWorld(scene)).toEqual(before);
    expect((await scenario.comments(edited)).join("")).toContain("the issue was edited");
    for (const number of [closed, late]) expect(await scenario.comments(number)).toEqual([]);
    expect(findIssue(scenario, late)?.state).toBe("open");
    expect(
      github.data.issues.filter(({ repositoryId }) => repositoryId === other.repository.id),
    ).toMatchObject([{ title: "It burns", state: "open" }]);
    expect((await scenario.store.readDoors(scenario.repository.id, 10)).commands).toEqual([]);
  });

  it("with boxes in it is believed no tick", async () => {
    const scene = await openReleased();
    const before = await readWorld(scene);
    const { otto, wilma } = stage.people;
    const boxes = readBoxes(scene.body).map(({ source }) => source);
    const forged = tickBoxes(scene.body, boxes);
    const number = await scene.scenario.openIssue("Release desk", scene.body, otto);
    await act(scene.scenario, otto, ["PATCH", `issues/${number}`], { body: forged });
    await act(scene.scenario, wilma, ["PATCH", `issues/${number}`], { body: `${forged}\n` });
    await scene.look();
    await scene.rest();
    expect(await readWorld(scene)).toEqual(before);
  });
});

describe("every door", () => {
  it.each(DOORS)("%s: done once, however often it is delivered", async (_, knock) => {
    const scene = await openReleased();
    const { scenario } = scene;
    await knock(scene, stage.people.wilma);
    await scene.hear();
    scene.hearAgain();
    await scenario.look();
    await scene.rest();
    const after = await readWorld(scene);
    expect(after.rollbacks).toHaveLength(1);
    expect(after.ours).toEqual(["Release desk", "Rollback of v1.4.4", "fix: roll back v1.4.4"]);
    const { comments } = stage.github.github.data;
    const count = comments.filter(({ repositoryId }) => repositoryId === scenario.repository.id);
    scene.hearAgain();
    await scenario.look();
    await scene.rest();
    expect(await readWorld(scene)).toEqual(after);
    expect(comments.filter(({ repositoryId }) => repositoryId === scenario.repository.id)).toEqual(
      count,
    );
  });

  it.each(DOORS)("%s: shut to who left between the click and us", async (_, knock) => {
    const scene = await openReleased();
    const { scenario } = scene;
    const before = await readWorld(scene);
    await knock(scene, stage.people.wilma);
    const wilma = stage.github.github.accountByLogin("wilma");
    delete scenario.repository.collaborators[wilma?.id ?? 0];
    await scene.look();
    await scene.rest();
    expect(await readWorld(scene)).toEqual(before);
  });

  it.each(DOORS)("%s: open to an outside collaborator with write", async (_, knock) => {
    const scene = await openReleased();
    const otto = stage.github.github.accountByLogin("otto");
    scene.scenario.repository.collaborators[otto?.id ?? 0] = "write";
    await knock(scene, stage.people.otto);
    await scene.look();
    expect(await latestOf(scene)).toBe("v1.4.3");
  });

  it("is told by GitHub, or asked for anew, but for a tick, which the next look finds", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const { wilma } = stage.people;
    const before = await readWorld(scene);
    await scenario.openIssue("Roll back v1.4.4", WORDS, wilma);
    await say(scenario, wilma, scene.pull, WORDS);
    // GitHub's deliveries get lost.
    await scene.hearing.take();
    await scene.rest();
    expect(await readWorld(scene)).toEqual(before);
    await scene.tick(wilma, "rollback");
    await scene.hearing.take();
    await scene.rest();
    expect(await latestOf(scene)).toBe("v1.4.3");
  });

  it("is shown to people of the repository, and not in what everybody reads", async () => {
    const scene = await openReleased();
    await say(scene.scenario, stage.people.wilma, scene.pull, WORDS);
    await scene.look();
    await scene.rest();
    const { comments, releases, checkRuns } = stage.github.github.data;
    const { id } = scene.scenario.repository;
    expect(scene.desks()[0]?.body).toContain("/issues/new?");
    const read = [comments, releases, checkRuns].flatMap((list) =>
      (list as { repositoryId: number | null }[]).filter((each) => each.repositoryId === id),
    );
    expect(read.length).toBeGreaterThan(4);
    expect(JSON.stringify(read)).not.toContain("issues/new");
  });
});
