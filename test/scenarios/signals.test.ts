import { describe, expect, it } from "@jest/globals";
import type { Person } from "../../src/local-github/person.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act } from "../support/hearing.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const POLICY = (onSignal: string): string =>
  `version: 1\nrollback: { onSignal: { ${onSignal} } }\n`;

/** v1.4.3 stands, and the desk is quiet. */
async function openReleased(onSignal = "", isPrivate = false): Promise<DeskScene> {
  const scene = await DeskScene.open(stage, { isPrivate });
  const { scenario } = scene;
  if (onSignal !== "") {
    await scenario.commit("chore: say what to do", { ".github/smallbatch.yml": POLICY(onSignal) });
  }
  await scenario.mergeGreen("fix: a");
  await scene.look();
  await scenario.lookFor(5 * MINUTE_MS);
  stage.clock.advance(MINUTE_MS);
  return scene;
}

/** A report of a bug in v1.4.3; whoever triages sets the label. */
async function report({ scenario }: DeskScene, by: Person): Promise<number> {
  const title = "v1.4.3 burns, @mona";
  await act(scenario, by, ["POST", "issues"], { title, body: "It **burns**" });
  const issue = stage.github.github.data.issues.findLast(
    ({ repositoryId }) => repositoryId === scenario.repository.id,
  );
  const number = issue?.number ?? 0;
  await act(scenario, stage.people.mona, ["POST", `issues/${number}/labels`], { labels: ["bug"] });
  return number;
}

/** As whoever deploys tells GitHub. */
async function deploy({ scenario }: DeskScene, state: "FAILURE" | "SUCCESS"): Promise<void> {
  const { data } = stage.github.github;
  const { tags } = await scenario.world();
  data.lastId += 1;
  (data.deployments ??= []).push({
    id: data.lastId,
    repositoryId: scenario.repository.id,
    sha: tags["v1.4.3"] ?? "",
    environment: "production",
    state,
    createdAt: new Date(stage.clock.now()).toISOString(),
  });
}

const issuesOf = ({ scenario }: DeskScene) =>
  stage.github.github.data.issues.filter(
    ({ repositoryId, title }) =>
      repositoryId === scenario.repository.id && title.startsWith("Rollback of"),
  );

const desk = (scene: DeskScene): string => scene.desks()[0]?.body ?? "";

async function isBad({ scenario }: DeskScene): Promise<boolean> {
  const { releases } = await scenario.world();
  return releases.find(({ tag }) => tag === "v1.4.3")?.isPrerelease === true;
}

describe("a release that looks bad", () => {
  it("is asked about on the desk, with numbers alone, until the report is closed", async () => {
    const scene = await openReleased();
    expect(desk(scene)).not.toContain("may be bad");
    const number = await report(scene, stage.people.otto);
    const requests = await scene.requestsOf(() => scene.look());
    // A look, what GitHub shows of reports, and whose desk it is comes with the next one.
    expect(requests).toEqual(["graphql", "graphql"]);
    await scene.rest();
    expect(desk(scene)).toContain(`[\`#${number}\`](`);
    expect(desk(scene)).toContain("reports a bug in it. Roll back?");
    expect(desk(scene)).not.toMatch(/burns|@mona/);
    expect(await isBad(scene)).toBe(false);

    const { mona } = stage.people;
    await act(scene.scenario, mona, ["PATCH", `issues/${number}`], { state: "closed" });
    await scene.rest();
    expect(desk(scene)).not.toContain("may be bad");
  });

  it("is rolled back where the policy says so, not by a stranger's word", async () => {
    const scene = await openReleased("bug: rollback");
    await report(scene, stage.people.otto);
    await scene.rest();
    expect(desk(scene)).toContain("may be bad");
    expect(await isBad(scene)).toBe(false);
    // It was asked once whether otto may.
    expect(await scene.requestsOf(() => scene.look())).toEqual(["graphql"]);
    await report(scene, stage.people.wilma);
    await scene.rest();
    expect(await isBad(scene)).toBe(true);
    expect(desk(scene)).toContain("`smallbatch` asked for [`/rollback v1.4.3`](");
    const issue = stage.github.github.data.issues.find(
      ({ repositoryId, title }) =>
        repositoryId === scene.scenario.repository.id && title === "Rollback of v1.4.3",
    );
    expect(issue?.body).toMatch(/`smallbatch` \[asked for it\].*by the policy, because/);
    expect(issue?.body).not.toContain("burns");
  });

  it("is found without any delivery, and once, also where the database is lost", async () => {
    const scene = await openReleased("deployment: rollback");
    await deploy(scene, "FAILURE");
    await scene.rest();
    expect(await isBad(scene)).toBe(false);
    stage.clock.advance(3 * HOUR_MS);
    await scene.rest();
    expect(await isBad(scene)).toBe(true);
    expect(issuesOf(scene)).toHaveLength(1);
    scene.forget();
    for (const hours of [1, 4, 25]) {
      stage.clock.advance(hours * HOUR_MS);
      await scene.rest();
    }
    expect(issuesOf(scene)).toHaveLength(1);
  });

  it("is rolled back to the end where the database is lost before its issue stands", async () => {
    const scene = await openReleased("bug: rollback");
    const number = await report(scene, stage.people.wilma);
    const fault = stage.github.faults.failRequest({
      match: { method: "POST", path: /\/issues$/ },
      times: 100,
      when: "before",
      how: "502",
    });
    for (let looks = 0; looks < 4; looks += 1) await scene.look().catch(() => null);
    expect(await isBad(scene)).toBe(true);
    expect(issuesOf(scene)).toEqual([]);
    fault.remove();
    scene.forget();
    for (let looks = 0; looks < 3; looks += 1) {
      stage.clock.advance(HOUR_MS);
      await scene.rest();
    }
    const [issue, ...more] = issuesOf(scene);
    expect(more).toEqual([]);
    expect(issue?.body).toContain(`by the policy, because \`#${number}\` reports a bug`);
    expect(issue?.state).toBe("closed");
    expect(desk(scene)).toContain("Released in v1.4.4, which takes v1.4.3 back.");
  });

  it("is not asked about where the owner keeps deployments back", async () => {
    const scene = await openReleased("", true);
    await deploy(scene, "FAILURE");
    const { id } = scene.scenario.repository;
    const token = stage.github.github.data.tokens.find((each) => each.repositoryIds?.includes(id));
    if (token === undefined) throw new Error("No token");
    token.permissions = { contents: "write", pull_requests: "write", issues: "write" };
    token.permissions = { ...token.permissions, checks: "write", statuses: "read" };
    const number = await report(scene, stage.people.wilma);
    await scene.rest();
    expect(desk(scene)).toContain(`[\`#${number}\`](`);
    expect(desk(scene)).not.toContain("deployment");
  });
});
