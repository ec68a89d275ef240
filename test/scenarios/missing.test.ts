import { describe, expect, it } from "@jest/globals";
import { parseCard } from "../../src/core/card-text.ts";
import { labelPull, mergePull, openPull } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import type { Scenario } from "../support/scenario.ts";
import { HOUR_MS, useStage } from "../support/stage.ts";

const stage = useStage();

async function git(scenario: Scenario, ...args: string[]): Promise<string> {
  return (await stage.github.github.git.run(scenario.repository.id, args)).trim();
}

/** A pull merged with a merge commit of these files, whatever its branch says. */
async function mergeWrongly(
  scenario: Scenario,
  title: string,
  files: Readonly<Record<string, string | null>>,
): Promise<{ number: number; sha: string }> {
  const { wilma, mona } = stage.people;
  const { github } = stage.github;
  const branch = title.replaceAll(/\W+/g, "-");
  const number = await openPull(scenario.place, wilma, {
    branch,
    path: "src/mine.js",
    text: `// ${title}\n`,
    title,
  });
  // The branch is brought up to date, and every conflict resolved to its own side.
  const own = await git(scenario, "rev-parse", branch);
  await commitFiles(github, scenario.repository, {
    branch,
    message: "Merge branch 'main', ours",
    files,
    parents: [own, await scenario.head()],
    author: "wilma",
  });
  return { number, sha: await mergePull(scenario.place, mona, number) };
}

/** Requests of a look, without tokens. */
async function requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = stage.github.requests.length;
  await work();
  return stage.github.requests
    .slice(before)
    .map(({ method, path }) => `${method} ${path.replace(/^\/repos\/acme\/[\w-]+/, "")}`);
}

async function pullsOf(scenario: Scenario, count: number): Promise<readonly { sha: string }[]> {
  const merged = [];
  for (let at = 0; at < count; at += 1) merged.push(await scenario.merge(`fix: number ${at}`));
  return merged;
}

describe("a merge that took one side of a conflict", () => {
  it("holds the release, names the pull that it undid, and ends when it is brought again", async () => {
    const scenario = await stage.open();
    const text = "export const rotate = true;\n";
    const first = await scenario.merge("feat: rotate", { path: "src/rotate.js", text });
    const second = await mergeWrongly(scenario, "fix: stop", { "src/rotate.js": null });
    await scenario.status(second.sha, "success");
    await scenario.look();
    expect(scenario.check(second.sha)).toMatchObject({
      title: `held: #${first.number} was merged, but is missing`,
      conclusion: "neutral",
    });
    expect(scenario.check(second.sha)?.summary).toContain(
      `- #${first.number} (feat: rotate): each of its files is at \`${second.sha.slice(0, 7)}\` as`,
    );
    await scenario.lookFor(HOUR_MS);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);

    const again = await scenario.mergeGreen("feat: rotate, again", { path: "src/rotate.js", text });
    await scenario.look();
    expect((await scenario.world()).tags["v1.5.0"]).toBe(again.sha);
  });

  it("goes out where somebody with write says so, and the notes say what is not in it", async () => {
    const scenario = await stage.open();
    const first = await scenario.merge("feat: rotate", { path: "src/rotate.js" });
    const second = await mergeWrongly(scenario, "fix: stop", { "src/rotate.js": null });
    await scenario.status(second.sha, "success");
    await scenario.look();
    await labelPull(scenario.place, stage.people.mona, first.number, "release:skip");
    await scenario.look();
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(second.sha);
    const body = releases[0]?.body ?? "";
    expect(body).toContain(
      `### Merged, but not in this release\n\n- feat: rotate (#${first.number})`,
    );
    expect(parseCard(body)?.units.map(({ isMissing }) => isMissing ?? false)).toEqual([
      true,
      false,
    ]);
    await scenario.lookFor(HOUR_MS);
    expect(await scenario.comments(first.number)).toEqual([]);
    expect(await scenario.comments(second.number)).toHaveLength(1);
  });

  it("holds an older green commit too, while the checks of the head run", async () => {
    const policy = "version: 1\nhead: newest-green\nheadWait: 10m\n";
    const scenario = await stage.open({ policy });
    const first = await scenario.merge("feat: rotate", { path: "src/rotate.js" });
    const second = await mergeWrongly(scenario, "fix: stop", { "src/rotate.js": null });
    await scenario.status(second.sha, "success");
    const third = await scenario.merge("fix: on top");
    await scenario.status(third.sha, "pending");
    await scenario.lookFor(HOUR_MS);
    expect(scenario.check(third.sha)?.title).toContain(
      `#${first.number} was merged, but is missing`,
    );
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
  });

  it("is none where a later pull changed the same file again", async () => {
    const scenario = await stage.open();
    await scenario.merge("feat: rotate", { path: "src/rotate.js", text: "1\n" });
    const second = await scenario.mergeGreen("fix: rotate", { path: "src/rotate.js", text: "2\n" });
    await scenario.look();
    expect((await scenario.world()).tags["v1.5.0"]).toBe(second.sha);
  });
});

describe("a forced push that loses a merge", () => {
  it("holds the release, names the pull, and ends when its content is back", async () => {
    const scenario = await stage.open();
    const base = await scenario.head();
    const text = "export const lost = true;\n";
    const lost = await scenario.merge("fix: lost", { path: "src/lost.js", text });
    await git(scenario, "update-ref", "refs/heads/main", base);
    const later = await scenario.mergeGreen("fix: later", { path: "src/later.js" });
    await scenario.look();
    expect(scenario.check(later.sha)?.title).toBe(
      `held: #${lost.number} was merged, but is missing`,
    );
    expect(scenario.check(later.sha)?.summary).toContain(
      `its merge \`${lost.sha.slice(0, 7)}\` is not on \`main\` any more; a forced push loses merges`,
    );
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);

    const again = await scenario.mergeGreen("fix: lost, again", { path: "src/lost.js", text });
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(again.sha);
  });

  it("goes out where somebody with write says so", async () => {
    const scenario = await stage.open();
    const base = await scenario.head();
    const lost = await scenario.merge("fix: lost", { path: "src/lost.js" });
    await git(scenario, "update-ref", "refs/heads/main", base);
    const later = await scenario.mergeGreen("fix: later", { path: "src/later.js" });
    await scenario.look();
    await labelPull(scenario.place, stage.people.wilma, lost.number, "release:skip");
    await scenario.look();
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(later.sha);
    expect(releases[0]?.body).toContain(`not in this release\n\n- fix: lost (#${lost.number})`);
  });

  it("is none where only the message of the commit was rewritten", async () => {
    const scenario = await stage.open();
    const base = await scenario.head();
    const merged = await scenario.merge("fix: amended", { path: "src/amended.js" });
    const tree = await git(scenario, "rev-parse", `${merged.sha}^{tree}`);
    const who = ["-c", "user.name=Mona", "-c", "user.email=mona@example.com"];
    const amended = await git(
      scenario,
      ...who,
      "commit-tree",
      tree,
      "-p",
      base,
      "-m",
      "fix: reworded",
    );
    await git(scenario, "update-ref", "refs/heads/main", amended);
    const later = await scenario.mergeGreen("fix: later", { path: "src/later.js" });
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(later.sha);
  });
});

describe("a tag of ours whose release is missing", () => {
  it("is finished below the head without missing what was merged after it", async () => {
    const scenario = await stage.open();
    const first = await scenario.mergeGreen("fix: tagged");
    await git(scenario, "update-ref", "refs/tags/v1.4.3", first.sha);
    stage.clock.advance(60_000);
    const later = await scenario.mergeGreen("fix: merged after the tag");
    await scenario.lookFor(HOUR_MS);
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.4"]).toBe(later.sha);
    expect(releases.map(({ tag }) => tag)).toEqual(["v1.4.4", "v1.4.3", "v1.4.2"]);
    expect(releases[1]?.body).not.toContain("not in this release");
  });
});

describe("looking for merged work that is missing", () => {
  it("costs a single pull nothing, and ten of them one request after their checks ran", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: the first of ours");
    await scenario.look();
    stage.clock.advance(5 * 60_000);
    await scenario.look();
    const one = await scenario.mergeGreen("fix: alone");
    expect(await requestsOf(() => scenario.look())).toEqual([
      "POST /graphql",
      "POST /git/refs",
      "POST /releases",
      "POST /check-runs",
      "POST /graphql",
    ]);
    expect((await scenario.world()).tags["v1.4.4"]).toBe(one.sha);
    stage.clock.advance(5 * 60_000);

    const ten = await pullsOf(scenario, 10);
    const sha = ten.at(-1)?.sha ?? "";
    await scenario.status(sha, "pending");
    const forge = scenario.forge();
    expect(await requestsOf(() => scenario.lookAs(scenario.place, forge))).toEqual([
      "POST /graphql",
      // The files of all ten, read ahead.
      "POST /graphql",
      "POST /check-runs",
    ]);
    await scenario.status(sha, "success");
    const published = await requestsOf(() => scenario.lookAs(scenario.place, forge));
    expect(published.slice(0, 4)).toEqual([
      "POST /graphql",
      // What stands at their paths.
      "POST /graphql",
      "POST /git/refs",
      "POST /releases",
    ]);
    expect((await scenario.world()).tags["v1.4.5"]).toBe(sha);
  });
});
