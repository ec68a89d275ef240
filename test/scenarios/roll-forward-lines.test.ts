import { describe, expect, it } from "@jest/globals";
import { Restoring } from "../support/restoring.ts";
import { issueOf, standingOf } from "../support/rollback-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const STABLE = { "v1.4.3": "latest", "v1.4.2": "" };

/** Looks until nothing is due, everything on the branch green. */
async function settle({ scenario, look }: Restoring, branch: string): Promise<void> {
  await scenario.status(await scenario.head(branch), "success");
  await look();
  await scenario.lookFor(5 * MINUTE_MS);
}

/** Our pull is green, merged by us, and so is what it is merged to. */
async function finish(scene: Restoring): Promise<void> {
  const { pull } = await scene.opened();
  await scene.scenario.status(pull.headSha, "success");
  await scene.look();
  expect(pull.merged).toBe(true);
  await settle(scene, pull.baseRef);
}

/** What a release says before its card. */
async function notesOf({ scenario }: Restoring, tag: string): Promise<string> {
  const { releases } = await scenario.world();
  const body = releases.find((each) => each.tag === tag)?.body ?? "";
  return body.slice(0, body.indexOf("<details>"));
}

/** `v1.4.3` on the default branch, and two prereleases of the channel, the second one bad. */
async function openChannel(policy = ""): Promise<{ scene: Restoring; pulls: number[] }> {
  const scene = await Restoring.open(stage, {
    policy: `version: 1\nchannels: [next]\n${policy}`,
  });
  const { scenario } = scene;
  await scenario.branch("next");
  const pulls: number[] = [];
  for (const [title, path, base] of [
    ["fix: on main", "src/main.js", "main"],
    ["feat: turn widgets", "src/turn.js", "next"],
    ["fix: set it on fire", "src/fire.js", "next"],
  ] as const) {
    const { number, sha } = await scenario.merge(title, { base, path });
    if (policy !== "") await scenario.context(sha, "build", "success");
    await settle(scene, base);
    if (policy !== "") await build(scene, base);
    pulls.push(number);
  }
  expect(await standingOf(scenario)).toEqual({
    ...STABLE,
    "v1.5.0-next.1": "prerelease",
    "v1.5.0-next.2": "prerelease",
  });
  return { scene, pulls: pulls.slice(1) };
}

/** What the draft waits for. */
async function build({ scenario }: Restoring, branch: string): Promise<void> {
  await scenario.context(await scenario.head(branch), "build", "success");
  await scenario.lookFor(5 * MINUTE_MS);
}

describe("a prerelease of a channel that is rolled back", () => {
  it("is undone on its branch, and the channel goes on; Latest and main stay", async () => {
    const { scene, pulls } = await openChannel();
    const { scenario } = scene;
    const main = await scenario.head();
    await scene.rollBack("v1.5.0-next.2");
    const marked = {
      ...STABLE,
      "v1.5.0-next.1": "prerelease",
      "v1.5.0-next.2": "prerelease rolled-back",
    };
    expect(await standingOf(scenario)).toEqual(marked);
    expect(await notesOf(scene, "v1.5.0-next.2")).toContain("Use [v1.5.0-next.1](");
    const { pull } = await scene.opened();
    expect(pull.baseRef).toBe("next");
    await finish(scene);
    const undone = { ...marked, "v1.5.0-next.3": "prerelease" };
    expect(await standingOf(scenario)).toEqual(undone);
    expect(await scene.git("rev-parse", "v1.5.0-next.3^{tree}")).toBe(
      await scene.git("rev-parse", "v1.5.0-next.1^{tree}"),
    );
    expect(await scenario.head()).toBe(main);
    expect(await notesOf(scene, "v1.5.0-next.3")).toContain("### Rolled back");
    const { body, state } = issueOf(stage, scenario);
    expect(body).toContain("Latest stays where it is");
    expect(state).toBe("closed");
    // Of a prerelease nobody is told.
    expect(await Promise.all(pulls.map((number) => scenario.comments(number)))).toEqual([[], []]);

    await scenario.merge("fix: go on", { base: "next", path: "src/on.js" });
    await settle(scene, "next");
    const later = { ...undone, "v1.5.0-next.4": "prerelease" };
    expect(await standingOf(scenario)).toEqual(later);

    // What the channel took back itself comes to nobody by the stable release.
    await scenario.mergeBranch("next", "main", "Ship it");
    await settle(scene, "main");
    expect(await standingOf(scenario)).toEqual({ ...later, "v1.4.3": "", "v1.5.0": "latest" });
    const notes = await notesOf(scene, "v1.5.0");
    const [shipped = "", cancelled = ""] = notes.split("### Cancelled out");
    expect(shipped).toContain("feat: turn widgets");
    expect(shipped).not.toContain("set it on fire");
    expect(cancelled).toContain("fix: set it on fire");
    expect(await scene.git("ls-tree", "-r", "--name-only", "v1.5.0")).not.toContain("src/fire.js");
    const [turn = 0, fire = 0] = pulls;
    expect(await scenario.comments(turn)).toHaveLength(1);
    expect(await scenario.comments(fire)).toEqual([]);
  });

  it("is the first of its channel: the code goes back to the stable release that it began at", async () => {
    const scene = await Restoring.open(stage, { policy: "version: 1\nchannels: [next]\n" });
    const { scenario } = scene;
    await scenario.branch("next");
    await scenario.merge("feat: burn", { base: "next", path: "src/fire.js" });
    await settle(scene, "next");
    await scene.rollBack("v1.5.0-next.1");
    expect(await standingOf(scenario)).toEqual({
      "v1.4.2": "latest",
      "v1.5.0-next.1": "prerelease rolled-back",
    });
    await finish(scene);
    expect(await scene.git("rev-parse", "v1.5.0-next.2^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(await standingOf(scenario)).toEqual({
      "v1.4.2": "latest",
      "v1.5.0-next.1": "prerelease rolled-back",
      "v1.5.0-next.2": "prerelease",
    });
    expect(issueOf(stage, scenario).state).toBe("closed");
  });

  it("is drafted first, as the one is that undoes it: nobody sees that before its build is green", async () => {
    const { scene } = await openChannel("publishWhen: [build]\n");
    const { scenario } = scene;
    await scene.rollBack("v1.5.0-next.2");
    const marked = {
      ...STABLE,
      "v1.5.0-next.1": "prerelease",
      "v1.5.0-next.2": "prerelease rolled-back",
    };
    expect(await standingOf(scenario)).toEqual(marked);
    const { pull } = await scene.opened();
    await scenario.context(pull.headSha, "build", "success");
    await finish(scene);
    expect(await standingOf(scenario)).toEqual({ ...marked, "v1.5.0-next.3": "prerelease draft" });
    expect(issueOf(stage, scenario).state).toBe("open");
    await build(scene, "next");
    expect(await standingOf(scenario)).toEqual({ ...marked, "v1.5.0-next.3": "prerelease" });
    expect(issueOf(stage, scenario).state).toBe("closed");
    expect(await scene.git("rev-parse", "v1.5.0-next.3^{tree}")).toBe(
      await scene.git("rev-parse", "v1.5.0-next.1^{tree}"),
    );
  });
});

describe("a release of a linked component that is rolled back", () => {
  const POLICY =
    "version: 1\ncomponents: [{ name: web, path: web }, { name: api, path: api }]\n" +
    "linked: [[web, api]]\n";

  async function openLinked(): Promise<{ scene: Restoring; before: string[] }> {
    const scene = await Restoring.open(stage, { policy: POLICY, release: null });
    const { scenario } = scene;
    await scenario.commit("Begin", { "web/a.js": "1\n", "api/a.js": "1\n" });
    await scenario.release("web-v1.0.0");
    await scenario.release("api-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scenario.mergeFiles("fix: in both", { "web/a.js": "2\n", "api/a.js": "2\n" });
    await settle(scene, "main");
    const before = Object.keys((await scenario.world()).tags);
    expect(before).toEqual(["api-v1.0.0", "api-v1.0.1", "web-v1.0.0", "web-v1.0.1"]);
    return { scene, before };
  }

  it("has only its own files undone; both are released, with one version, on one commit", async () => {
    const { scene, before } = await openLinked();
    const { scenario } = scene;
    await scene.rollBack("web-v1.0.1");
    expect(await standingOf(scenario)).toMatchObject({
      "web-v1.0.0": "latest",
      "web-v1.0.1": "prerelease rolled-back",
      "api-v1.0.1": "",
    });
    await finish(scene);
    const { tags } = await scenario.world();
    const made = Object.keys(tags).filter((tag) => !before.includes(tag));
    expect(made).toEqual(["api-v1.0.2", "web-v1.0.2"]);
    expect(tags["web-v1.0.2"]).toBe(tags["api-v1.0.2"]);
    expect(await scene.git("diff", "--name-status", "web-v1.0.1", "web-v1.0.2")).toBe(
      "M\tweb/a.js",
    );
    expect(await scene.git("rev-parse", "web-v1.0.2:web")).toBe(
      await scene.git("rev-parse", "web-v1.0.0:web"),
    );
    expect(await standingOf(scenario)).toEqual({
      "web-v1.0.2": "latest",
      "api-v1.0.2": "",
      "web-v1.0.1": "prerelease rolled-back",
      "api-v1.0.1": "",
      "web-v1.0.0": "",
      "api-v1.0.0": "",
    });
    expect(await notesOf(scene, "web-v1.0.2")).toContain("### Rolled back");
    expect(await notesOf(scene, "api-v1.0.2")).not.toContain("### Rolled back");
    expect(issueOf(stage, scenario).state).toBe("closed");
  });

  it("goes on with both of them when the other one is taken back as well", async () => {
    const { scene, before } = await openLinked();
    const { scenario } = scene;
    await scene.rollBack("web-v1.0.1");
    await scene.rollBack("api-v1.0.1");
    const [web, api] = scene.pulls();
    await scenario.status(api?.pull.headSha ?? "", "pending");
    await scenario.status(web?.pull.headSha ?? "", "success");
    await scene.look();
    await settle(scene, "main");
    expect(web?.pull.merged).toBe(true);
    // One version: it waits for the other one's code.
    expect(Object.keys((await scenario.world()).tags)).toEqual(before);
    await scenario.status(api?.pull.headSha ?? "", "success");
    await scene.look();
    await settle(scene, "main");
    const { tags } = await scenario.world();
    expect(Object.keys(tags).filter((tag) => !before.includes(tag))).toEqual([
      "api-v1.0.2",
      "web-v1.0.2",
    ]);
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(
      await scene.git("rev-parse", "web-v1.0.0^{tree}"),
    );
    expect(await standingOf(scenario)).toMatchObject({
      "web-v1.0.2": "latest",
      "web-v1.0.1": "prerelease rolled-back",
      "api-v1.0.1": "prerelease rolled-back",
    });
  });
});
