import { describe, expect, it } from "@jest/globals";
import { formatNodeId } from "../../src/local-github/node-id.ts";
import { createRepository } from "../../src/local-github/seed.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { say } from "../support/hearing.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** A mutation of a person, as the page of GitHub sends it. */
async function mutate(token: string, query: string, variables: object): Promise<void> {
  const answer = await fetch(stage.github.graphqlUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = (await answer.json()) as { errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
}

const deskId = (scene: DeskScene): string => formatNodeId("Issue", scene.desk().id);

describe("a desk that somebody closes", () => {
  it("stays closed, says how to have it back, and releases go on", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.close(stage.people.wilma);
    await scene.rest();
    expect(scene.body).toContain("`wilma` closed it");
    expect(scene.acts()).toEqual([]);
    await scene.scenario.mergeGreen("fix: more");
    const requests = await scene.requestsOf(() => scene.rest());
    expect(requests.filter((name) => name.includes("issues/"))).toEqual([]);
    expect(scene.desk().state).toBe("closed");
  });

  it("comes back when somebody with write reopens it", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.close(stage.people.mona);
    await scene.rest();
    await scene.reopen(stage.people.wilma);
    await scene.rest();
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });

  it("is closed and comes back also where no delivery tells of it", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const calm = await scene.requestsOf(() => scene.look());
    await scene.close(stage.people.mona);
    await scene.hearing.take();
    await scene.rest();
    expect(scene.body).toContain("somebody closed it");
    const otto = stage.github.github.accountByLogin("otto");
    scene.scenario.repository.collaborators[otto?.id ?? 0] = "triage";
    for (const [by, acts] of [
      [stage.people.otto, []],
      [stage.people.wilma, ["publish", "hold"]],
    ] as const) {
      await scene.reopen(by);
      await scene.hearing.take();
      await scene.rest();
      expect(scene.acts()).toEqual(acts);
      expect(await scene.requestsOf(() => scene.look())).toEqual(calm);
      await scene.close(stage.people.mona);
      await scene.hearing.take();
      await scene.rest();
    }
  });

  it("does not come back by somebody who may only triage", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const { repository } = scene.scenario;
    const otto = stage.github.github.accountByLogin("otto");
    repository.collaborators[otto?.id ?? 0] = "triage";
    await scene.close(stage.people.mona);
    await scene.rest();
    await scene.reopen(stage.people.otto);
    await scene.rest();
    expect(scene.acts()).toEqual([]);
  });

  it("is opened again where the policy wants it", async () => {
    const scene = await DeskScene.openPrepared(stage, { policy: "version: 1\ndesk: on\n" });
    await scene.close(stage.people.mona);
    await scene.rest();
    expect(scene.desk().state).toBe("open");
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });

  it("stays closed also where the database is new", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.close(stage.people.mona);
    await scene.rest();
    scene.forget();
    await scene.scenario.mergeGreen("fix: more");
    await scene.rest();
    expect(scene.desk().state).toBe("closed");
  });
});

describe("a desk that goes away", () => {
  it.each(["deleted", "transferred"])("is %s for good: there is no second one", async (how) => {
    const scene = await DeskScene.openPrepared(stage);
    const id = deskId(scene);
    const { ada } = stage.people;
    if (how === "deleted") {
      await mutate(
        ada.token,
        "mutation($id: ID!) { deleteIssue(input: {issueId: $id}) { clientMutationId } }",
        { id },
      );
    } else {
      const other = await createRepository(stage.github.github, "acme", `other-${id}`, {});
      const to = formatNodeId("Repository", other.id);
      await mutate(
        ada.token,
        "mutation($id: ID!, $to: ID!) { transferIssue(input: {issueId: $id, repositoryId: $to}) { clientMutationId } }",
        { id, to },
      );
    }
    await scene.rest();
    await scene.scenario.mergeGreen("fix: more");
    await scene.rest();
    expect(scene.desks()).toEqual([]);
  });

  it("is made anew where the policy wants it", async () => {
    const scene = await DeskScene.openPrepared(stage, { policy: "version: 1\ndesk: on\n" });
    const id = deskId(scene);
    await mutate(
      stage.people.ada.token,
      "mutation($id: ID!) { deleteIssue(input: {issueId: $id}) { clientMutationId } }",
      { id },
    );
    await scene.rest();
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });
});

describe("a desk and its repository", () => {
  it("is none with `desk: off`, and says so where there was one", async () => {
    const none = await DeskScene.openPrepared(stage, { policy: "version: 1\ndesk: off\n" });
    expect(none.desks()).toEqual([]);
    const scene = await DeskScene.openPrepared(stage);
    await scene.scenario.mergeGreen("chore: no desk", {
      path: ".github/smallbatch.yml",
      text: "version: 1\ndesk: off\n",
    });
    await scene.rest();
    expect(scene.body).toContain("`desk: off`");
    expect(scene.acts()).toEqual([]);
  });

  it("follows a new name", async () => {
    const scene = await DeskScene.openPrepared(stage);
    scene.scenario.repository.name = `${scene.scenario.repository.name}-renamed`;
    await scene.scenario.mergeGreen("fix: more");
    await scene.rest();
    stage.clock.advance(HOUR_MS);
    await scene.rest();
    expect(scene.body).toContain(`acme/${scene.scenario.repository.name}/commit/`);
    expect(scene.desks()).toHaveLength(1);
  });

  it("has no issue where the repository has none", async () => {
    const scene = await DeskScene.open(stage);
    scene.scenario.repository.hasIssues = false;
    await scene.scenario.mergeGreen("feat!: rename");
    await scene.rest();
    expect(scene.desks()).toEqual([]);
    const requests = await scene.requestsOf(() => scene.look());
    expect(requests.filter((name) => name !== "graphql")).toEqual([]);
  });

  it("has the same in the check where it has no issues, also when the database is new", async () => {
    const scene = await DeskScene.open(stage);
    const { scenario } = scene;
    const { wilma, mona } = stage.people;
    scenario.repository.hasIssues = false;
    const first = await scenario.mergeGreen("fix: small");
    await scene.rest();
    const summary = (sha: string): string => scenario.check(sha)?.summary ?? "";
    expect(summary(first.sha)).toMatch(
      /### Released\n\n- \[\*\*v1\.4\.3\*\*\].* · patch · 1 pull request · 1 check green · usable/,
    );
    await say(scenario, wilma, first.number, "/hold the API is on fire");
    await scene.rest();
    expect(summary(first.sha)).toContain("`wilma` asked for [`/hold the API is on fire`](");
    expect(summary(first.sha)).toContain("To let releases go, comment `/resume`.");
    // Nothing was merged since: only the check tells of it.
    scene.forget();
    const second = await scenario.mergeGreen("fix: more");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2", "v1.4.3"]);
    expect(scenario.check(second.sha)?.title).toContain("held: by wilma");
    scene.forget();
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2", "v1.4.3"]);
    stage.clock.advance(MINUTE_MS);
    await say(scenario, mona, second.number, "/resume");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2", "v1.4.3", "v1.4.4"]);
    expect(summary(second.sha)).toMatch(/### Lately\n\n- .*`mona` asked for \[`\/resume`\]/);
    const calm = await scene.requestsOf(() => scene.look());
    expect(calm).toEqual(["graphql"]);
    // Once a day it is tried whether there are issues now.
    scenario.repository.hasIssues = true;
    stage.clock.advance(25 * HOUR_MS);
    await scene.rest();
    expect(scene.acts()).toEqual(["hold"]);
    await scene.look();
    expect(summary(second.sha)).not.toContain("### Lately");
  });

  it.each(["closed", "off"])("%s keeps what people hold for a new database", async (how) => {
    const off = how === "off" ? "desk: off\n" : "";
    const scene = await DeskScene.open(stage, { policy: `version: 1\n${off}` });
    const { scenario } = scene;
    const { wilma } = stage.people;
    if (how === "closed") {
      await scenario.mergeGreen("fix: small");
      await scene.rest();
      await scene.close(wilma);
      await scene.rest();
    }
    const tags = await scene.tags();
    await say(scenario, wilma, await scenario.openIssue("Ship it"), "/hold wait for legal");
    await scene.rest();
    scene.forget();
    const { number, sha } = await scenario.mergeGreen("fix: a");
    await scene.rest();
    expect(await scene.tags()).toEqual(tags);
    expect(scenario.check(sha)?.title).toContain("held: by wilma");
    stage.clock.advance(MINUTE_MS);
    await say(scenario, wilma, number, "/resume");
    await scene.rest();
    expect((await scene.tags()).length).toBe(tags.length + 1);
    scene.forget();
    scene.hearAgain();
    await scenario.mergeGreen("fix: b");
    await scene.rest();
    expect((await scene.tags()).length).toBe(tags.length + 2);
  });

  it("leaves people's words alone until there is something to say", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const calm = await scene.requestsOf(() => scene.look());
    await scene.edit(stage.people.wilma, "Nothing to see here.");
    // Read once, because a tick may be in it.
    expect(await scene.requestsOf(() => scene.rest())).toEqual([...calm, "graphql"]);
    expect(await scene.requestsOf(() => scene.rest())).toEqual(calm);
    expect(scene.body).toBe("Nothing to see here.");
    await scene.scenario.mergeGreen("fix: more");
    await scene.rest();
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });
});
