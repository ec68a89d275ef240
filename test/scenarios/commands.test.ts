import { describe, expect, it } from "@jest/globals";
import { parseCard } from "../../src/core/card-text.ts";
import { mergePull, openPull } from "../../src/local-github/person.ts";
import { act, openHearing, reactionsOn, say } from "../support/hearing.ts";
import type { Scenario, ScenarioOptions } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** A breaking change that is green and prepared. */
async function openPrepared(options: ScenarioOptions = {}) {
  const opened = await openHearing(stage, options);
  const pull = await opened.scenario.mergeGreen("feat!: rename everything");
  await opened.look();
  return { ...opened, pull };
}

async function tagsOf(scenario: Scenario): Promise<readonly string[]> {
  return Object.keys((await scenario.world()).tags);
}

async function openWork(scenario: Scenario, title: string, branch: string): Promise<number> {
  const work = { branch, path: `src/${branch}.js`, text: "1\n", title };
  return openPull(scenario.place, stage.people.wilma, work);
}

async function headOf(number: number, scenario: Scenario): Promise<string> {
  const { issues } = stage.github.github.data;
  const found = issues.find(
    (each) => each.number === number && each.repositoryId === scenario.repository.id,
  );
  return found?.pull?.headSha ?? "";
}

describe("/release", () => {
  it("lets a breaking change go, shown by a rocket and on the card", async () => {
    const { scenario, look, pull } = await openPrepared();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    const comment = await say(scenario, stage.people.mona, pull.number, "Fine.\r\n\r\n/release");
    await look();
    const { releases, tags } = await scenario.world();
    expect(tags["v2.0.0"]).toBe(pull.sha);
    expect(reactionsOn(stage, comment)).toEqual(["rocket"]);
    const why = expect.stringContaining(`#issuecomment-${comment}`);
    expect(parseCard(releases[0]?.body ?? "")?.overrides).toEqual([
      { rule: "level", by: "mona", why, sha: pull.sha },
    ]);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
    await scenario.mergeGreen("feat!: and again");
    await look();
    expect(await tagsOf(scenario)).not.toContain("v3.0.0");
  });

  it("waits for green checks and is then used up", async () => {
    const { scenario, look } = await openHearing(stage);
    const issue = await scenario.openIssue("Ship it");
    const pull = await scenario.merge("docs: explain");
    await scenario.status(pull.sha, "pending");
    await say(scenario, stage.people.ada, issue, "/RELEASE Now");
    await look();
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: 1 check pending/);
    await scenario.status(pull.sha, "success");
    await look();
    expect(await tagsOf(scenario)).toContain("v1.4.3");
    await scenario.mergeGreen("docs: explain more");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2", "v1.4.3"]);
  });

  it("as gives the version that was asked for", async () => {
    const { scenario, look } = await openHearing(stage);
    const pull = await scenario.mergeGreen("fix: small, but it is time");
    await say(scenario, stage.people.mona, pull.number, "/release as v2.0.0");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2", "v2.0.0"]);
    const [release] = (await scenario.world()).releases;
    expect(parseCard(release?.body ?? "")).toMatchObject({
      version: "2.0.0",
      overrides: [{ rule: "version", by: "mona" }],
    });
  });

  it("for a component lets that one go alone, once, and says where there is none", async () => {
    const policy =
      "version: 1\ncomponents: [{ name: web, path: web }, { name: api, path: api }]\nauto: none\n";
    const { scenario, look } = await openHearing(stage, { policy });
    await scenario.release("web-v1.0.0");
    await scenario.release("api-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    const api = await scenario.mergeGreen("fix: in api", { path: "api/a.js" });
    const web = await scenario.mergeGreen("fix: in web", { path: "web/a.js" });
    await look();
    const before = await tagsOf(scenario);
    const comment = await say(scenario, stage.people.mona, api.number, "/release as 2.0.0 for web");
    await look();
    const { tags } = await scenario.world();
    expect(tags["web-v2.0.0"]).toBe(web.sha);
    expect(Object.keys(tags)).toHaveLength(before.length + 1);
    expect(reactionsOn(stage, comment)).toEqual(["rocket"]);
    expect(await scenario.comments(api.number)).toEqual([]);

    await scenario.mergeGreen("fix: in web again", { path: "web/b.js" });
    const both = "/release now for wbe\n/release as 2.0.0 for web";
    const wrong = await say(scenario, stage.people.mona, api.number, both);
    await look();
    expect(Object.keys((await scenario.world()).tags)).toHaveLength(before.length + 1);
    expect(reactionsOn(stage, wrong)).toEqual(["confused"]);
    expect(await scenario.comments(api.number)).toEqual([
      expect.stringMatching(
        /there is no component `wbe`; there are `web`, `api`\..*`web-v2\.0\.0` is not higher than/s,
      ),
    ]);
  });

  it("for one of two that are linked gives both the version", async () => {
    const policy =
      "version: 1\ncomponents: [{ name: web, path: web }, { name: api, path: api }]\nlinked: [[web, api]]\nauto: none\n";
    const { scenario, look } = await openHearing(stage, { policy, release: "web-v1.0.0" });
    await scenario.release("api-v1.0.0");
    const { sha, number } = await scenario.mergeGreen("fix: in web", { path: "web/a.js" });
    await look();
    const comment = await say(scenario, stage.people.mona, number, "/release as 1.5.0 for api");
    await look();
    const { tags } = await scenario.world();
    expect(tags).toMatchObject({ "web-v1.5.0": sha, "api-v1.5.0": sha });
    expect(reactionsOn(stage, comment)).toEqual(["rocket"]);
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await scenario.comments(number)).toEqual([expect.stringContaining("web-v1.5.0")]);
    expect((await scenario.world()).tags).toEqual(tags);
  });

  it("by somebody who may not is answered in one comment that is edited in place", async () => {
    const { scenario, look, pull } = await openPrepared();
    const first = await say(scenario, stage.people.wilma, pull.number, "/release");
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(reactionsOn(stage, first)).toEqual(["confused"]);
    expect(await scenario.comments(pull.number)).toEqual([
      expect.stringMatching(/`\/release`: this needs the permission maintain/),
    ]);
    await say(scenario, stage.people.mona, pull.number, "/relase");
    await look();
    expect(await scenario.comments(pull.number)).toEqual([
      expect.stringMatching(
        /^<!-- smallbatch:status v1 -->\n\n\[`mona`\].*did you mean `\/release`\?/s,
      ),
    ]);
  });

  it("by two who may not, read in one look, is answered in one comment", async () => {
    const { scenario, look, pull } = await openPrepared();
    const first = await say(scenario, stage.people.wilma, pull.number, "/release");
    const second = await say(scenario, stage.people.otto, pull.number, "/release now");
    await look();
    for (const id of [first, second]) expect(reactionsOn(stage, id)).toEqual(["confused"]);
    expect(await scenario.comments(pull.number)).toEqual([
      expect.stringMatching(/\[`otto`\].*`\/release now`: this needs the permission maintain/s),
    ]);
  });

  it("obeys the policy's narrower list", async () => {
    const { scenario, look, pull } = await openPrepared({
      policy: "version: 1\nmay:\n  release: [Ada]\n",
    });
    await say(scenario, stage.people.mona, pull.number, "/release");
    await look();
    expect((await scenario.comments(pull.number)).join("")).toMatch(/to be named in `may`/);
    await say(scenario, stage.people.ada, pull.number, "/release");
    await look();
    expect(await tagsOf(scenario)).toContain("v2.0.0");
  });
});

describe("what moves nothing", () => {
  it("is a comment that was edited", async () => {
    const { scenario, look, pull } = await openPrepared();
    const comment = await say(scenario, stage.people.mona, pull.number, "/release");
    stage.clock.advance(1_000);
    await act(scenario, stage.people.wilma, ["PATCH", `issues/comments/${comment}`], {
      body: "/release now",
    });
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect((await scenario.comments(pull.number)).join("")).toContain("the comment was edited");
  });

  it("is an old comment that becomes a command by an edit", async () => {
    const { scenario, look, pull } = await openPrepared();
    const comment = await say(scenario, stage.people.mona, pull.number, "Nice work");
    await look();
    stage.clock.advance(1_000);
    await act(scenario, stage.people.wilma, ["PATCH", `issues/comments/${comment}`], {
      body: "/release",
    });
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(reactionsOn(stage, comment)).toEqual([]);
  });

  it("is a comment that is gone when it is read", async () => {
    const { scenario, look, pull } = await openPrepared();
    const comment = await say(scenario, stage.people.mona, pull.number, "/release");
    await act(scenario, stage.people.mona, ["DELETE", `issues/comments/${comment}`]);
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect(await scenario.comments(pull.number)).toEqual([]);
  });

  it("is a status comment that somebody pasted: ours is made beside it", async () => {
    const { scenario, look, pull } = await openPrepared();
    const forged = await say(
      scenario,
      stage.people.otto,
      pull.number,
      "<!-- smallbatch:status v1 -->\nforged",
    );
    await say(scenario, stage.people.wilma, pull.number, "/release");
    await look();
    expect(await scenario.comments(pull.number)).toHaveLength(1);
    const { comments } = stage.github.github.data;
    expect(comments.find(({ id }) => id === forged)?.body).toContain("forged");
  });
});

describe("told once more after everything was forgotten", () => {
  it("an order that was not used is given again, and one that was is not", async () => {
    const { scenario, store, hearing, look, pull } = await openPrepared();
    await scenario.status(pull.sha, "pending");
    await say(scenario, stage.people.mona, pull.number, "/release");
    await look();
    const { line } = (await scenario.look()).state;
    await store.writeMemory(line, { order: null });
    for (const { interpretation } of hearing.all) store.hear(interpretation);
    await scenario.status(pull.sha, "success");
    await scenario.look();
    expect(await tagsOf(scenario)).toContain("v2.0.0");
    stage.clock.advance(MINUTE_MS);
    await scenario.mergeGreen("feat!: not asked for");
    for (const { interpretation } of hearing.all) store.hear(interpretation);
    await scenario.look();
    expect(await tagsOf(scenario)).not.toContain("v3.0.0");
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });
});

describe("/preview", () => {
  const ON = { policy: "version: 1\npreview: on\n" };

  it("tags the head, and the check says how to install it", async () => {
    const { scenario, look } = await openHearing(stage, ON);
    await scenario.commit("Make it a package", {
      "package.json": "{}",
      "go.mod": "module example.com/widgets // v2\n",
    });
    const number = await openWork(scenario, "feat: try me", "try-me");
    const sha = await headOf(number, scenario);
    const comment = await say(scenario, stage.people.wilma, number, "/preview");
    await look();
    const tag = `preview/pr-${number}/1.5.0-pr.${number}.1.g${sha.slice(0, 7)}`;
    expect((await scenario.world()).tags[tag]).toBe(sha);
    expect(reactionsOn(stage, comment)).toEqual(["rocket"]);
    const check = stage.github.github.data.checkRuns.find(
      (run) => run.headSha === sha && run.name === "smallbatch/preview",
    )?.output;
    expect(check?.summary).toContain(`npm install "git+`);
    expect(check?.summary).toContain(`.git#${tag}"`);
    expect(check?.summary).toContain(`go get example.com/widgets@${sha}`);
    expect(check?.summary).not.toContain("cargo");
    expect(await scenario.comments(number)).toEqual([]);
    await say(scenario, stage.people.wilma, number, "/preview");
    await look();
    expect(await tagsOf(scenario)).toHaveLength(2);
    await act(scenario, stage.people.otto, ["POST", `issues/comments/${comment}/reactions`], {
      content: "heart",
    });
    const merged = await mergePull(scenario.place, stage.people.mona, number);
    await scenario.status(merged, "success");
    await look();
    const [release] = (await scenario.world()).releases;
    expect(release?.tag).toBe("v1.5.0");
    const url = expect.stringContaining(`#issuecomment-${comment}`);
    expect(parseCard(release?.body ?? "")?.previews).toEqual([
      {
        pull: number,
        tags: [tag],
        comments: [{ url, reactions: { heart: 1 } }, expect.anything()],
      },
    ]);
  });

  it("makes at most three of a pull, each on its own head", async () => {
    const { scenario, look } = await openHearing(stage, ON);
    const number = await openWork(scenario, "docs: rides along", "docs");
    for (const nth of [1, 2, 3, 4]) {
      await act(scenario, stage.people.wilma, ["PUT", `contents/src/more-${nth}.js`], {
        message: `more ${nth}`,
        branch: "docs",
        content: "MQo=",
      });
      stage.clock.advance(1_000);
      await say(scenario, stage.people.wilma, number, "/preview");
      await look();
    }
    const previews = (await tagsOf(scenario)).filter((tag) => tag.startsWith("preview/"));
    expect(previews.map((tag) => tag.replace(/g[0-9a-f]{7}$/, ""))).toEqual(
      [1, 2, 3].map((nth) => `preview/pr-${number}/1.4.3-pr.${number}.${nth}.`),
    );
    expect(await scenario.comments(number)).toEqual([
      expect.stringContaining("it has 3 previews already"),
    ]);
  });

  it.each(["pushed", "forced"])("tags nothing where the head was %s since", async (how) => {
    const { scenario, look } = await openHearing(stage, ON);
    const number = await openWork(scenario, "feat: moves", "moves");
    await openWork(scenario, "feat: stood there before", "other");
    const other = await scenario.head("other");
    stage.clock.advance(1_000);
    await say(scenario, stage.people.wilma, number, "/preview");
    stage.clock.advance(1_000);
    if (how === "pushed") {
      const file = { message: "sly", branch: "moves", content: "MQo=" };
      await act(scenario, stage.people.wilma, ["PUT", "contents/src/sly.js"], file);
    } else {
      const forced = { sha: other, force: true };
      await act(scenario, stage.people.wilma, ["PATCH", "git/refs/heads/moves"], forced);
    }
    await look();
    expect(await tagsOf(scenario)).toEqual(["v1.4.2"]);
    expect((await scenario.comments(number)).join("")).toMatch(/the head is `?[0-9a-f]{7}`? now/);
  });
});
