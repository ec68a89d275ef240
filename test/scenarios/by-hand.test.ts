import { describe, expect, it } from "@jest/globals";
import type { Action } from "../../src/core/action.ts";
import type { LineState } from "../../src/core/state.ts";
import { commitFiles, createTag } from "../../src/local-github/seed.ts";
import type { Forge } from "../../src/ports.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

type Scenario = Awaited<ReturnType<typeof stage.open>>;

async function request(scenario: Scenario, method: string, path: string): Promise<unknown> {
  const answer = await fetch(
    `${stage.github.apiUrl}/repos/acme/${scenario.repository.name}/${path}`,
    { method, headers: { authorization: `Bearer ${stage.people.ada.token}` } },
  );
  expect(answer.ok).toBe(true);
  return answer.status === 204 ? null : answer.json();
}

async function deleteRelease(scenario: Scenario, tag: string): Promise<void> {
  const release = (await request(scenario, "GET", `releases/tags/${tag}`)) as { id: number };
  await request(scenario, "DELETE", `releases/${release.id}`);
}

describe("a release that a person deleted", () => {
  it("is not made again", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: bad");
    await scenario.lookFor(5 * MINUTE_MS);
    await deleteRelease(scenario, "v1.4.3");
    await scenario.lookFor(HOUR_MS);
    expect((await scenario.world()).releases.map(({ tag }) => tag)).toEqual(["v1.4.2"]);

    const next = await scenario.mergeGreen("fix: good");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.4"]).toBe(next.sha);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });

  it("may be taken for unfinished without a database, and its pull hears of it once", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: bad");
    await scenario.lookFor(5 * MINUTE_MS);
    await deleteRelease(scenario, "v1.4.3");
    scenario.forget();
    stage.clock.advance(HOUR_MS);
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });

  it("together with its tag is a hold: a version is given once", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: bad");
    await scenario.lookFor(5 * MINUTE_MS);
    await deleteRelease(scenario, "v1.4.3");
    await request(scenario, "DELETE", "git/refs/tags/v1.4.3");
    await scenario.lookFor(HOUR_MS);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    expect(scenario.check(pull.sha)?.title).toBe(
      "held: v1.4.3 was released before, and its tag is gone",
    );

    await createTag(stage.github.github, scenario.repository, { name: "v1.4.3", target: pull.sha });
    const next = await scenario.mergeGreen("fix: good");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.4"]).toBe(next.sha);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });
});

async function openWithSideTag(): Promise<Scenario> {
  const scenario = await stage.open({ policy: "version: 1\nbase: v1.4.2\n" });
  const { github } = stage.github;
  const files = { "side.js": "1\n" };
  const side = { branch: "side", message: "fix: aside", files, author: "mona" };
  const target = await commitFiles(github, scenario.repository, side);
  await createTag(github, scenario.repository, { name: "v1.4.3", target });
  return scenario;
}

describe("a version that stands on another branch", () => {
  it("holds the release that would get it, until the line has a higher one", async () => {
    const scenario = await openWithSideTag();
    const pull = await scenario.mergeGreen("fix: on main");
    await scenario.look();
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: v1\.4\.3 stands already, on another/);

    const { github } = stage.github;
    await createTag(github, scenario.repository, { name: "v1.4.4", target: pull.sha });
    const next = await scenario.mergeGreen("fix: later");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.5"]).toBe(next.sha);
  });

  it("is a hold with its commit also where the tag is not listed", async () => {
    const scenario = await openWithSideTag();
    const pull = await scenario.mergeGreen("fix: on main");
    const forge = scenario.forge();
    const blind: Forge = {
      ...forge,
      observe: async (look) => {
        const state = await forge.observe(look);
        return { ...state, tags: state.tags.filter(({ name }) => name !== "v1.4.3") };
      },
      apply: (state: LineState, action: Action) => forge.apply(state, action),
    };
    const { wakeAt } = await scenario.lookAs(scenario.place, blind);
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: GitHub refused v1\.4\.3: The tag/);
    expect(wakeAt).toBe(stage.clock.now() + HOUR_MS);
  });
});

describe("a tag without a release", () => {
  it("is the base of a repository that is only watched", async () => {
    const scenario = await stage.open({ policy: null });
    const tagged = await scenario.mergeGreen("fix: tagged by hand");
    const { github } = stage.github;
    await createTag(github, scenario.repository, { name: "v1.4.3", target: tagged.sha });
    stage.clock.advance(HOUR_MS);
    const pull = await scenario.mergeGreen("fix: later");
    const { wakeAt } = await scenario.look();
    expect(scenario.check(pull.sha)?.title).toBe("would release v1.4.4");
    expect(wakeAt).toBeNull();
  });
});

describe("a push of a commit that is older than the push", () => {
  it("waits for its first check, not only where it was just written", async () => {
    const scenario = await stage.open();
    await scenario.look();
    const sha = await commitFiles(stage.github.github, scenario.repository, {
      branch: "main",
      message: "fix: written an hour ago",
      files: { "old.js": "1\n" },
      author: "mona",
      at: new Date(stage.clock.now() - HOUR_MS),
    });
    const { plan } = await scenario.look();
    expect(plan.reason.code).toBe("checks-awaited");
    await scenario.lookFor(2 * MINUTE_MS);
    expect((await scenario.world()).tags["v1.4.3"]).toBe(sha);
  });
});
