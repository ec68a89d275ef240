import { describe, expect, it } from "@jest/globals";
import { readRollbackBoxes } from "../../src/core/rollback/rollback-box.ts";
import { mergePull } from "../../src/local-github/person.ts";
import { isPull } from "../../src/local-github/pull-heads.ts";
import type { Issue } from "../../src/local-github/world.ts";
import { act, say } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const FIRE = { "src/fire.js": "burn();\n" };

/** Checks of our pull and of what it is merged to are green; looks until the release is out. */
async function finish(scene: Restoring): Promise<void> {
  const { scenario } = scene;
  const open = scene.pulls().filter(({ state }) => state === "open");
  for (const { pull } of open) await scenario.status(pull.headSha, "success");
  await scenario.lookFor(2 * MINUTE_MS);
  await scenario.status(await scenario.head(), "success");
  await scenario.lookFor(2 * MINUTE_MS);
}

function issues({ scenario }: Restoring): readonly Issue[] {
  return stage.github.github.data.issues.filter(
    ({ repositoryId, title }) =>
      repositoryId === scenario.repository.id && title.startsWith("Rollback of "),
  );
}

function issueOf(scene: Restoring): Issue {
  const [issue, ...more] = issues(scene);
  if (issue === undefined || more.length > 0) throw new Error(`${more.length} more issues`);
  return issue;
}

async function latest({ scenario }: Restoring): Promise<string | undefined> {
  return (await scenario.world()).releases.find(({ isLatest }) => isLatest)?.tag;
}

async function bodyOf({ scenario }: Restoring, tag: string): Promise<string> {
  return (await scenario.world()).releases.find((each) => each.tag === tag)?.body ?? "";
}

async function tags({ scenario }: Restoring): Promise<readonly string[]> {
  return Object.keys((await scenario.world()).tags);
}

/** Comments of ours that say so, on a pull. */
async function toldOn({ scenario }: Restoring, number: number): Promise<number> {
  const bodies = await scenario.comments(number);
  return bodies.filter((body) => body.startsWith("Rolled back in")).length;
}

describe("when the code of a rolled back release is merged", () => {
  it("a release carries it past a freeze, is Latest, tells who it concerns, and lets releases go", async () => {
    const policy = "version: 1\nschedule: { days: [sat], from: 01:00, to: 01:01, zone: UTC }\n";
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    const bad = await scenario.mergeFiles("fix: set it on fire", FIRE);
    await scenario.status(bad.sha, "success");
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    // From now on nothing is released at this hour by itself.
    await scenario.commit("Shut", { ".github/smallbatch.yml": policy });
    await scene.rollBack("v1.4.3");
    await finish(scene);
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.4.3", "v1.4.4"]);
    expect(await latest(scene)).toBe("v1.4.4");
    const body = await bodyOf(scene, "v1.4.4");
    expect(body).toContain("### Rolled back\n\n- [v1.4.3](");
    expect(body).toContain(`[\`#${bad.number}\`](`);
    expect(await scene.git("ls-tree", "-r", "--name-only", "v1.4.4")).toBe(
      ".github/smallbatch.yml\nREADME.md",
    );
    expect(issueOf(scene)).toMatchObject({ state: "closed", stateReason: "completed" });
    expect(scenario.check(await scenario.head())?.title).toBe(
      "released in v1.4.4, which takes v1.4.3 back",
    );
    expect(await toldOn(scene, bad.number)).toBe(1);

    const next = await scenario.mergeGreen("fix: go on");
    await scenario.lookFor(MINUTE_MS);
    expect(scenario.check(next.sha)?.title).toContain("outside the hours of releases");
    expect(await toldOn(scene, bad.number)).toBe(1);
  });

  it("goes on when the database is lost after each step, and is brought back by one box", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    const bad = await scenario.mergeFiles("feat: set it on fire", FIRE);
    await scenario.status(bad.sha, "success");
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    await scene.rollBack("v1.5.0");
    const rest = async (): Promise<void> => {
      for (let looks = 0; looks < 4; looks += 1) {
        scenario.forget();
        await scenario.lookFor(MINUTE_MS);
      }
    };
    await rest();
    const { issue, pull } = await scene.opened();
    await scenario.status(pull.headSha, "success");
    await rest();
    expect(issue.state).toBe("closed");
    await scenario.status(await scenario.head(), "success");
    await rest();
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.5.0", "v1.5.1"]);
    expect(await latest(scene)).toBe("v1.5.1");
    expect(await scene.git("rev-parse", "v1.5.1^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(issueOf(scene).state).toBe("closed");
    expect(await toldOn(scene, bad.number)).toBe(1);

    await tick(scene);
    await rest();
    const [reland, ...more] = relands(scene);
    expect(more).toEqual([]);
    expect(reland).toMatchObject({ title: "Reland v1.5.0", state: "open" });
    await mergePull(scenario.place, stage.people.mona, reland?.number ?? 0);
    await scenario.status(await scenario.head(), "success");
    await rest();
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.5.0", "v1.5.1", "v1.6.0"]);
    expect(await scene.git("rev-parse", "v1.6.0^{tree}")).toBe(
      await scene.git("rev-parse", "v1.5.0^{tree}"),
    );
    expect(await latest(scene)).toBe("v1.6.0");

    // The release of the rollback can be rolled back like any other: that changes nothing twice.
    await scene.rollBack("v1.6.0");
    await finish(scene);
    expect(await latest(scene)).toBe("v1.6.1");
    expect(await scene.git("rev-parse", "v1.6.1^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(issues(scene).map(({ state }) => state)).toEqual(["closed", "closed"]);
  });

  it("a person's own hold stands, and the issue says so; /resume lets it go", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    const said = await scenario.openIssue("The fair");
    await say(scenario, stage.people.mona, said, "/hold the fair");
    await scene.look();
    await scene.rollBack("v1.4.3");
    await finish(scene);
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.4.3"]);
    expect(scenario.check(await scenario.head())?.title).toContain("held: by mona");
    expect((await scene.restoration()).reason).toContain("held: by mona");
    await say(scenario, stage.people.mona, said, "/resume");
    await scene.look();
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await latest(scene)).toBe("v1.4.4");
    expect(await bodyOf(scene, "v1.4.4")).toContain("### Rolled back");
    expect(issueOf(scene).state).toBe("closed");
  });

  it("two rollbacks of a line go out together, and neither one alone", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    await scene.release("fix: pour oil", { "src/oil.js": "pour();\n" });
    await scene.rollBack("v1.4.4");
    await scene.rollBack("v1.4.3");
    const [first, second] = scene.pulls();
    await scenario.status(second?.pull.headSha ?? "", "pending");
    await scenario.status(first?.pull.headSha ?? "", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(first?.pull.merged).toBe(true);
    expect(await tags(scene)).toHaveLength(3);
    expect(await latest(scene)).toBe("v1.4.2");
    expect(scenario.check(await scenario.head())?.summary).toContain(
      "its release waits for the rollback of [v1.4.3](",
    );
    await finish(scene);
    const body = await bodyOf(scene, "v1.4.5");
    expect(body).toContain("- [v1.4.4](");
    expect(body).toContain("- [v1.4.3](");
    expect(await latest(scene)).toBe("v1.4.5");
    expect(await scene.git("rev-parse", "v1.4.5^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(issues(scene).map(({ state }) => state)).toEqual(["closed", "closed"]);
  });

  it("its release can be rolled back, too, which brings the code back that it undid", async () => {
    const scene = await Restoring.open(stage);
    await scene.release("fix: set it on fire", FIRE);
    await scene.rollBack("v1.4.3");
    await finish(scene);
    await scene.rollBack("v1.4.4");
    // Not v1.4.3, which was rolled back itself.
    expect(await latest(scene)).toBe("v1.4.2");
    await finish(scene);
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.4.3", "v1.4.4", "v1.4.5"]);
    expect(await latest(scene)).toBe("v1.4.5");
    const trees = await scene.git("rev-parse", "v1.4.3^{tree}", "v1.4.5^{tree}");
    expect(new Set(trees.split("\n")).size).toBe(1);
    expect(issues(scene).map(({ title, state }) => `${title} ${state}`)).toEqual([
      "Rollback of v1.4.3 closed",
      "Rollback of v1.4.4 closed",
    ]);
    await scene.sayAgain("v1.4.3");
    expect(await tags(scene)).toHaveLength(4);
  });

  it("nobody finishes it: it is abandoned, and the hold stays until a person resumes", async () => {
    const scene = await Restoring.open(stage, {
      policy: "version: 1\nrollback: { merge: manual, abandonAfter: 2d }\n",
    });
    const { scenario } = scene;
    await scene.release("fix: set it on fire", FIRE);
    await scene.rollBack("v1.4.3");
    await scenario.mergeGreen("fix: something else");
    await scenario.lookFor(3 * 24 * HOUR_MS);
    expect((await scene.restoration()).state).toBe("abandoned");
    expect(issueOf(scene).state).toBe("open");
    expect(await tags(scene)).toEqual(["v1.4.2", "v1.4.3"]);
    await say(scenario, stage.people.mona, issueOf(scene).number, "/resume");
    await scene.look();
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await latest(scene)).toBe("v1.4.4");
    expect(await bodyOf(scene, "v1.4.4")).not.toContain("### Rolled back");
    expect(issueOf(scene).state).toBe("closed");
    // The pull is people's; merged after all, the release that has it says so.
    const { issue } = await scene.opened();
    expect(issue.state).toBe("open");
    await mergePull(scenario.place, stage.people.mona, issue.number);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await bodyOf(scene, "v1.4.5")).toContain("### Rolled back");
  });
});

/** Somebody ticks the box of the rollback issue. */
async function tick(scene: Restoring): Promise<void> {
  const issue = issueOf(scene);
  const [box] = readRollbackBoxes(issue.body ?? "");
  expect(box).toMatchObject({ act: "reland", isTicked: false });
  stage.clock.advance(1_000);
  await act(scene.scenario, stage.people.mona, ["PATCH", `issues/${issue.number}`], {
    body: (issue.body ?? "").replace(
      "- [ ] <!-- smallbatch:rollback-box v1 reland",
      "- [x] <!-- smallbatch:rollback-box v1 reland",
    ),
  });
  await scene.look();
}

function relands({ scenario }: Restoring) {
  return stage.github.github.data.issues
    .filter(isPull)
    .filter(({ repositoryId }) => repositoryId === scenario.repository.id)
    .filter(({ pull }) => pull.headRef.startsWith("smallbatch/reland-"));
}
