import { beforeEach, describe, expect, it } from "@jest/globals";
import { readStanding, renderStanding } from "../../src/cli/standing.ts";
import { createMemoryBudget } from "../../src/github/budget.ts";
import { openGitHub } from "../../src/github/client.ts";
import { openClockForge } from "../../src/github/clock-reading.ts";
import { readPast } from "../../src/reconcile/clocks.ts";
import type { WeeklySource } from "../../src/weekly-port.ts";
import { useDatabase } from "../support/database.ts";
import { addNewer } from "../support/our-issues.ts";
import type { Scenario, ScenarioOptions } from "../support/scenario.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const test = useDatabase();

const DAY_MS = 24 * HOUR_MS;
const POLICY = "version: 1\nweekly: { day: mon, at: 08:00, zone: Europe/Berlin }\n";

const source = (): WeeklySource => ({
  clocks: test.database.clocksOf(stage.app.installationId),
  pageUrl: ({ owner, name }) => `https://smallbatch.test/r/${owner}/${name}`,
});

/** Started on a Wednesday, and kept in a real database. */
async function open(options: ScenarioOptions = {}): Promise<Scenario> {
  const scenario = await stage.open({
    policy: POLICY,
    desk: true,
    store: test.database.forInstallation(stage.app.installationId),
    weekly: source(),
    ...options,
  });
  await enter(scenario);
  return scenario;
}

async function enter({ repository, place }: Scenario): Promise<void> {
  const { id, defaultBranch } = repository;
  const { owner, name } = place;
  const label = { id, nodeId: `R_${id}`, owner, name, isPrivate: false, defaultBranch };
  await test.database.repositories.upsert(stage.app.installationId, [label]);
}

/** As the sweep of the clocks does. */
async function readGitHub({ repository, place }: Scenario): Promise<void> {
  const { id: appId, privateKey, installationId } = stage.app;
  const client = openGitHub({
    credentials: { kind: "app", appId, privateKey, installationId },
    apiUrl: stage.github.apiUrl,
    graphqlUrl: stage.github.graphqlUrl,
    budget: createMemoryBudget(stage.clock),
    clock: stage.clock,
    userAgent: "smallbatch/test",
  });
  const end = await readPast({
    forge: openClockForge(client),
    store: test.database.clocksOf(installationId),
    clock: stage.clock,
    repository: { id: repository.id, ...place },
    branches: [repository.defaultBranch],
    pagesMax: 100,
  });
  expect(end.kind).toBe("done");
}

/** Reports of ours, oldest first. */
function reports({ repository }: Scenario) {
  return stage.github.github.data.issues
    .filter((issue) => issue.repositoryId === repository.id)
    .filter(({ title }) => title.startsWith("Weekly report"))
    .map(({ number, title, state, body }) => ({ number, title, state, body: body ?? "" }));
}

const shown = (scenario: Scenario): readonly string[] =>
  reports(scenario).map(({ title, state }) => `${title}: ${state}`);

async function why({ place }: Scenario): Promise<string> {
  const standing = await readStanding(test.database, place.owner, place.name);
  return standing === null ? "" : renderStanding(standing);
}

/** On to the next Monday, 08:00 in Berlin, which is 07:00 UTC in winter. */
function onToMonday(): void {
  const now = stage.clock.now();
  const monday = 4 * DAY_MS + 7 * HOUR_MS;
  stage.clock.advance(7 * DAY_MS - ((now - monday) % (7 * DAY_MS)));
}

function countRequests(): () => readonly string[] {
  const before = stage.github.requests.length;
  return () => stage.github.requests.slice(before).map(({ method, path }) => `${method} ${path}`);
}

describe("the weekly report on GitHub", () => {
  beforeEach(() => {
    // A Wednesday: less than a week to the first Monday.
    onToMonday();
    stage.clock.advance(DAY_MS);
  });

  it("follows a whole week after the start, once, and closes the one before", async () => {
    const scenario = await open();
    await scenario.mergeGreen("fix: stop shrinking @mona");
    await scenario.look();
    await scenario.look();
    expect(await why(scenario)).toContain("weekly      none yet: the first one follows a whole");
    onToMonday();
    await scenario.look();
    expect(shown(scenario)).toEqual([]);
    const { wakeAt } = await scenario.look();
    const next = stage.clock.now() + 7 * DAY_MS;
    expect(wakeAt).toBeLessThanOrEqual(next);

    stage.clock.advance(DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    const reported = await scenario.look();
    expect(shown(scenario)).toHaveLength(1);
    const [first] = reports(scenario);
    expect(first?.body).toContain("1 release, 1 pull request merged");
    expect(first?.body).toContain("feat: grow");
    expect(first?.body).toContain("/r/acme/widgets");
    // The end of the week after.
    expect(reported.wakeAt).toBeLessThanOrEqual(stage.clock.now() + 7 * DAY_MS);
    await scenario.lookFor(6 * DAY_MS);
    expect(reports(scenario)).toHaveLength(1);
    expect(await why(scenario)).toMatch(/weekly {6}written: http\S+\/issues\/\d+/);

    await scenario.mergeGreen("fix: grow less");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    await scenario.look();
    expect(reports(scenario).map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  it("is not written twice when the database is lost, nor when an answer is", async () => {
    const scenario = await open();
    await scenario.look();
    stage.clock.advance(7 * DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    await scenario.look();
    expect(reports(scenario)).toHaveLength(1);

    // What else we opened meanwhile fills a page of them.
    const { github } = stage.github;
    const own = github.data.issues.findLast((issue) => {
      return issue.repositoryId === scenario.repository.id && issue.pull === undefined;
    });
    if (own === undefined) throw new Error("There is no report");
    addNewer(github, own);
    await test.query("delete from smallbatch.line where repository_id = $1", [
      scenario.repository.id,
    ]);
    await scenario.look();
    await scenario.look();
    expect(reports(scenario)).toHaveLength(1);

    // The next one is opened, and nobody hears of it.
    stage.clock.advance(DAY_MS);
    await scenario.mergeGreen("fix: grow less");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    const forge = scenario.forge();
    const { weekly } = forge;
    if (weekly === undefined) throw new Error("There is a forge of reports");
    const deaf = {
      ...forge,
      weekly: {
        ...weekly,
        open: async (...said: Parameters<typeof weekly.open>) => {
          await weekly.open(...said);
          throw new Error("The process dies");
        },
      },
    };
    await expect(scenario.lookAs(scenario.place, deaf)).rejects.toThrow("dies");
    expect(shown(scenario)).toHaveLength(2);
    await scenario.look();
    await scenario.look();
    expect(reports(scenario).map(({ state }) => state)).toEqual(["closed", "open"]);
  });

  it("is none for a week without news, for a watched repository, and without the policy", async () => {
    const quiet = await open();
    const watched = await open({ policy: null });
    const off = await open({ policy: "version: 1\n" });
    for (const each of [quiet, watched, off]) await each.look();
    stage.clock.advance(8 * DAY_MS);
    onToMonday();
    for (const each of [quiet, watched, off]) {
      await readGitHub(each);
      stage.clock.advance(MINUTE_MS);
      await each.look();
      expect(shown(each)).toEqual([]);
    }
    expect(await why(quiet)).toContain("weekly      none for this week: nothing was merged");
    for (const each of [watched, off]) expect(await why(each)).not.toContain("weekly");
  });

  it("waits until the past was read, and says so", async () => {
    const scenario = await open();
    await scenario.look();
    stage.clock.advance(7 * DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    onToMonday();
    const { wakeAt } = await scenario.look();
    expect(wakeAt).toBeLessThanOrEqual(stage.clock.now() + 15 * MINUTE_MS);
    expect(shown(scenario)).toEqual([]);
    expect(await why(scenario)).toContain("weekly      not yet: the past of this repository");
    await readGitHub(scenario);
    await scenario.lookFor(HOUR_MS);
    expect(shown(scenario)).toHaveLength(1);
  });

  it("is closed when the policy asks for none any more", async () => {
    const scenario = await open();
    await scenario.look();
    stage.clock.advance(7 * DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    await scenario.look();
    await scenario.commit("No reports", { ".github/smallbatch.yml": "version: 1\n" });
    await scenario.look();
    await scenario.look();
    expect(reports(scenario).map(({ state }) => state)).toEqual(["closed"]);
    expect(await why(scenario)).not.toContain("weekly");
  });

  it("is left alone where the repository has no issues, and is tried again where it is refused", async () => {
    const scenario = await open();
    await scenario.look();
    stage.clock.advance(7 * DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    const forge = scenario.forge();
    const { weekly } = forge;
    if (weekly === undefined) throw new Error("There is a forge of reports");
    const refusing = {
      ...forge,
      weekly: { ...weekly, open: () => Promise.resolve("refused" as const) },
    };
    const { wakeAt } = await scenario.lookAs(scenario.place, refusing);
    expect(wakeAt).toBeLessThanOrEqual(stage.clock.now() + HOUR_MS);
    expect(await why(scenario)).toContain("weekly      not yet: GitHub refused to open the issue");
    stage.clock.advance(HOUR_MS);
    scenario.repository.hasIssues = false;
    await scenario.look();
    expect(await why(scenario)).toContain("weekly      none: issues are switched off here");
    scenario.repository.hasIssues = true;
    await scenario.look();
    expect(shown(scenario)).toEqual([]);
  });

  it("costs a look nothing in a week that is done with", async () => {
    const scenario = await open();
    await scenario.look();
    stage.clock.advance(7 * DAY_MS);
    await scenario.mergeGreen("feat: grow");
    await scenario.lookFor(HOUR_MS);
    await readGitHub(scenario);
    onToMonday();
    const since = countRequests();
    await scenario.look();
    const first = since();
    await scenario.look();
    const steady = since().slice(first.length);
    expect(first.filter((request) => request !== "POST /graphql")).toEqual([
      `POST /repos/acme/${scenario.place.name}/issues`,
    ]);
    expect(steady).toEqual(["POST /graphql"]);
  });
});

describe("the release desk", () => {
  it("is found again behind the reports of half a year, when the database is new", async () => {
    const scenario = await stage.open({ desk: true });
    await scenario.mergeGreen("fix: stop shrinking");
    await scenario.look();
    const { weekly } = scenario.forge();
    const { state } = await scenario.look();
    for (let week = 0; week < 26; week += 1) {
      await weekly?.open(state.repository, { title: `Weekly report ${week}`, body: "" });
    }
    scenario.forget();
    await scenario.look();
    await scenario.look();
    const titles = stage.github.github.data.issues
      .filter((issue) => issue.repositoryId === scenario.repository.id)
      .map(({ title }) => title);
    expect(titles.filter((title) => title === "Release desk")).toHaveLength(1);
    expect(titles.length).toBeGreaterThan(26);
  });
});
