import { describe, expect, it } from "@jest/globals";
import type { Forge } from "../../src/ports.ts";
import type { Scenario } from "../support/scenario.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const open = (): Promise<Scenario> => stage.open({ policy: "version: 1\npublishWhen: [build]\n" });

/** Releases of a tag as GitHub keeps them, drafts included. */
function releasesOf(scenario: Scenario, tag = "v1.4.3") {
  return stage.github.github.data.releases
    .filter(({ repositoryId, tagName }) => {
      return repositoryId === scenario.repository.id && tagName === tag;
    })
    .map(({ id, draft, body, name }) => ({ id, draft, body: body ?? "", name }));
}

async function edit(scenario: Scenario, id: number, change: object): Promise<void> {
  const { apiUrl, owner, name } = scenario.place;
  const answer = await fetch(`${apiUrl}/repos/${owner}/${name}/releases/${id}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${stage.people.mona.token}` },
    body: JSON.stringify(change),
  });
  expect(answer.status).toBe(200);
}

/** Merged, green, tagged and drafted. */
async function drafted(scenario: Scenario) {
  const merged = await scenario.mergeGreen("fix: build me first");
  await scenario.look();
  const [draft] = releasesOf(scenario);
  if (draft === undefined) throw new Error("There is no draft");
  return { ...merged, draft };
}

describe("a release that is drafted first", () => {
  it("is tagged, drafted, and published when its checks on the tag's commit are green", async () => {
    const scenario = await open();
    const { sha, number, draft } = await drafted(scenario);
    expect((await scenario.world()).tags["v1.4.3"]).toBe(sha);
    expect(draft.draft).toBe(true);
    expect(scenario.check(sha)?.title).toBe("held: v1.4.3 is a draft, waiting for build");
    expect(await scenario.ledger()).toMatchObject([{ tag: "v1.4.3", state: "intended" }]);

    stage.clock.advance(2_000);
    await scenario.context(sha, "build", "pending");
    await scenario.lookFor(20 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([draft]);
    expect(await scenario.comments(number)).toEqual([]);

    await scenario.context(sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([{ ...draft, draft: false }]);
    expect((await scenario.world()).releases[0]).toMatchObject({ tag: "v1.4.3", isLatest: true });
    expect(scenario.check(sha)?.title).toBe("released in v1.4.3");
    expect(await scenario.comments(number)).toHaveLength(1);
    expect(await scenario.ledger()).toMatchObject([{ tag: "v1.4.3", state: "published" }]);
  });

  it("holds what is merged meanwhile, and is published from below the head", async () => {
    const scenario = await open();
    const first = await drafted(scenario);
    const second = await scenario.mergeGreen("feat: merged meanwhile");
    await scenario.lookFor(5 * MINUTE_MS);
    expect(scenario.check(second.sha)?.title).toBe("held: v1.4.3 is a draft, waiting for build");
    expect(Object.keys((await scenario.world()).tags)).toEqual(["v1.4.2", "v1.4.3"]);

    await scenario.context(first.sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    const { tags } = await scenario.world();
    expect(releasesOf(scenario)).toMatchObject([{ draft: false }]);
    expect(releasesOf(scenario, "v1.5.0")).toMatchObject([{ draft: true }]);
    expect([tags["v1.4.3"], tags["v1.5.0"]]).toEqual([first.sha, second.sha]);
  });

  it("keeps the words that a person gave the draft, also those of all of it", async () => {
    const scenario = await open();
    const { sha, draft } = await drafted(scenario);
    await edit(scenario, draft.id, { name: "The one", body: "Read the manual." });
    await scenario.look();
    await scenario.context(sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([
      { id: draft.id, draft: false, name: "The one", body: "Read the manual." },
    ]);
  });

  it("may be published by hand", async () => {
    const scenario = await open();
    const { sha, number, draft } = await drafted(scenario);
    await edit(scenario, draft.id, { draft: false });
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toHaveLength(1);
    expect(scenario.check(sha)?.title).toBe("released in v1.4.3");
    expect(await scenario.comments(number)).toHaveLength(1);
    expect(await scenario.ledger()).toMatchObject([{ tag: "v1.4.3", state: "published" }]);
  });

  it("stays published where a person published and worded it a moment before", async () => {
    const scenario = await open();
    const { sha, draft } = await drafted(scenario);
    await scenario.context(sha, "build", "success");
    stage.clock.advance(2 * MINUTE_MS);
    const forge = scenario.forge();
    const apply: Forge["apply"] = async (state, action) => {
      const words = { draft: false, name: "The one", body: "Read the manual." };
      if (action.kind === "publishDraft") await edit(scenario, draft.id, words);
      return forge.apply(state, action);
    };
    await scenario.lookAs(scenario.place, { ...forge, apply });
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([
      { id: draft.id, draft: false, name: "The one", body: "Read the manual." },
    ]);
  });

  it("says which check failed and what to do, and goes on when it was run again", async () => {
    const scenario = await open();
    const { sha, draft } = await drafted(scenario);
    await scenario.context(sha, "build", "failure");
    await scenario.look();
    const said = scenario.check(sha);
    expect(said).toMatchObject({
      title: "held: v1.4.3 stays a draft: build failed",
      conclusion: "failure",
    });
    expect(said?.summary).toMatch(/Run it again on `[0-9a-f]{7}`, or publish \[the draft\]\(http/);
    await scenario.lookFor(2 * HOUR_MS);
    expect(releasesOf(scenario)).toEqual([draft]);

    await scenario.context(sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toMatchObject([{ draft: false }]);
  });

  it("names a check that never comes, and waits on", async () => {
    const scenario = await open();
    const { sha } = await drafted(scenario);
    await scenario.lookFor(61 * MINUTE_MS);
    expect(scenario.check(sha)?.title).toBe(
      "held: v1.4.3 is still a draft: build did not end within an hour",
    );
    await scenario.context(sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toMatchObject([{ draft: false }]);
  });

  it("is given up by deleting draft and tag: its version is then the next one's", async () => {
    const scenario = await open();
    const first = await drafted(scenario);
    await scenario.context(first.sha, "build", "failure");
    await scenario.look();
    const { github } = stage.github;
    github.data.releases = github.data.releases.filter(({ id }) => id !== first.draft.id);
    await github.git.run(scenario.repository.id, ["update-ref", "-d", "refs/tags/v1.4.3"]);
    const second = await scenario.mergeGreen("fix: mend the build");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(second.sha);
    expect(releasesOf(scenario)).toMatchObject([{ draft: true }]);
  });
});

describe("a draft of ours", () => {
  it("is found again without the database", async () => {
    const scenario = await open();
    const { sha, draft } = await drafted(scenario);
    scenario.forget();
    await scenario.lookFor(20 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([draft]);
    await scenario.context(sha, "build", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([{ ...draft, draft: false }]);
    expect(await scenario.ledger()).toMatchObject([{ tag: "v1.4.3", state: "published" }]);
  });

  it("is not another tool's draft of the same tag", async () => {
    const scenario = await open();
    const { apiUrl, owner, name } = scenario.place;
    await fetch(`${apiUrl}/repos/${owner}/${name}/releases`, {
      method: "POST",
      headers: { authorization: `Bearer ${stage.people.mona.token}` },
      body: JSON.stringify({ tag_name: "v1.4.3", draft: true, body: "Drafted by others" }),
    });
    const { sha } = await scenario.mergeGreen("fix: beside it");
    await scenario.look();
    expect(releasesOf(scenario)).toHaveLength(2);
    await scenario.context(sha, "build", "success");
    await scenario.lookFor(3 * MINUTE_MS);
    const published = releasesOf(scenario).filter(({ draft }) => !draft);
    expect(published).toHaveLength(1);
    expect(published[0]?.body).toContain("beside it");
  });

  it("is published where the policy no longer asks for checks", async () => {
    const scenario = await open();
    const { draft } = await drafted(scenario);
    await scenario.commit("chore: release at once", { ".github/smallbatch.yml": "version: 1\n" });
    await scenario.lookFor(5 * MINUTE_MS);
    expect(releasesOf(scenario)).toEqual([{ ...draft, draft: false }]);
  });
});

const LINES = `version: 1
publishWhen: [build]
channels: [next]
components: [{ name: core, path: packages/core, base: core-v1.0.0 }]
`;

describe("a line beside the default one", () => {
  it("drafts and publishes its own releases, a prerelease as one", async () => {
    const scenario = await stage.open({ policy: LINES });
    await scenario.release("core-v1.0.0");
    await scenario.branch("next");
    stage.clock.advance(MINUTE_MS);
    const core = await scenario.mergeGreen("feat: turn", { path: "packages/core/a.js" });
    const next = await scenario.mergeGreen("fix: try it", { base: "next", path: "docs/a.md" });
    await scenario.lookFor(5 * MINUTE_MS);
    const names = ["core-v1.1.0", "v1.4.3-next.1"];
    const drafts = names.map((name) => releasesOf(scenario, name));
    expect(drafts).toMatchObject([[{ draft: true }], [{ draft: true }]]);
    expect(scenario.check(next.sha, "next")?.title).toContain("is a draft, waiting for build");

    await scenario.context(core.sha, "build", "success");
    await scenario.context(next.sha, "build", "success");
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags, releases } = await scenario.world();
    expect(names.map((name) => tags[name])).toEqual([core.sha, next.sha]);
    const seen = releases.filter(({ tag }) => names.includes(tag));
    expect(Object.fromEntries(seen.map(({ tag, isPrerelease }) => [tag, isPrerelease]))).toEqual({
      "core-v1.1.0": false,
      "v1.4.3-next.1": true,
    });
    expect(names.map((name) => releasesOf(scenario, name))).toMatchObject([
      [{ draft: false }],
      [{ draft: false }],
    ]);
    expect(await scenario.comments(core.number)).toHaveLength(1);
  });
});
