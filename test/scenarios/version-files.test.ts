import { describe, expect, it } from "@jest/globals";
import type { Person } from "../../src/local-github/person.ts";
import type { Forge } from "../../src/ports.ts";
import type { Reconciled } from "../../src/reconcile/reconcile.ts";
import { branchRuleset } from "../support/rulesets.ts";
import type { Scenario } from "../support/scenario.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const FILES =
  "version: 1\nfiles:\n  package: on\n  marker: [README.md]\n  changelog: CHANGELOG.md\n";
const PACKAGE = '{\n  "name": "widgets",\n  "version": "1.4.2"\n}\n';
const README = "# Widgets\n\nInstall `widgets@1.4.2`. <!-- x-release-version -->\n";
const CHANGELOG = "# Changelog\r\n\r\n## 1.4.2\r\n\r\n- by hand\r\n";

/** A lock file that GraphQL would cut. */
const large = (version: string): string =>
  JSON.stringify({
    version,
    packages: { "": { version }, "node_modules/a": "x".repeat(600_000) },
  });

/** A repository whose files say 1.4.2, released as that. */
async function open(policy = FILES): Promise<Scenario> {
  const scenario = await stage.open({ policy, release: null });
  await scenario.commit("chore: begin", {
    "package.json": PACKAGE,
    "README.md": README,
    "CHANGELOG.md": CHANGELOG,
  });
  await scenario.release("v1.4.2");
  stage.clock.advance(24 * HOUR_MS);
  return scenario;
}

function git(scenario: Scenario, ...args: string[]): Promise<string> {
  return stage.github.github.git.run(scenario.repository.id, args);
}

async function filesAt(scenario: Scenario, at: string): Promise<Record<string, string>> {
  const paths = ["package.json", "README.md", "CHANGELOG.md"];
  const texts = await Promise.all(paths.map((path) => git(scenario, "show", `${at}:${path}`)));
  return Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? ""]));
}

/** Whatever the test does, `package.json` and the others say the tag's version at the tag. */
async function expectReleased(scenario: Scenario, tag: string): Promise<string> {
  const { tags, releases } = await scenario.world();
  expect(Object.keys(tags)).toContain(tag);
  expect(releases.map((release) => release.tag)).toContain(tag);
  const version = tag.slice(1);
  const files = await filesAt(scenario, tag);
  expect(files["package.json"]).toBe(PACKAGE.replace("1.4.2", version));
  expect(files["README.md"]).toBe(README.replace("1.4.2", version));
  expect(files["CHANGELOG.md"]).toContain(`## [${version}](`);
  expect(files["CHANGELOG.md"]?.endsWith(CHANGELOG.slice("# Changelog\r\n\r\n".length))).toBe(true);
  return String(tags[tag]);
}

interface PullSeen {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly head: { readonly ref: string };
}

async function ask<T>(
  scenario: Scenario,
  method: string,
  path: string,
  body?: unknown,
  by: Person = stage.people.ada,
): Promise<T> {
  const { apiUrl, owner, name } = scenario.place;
  const answer = await fetch(`${apiUrl}/repos/${owner}/${name}/${path}`, {
    method,
    headers: { authorization: `Bearer ${by.token}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const json = (await answer.json()) as T;
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
  return json;
}

/** Pulls that our bot opened. */
async function releasePulls(scenario: Scenario): Promise<readonly PullSeen[]> {
  const pulls = await ask<readonly (PullSeen & { user: { login: string } })[]>(
    scenario,
    "GET",
    "pulls?state=all",
  );
  return pulls.filter(({ user }) => user.login === "smallbatch[bot]");
}

async function onlyPull(scenario: Scenario): Promise<PullSeen> {
  const [pull, ...more] = await releasePulls(scenario);
  expect(more).toEqual([]);
  if (pull === undefined) throw new Error("There is no release pull");
  return pull;
}

async function mergePull(
  scenario: Scenario,
  number: number,
  method: "merge" | "squash" | "rebase",
): Promise<string> {
  const merged = await ask<{ sha: string }>(scenario, "PUT", `pulls/${number}/merge`, {
    merge_method: method,
  });
  return merged.sha;
}

/** Something happens right before each commit on the branch. */
function beforeCommit(scenario: Scenario, happen: () => Promise<unknown>): Forge {
  const forge = scenario.forge();
  return {
    ...forge,
    apply: async (state, action) => {
      if (action.kind === "commitFiles") await happen();
      return forge.apply(state, action);
    },
  };
}

function lookBy(scenario: Scenario, forge: Forge): Promise<Reconciled> {
  return scenario.lookAs(scenario.place, forge);
}

describe("files that say the version", () => {
  it("are written by one signed commit on the green head, which is released at once", async () => {
    const scenario = await open();
    const pull = await scenario.mergeGreen("fix(core): stop shrinking");
    await scenario.look();

    const sha = await expectReleased(scenario, "v1.4.3");
    expect(await scenario.head()).toBe(sha);
    expect((await git(scenario, "rev-parse", `${sha}^`)).trim()).toBe(pull.sha);
    const changed = (await git(scenario, "diff", "--name-only", pull.sha, sha)).trim().split("\n");
    expect(changed).toEqual(["CHANGELOG.md", "README.md", "package.json"]);
    expect(await git(scenario, "cat-file", "commit", sha)).toMatch(/^gpgsig /m);
    expect((await filesAt(scenario, sha))["CHANGELOG.md"]).toContain(
      `### Fixes\r\n\r\n* **core:** stop shrinking ([#${pull.number}](`,
    );
    const [release] = (await scenario.world()).releases;
    expect(release?.body).not.toContain("chore(release)");
    expect(release?.body).toContain(`(#${pull.number})`);
    expect(scenario.check(pull.sha)?.title).toBe("released in v1.4.3");
    expect(scenario.check(sha)?.title).toBe("released in v1.4.3");
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });

  it("are released only once, and follow the next release too", async () => {
    const scenario = await open();
    await scenario.mergeGreen("fix: the first");
    await scenario.lookFor(HOUR_MS);
    scenario.forget();
    await scenario.lookFor(HOUR_MS);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2", "v1.4.3"]);
    await scenario.mergeGreen("feat: the second");
    await scenario.look();
    await expectReleased(scenario, "v1.5.0");
    expect(await releasePulls(scenario)).toEqual([]);
  });

  it("wait for a green head, and are not written before", async () => {
    const scenario = await open();
    const { sha } = await scenario.merge("fix: needs a check");
    await scenario.status(sha, "pending");
    await scenario.look();
    expect(await scenario.head()).toBe(sha);
    await scenario.status(sha, "success");
    await scenario.look();
    await expectReleased(scenario, "v1.4.3");
  });

  it("hold the release with file and line where one is wrong, and go on when it is mended", async () => {
    const scenario = await open();
    await scenario.commit("chore: break it", { "package.json": '{\n  "version": "2.0.0"\n}\n' });
    const { sha } = await scenario.mergeGreen("fix: held");
    await scenario.look();
    expect(scenario.check(sha)?.title).toBe(
      "held: v1.4.3 cannot be written: package.json:2 says 2.0.0, which is higher than the next version, 1.4.3",
    );
    expect(await scenario.head()).toBe(sha);
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    await scenario.commit("chore: mend it", { "package.json": PACKAGE });
    await scenario.status(await scenario.head(), "success");
    await scenario.look();
    await expectReleased(scenario, "v1.4.3");
  });

  it("may be large, and must be text", async () => {
    const scenario = await open();
    await scenario.commit("chore: lock", { "package-lock.json": large("1.4.2") });
    const { sha: blob } = await ask<{ sha: string }>(scenario, "GET", "contents/README.md");
    await ask(scenario, "PUT", "contents/README.md", {
      message: "docs: no text",
      sha: blob,
      content: Buffer.from([0x31, 0xff, 0xfe]).toString("base64"),
    });
    const { sha } = await scenario.mergeGreen("fix: held by bytes");
    await scenario.look();
    expect(scenario.check(sha)?.title).toBe(
      "held: v1.4.3 cannot be written: README.md is not UTF-8 text",
    );
    await scenario.commit("docs: text again", { "README.md": README });
    await scenario.status(await scenario.head(), "success");
    await scenario.look();
    await expectReleased(scenario, "v1.4.3");
    expect((await git(scenario, "show", "v1.4.3:package-lock.json")).trimEnd()).toBe(
      large("1.4.3"),
    );
  });

  it("are those of all packages of an npm workspace, with its lock file", async () => {
    const scenario = await stage.open({ policy: "version: 1\nfiles: { package: on }\n" });
    const core = "packages/core/package.json";
    const cli = "packages/cli/package.json";
    const files = {
      "package.json": '{ "private": true, "workspaces": ["packages/*"] }\n',
      [core]: '{ "name": "@acme/core", "version": "1.4.2" }\n',
      [cli]: '{ "name": "cli", "version": "1.4.2", "dependencies": { "@acme/core": "^1.4.2" } }\n',
      "packages/cli/fixtures/package.json": '{ "version": "1.4.2" }\n',
      "package-lock.json":
        '{ "packages": { "packages/core": { "version": "1.4.2" }, "packages/cli": { "version": "1.4.2", "dependencies": { "@acme/core": "^1.4.2" } } } }\n',
    };
    await scenario.commit("chore: begin", files);
    const { sha } = await scenario.mergeGreen("fix: in all of them");
    await scenario.look();
    const { tags } = await scenario.world();
    expect((await git(scenario, "rev-parse", `${tags["v1.4.3"]}^`)).trim()).toBe(sha);
    const changed = (await git(scenario, "diff", "--name-only", sha, "v1.4.3")).trim().split("\n");
    expect(changed.toSorted()).toEqual(["package-lock.json", cli, core]);
    for (const path of [core, cli, "package-lock.json"] as const) {
      const text = await git(scenario, "show", `v1.4.3:${path}`);
      expect(text).toBe(files[path]?.replaceAll("1.4.2", "1.4.3"));
    }
  });

  it("are released where a pass died after the commit and more was merged", async () => {
    const scenario = await open();
    await scenario.mergeGreen("fix: the first");
    const forge = scenario.forge();
    await expect(
      lookBy(scenario, {
        ...forge,
        apply: async (state, action) => {
          const outcome = await forge.apply(state, action);
          if (action.kind === "commitFiles") throw new Error("the worker dies");
          return outcome;
        },
      }),
    ).rejects.toThrow("the worker dies");
    const written = await scenario.head();
    const later = await scenario.merge("feat: merged meanwhile");
    scenario.forget();
    await scenario.look();
    expect(await expectReleased(scenario, "v1.4.3")).toBe(written);
    expect((await scenario.world()).releases[0]?.body).not.toContain(`#${later.number}`);
    await scenario.status(later.sha, "success");
    await scenario.look();
    await expectReleased(scenario, "v1.5.0");
  });

  it("are not taken for written where somebody only says so", async () => {
    const scenario = await open();
    const { sha } = await scenario.mergeGreen("fix: real work");
    const trailer = `Smallbatch-Release: line=${scenario.repository.id}/main//stable tag=v1.4.3 parent=${sha}`;
    await scenario.commit(`chore(release): v1.4.3\n\n${trailer}`, {
      "package.json": PACKAGE.replace("1.4.2", "1.4.3"),
      "src/evil.js": "\n",
    });
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    await scenario.status(await scenario.head(), "success");
    await scenario.look();
    await expectReleased(scenario, "v1.4.3");
    // It is work like any other, and stands in the notes.
    expect((await scenario.world()).releases[0]?.body).toContain("chore(release): v1.4.3");
  });
});

describe("a prerelease channel with files", () => {
  it("writes its own versions, and main the stable one over them", async () => {
    const scenario = await open(`${FILES}channels: [next]\n`);
    await scenario.branch("next");
    const feature = await scenario.mergeGreen("feat: turn", { base: "next" });
    await scenario.lookFor(5 * MINUTE_MS);
    await expectReleased(scenario, "v1.5.0-next.1");
    const fix = await scenario.mergeGreen("fix: turn back", { base: "next" });
    await scenario.lookFor(5 * MINUTE_MS);
    await expectReleased(scenario, "v1.5.0-next.2");
    const text = (await filesAt(scenario, "v1.5.0-next.2"))["CHANGELOG.md"];
    expect(text).toContain("## [1.5.0-next.1](");

    const merge = await scenario.mergeBranch("next", "main", "Release what next has");
    await scenario.status(merge.sha, "success");
    await scenario.lookFor(5 * MINUTE_MS);
    await expectReleased(scenario, "v1.5.0");
    const [release] = (await scenario.world()).releases;
    for (const { number } of [feature, fix]) expect(release?.body).toContain(`(#${number})`);
    expect(release?.body).not.toContain("chore(release)");
  });
});

describe("a release pull", () => {
  it("takes over after three commits that came too late", async () => {
    const scenario = await open();
    await scenario.mergeGreen("fix: the first");
    const busy = beforeCommit(scenario, () => scenario.mergeGreen("fix: one more"));
    await lookBy(scenario, busy);
    await lookBy(scenario, busy);
    const pull = await onlyPull(scenario);
    expect(pull.title).toBe("chore(release): v1.4.3");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
    expect(scenario.check(await scenario.head())?.title).toBe(
      `prepared: v1.4.3 waits for its release pull #${pull.number} to be merged`,
    );
    const sha = await mergePull(scenario, pull.number, "squash");
    await scenario.status(sha, "success");
    await scenario.look();
    expect(await expectReleased(scenario, "v1.4.3")).toBe(sha);
  });

  it.each(["protection", "ruleset"])("is opened where a %s wants one", async (kind) => {
    const scenario = await open();
    await scenario.mergeGreen("fix: behind a protection");
    const { repository } = scenario;
    if (kind === "protection") {
      repository.protections.push({ branch: "main", requiredContexts: [], requiredReviews: 1 });
    } else {
      repository.rulesets.push(branchRuleset([{ type: "pull_request" }]));
    }
    await scenario.look();
    const pull = await onlyPull(scenario);
    expect(pull.body).toContain("Merging this releases `v1.4.3`");
    repository.protections.length = 0;
    const sha = await mergePull(scenario, pull.number, "merge");
    await scenario.status(sha, "success");
    await scenario.look();
    expect(await expectReleased(scenario, "v1.4.3")).toBe(sha);
  });

  it.each(["merge", "squash", "rebase"] as const)(
    "is released when it was merged by %s, is no unit and gets no comment",
    async (method) => {
      const scenario = await open(`${FILES}  as: pull\n`);
      const fix = await scenario.mergeGreen("fix: in a pull");
      await scenario.look();
      const pull = await onlyPull(scenario);
      const sha = await mergePull(scenario, pull.number, method);
      await scenario.status(sha, "success");
      await scenario.look();
      expect(await expectReleased(scenario, "v1.4.3")).toBe(sha);
      const [release] = (await scenario.world()).releases;
      expect(release?.body).toContain(`#${fix.number}`);
      expect(release?.body).not.toContain(`#${pull.number}`);
      expect(await scenario.comments(pull.number)).toEqual([]);
      expect(await scenario.comments(fix.number)).toHaveLength(1);
    },
  );

  it.each(["merge", "squash", "rebase"] as const)(
    "waits for the checks of its merge by %s, and is not released where they are red",
    async (method) => {
      const scenario = await open(`${FILES}  as: pull\n`);
      await scenario.mergeGreen("fix: in a pull");
      await scenario.look();
      const sha = await mergePull(scenario, (await onlyPull(scenario)).number, method);
      await scenario.status(sha, "pending");
      await scenario.look();
      await scenario.status(sha, "failure");
      await scenario.look();
      expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2"]);
      expect(scenario.check(sha)?.title).toMatch(/^held: /);
      const mended = await scenario.mergeGreen("fix: mend the merge");
      await scenario.look();
      expect(await expectReleased(scenario, "v1.4.3")).toBe(mended.sha);
      // What the changelog lacks, the notes have.
      expect((await scenario.world()).releases[0]?.body).toContain(`#${mended.number}`);
    },
  );

  it("follows the head and the version, as one pull", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    await scenario.mergeGreen("fix: the first");
    await scenario.look();
    const first = await onlyPull(scenario);
    await scenario.look();
    await scenario.mergeGreen("feat: the second");
    await scenario.look();
    const second = await onlyPull(scenario);
    expect(second.number).toBe(first.number);
    expect(second.title).toBe("chore(release): v1.5.0");
    expect(second.body).toContain("### Features");
    const sha = await mergePull(scenario, second.number, "squash");
    await scenario.status(sha, "success");
    await scenario.look();
    await expectReleased(scenario, "v1.5.0");
    expect((await filesAt(scenario, "v1.5.0"))["CHANGELOG.md"]).not.toContain("1.4.3");
  });

  it("is left alone when somebody committed to it, and released as they left it", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    await scenario.mergeGreen("fix: worded by hand");
    await scenario.look();
    const pull = await onlyPull(scenario);
    const path = `contents/CHANGELOG.md`;
    const { content, sha: blob } = await ask<{ content: string; sha: string }>(
      scenario,
      "GET",
      `${path}?ref=${pull.head.ref}`,
    );
    const text = Buffer.from(content, "base64").toString().replace("worded by hand", "in my words");
    await ask(scenario, "PUT", path, {
      message: "docs: word it",
      branch: pull.head.ref,
      sha: blob,
      content: Buffer.from(text).toString("base64"),
    });
    await scenario.mergeGreen("fix: one more");
    await scenario.look();
    const same = await onlyPull(scenario);
    expect(same.body).toBe(pull.body);
    const sha = await mergePull(scenario, pull.number, "squash");
    await scenario.status(sha, "success");
    await scenario.look();
    expect(await expectReleased(scenario, "v1.4.3")).toBe(sha);
    expect((await filesAt(scenario, sha))["CHANGELOG.md"]).toContain("in my words");
    // What the changelog lacks, the notes have.
    expect((await scenario.world()).releases[0]?.body).toContain("one more");
  });

  it("that was closed holds the release until it is reopened or its branch is deleted", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    const { sha } = await scenario.mergeGreen("fix: not yet");
    await scenario.look();
    const pull = await onlyPull(scenario);
    await ask(scenario, "PATCH", `pulls/${pull.number}`, { state: "closed" });
    await scenario.look();
    expect(scenario.check(sha)?.title).toBe(`held: the release pull #${pull.number} was closed`);
    await git(scenario, "update-ref", "-d", `refs/heads/${pull.head.ref}`);
    await scenario.look();
    expect(await releasePulls(scenario)).toHaveLength(2);
  });

  it("with a change of something else is work like any other", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    await scenario.mergeGreen("fix: the first");
    await scenario.look();
    const pull = await onlyPull(scenario);
    await ask(scenario, "PUT", "contents/src/more.js", {
      message: "feat: slipped in",
      branch: pull.head.ref,
      content: Buffer.from("\n").toString("base64"),
    });
    const sha = await mergePull(scenario, pull.number, "squash");
    await scenario.status(sha, "success");
    await scenario.look();
    expect(await expectReleased(scenario, "v1.4.3")).toBe(sha);
    expect((await scenario.world()).releases[0]?.body).toContain(`#${pull.number}`);
  });

  it("is closed when its version was released by hand, and the next one opened", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    await scenario.mergeGreen("fix: released by hand");
    await scenario.look();
    const first = await onlyPull(scenario);
    await scenario.release("v1.4.3");
    await scenario.look();
    await scenario.mergeGreen("fix: the next one");
    await scenario.look();
    const pulls = await releasePulls(scenario);
    expect(pulls.map(({ number, state, title }) => [number, state, title])).toEqual([
      [expect.any(Number), "open", "chore(release): v1.4.4"],
      [first.number, "closed", "chore(release): v1.4.3"],
    ]);
    await scenario.look();
    expect(await releasePulls(scenario)).toHaveLength(2);
  });

  it("that conflicts gives way to a new one", async () => {
    const scenario = await open(`${FILES}  as: pull\n`);
    await scenario.mergeGreen("fix: the first");
    await scenario.look();
    const first = await onlyPull(scenario);
    await scenario.commit("fix: change the line itself", {
      "README.md": README.replace("Install", "Get"),
    });
    await scenario.status(await scenario.head(), "success");
    await scenario.look();
    const pulls = await releasePulls(scenario);
    expect(pulls.map(({ state }) => state).toSorted()).toEqual(["closed", "open"]);
    const second = pulls.find(({ state }) => state === "open");
    expect(second?.number).not.toBe(first.number);
    const sha = await mergePull(scenario, Number(second?.number), "squash");
    await scenario.status(sha, "success");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toContain("v1.4.3");
  });
});
