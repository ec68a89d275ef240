import { beforeEach, describe, expect, it } from "@jest/globals";
import { statusCheckRollup } from "../../src/local-github/status-rollup.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const check = (more: object) =>
  world.bot("POST", "{repo}/check-runs", { name: "build", head_sha: world.head, ...more });
const status = (more: object) =>
  world.as("wilma")("POST", `{repo}/statuses/${world.head}`, { context: "ci", ...more });
const rollup = () => statusCheckRollup(local.github, world.repository.id, world.head)?.state;
const suites = async () =>
  (await world.bot("GET", `{repo}/commits/${world.head}/check-suites`)).body.check_suites;

describe("a pushed commit", () => {
  it("has a queued suite of every App that may write checks, and rolls up to nothing", async () => {
    expect(await suites()).toMatchObject([
      {
        status: "queued",
        conclusion: null,
        head_sha: world.head,
        head_branch: "main",
        app: { id: world.app.id },
        latest_check_runs_count: 0,
      },
    ]);
    expect(rollup()).toBeUndefined();
  });

  it("has no suite of an App that may not", async () => {
    const reader = await buildPlatform(local, { permissions: { checks: "read" } });
    expect(local.github.data.checkSuites.filter((each) => each.appId === reader.app.id)).toEqual(
      [],
    );
  });
});

describe("a check run", () => {
  it.each([
    ["an unknown commit", { head_sha: "0".repeat(40) }, /^No commit found for SHA: 0{40}$/],
    ["completed without a conclusion", { status: "completed" }, /^Validation Failed$/],
    ["a conclusion of its own", { conclusion: "great" }, /^Invalid request/],
    ["no name", { name: "" }, /^Validation Failed$/],
    [
      "a summary of 65,536 characters",
      { output: { title: "t", summary: "x".repeat(65_536) } },
      /./,
    ],
    ["an output without a summary", { output: { title: "t" } }, /./],
  ])("is refused with %s", async (_, more, message) => {
    const answer = await check(more);
    expect(answer.status).toBe(422);
    expect(answer.body.message).toMatch(message);
    expect(local.github.data.checkRuns.filter((each) => each.appId === world.app.id)).toEqual([]);
  });

  it("takes a summary of 65,535 characters", async () => {
    const answer = await check({ output: { title: "t", summary: "x".repeat(65_535) } });
    expect(answer.status).toBe(201);
  });

  it("is made by Apps alone, and changed by the one that made it", async () => {
    const body = { name: "build", head_sha: world.head };
    const person = await world.as("wilma")("POST", "{repo}/check-runs", body);
    expect(person.status).toBe(403);
    expect(person.body.message).toBe("You must authenticate via a GitHub App.");
    const { body: own } = await check({});
    for (const run of local.github.data.checkRuns) if (run.id === own.id) run.appId += 1;
    const change = await world.bot("PATCH", `{repo}/check-runs/${own.id}`, {
      status: "in_progress",
    });
    expect(change.status).toBe(403);
  });

  it("is completed by its conclusion, and its suite with the last of them", async () => {
    const { body: one } = await check({ status: "in_progress" });
    await check({ name: "lint", conclusion: "neutral" });
    expect((await suites())[0]).toMatchObject({ status: "in_progress", conclusion: null });
    const { body } = await world.bot("PATCH", `{repo}/check-runs/${one.id}`, {
      conclusion: "failure",
      output: { title: "Red", summary: "2 failed" },
      external_id: "42",
    });
    expect(body).toMatchObject({
      status: "completed",
      conclusion: "failure",
      completed_at: expect.any(String),
      external_id: "42",
      output: { title: "Red", summary: "2 failed" },
    });
    expect((await suites())[0]).toMatchObject({ status: "completed", conclusion: "failure" });
  });

  it("is listed by its newest try, or by all of them", async () => {
    await check({ conclusion: "failure" });
    await check({ conclusion: "success" });
    await check({ name: "lint", conclusion: "success" });
    const list = async (query: string) =>
      (await world.bot("GET", `{repo}/commits/main/check-runs${query}`)).body;
    expect(await list("?check_name=build")).toMatchObject({
      total_count: 1,
      check_runs: [{ conclusion: "success" }],
    });
    expect((await list("?check_name=build&filter=all")).total_count).toBe(2);
    expect((await list(`?app_id=${world.app.id}`)).total_count).toBe(2);
    expect((await list("?app_id=1")).total_count).toBe(0);
    expect(await list("?per_page=1")).toMatchObject({ total_count: 2, check_runs: [{}] });
    expect((await list("?status=queued")).total_count).toBe(0);
  });
});

describe("a commit status", () => {
  it.each([
    ["wilma", 201],
    ["rita", 403],
    ["nobody", 401],
  ])("asks %s for the write role (%i)", async (login, expected) => {
    const path = `{repo}/statuses/${world.head}`;
    expect((await world.as(login)("POST", path, { state: "success" })).status).toBe(expected);
  });

  it("counts by the newest of each context", async () => {
    await status({ state: "pending" });
    await status({ state: "success" });
    await status({ state: "success", context: "lint" });
    const { body } = await world.bot("GET", "{repo}/commits/main/status");
    expect(body).toMatchObject({ state: "success", total_count: 2, sha: world.head });
    expect((await world.bot("GET", "{repo}/commits/main/statuses")).body).toHaveLength(3);
  });

  it("is pending as a whole while there is none", async () => {
    const { body } = await world.bot("GET", `{repo}/commits/${world.head}/status`);
    expect(body).toMatchObject({ state: "pending", total_count: 0, statuses: [] });
  });

  it("is refused for an unknown commit or state", async () => {
    const unknown = await world.as("wilma")("POST", `{repo}/statuses/${"0".repeat(40)}`, {
      state: "success",
    });
    expect(unknown).toMatchObject({ status: 422 });
    expect((await status({ state: "great" })).status).toBe(422);
  });
});

describe("the roll-up of a commit", () => {
  it.each([
    ["SUCCESS", [], ["success", "skipped", "neutral"]],
    ["PENDING", ["pending"], ["success"]],
    ["PENDING", ["success"], [null]],
    ["FAILURE", ["pending"], ["timed_out"]],
    ["FAILURE", ["failure"], ["success"]],
    ["ERROR", ["error"], []],
  ])("is %s for statuses %j and conclusions %j", async (expected, states, conclusions) => {
    for (const [index, state] of states.entries()) await status({ state, context: `ci/${index}` });
    for (const [index, conclusion] of conclusions.entries()) {
      await check({ name: `check/${index}`, ...(conclusion ? { conclusion } : {}) });
    }
    expect(rollup()).toBe(expected);
  });
});
