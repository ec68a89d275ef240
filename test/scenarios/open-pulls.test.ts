import { describe, expect, it } from "@jest/globals";
import { mergePull, openPull } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { act, Hearing } from "../support/hearing.ts";
import type { Scenario, ScenarioOptions } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const NAME = "smallbatch/preview";

const UNSIZED = "version: 1\nsize: { check: off }\n";

async function open(options: ScenarioOptions = {}) {
  const store = fleetingStore();
  const scenario = await stage.open({ ...options, store });
  const hearing = new Hearing(stage, scenario);
  /** Gives back what was asked of GitHub, and when the next look is due. */
  const look = async () => {
    for (const { interpretation } of await hearing.take()) store.hear(interpretation);
    const before = stage.github.requests.length;
    const { wakeAt } = await scenario.look();
    return { requests: stage.github.requests.slice(before).map(nameOf), wakeAt };
  };
  const work = (branch: string, title: string): Promise<number> =>
    openPull(scenario.place, stage.people.wilma, {
      branch,
      path: `src/${branch}.js`,
      text: "1\n",
      title,
    });
  return { scenario, store, look, work };
}

/** `POST check-runs`; a GraphQL document is `read`. */
function nameOf({ method, path }: (typeof stage.github.requests)[number]): string {
  return path === "/graphql" ? "read" : `${method} ${path.split("/").at(-1)}`;
}

function checks(scenario: Scenario): readonly string[] {
  return stage.github.github.data.checkRuns
    .filter((run) => run.repositoryId === scenario.repository.id && run.name === NAME)
    .map((run) => `${run.output.title} ${run.conclusion}`);
}

describe("the check on an open pull", () => {
  it("comes with the pull and follows its title, for one request and one write each", async () => {
    const { scenario, look, work } = await open({ policy: UNSIZED });
    await look();
    const number = await work("grow", "fix: grow");
    expect((await look()).requests).toEqual(["read", "read", "POST check-runs"]);
    expect(checks(scenario)).toEqual(["would release v1.4.3 (patch) success"]);
    await act(scenario, stage.people.wilma, ["PATCH", `pulls/${number}`], { title: "feat!: grow" });
    expect((await look()).requests).toEqual(["read", "read", expect.stringMatching(/^PATCH \d+$/)]);
    expect(checks(scenario)).toEqual([
      `would be prepared: v2.0.0 is breaking (#${number}) and waits for a person neutral`,
    ]);
    await act(scenario, stage.people.mona, ["POST", `issues/${number}/labels`], {
      labels: ["help wanted"],
    });
    expect((await look()).requests).toEqual(["read", "read"]);
    expect((await look()).requests).toEqual(["read"]);
  });

  it("comes a minute later where GitHub's answer is older than the pull", async () => {
    const { scenario, look, work } = await open({ policy: UNSIZED });
    await look();
    await stage.github.faults.staleReads(30);
    stage.clock.advance(MINUTE_MS);
    await work("late", "fix: late");
    const { wakeAt } = await look();
    expect(checks(scenario)).toEqual([]);
    expect(wakeAt).toBe(stage.clock.now() + MINUTE_MS);
    await stage.github.faults.staleReads(0);
    stage.clock.advance(MINUTE_MS);
    await look();
    expect(checks(scenario)).toEqual(["would release v1.4.3 (patch) success"]);
  });

  it("costs nothing where the pull is merged before the look", async () => {
    const { scenario, look, work } = await open();
    await look();
    const number = await work("quick", "docs: quick");
    const sha = await mergePull(scenario.place, stage.people.mona, number);
    await scenario.status(sha, "success");
    // The second one asks whose first contribution it is.
    expect((await look()).requests).toEqual(["read", "read", "POST check-runs"]);
    expect(checks(scenario)).toEqual([]);
  });

  it("is written on the head of a fork's pull, and not on one into another branch", async () => {
    const { scenario, look } = await open({ policy: UNSIZED });
    await act(scenario, stage.people.otto, ["POST", "forks"]);
    const { github } = stage.github;
    const fork = github.data.repositories.find((each) => each.forkOfId === scenario.repository.id);
    if (fork === undefined) throw new Error("No fork");
    const sha = await commitFiles(github, fork, {
      branch: "idea",
      message: "an idea",
      files: { "idea.txt": "1" },
      author: "otto",
    });
    const pull = { title: "feat: an idea", head: "otto:idea", base: "main" };
    await act(scenario, stage.people.otto, ["POST", "pulls"], pull);
    await look();
    const { checkRuns } = stage.github.github.data;
    const found = checkRuns.find((run) => run.headSha === sha && run.name === NAME);
    expect(found?.output.title).toBe("would release v1.5.0 (minor)");
    const main = await scenario.head();
    await act(scenario, stage.people.mona, ["POST", "git/refs"], {
      ref: "refs/heads/side",
      sha: main,
    });
    await act(scenario, stage.people.otto, ["POST", "pulls"], { ...pull, base: "side" });
    expect((await look()).requests).toEqual(["read"]);
  });

  it("is neutral and releases nothing where the repository is only watched", async () => {
    const { scenario, look, work } = await open({ policy: null });
    await work("watch", "fix: watch");
    await look();
    expect(checks(scenario)).toEqual(["would release v1.4.3 (patch) neutral"]);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });

  it("waits behind a release, and a burst of pulls is taken in parts", async () => {
    const { scenario, look, work } = await open({ policy: UNSIZED });
    for (const at of Array.from({ length: 12 }, (_, index) => index)) {
      await work(`burst-${at}`, "fix: one of many");
    }
    await scenario.mergeGreen("fix: goes first");
    const first = await look();
    expect(checks(scenario)).toEqual([]);
    expect(Object.keys((await scenario.world()).tags)).toContain("v1.4.3");
    expect(first.wakeAt).toBeLessThanOrEqual(stage.clock.now() + 1);
    const second = await look();
    expect(second.requests.filter((name) => name === "POST check-runs")).toHaveLength(10);
    expect(second.wakeAt).toBe(stage.clock.now() + 15_000);
    await look();
    expect(checks(scenario)).toEqual(
      Array.from({ length: 12 }, () => "would release v1.4.4 (patch) success"),
    );
  });

  it("that GitHub refuses for a while does not keep the line from its work", async () => {
    const { scenario, look, work } = await open();
    await work("late", "fix: late");
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/check-runs$/ },
      when: "before",
      how: "403-secondary",
    });
    const { wakeAt } = await look();
    expect(wakeAt).toBe(stage.clock.now() + 60_000);
    fault.remove();
    stage.clock.advance(60_000);
    await look();
    expect(checks(scenario)).toEqual(["would release v1.4.3 (patch) success"]);
  });
});

describe("a release pull of ours", () => {
  it("says that it is one, and what merging it does", async () => {
    const { scenario, look } = await open({
      policy: "version: 1\nfiles: { changelog: CHANGELOG.md, as: pull }\n",
    });
    await look();
    await scenario.mergeGreen("fix: in a pull");
    await look();
    await look();
    expect(checks(scenario)).toEqual(["merging this releases v1.4.3 success"]);
    await look();
    expect(checks(scenario)).toHaveLength(1);
  });
});
