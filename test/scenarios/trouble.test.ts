import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { labelPull } from "../../src/local-github/person.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { tagRuleset } from "../support/rulesets.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** The usual story must have this end, whatever went wrong on the way. */
async function checkReleasedOnce(
  scenario: Awaited<ReturnType<typeof stage.open>>,
  pull: { number: number; sha: string },
): Promise<void> {
  const { tags, releases } = await scenario.world();
  expect(tags["v1.4.3"]).toBe(pull.sha);
  expect(releases.map((release) => release.tag)).toEqual(["v1.4.3", "v1.4.2"]);
  expect(scenario.check(pull.sha)?.title).toBe("released in v1.4.3");
  expect(await scenario.comments(pull.number)).toHaveLength(1);
}

describe("an answer that is lost after GitHub has acted", () => {
  it.each([
    { method: "POST", path: /\/git\/refs$/ },
    { method: "POST", path: /\/releases$/ },
    { method: "POST", path: /\/check-runs$/ },
    { graphql: "AddComments" },
  ])("changes nothing about the end (%j)", async (match) => {
    for (const how of ["502", "reset"] as const) {
      const scenario = await stage.open();
      const pull = await scenario.mergeGreen("fix: survives");
      const fault = stage.github.faults.failRequest({ match, when: "after", how });
      await scenario.look().catch(() => null);
      expect(fault.fired).toBe(1);
      fault.remove();
      stage.clock.advance(MINUTE_MS);
      await scenario.look();
      await scenario.lookFor(5 * MINUTE_MS);
      await checkReleasedOnce(scenario, pull);
    }
  });
});

describe("the ledger", () => {
  it("learns of a release whose answer was lost, and has no second row", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: written down late");
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/releases$/ },
      when: "after",
      how: "reset",
    });
    const reads = stage.github.faults.failRequest({
      match: { method: "GET", path: /\/releases\/tags\// },
      when: "before",
      how: "502",
    });
    await scenario.look().catch(() => null);
    fault.remove();
    reads.remove();
    const { id } = scenario.repository;
    expect(await scenario.store.findRelease(id, "v1.4.3")).toMatchObject({ state: "intended" });
    stage.clock.advance(MINUTE_MS);
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await scenario.store.findRelease(id, "v1.4.3")).toMatchObject({ state: "published" });
  });
});

describe("a request that fails before it took effect", () => {
  it.each([
    { method: "POST", path: /\/git\/refs$/ },
    { method: "POST", path: /\/releases$/ },
    { graphql: "AddComments" },
  ])("is made up for by the next look (%j)", async (match) => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: second try");
    const fault = stage.github.faults.failRequest({ match, when: "before", how: "502" });
    await scenario.look().catch(() => null);
    fault.remove();
    scenario.forget();
    stage.clock.advance(MINUTE_MS);
    await scenario.lookFor(15 * MINUTE_MS);
    await checkReleasedOnce(scenario, pull);
  });
});

describe("a release that is finished later", () => {
  it("follows the version before it, also where a person made that one", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: finished later");
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/releases$/ },
      when: "before",
      how: "502",
    });
    await scenario.look().catch(() => null);
    fault.remove();
    stage.clock.advance(MINUTE_MS);
    await scenario.lookFor(5 * MINUTE_MS);
    await checkReleasedOnce(scenario, pull);
    const [release] = (await scenario.world()).releases;
    expect(release?.body).toContain("v1.4.2...v1.4.3");
    expect(release?.body).not.toContain("Start");
  });
});

describe("a lock that is lost in the middle of a pass", () => {
  it("ends the pass before its next write", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: somebody else goes on");
    let isAlone = true;
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/git\/refs$/ },
      when: "after",
      how: {
        hold: async () => {
          isAlone = false;
        },
      },
    });
    await expect(scenario.look({ isAlone: () => isAlone })).rejects.toThrow("lock on it was lost");
    fault.remove();
    const { tags, releases } = await scenario.world();
    expect(Object.keys(tags)).toContain("v1.4.3");
    expect(releases.map((release) => release.tag)).toEqual(["v1.4.2"]);
  });
});

describe("the index that ties commits to pulls", () => {
  it("may lag: the pull is found by its merge commit", async () => {
    const scenario = await stage.open();
    stage.github.faults.lagAssociatedPulls(600);
    const pull = await scenario.mergeGreen("fix: not yet in the index");
    await scenario.look();
    stage.github.faults.lagAssociatedPulls(0);
    await checkReleasedOnce(scenario, pull);
    expect((await scenario.world()).releases[0]?.body).toContain(`(#${pull.number})`);
  });
});

describe("a ruleset that refuses the tag", () => {
  it("is a hold with GitHub's words, and ends when the ruleset allows us", async () => {
    const scenario = await stage.open();
    scenario.repository.rulesets.push(tagRuleset());
    const pull = await scenario.mergeGreen("fix: refused");
    const { outcomes } = await scenario.look();
    expect(outcomes.map(({ outcome }) => outcome.kind)).toEqual(["refused", "done"]);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    const check = scenario.check(pull.sha);
    expect(check?.title).toMatch(/^held: GitHub refused/);
    expect(check?.summary).toContain("creations being restricted");
    expect(await scenario.comments(pull.number)).toEqual([]);

    scenario.repository.rulesets.length = 0;
    stage.clock.advance(HOUR_MS + 1_000);
    await scenario.look();
    await checkReleasedOnce(scenario, pull);
  });
});

describe("a release that a workflow made for our tag", () => {
  it("while we were making it is adopted, and its pull hears of it", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: the workflow wins the race");
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/releases$/ },
      when: "before",
      how: { delayMs: 1_500 },
    });
    const looking = scenario.look();
    while ((await scenario.world()).tags["v1.4.3"] === undefined) await sleep(20);
    await scenario.release("v1.4.3", pull.sha);
    const { outcomes } = await looking;
    fault.remove();
    expect(outcomes.map(({ outcome }) => outcome)).toContainEqual(
      expect.objectContaining({ kind: "done", how: "adopted" }),
    );
    await checkReleasedOnce(scenario, pull);
  });

  it("while we were away is adopted", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: the workflow is faster");
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/releases$/ },
      when: "before",
      how: "reset",
    });
    await scenario.look().catch(() => null);
    fault.remove();
    await scenario.release("v1.4.3", pull.sha);
    stage.clock.advance(MINUTE_MS);
    await scenario.lookFor(5 * MINUTE_MS);
    const { releases } = await scenario.world();
    expect(releases.map((release) => release.tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(scenario.check(pull.sha)?.title).toBe("released in v1.4.3");
  });
});

describe("a tag that somebody else made first", () => {
  it("is left alone, and the next version is taken", async () => {
    const scenario = await stage.open();
    const first = await scenario.merge("fix: one");
    await scenario.release("v1.4.3", first.sha);
    const second = await scenario.mergeGreen("fix: two");
    await scenario.look();
    const { tags } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(first.sha);
    expect(tags["v1.4.4"]).toBe(second.sha);
  });
});

describe("a bad policy file", () => {
  it("keeps the last good one and says what is wrong, with its line", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("chore: change the policy", {
      path: ".github/smallbatch.yml",
      text: "version: 1\nautoo: patch\n",
    });
    const fix = await scenario.mergeGreen("fix: still released");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(fix.sha);
    expect(scenario.check(pull.sha)?.title ?? "released in v1.4.3").toBe("released in v1.4.3");
    const summary = scenario.check(fix.sha)?.summary ?? "";
    expect(summary).toContain("autoo");
    expect(summary).toContain("auto");
    expect(summary).toContain(".github/smallbatch.yml:2:1");
  });

  it("is a hold where there never was a good one", async () => {
    const scenario = await stage.open({ policy: "version: 2\n" });
    const pull = await scenario.mergeGreen("fix: held");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: .*policy/i);
  });
});

describe("a repository that moves", () => {
  it("is released after it was renamed, by its id", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: before the rename");
    const { repository } = scenario;
    const former = `acme/${repository.name}`;
    const result = scenario.forge();
    repository.formerNames.push(former);
    const oldName = repository.name;
    repository.name = `${repository.name}-renamed`;
    await scenario.lookAs({ owner: "acme", name: oldName }, result);
    await checkReleasedOnce(scenario, pull);
  });

  it("is released after its old name was taken by another repository", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: before the swap");
    const { repository } = scenario;
    const oldName = repository.name;
    repository.formerNames.push(`acme/${oldName}`);
    repository.name = `${oldName}-moved`;
    const other = await stage.open();
    other.repository.name = oldName;
    await scenario.lookAs({ owner: "acme", name: oldName }, scenario.forge());
    await checkReleasedOnce(scenario, pull);
    expect(Object.keys((await other.world()).tags)).toEqual(["v1.4.2"]);
  });
});

describe("publish checks", () => {
  it("that fail are named in the check and the ledger: the release stands on GitHub only", async () => {
    const scenario = await stage.open();
    const first = await scenario.mergeGreen("fix: publishes well");
    await scenario.look();
    stage.clock.advance(5_000);
    await scenario.context(first.sha, "publish", "success");
    await scenario.lookFor(3 * MINUTE_MS);

    const second = await scenario.mergeGreen("fix: publishes badly");
    await scenario.look();
    expect(await scenario.comments(second.number)).toEqual([]);
    stage.clock.advance(5_000);
    await scenario.context(second.sha, "publish", "failure");
    await scenario.lookFor(3 * MINUTE_MS);
    const check = scenario.check(second.sha);
    expect(check?.title).toBe("released in v1.4.4; publish failed: v1.4.4 stands on GitHub only");
    expect((await scenario.ledger()).map(({ tag, publishChecks }) => [tag, publishChecks])).toEqual(
      [
        ["v1.4.4", [{ name: "publish", state: "red" }]],
        ["v1.4.3", [{ name: "publish", state: "green" }]],
      ],
    );
  });

  it("that end while the next release is cut are in the ledger too", async () => {
    const scenario = await stage.open();
    const first = await scenario.mergeGreen("fix: publishes in a moment");
    await scenario.look();
    stage.clock.advance(5_000);
    await scenario.context(first.sha, "publish", "pending");
    const second = await scenario.mergeGreen("fix: waits for it");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2", "v1.4.3"]);
    expect((await scenario.ledger())[0]?.publishChecks).toEqual([
      { name: "publish", state: "pending" },
    ]);
    await scenario.context(first.sha, "publish", "failure");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.4"]).toBe(second.sha);
    expect((await scenario.ledger()).map(({ tag, publishChecks }) => [tag, publishChecks])).toEqual(
      [
        ["v1.4.4", []],
        ["v1.4.3", [{ name: "publish", state: "red" }]],
      ],
    );
  });

  it("that say the same as before are not written down again", async () => {
    let writes = 0;
    const kept = fleetingStore();
    const scenario = await stage.open({
      store: {
        ...kept,
        recordPublishChecks: async (...checks) => {
          writes += 1;
          await kept.recordPublishChecks(...checks);
        },
      },
    });
    const pull = await scenario.mergeGreen("fix: publishes");
    await scenario.look();
    stage.clock.advance(5_000);
    await scenario.context(pull.sha, "publish", "success");
    await scenario.look();
    await scenario.look();
    expect(writes).toBe(1);
  });
});

describe("a tag of ours whose release is missing, with nothing remembered", () => {
  it("is finished also where a label decided its version", async () => {
    const scenario = await stage.open();
    const pull = await scenario.merge("feat: less than it says");
    await labelPull(scenario.place, stage.people.mona, pull.number, "release:patch");
    await scenario.status(pull.sha, "success");
    const { git } = stage.github.github;
    await git.run(scenario.repository.id, ["update-ref", "refs/tags/v1.4.3", pull.sha]);
    await scenario.lookFor(HOUR_MS);
    await checkReleasedOnce(scenario, pull);
  });
});
