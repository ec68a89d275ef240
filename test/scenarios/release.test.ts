import { describe, expect, it } from "@jest/globals";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { branchRuleset } from "../support/rulesets.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** Begins to listen; the requests since then, without the repository's name. */
function countRequests(): () => readonly string[] {
  const before = stage.github.requests.length;
  return () =>
    stage.github.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path.replace(/^\/repos\/acme\/[\w-]+/, "")}`);
}

describe("a merged pull", () => {
  it("becomes one release, one check and one comment on the pull and its issue", async () => {
    const scenario = await stage.open();
    const issue = await scenario.openIssue("Widgets shrink");
    const pull = await scenario.mergeGreen("fix: stop shrinking", { body: `Fixes #${issue}` });

    await scenario.look();

    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(pull.sha);
    expect(releases.map((release) => release.tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(releases[0]?.isLatest).toBe(true);
    expect(releases[0]?.body).toContain(`stop shrinking (#${pull.number})`);
    expect(scenario.check(pull.sha)).toMatchObject({
      title: "released in v1.4.3",
      conclusion: "success",
    });
    for (const number of [pull.number, issue]) {
      const comments = await scenario.comments(number);
      expect(comments).toHaveLength(1);
      expect(comments[0]).toContain("Released in [v1.4.3](");
    }
  });

  it("costs three requests until it is published, and five for the whole cycle", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: the first of ours");
    await scenario.lookFor(5 * MINUTE_MS);
    const issue = await scenario.openIssue("Widgets shrink");
    await scenario.mergeGreen("fix: grow again", { body: `Fixes #${issue}` });
    const requestsSince = countRequests();

    await scenario.look();

    expect(requestsSince()).toEqual([
      "POST /graphql",
      "POST /git/refs",
      "POST /releases",
      "POST /check-runs",
      "POST /graphql",
    ]);
  });

  it("costs two requests more where ten were merged at once, because one may be missing", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: the first of ours");
    await scenario.lookFor(5 * MINUTE_MS);
    for (let nth = 1; nth <= 10; nth += 1) await scenario.mergeGreen(`fix: part ${nth}`);
    const requestsSince = countRequests();

    await scenario.look();

    expect(requestsSince()).toEqual([
      "POST /graphql",
      "POST /graphql",
      "POST /graphql",
      "POST /git/refs",
      "POST /releases",
      "POST /check-runs",
      "POST /graphql",
    ]);
    expect((await scenario.world()).releases[0]?.body.match(/part \d+ \(#\d+\)/g)).toHaveLength(10);
  });

  it("is not released again by any number of looks", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: once");
    await scenario.lookFor(2 * HOUR_MS);
    await scenario.look();

    const { releases } = await scenario.world();
    expect(releases.map((release) => release.tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });

  it("is neither released nor commented on again when the database is lost", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: remembered by GitHub");
    await scenario.look();
    scenario.forget();
    await scenario.lookFor(HOUR_MS);

    const { releases } = await scenario.world();
    expect(releases.map((release) => release.tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });
});

describe("checks", () => {
  it("hold the release while they are pending and while they are red", async () => {
    const scenario = await stage.open();
    const pull = await scenario.merge("fix: needs a green check");
    await scenario.status(pull.sha, "pending");
    await scenario.look();
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: 1 check pending/);
    await scenario.status(pull.sha, "failure");
    await scenario.look();
    expect(scenario.check(pull.sha)?.title).toMatch(/^held: 1 check failed/);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);

    await scenario.status(pull.sha, "success");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(pull.sha);
    expect(scenario.check(pull.sha)?.title).toBe("released in v1.4.3");
  });

  it("that a ruleset requires are waited for 60 minutes and then named", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: lacks the build");
    scenario.repository.rulesets.push(
      branchRuleset([
        {
          type: "required_status_checks",
          parameters: { required_status_checks: [{ context: "build" }] },
        },
      ]),
    );
    await scenario.lookFor(59 * MINUTE_MS);
    expect(scenario.check(pull.sha)?.title).toContain("build");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(scenario.check(pull.sha)?.title).toContain("build");
    expect(scenario.check(pull.sha)?.summary).toContain("branch's rules require them");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });

  it("are not waited for in a repository without any, after 60 seconds", async () => {
    const scenario = await stage.open();
    const pull = await scenario.merge("fix: nobody tests this");
    await scenario.lookFor(59_000);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    await scenario.lookFor(3_000);
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(pull.sha);
    expect(releases[0]?.body).toContain('"no checks"');
  });
});

describe("a burst of merges", () => {
  it("becomes one release with every pull exactly once", async () => {
    const scenario = await stage.open();
    const pulls: { number: number; sha: string }[] = [];
    for (const title of ["fix: one", "feat: two", "fix: three", "docs: four"]) {
      const pull = await scenario.merge(title);
      await scenario.status(pull.sha, "pending");
      await scenario.look();
      pulls.push(pull);
    }
    for (const pull of pulls) await scenario.status(pull.sha, "success");
    await scenario.look();

    const { releases } = await scenario.world();
    expect(releases.map((release) => release.tag)).toEqual(["v1.5.0", "v1.4.2"]);
    const notes = releases[0]?.body.split("<details>")[0] ?? "";
    for (const { number } of pulls) expect(notes.split(`(#${number})`)).toHaveLength(2);
    for (const { number, sha } of pulls) {
      expect(scenario.check(sha)?.title).toBe("released in v1.5.0");
      expect(await scenario.comments(number)).toHaveLength(1);
    }
  });

  it("with a feature that is reverted in it is a patch without the feature", async () => {
    const scenario = await stage.open();
    await scenario.merge("fix: stays");
    const feature = await scenario.merge("feat: goes", { path: "src/goes.js" });
    const revert = await scenario.mergeGreen('Revert "feat: goes"', {
      body: `Reverts acme/${scenario.repository.name}#${feature.number}`,
      path: "src/goes.js",
      text: "",
    });
    await scenario.look();
    const { tags } = await scenario.world();
    expect(Object.keys(tags)).toEqual(["v1.4.2", "v1.4.3"]);
    expect(tags["v1.4.3"]).toBe(revert.sha);
  });
});

describe("documentation alone", () => {
  it("cuts no release, and says that it rides along", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("docs: explain widgets");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    expect(scenario.check(pull.sha)?.title).toBe("rides along: docs only");
  });
});

describe("a breaking change", () => {
  it("is prepared, and holds what is merged after it", async () => {
    const scenario = await stage.open();
    const breaking = await scenario.mergeGreen("feat!: rename everything");
    await scenario.look();
    expect(scenario.check(breaking.sha)?.title).toMatch(/2\.0\.0/);
    const fix = await scenario.mergeGreen("fix: waits behind it");
    await scenario.look();
    expect(scenario.check(fix.sha)?.title).toMatch(/2\.0\.0/);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });
});

describe("hostile titles", () => {
  it("stay inert in the notes", async () => {
    const scenario = await stage.open();
    const victim = await scenario.openIssue("Not to be closed");
    await scenario.mergeGreen(
      `fix: @mona fixes #${victim} <img src=x> ![x](http://e.example/x.png) [a](http://e.example)`,
    );
    await scenario.look();
    const { releases } = await scenario.world();
    const notes = releases[0]?.body.split("<details>")[0] ?? "";
    const html = micromark(notes, { extensions: [gfm()], htmlExtensions: [gfmHtml()] });
    expect(html).not.toMatch(/<img|href="http:\/\/e\.example|x\.png"/);
    const text = html.replaceAll(/<code>.*?<\/code>/g, "");
    expect(text).not.toContain("@mona");
    expect(text).not.toContain(`#${victim}`);
  });
});

describe("a repository with a large past", () => {
  it("asks for a base instead of releasing 300 merges from before the start", async () => {
    const scenario = await stage.open({ policy: null });
    for (let index = 0; index < 300; index += 1) {
      await scenario.commit(`Old work ${index}`, { "old.txt": `${index}\n` });
    }
    stage.clock.advance(HOUR_MS);
    const start = await scenario.commit("Start Smallbatch", {
      ".github/smallbatch.yml": "version: 1\n",
    });
    await scenario.status(start, "success");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    expect(scenario.check(start)?.title).toContain("300");
    expect(scenario.check(start)?.summary).toContain("base:");
  }, 60_000);

  it("comments on nothing that was merged before the start", async () => {
    const scenario = await stage.open({ policy: null });
    const before = await scenario.mergeGreen("fix: merged while watched");
    await scenario.look();
    expect(scenario.check(before.sha)?.title).toBe("would release v1.4.3");
    expect(await scenario.comments(before.number)).toEqual([]);
    stage.clock.advance(HOUR_MS);
    const start = await scenario.mergeGreen("chore: start Smallbatch", {
      path: ".github/smallbatch.yml",
      text: "version: 1\n",
    });
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(start.sha);
    expect(releases[0]?.body).toContain(`(#${before.number})`);
    expect(await scenario.comments(before.number)).toEqual([]);
  });
});

describe("a repository without a tag", () => {
  it("begins with 0.1.0 and its past in one line", async () => {
    const scenario = await stage.open({ release: null });
    const pull = await scenario.mergeGreen("feat: first thing");
    await scenario.look();
    const { tags, releases } = await scenario.world();
    expect(tags).toEqual({ "v0.1.0": pull.sha });
    expect(releases[0]?.body).toContain(`(#${pull.number})`);
  });
});
