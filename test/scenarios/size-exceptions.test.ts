import { describe, expect, it } from "@jest/globals";
import { pressButton } from "../../src/local-github/checks.ts";
import { labelPull, mergePull, type Person } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import type { CheckRun } from "../../src/local-github/world.ts";
import type { Fact } from "../../src/ports.ts";
import { act, openHearing, reactionsOn, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { useStage } from "../support/stage.ts";

const stage = useStage();

const POLICY = "version: 1\ndesk: off\nsize: { check: required, limit: { lines: 40 } }\n";
const SIZE_OK = "/size-ok the schema moves in one piece";
const lines = (count: number, word = "line"): string => `${word}\n`.repeat(count);

async function open(policy = POLICY) {
  const { scenario, store, look } = await openHearing(stage, { policy, desk: true });
  const facts: Fact[] = [];
  store.recordFacts = (found) => {
    facts.push(...found);
    return Promise.resolve();
  };
  const commit = (branch: string, files: Record<string, string | null>): Promise<string> =>
    commitFiles(stage.github.github, scenario.repository, { branch, message: branch, files });
  const propose = async (by: Person, head: string, body = "", base = "main"): Promise<number> => {
    const pull = { head, base, title: `feat: ${head}`, body };
    return Number((await act(scenario, by, ["POST", "pulls"], pull))["number"]);
  };
  return { scenario, store, look, facts, commit, propose };
}

function findRun({ repository }: Scenario, sha: string): CheckRun | undefined {
  return stage.github.github.data.checkRuns.find(
    (each) =>
      each.repositoryId === repository.id &&
      each.name === "smallbatch/size" &&
      each.headSha === sha,
  );
}

/** What the size check on a commit says. */
function check(scenario: Scenario, sha: string): string | null {
  const run = findRun(scenario, sha);
  return run === undefined ? null : `${run.output.title} ${run.conclusion}`;
}

function press(run: CheckRun, identifier: string, login: string): void {
  const { github } = stage.github;
  const account = github.data.accounts.find((each) => each.login === login);
  pressButton(github, run, identifier, account?.id ?? 0);
}

const FAILED = "too large: 50 weighted of 40 failure";
const LIFTED = "let through by mona · too large: 50 weighted of 40 success";

describe("/size-ok", () => {
  it("lets one head through, ends with the next, survives a lost database, and is on record", async () => {
    const { wilma, mona, otto } = stage.people;
    const { scenario, store, look, facts, commit, propose } = await open();
    const first = await commit("grow", { "src/a.js": lines(50) });
    const number = await propose(wilma, "grow");
    await look();
    expect(check(scenario, first)).toBe(FAILED);

    // Neither the button, nor a label, nor somebody without the permission.
    const run = findRun(scenario, first);
    if (run === undefined) throw new Error("No size check");
    expect(run.actions.map(({ identifier }) => identifier)).toEqual(["size-ok"]);
    run.output.title = "spoiled";
    press(run, "size-ok", mona.login);
    await labelPull(scenario.place, mona, number, "size-ok");
    const refused = await say(scenario, otto, number, SIZE_OK);
    const own = await say(scenario, wilma, number, SIZE_OK);
    const bare = await say(scenario, mona, number, "/size-ok");
    await look();
    expect([refused, own, bare].flatMap((id) => reactionsOn(stage, id))).toEqual(
      Array.from({ length: 3 }, () => "confused"),
    );
    expect((await scenario.comments(number)).join("")).toContain("say why, as in");
    expect(check(scenario, first)).toBe(FAILED);

    const said = await say(scenario, mona, number, SIZE_OK);
    await look();
    expect(check(scenario, first)).toBe(LIFTED);
    expect(run.actions).toEqual([]);
    expect(reactionsOn(stage, said)).toEqual(["rocket"]);
    expect(
      (await store.readTaken(scenario.repository.id, 9)).map(({ said: words }) => words),
    ).toEqual([SIZE_OK]);
    const exception = { by: "mona", reason: "the schema moves in one piece", sha: first };
    expect(facts.filter(({ kind }) => kind === "size.excepted")).toMatchObject([
      { subject: String(number), data: exception },
    ]);

    // Still too large: it has to be said again, and is not heard twice.
    const second = await commit("grow", { "src/a.js": lines(51) });
    await look();
    expect(check(scenario, second)).toBe("too large: 51 weighted of 40 failure");
    await say(scenario, mona, number, "/size-ok one line more");
    await look();
    expect(check(scenario, second)).toMatch(/^let through by mona · .* success$/);

    scenario.forget();
    await scenario.look();
    await scenario.store.askLook(scenario.repository.id, { number, branch: "main" });
    const before = stage.github.requests.length;
    await scenario.look();
    const asked = stage.github.requests.slice(before).map(({ method }) => method);
    expect(asked).not.toContain("PATCH");
    expect(check(scenario, second)).toMatch(/^let through by mona · .* success$/);

    const merged = await mergePull(scenario.place, mona, number);
    await scenario.status(merged, "success");
    await scenario.lookFor(120_000);
    const release = await scenario.store.findRelease(scenario.repository.id, "v1.5.0");
    expect(release?.card.overrides).toEqual([
      {
        rule: "size",
        by: "mona",
        why: "one line more",
        sha: second,
        pull: number,
        url: expect.stringContaining(`/pull/${number}#issuecomment-`),
      },
    ]);
  });

  it("is not for the author of the pull, unless nobody else may", async () => {
    const { mona } = stage.people;
    for (const [policy, expected] of [
      [POLICY, FAILED],
      [`${POLICY}may: { liftSize: [mona] }\n`, LIFTED],
    ] as const) {
      const { scenario, look, commit, propose } = await open(policy);
      const sha = await commit("grow", { "src/a.js": lines(50) });
      const number = await propose(mona, "grow");
      await say(scenario, mona, number, SIZE_OK);
      await look();
      await look();
      expect(check(scenario, sha)).toBe(expected);
      const words = (await scenario.comments(number)).join("");
      expect(words.includes("whoever opened a pull request does not lift its limit; `ada`")).toBe(
        expected === FAILED,
      );
    }
  });

  it("lifts nothing of what is small, of no size, or moved", async () => {
    const { wilma, mona } = stage.people;
    const { scenario, look, commit, propose } = await open();
    await commit("side", { "src/b.js": lines(3) });
    const sha = await commit("small", { "src/a.js": lines(2) });
    const number = await propose(wilma, "small", "", "side");
    await look();
    await say(scenario, mona, number, SIZE_OK);
    await look();
    expect((await scenario.comments(number)).join("")).toContain("is within the limit");
    await say(scenario, mona, number, SIZE_OK);
    stage.clock.advance(2_000);
    await commit("small", { "src/a.js": lines(60) });
    await look();
    expect((await scenario.comments(number)).join("")).toMatch(/the head is .* say it again/);
    expect(check(scenario, sha)).toMatch(/ success$/);
  });
});

describe("pulls that a rule exempts", () => {
  it("are those of a bot that the policy names, until somebody else works on one", async () => {
    const { scenario, look, commit, propose } = await open(
      POLICY.replace("size: {", "size: { exempt: [smallbatch],"),
    );
    const { github } = stage.github;
    const login = "smallbatch[bot]";
    const bot = github.data.accounts.find((each) => each.login === login);
    const commitAs = (author: string, count: number) =>
      commitFiles(github, scenario.repository, {
        branch: "update",
        message: "chore: update",
        files: { "src/a.js": lines(count) },
        author,
      });
    const alone = await commitAs(login, 50);
    const number = await propose(stage.people.wilma, "update");
    const issue = github.data.issues.find(
      (each) => each.repositoryId === scenario.repository.id && each.number === number,
    );
    if (issue === undefined || bot === undefined) throw new Error("No bot and its pull");
    issue.authorId = bot.id;
    const theirs = await commit("theirs", { "src/b.js": lines(50) });
    await propose(stage.people.wilma, "theirs");
    await look();
    expect(check(scenario, alone)).toBe("exempt · too large: 50 weighted of 40 success");
    expect(findRun(scenario, alone)?.output.summary).toContain("named under `size.exempt`");
    expect(check(scenario, theirs)).toBe(FAILED);
    const joined = await commitAs("wilma", 51);
    await look();
    expect(check(scenario, joined)).toBe("too large: 51 weighted of 40 failure");
    expect(await scenario.comments(number)).toEqual([]);
  });

  it("are those that do nothing but take back what was merged", async () => {
    const { wilma, mona } = stage.people;
    const { scenario, look, commit, propose } = await open();
    await scenario.commit("docs: list it", { "src/a.js": lines(90, "old") });
    await commit("cut", { "src/a.js": lines(1, "new") });
    const cut = await propose(wilma, "cut");
    await mergePull(scenario.place, mona, cut);
    const back = await commit("back", { "src/a.js": lines(90, "old") });
    const revert = await propose(wilma, "back", `Reverts #${cut}`);
    const more = await commit("more", { "src/a.js": lines(90, "old"), "src/b.js": lines(1) });
    await propose(wilma, "more", `Reverts #${cut}`);
    await look();
    expect(check(scenario, back)).toMatch(/^exempt · too large: .* success$/);
    expect(check(scenario, more)).toMatch(/^too large: .* failure$/);
    expect(await scenario.comments(revert)).toEqual([]);
    const run = stage.github.github.data.checkRuns.find(({ headSha, name }) => {
      return headSha === back && name === "smallbatch/size";
    });
    expect(run?.output.summary).toContain(`it does nothing but take back #${cut}`);
    await act(scenario, mona, ["POST", `issues/${revert}/comments`], { body: SIZE_OK });
    await look();
    expect((await scenario.comments(revert)).join("")).toContain("there is no limit to lift");
  });
});
