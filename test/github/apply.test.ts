import { describe, expect, it } from "@jest/globals";
import type { Action } from "../../src/core/action.ts";
import { openForge } from "../../src/github/forge.ts";
import type { RequestFault } from "../../src/local-github/faults.ts";
import { createTag as seedTag } from "../../src/local-github/seed.ts";
import type { Outcome } from "../../src/ports.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench();

const tagOf = (sha: string): Action => ({ kind: "createTag", tag: "v1.0.1", sha });
const releaseOf = (sha: string): Action => ({
  kind: "publishRelease",
  tag: "v1.0.1",
  sha,
  title: "v1.0.1",
  body: "Notes of ours\n",
  isLatest: true,
  isPrerelease: false,
  card: { card: 1 } as Extract<Action, { kind: "publishRelease" }>["card"],
});

async function apply(subject: Subject, ...actions: Action[]): Promise<Outcome[]> {
  const state = await subject.observe();
  const outcomes: Outcome[] = [];
  for (const action of actions) outcomes.push(await subject.forge.apply(state, action));
  return outcomes;
}

async function due(): Promise<{ subject: Subject; sha: string }> {
  const subject = await bench.open({ release: "v1.0.0" });
  return { subject, sha: await subject.commit("fix: it") };
}

function releases(subject: Subject): (readonly [string, string | null])[] {
  return bench.github.github.data.releases
    .filter(({ repositoryId }) => repositoryId === subject.repository.id)
    .map(({ tagName, body }) => [tagName, body] as const);
}

describe("a release", () => {
  it("stands as a tag on the commit and a release with our notes, as the latest", async () => {
    const { subject, sha } = await due();
    expect(await apply(subject, tagOf(sha), releaseOf(sha))).toMatchObject([
      { kind: "done", how: "made" },
      { kind: "done", how: "made", url: expect.stringMatching(/\/releases\/tag\/v1\.0\.1$/) },
    ]);
    expect(await subject.head("refs/tags/v1.0.1")).toBe(sha);
    expect(releases(subject)).toEqual([
      ["v1.0.0", ""],
      ["v1.0.1", "Notes of ours\n"],
    ]);
    expect((await subject.observe()).releases[0]).toMatchObject({ tag: "v1.0.1", isLatest: true });
  });

  it("made twice stands once", async () => {
    const { subject, sha } = await due();
    await apply(subject, tagOf(sha), releaseOf(sha));
    expect(await apply(subject, tagOf(sha), releaseOf(sha))).toMatchObject([
      { kind: "done", how: "found" },
      { kind: "done", how: "found" },
    ]);
    expect(releases(subject)).toHaveLength(2);
  });

  const LOST: [string, RequestFault["how"]][] = [
    ["a 502", "502"],
    ["a reset", "reset"],
  ];
  const REQUESTS = [
    ["tag", /\/git\/refs$/],
    ["release", /\/releases$/],
  ] as const;

  it.each(
    LOST.flatMap(([lost, how]) => REQUESTS.map(([what, path]) => [lost, what, how, path] as const)),
  )("is found standing where %s hid that its %s was made", async (_, what, how, path) => {
    const { subject, sha } = await due();
    const state = await subject.observe();
    const match = { method: "POST", path };
    bench.github.faults.failRequest({ match, when: "after", how });
    const outcomes = [
      await subject.forge.apply(state, tagOf(sha)),
      await subject.forge.apply(state, releaseOf(sha)),
    ];
    expect(outcomes.map((outcome) => outcome.kind === "done" && outcome.how)).toEqual(
      what === "tag" ? ["found", "made"] : ["made", "found"],
    );
    expect(releases(subject)).toHaveLength(2);
  });

  it.each(REQUESTS)(
    "is tried again where GitHub failed before its %s was made",
    async (what, path) => {
      const { subject, sha } = await due();
      bench.github.faults.failRequest({
        match: { method: "POST", path },
        when: "before",
        how: "502",
      });
      const actions = what === "tag" ? [tagOf(sha)] : [tagOf(sha), releaseOf(sha)];
      await expect(apply(subject, ...actions)).rejects.toMatchObject({
        code: "github/unavailable",
      });
      expect(releases(subject)).toHaveLength(1);
      expect(await apply(subject, tagOf(sha), releaseOf(sha))).toMatchObject([
        { kind: "done" },
        { kind: "done", how: "made" },
      ]);
    },
  );

  it("yields to a tag that somebody put on another commit", async () => {
    const { subject, sha } = await due();
    const tag = { name: "v1.0.1", target: "v1.0.0" };
    await seedTag(bench.github.github, subject.repository, tag);
    const [outcome] = await apply(subject, tagOf(sha));
    expect(outcome).toMatchObject({ kind: "conflict" });
    expect(await subject.head("refs/tags/v1.0.1")).toBe(await subject.head("refs/tags/v1.0.0"));
  });

  it("takes an annotated tag that somebody made on our commit for its own", async () => {
    const { subject, sha } = await due();
    const object = { tag: "v1.0.1", message: "By hand", object: sha, type: "commit" };
    const tag = (await subject.rest("POST", "/git/tags", object)) as { sha: string };
    await subject.rest("POST", "/git/refs", { ref: "refs/tags/v1.0.1", sha: tag.sha });
    expect(await apply(subject, tagOf(sha), releaseOf(sha))).toMatchObject([
      { kind: "done", how: "found" },
      { kind: "done", how: "made" },
    ]);
    expect(await subject.head("refs/tags/v1.0.1")).toBe(sha);
  });

  it("is the one that a workflow made of our tag", async () => {
    const { subject, sha } = await due();
    const [made] = await apply(subject, tagOf(sha));
    await subject.rest("POST", "/releases", { tag_name: "v1.0.1", body: "Notes of a workflow" });
    const [adopted] = await apply(subject, releaseOf(sha));
    expect([made, adopted]).toMatchObject([
      { kind: "done", how: "made" },
      { kind: "done", how: "adopted" },
    ]);
    expect(releases(subject)).toEqual([
      ["v1.0.0", ""],
      ["v1.0.1", "Notes of a workflow"],
    ]);
  });

  it("that a ruleset refuses is reported in GitHub's words", async () => {
    const { subject, sha } = await due();
    await subject.rest(
      "POST",
      "/rulesets",
      {
        name: "Tags",
        target: "tag",
        enforcement: "active",
        conditions: { ref_name: { include: ["refs/tags/v*"], exclude: [] } },
        rules: [{ type: "creation" }],
      },
      "ada",
    );
    const [outcome] = await apply(subject, tagOf(sha));
    expect(outcome).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/^Repository rule violations found/),
      url: expect.stringContaining(`/${subject.repository.name}/rules?ref=refs%2Ftags%2Fv1.0.1`),
    });
    expect(await subject.head("refs/tags/v1.0.1")).toBe("");
  });

  it("of a commit whose workflow files differ from the default branch's is explained", async () => {
    const { subject } = await due();
    const path = ".github/workflows/ci.yml";
    const old = await subject.commit("ci: add", { [path]: "on: push\n" });
    await subject.commit("ci: drop", { [path]: null });
    const [outcome] = await apply(subject, tagOf(old));
    expect(outcome).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/\.github\/workflows/),
    });
  });

  it("waits where GitHub limits us", async () => {
    const { subject, sha } = await due();
    const match = { method: "POST", path: /\/git\/refs$/ };
    bench.github.faults.failRequest({ match, when: "before", how: "403-secondary" });
    await expect(apply(subject, tagOf(sha))).rejects.toMatchObject({
      code: "github/rate-limited",
      retry: { kind: "after", waitMs: 60_000 },
    });
  });
});

describe("comments", () => {
  it("reach pulls and issues, and a lost answer leaves none standing twice", async () => {
    const { subject } = await due();
    const numbers = [
      (await subject.merge("fix: one")).number,
      (await subject.merge("fix: two")).number,
    ];
    const state = await subject.observe();
    const announce: Action = {
      kind: "announce",
      tag: "v1.0.1",
      isFresh: true,
      comments: state.pulls.map(({ number, nodeId }) => ({
        subject: { number, nodeId, isPull: true },
        body: `Released in v1.0.1 (${number})`,
      })),
    };
    bench.github.faults.failRequest({
      match: { graphql: "AddComments" },
      when: "after",
      how: "reset",
    });
    await expect(subject.forge.apply(state, announce)).rejects.toMatchObject({
      code: "github/unavailable",
    });
    const bodies = bench.github.github.data.comments
      .filter(({ repositoryId }) => repositoryId === subject.repository.id)
      .map(({ body, appId }) => [body, appId]);
    expect(bodies).toHaveLength(2);
    expect(bodies).toEqual(
      expect.arrayContaining(
        numbers.map((number) => [`Released in v1.0.1 (${number})`, bench.installation.appId]),
      ),
    );
  });

  it("that GitHub refuses do not stop the others", async () => {
    const { subject } = await due();
    const { number } = await subject.merge("fix: one");
    const state = await subject.observe();
    const [pull] = state.pulls;
    const outcome = await subject.forge.apply(state, {
      kind: "announce",
      tag: "v1.0.1",
      isFresh: true,
      comments: [
        { subject: { number: 999, nodeId: "PR_gone", isPull: true }, body: "Released" },
        { subject: { number, nodeId: pull?.nodeId ?? "", isPull: true }, body: "Released" },
      ],
    });
    expect(outcome).toMatchObject({
      kind: "done",
      note: expect.stringMatching(/^1 of 2 comments: #999 \(/),
    });
    expect(
      bench.github.github.data.comments.filter(
        ({ issueNumber, body, repositoryId }) =>
          issueNumber === number && body === "Released" && repositoryId === subject.repository.id,
      ),
    ).toHaveLength(1);
  });
});

describe("the check", () => {
  it("is rewritten in place", async () => {
    const { subject, sha } = await due();
    const check: Extract<Action, { kind: "writeCheck" }> = {
      kind: "writeCheck",
      sha,
      existing: null,
      externalId: "one",
      title: "held",
      summary: "Wait",
      conclusion: "neutral",
    };
    await apply(subject, check);
    const existing = (await subject.observe()).commits[0]?.ourCheck ?? null;
    expect(existing).toMatchObject({ title: "held", externalId: "one" });
    await apply(subject, { ...check, existing, externalId: "two", title: "released in v1.0.1" });
    const runs = bench.github.github.data.checkRuns.filter(({ headSha }) => headSha === sha);
    expect(runs).toMatchObject([
      {
        name: "smallbatch/release",
        externalId: "two",
        conclusion: "neutral",
        output: { title: "released in v1.0.1" },
      },
    ]);
  });
});

describe("permissions", () => {
  it.each([
    ["ada", "admin"],
    ["mona", "maintain"],
    ["wilma", "write"],
    ["triager", "triage"],
    ["outsider", "read"],
    ["nobody-at-all", "none"],
  ])("of %s are %s", async (login, permission) => {
    const subject = await bench.open();
    const forge = openForge(bench.client(), { isStartForced: false });
    expect(await forge.permissionOf(subject.ref, login)).toBe(permission);
  });
});
