import { describe, expect, it } from "@jest/globals";
import { renderCard } from "../../src/core/card-text.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import { formatReleasedMarker, formatReleaseMarker } from "../../src/core/marker.ts";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import type { Line, LineState } from "../../src/core/state.ts";
import { openForge } from "../../src/github/forge.ts";
import { createTag } from "../../src/local-github/seed.ts";
import { DAY_MS, MINUTE_MS, useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench();

function lineOf({ repository }: Subject): Line {
  return { repositoryId: repository.id, branch: "main", component: "", channel: "stable" };
}

/** A release of ours as its body shows it: marker and card. */
function bodyOf(subject: Subject, sha: string, pulls: readonly number[]): string {
  const card = {
    card: 1,
    repository: { id: subject.repository.id, name: "acme/widgets" },
    line: { branch: "main", component: "", channel: "stable" },
    version: "1.0.0",
    tag: "v1.0.0",
    sha,
    previousTag: null,
    level: "patch",
    decidedAt: new Date(bench.time.now).toISOString(),
    units: pulls.map((pull) => ({
      pull,
      sha,
      title: "fix: it",
      level: "patch",
      levelFrom: "title",
      author: { id: 1, login: "mona", isBot: false },
      mergedBy: null,
      mergedAt: new Date(bench.time.now).toISOString(),
      reviews: [],
      agents: [],
      closes: [],
      cancelledBy: null,
    })),
    checks: [{ name: "ci/test", state: "green" }],
    rules: [],
    overrides: [],
    notes: { source: "deterministic", reason: null },
    policySha: null,
    rollbackTarget: null,
  } satisfies ReleaseCard;
  return `${formatReleaseMarker(lineOf(subject), sha)}\n\n${renderCard(card)}\n`;
}

describe("observing, in the usual case", () => {
  it("takes one request, and one more ever to learn when it was started", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    let state: LineState | null = null;
    const first = await subject.requestsOf(async () => (state = await subject.observe()));
    expect(first).toEqual(["POST /graphql", "POST /graphql"]);
    const { startedAt } = state as unknown as LineState;
    const later = await subject.requestsOf(() => subject.observe({ startedAt }));
    expect(later).toEqual(["POST /graphql"]);
    expect(state).toMatchObject({
      repository: { id: subject.repository.id, owner: "acme", defaultBranch: "main" },
      line: { branch: "main", component: "", channel: "stable" },
      head: { sha: await subject.head(), checks: [], ourCheck: null, requiredContexts: [] },
      policyFile: { path: ".github/smallbatch.yml", text: "version: 1\n", sizeBytes: 11 },
      policyHistory: [],
      tags: [{ name: "v1.0.0", isAncestor: true }],
      releases: [{ tag: "v1.0.0", isLatest: true, isOurs: false, checks: [] }],
      baseTag: { name: "v1.0.0" },
      commits: [],
      commitCount: 0,
      unfinished: null,
    });
  });

  it("takes one request for a merge of somebody known, after a release of ours", async () => {
    const subject = await bench.open();
    const first = await subject.merge("fix: the first");
    await subject.release("v1.0.0", bodyOf(subject, first.sha, [first.number]));
    const { number, sha } = await subject.merge("fix: the second");
    await subject.rest("POST", `/statuses/${sha}`, { state: "success", context: "ci/test" });
    const memory = { announcedTag: "v1.0.0", startedAt: 1 };
    let state: LineState | null = null;
    const requests = await subject.requestsOf(async () => (state = await subject.observe(memory)));
    expect(requests).toEqual(["POST /graphql"]);
    expect(state).toMatchObject({
      startedAt: 1,
      head: {
        sha,
        arrivedAt: bench.time.now,
        checks: [{ name: "ci/test", source: "status", state: "green" }],
      },
      commits: [{ sha, pulls: [number], author: { login: "mona" } }],
      commitCount: 1,
      releases: [{ isOurs: true, cardPulls: [first.number], cardChecks: ["ci/test"] }],
      firstTimers: [],
      announcement: null,
    });
  });

  it("reads a pull with its labels, its reviews and the issues that it closes", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const issue = (await subject.rest("POST", "/issues", { title: "Broken" })) as {
      number: number;
    };
    const number = await subject.openPull("fix: it", {
      body: `Fixes #${issue.number}`,
      as: "wilma",
    });
    await subject.rest("POST", `/issues/${number}/labels`, { labels: ["bug"] });
    await subject.rest("POST", `/pulls/${number}/reviews`, { event: "APPROVE", body: "Good" });
    await subject.rest("PUT", `/pulls/${number}/merge`, { merge_method: "squash" });
    const state = await subject.observe();
    expect(state.pulls).toMatchObject([
      {
        number,
        title: "fix: it",
        author: { login: "wilma", isBot: false },
        mergedBy: { login: "mona" },
        mergedAt: bench.time.now,
        mergeSha: await subject.head(),
        baseBranch: "main",
        commitCount: 1,
        lastCommitHeadline: "fix: it",
        labels: [{ name: "bug", setterPermission: null }],
        closes: [{ number: issue.number, repository: `acme/${subject.repository.name}` }],
        headSha: await subject.head(`refs/pull/${number}/head`),
        reviews: [
          { author: { login: "mona" }, state: "approved", at: bench.time.now, mayWrite: true },
        ],
        reviewCount: 1,
      },
    ]);
    expect(state.firstTimers).toEqual(["wilma"]);
    expect(state.recentMerges).toEqual([{ title: "fix: it", labels: ["bug"] }]);
  });
});

describe("the base", () => {
  it("is the highest version on the branch, whatever GitHub calls latest", async () => {
    const subject = await bench.open({ release: "v1.9.0" });
    await subject.commit("fix: one");
    await subject.rest("POST", "/releases", { tag_name: "v1.10.0", make_latest: "false" });
    const last = await subject.commit("fix: two");
    let state: LineState | null = null;
    const requests = await subject.requestsOf(
      async () => (state = await subject.observe({ startedAt: 1 })),
    );
    // The first request shows that v1.10.0 is on the branch; the second brings its batch.
    expect(requests).toHaveLength(2);
    expect(state).toMatchObject({ baseTag: { name: "v1.10.0" }, commits: [{ sha: last }] });
  });

  it("is asked of GitHub where the highest version is on another branch", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const start = await subject.head();
    await subject.commit("fix: on main");
    const { git } = bench.github.github;
    await git.swapRef(subject.repository.id, "refs/heads/next", null, start);
    const elsewhere = await subject.rest("PUT", "/contents/next.txt", {
      message: "feat: next",
      branch: "next",
      content: "",
    });
    const { sha } = (elsewhere as { commit: { sha: string } }).commit;
    await createTag(bench.github.github, subject.repository, { name: "v2.0.0", target: sha });
    const state = await subject.observe();
    expect(state.tags).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "v1.0.0", isAncestor: true }),
        expect.objectContaining({ name: "v2.0.0", isAncestor: false }),
      ]),
    );
    expect(state.baseTag).toBeNull();
    expect(state.commits).toEqual([]);
  });

  it("is the policy's tag, peeled where it is annotated", async () => {
    const subject = await bench.open({ policy: "version: 1\nbase: v0.9.0\n" });
    const target = await subject.head();
    const tag = { name: "v0.9.0", target: "main", message: "Annotated" };
    await createTag(bench.github.github, subject.repository, tag);
    const last = await subject.commit("fix: one");
    const state = await subject.observe();
    expect(state.baseTag).toEqual({ name: "v0.9.0", sha: target, isAncestor: true });
    expect(state.commits.map(({ sha }) => sha)).toEqual([last]);
  });

  it("is none without tags: the batch begins with the commit that brought the policy", async () => {
    const subject = await bench.open({ policy: null });
    await subject.commit("chore: two");
    const start = await subject.commit("chore: start", {
      ".github/smallbatch.yml": "version: 1\n",
    });
    const startedAt = bench.time.now;
    const last = await subject.commit("fix: one");
    const state = await subject.observe();
    expect(state).toMatchObject({
      baseTag: null,
      startedAt,
      earlierCommitCount: 2,
      commitCount: 2,
    });
    expect(state.commits.map(({ sha }) => sha)).toEqual([last, start]);
  });

  it("is none in a watched repository without tags: the head stands for itself", async () => {
    const subject = await bench.open({ policy: null });
    const last = await subject.commit("fix: one");
    const state = await subject.observe();
    expect(state).toMatchObject({ policyFile: null, startedAt: null, earlierCommitCount: 1 });
    expect(state.commits.map(({ sha }) => sha)).toEqual([last]);
  });

  it("is an empty repository's nothing", async () => {
    const subject = await bench.open({ empty: true });
    expect(await subject.observe()).toMatchObject({ head: null, tags: [], commits: [], pulls: [] });
  });

  it("pages through 300 commits, newest first", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const shas = await subject.commitMany(300);
    let state: LineState | null = null;
    const memory = { startedAt: 1, announcedTag: "v1.0.0" };
    const requests = await subject.requestsOf(async () => (state = await subject.observe(memory)));
    // 50 with the first request, then 100, 100, 50.
    expect(requests).toHaveLength(4);
    expect(state).toMatchObject({ commitCount: 300, commits: shas.map((sha) => ({ sha })) });
  });

  it.each([
    [1_000, 1_000],
    [1_001, 1_000],
  ])("reads of %d commits %d, and says how many there are", async (count, read) => {
    const subject = await bench.open({ release: "v1.0.0" });
    await subject.commitMany(count);
    const state = await subject.observe({ startedAt: 1, announcedTag: "v1.0.0" });
    expect(state.commitCount).toBe(count);
    expect(state.commits).toHaveLength(read);
  });

  it("of a release that was not finished is the one before it, with its own batch", async () => {
    const subject = await bench.open();
    const first = await subject.merge("fix: the first");
    await subject.release("v1.0.0", bodyOf(subject, first.sha, [first.number]));
    const second = await subject.merge("fix: the second");
    await createTag(bench.github.github, subject.repository, { name: "v1.0.1", target: "main" });
    await subject.merge("fix: the third");
    const state = await subject.observe();
    expect(state.unfinished).toMatchObject({ name: "v1.0.1", sha: second.sha });
    expect(state.baseTag?.name).toBe("v1.0.0");
    expect(state.commits.map(({ sha }) => sha)).toEqual([second.sha]);
  });

  it("of a tag that somebody made by hand is that tag", async () => {
    const subject = await bench.open();
    const first = await subject.merge("fix: the first");
    await subject.release("v1.0.0", bodyOf(subject, first.sha, [first.number]));
    await subject.merge("fix: the second");
    await createTag(bench.github.github, subject.repository, { name: "v1.3.0", target: "main" });
    const state = await subject.observe();
    expect(state).toMatchObject({ unfinished: null, baseTag: { name: "v1.3.0" }, commits: [] });
  });
});

describe("what GitHub does not know yet", () => {
  it("joins a pull by its merge commit while the index of commits lags", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { number, sha } = await subject.merge("fix: it", { as: "wilma" });
    bench.github.faults.lagAssociatedPulls(300);
    const state = await subject.observe();
    bench.github.faults.lagAssociatedPulls(0);
    expect(state.commits).toMatchObject([{ sha, pulls: [] }]);
    expect(state.pulls).toMatchObject([{ number, mergeSha: sha }]);
    expect(state.firstTimers).toEqual(["wilma"]);
  });
});

describe("the policy", () => {
  it("comes with its earlier contents where it is wrong", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const path = ".github/smallbatch.yml";
    await subject.commit("chore: policy", { [path]: "version: 1\nauto: patch\n" });
    await subject.commit("chore: typo", { [path]: "version: 1\nautoo: patch\n" });
    const state = await subject.observe();
    expect(state.policyFile?.text).toContain("autoo");
    expect(state.policyHistory.map(({ text }) => text)).toEqual([
      "version: 1\nautoo: patch\n",
      "version: 1\nauto: patch\n",
      "version: 1\n",
    ]);
  });

  it.each([
    [65_536, true],
    [65_537, false],
  ])("of %d bytes is read: %s", async (size, isRead) => {
    const text = "version: 1\n".padEnd(size, "#");
    const subject = await bench.open({ policy: text, release: "v1.0.0" });
    const { policyFile } = await subject.observe();
    expect(policyFile).toMatchObject({ sizeBytes: size, text: isRead ? text : null });
  });

  it("that is a folder has no text", async () => {
    const subject = await bench.open({ policy: null, release: "v1.0.0" });
    await subject.commit("chore: odd", { ".github/smallbatch.yml/x": "version: 1\n" });
    expect((await subject.observe()).policyFile).toMatchObject({ text: null, sizeBytes: 0 });
  });
});

describe("a steering label", () => {
  it.each([
    ["mona", "maintain"],
    ["wilma", "write"],
    ["triager", "triage"],
  ])("that %s set carries the permission %s", async (setter, permission) => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { number } = await subject.merge("Change it");
    await subject.rest("POST", "/labels", { name: "release:minor", color: "ededed" });
    await subject.rest("POST", `/issues/${number}/labels`, { labels: ["release:minor"] }, setter);
    const state = await subject.observe();
    const setBy = { login: setter, at: bench.time.now };
    expect(state.pulls[0]?.labels).toEqual([
      { name: "release:minor", setterPermission: permission, setBy },
    ]);
  });
});

describe("checks", () => {
  it("are those of the commit without ours, with what the branch requires", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const sha = await subject.head();
    await subject.rest(
      "PUT",
      "/branches/main/protection",
      {
        required_status_checks: { strict: false, contexts: ["ci/build"] },
        enforce_admins: null,
        required_pull_request_reviews: null,
        restrictions: null,
      },
      "ada",
    );
    await subject.rest("POST", `/statuses/${sha}`, { state: "failure", context: "ci/red" });
    await subject.rest("POST", `/statuses/${sha}`, { state: "pending", context: "ci/slow" });
    const before = await subject.observe();
    await subject.forge.apply(before, {
      kind: "writeCheck",
      sha,
      existing: null,
      externalId: "digest",
      title: "held: 1 check pending",
      summary: "Wait",
      conclusion: "neutral",
    });
    const { head } = await subject.observe();
    expect(head?.requiredContexts).toEqual(["ci/build"]);
    expect(head?.checks.map(({ name, state }) => [name, state]).toSorted()).toEqual([
      ["ci/red", "red"],
      ["ci/slow", "pending"],
    ]);
    expect(head?.ourCheck).toMatchObject({ title: "held: 1 check pending", externalId: "digest" });
  });
});

describe("a job of GitHub Actions", () => {
  it.each([
    ["smallbatch", ["test"]],
    ["other", ["released / smallbatch", "smallbatch", "test"]],
  ])("that looks as %s does not wait for itself", async (ownJob, names) => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { owner, name, id: repositoryId } = subject.ref;
    for (const job of ["smallbatch", "released / smallbatch", "test"]) {
      await bench.client().rest({
        method: "POST",
        path: `/repos/${owner}/${name}/check-runs`,
        scope: { kind: "repository", repositoryId },
        body: { name: job, head_sha: await subject.head(), status: "in_progress" },
      });
    }
    const client = { ...bench.client(), appId: null, ownJob };
    const { head } = await openForge(client, { isStartForced: false }).observe({
      repository: subject.ref,
      line: null,
      defaultBranch: "main",
      memory: EMPTY_MEMORY,
      now: bench.time.now,
    });
    expect(head?.checks.map((check) => check.name).toSorted()).toEqual(names);
  });
});

describe("the announcement", () => {
  it("names the pulls of our last release and the issues they closed, with what stands", async () => {
    const subject = await bench.open();
    const issue = (await subject.rest("POST", "/issues", { title: "Broken" })) as {
      number: number;
    };
    const first = await subject.merge("fix: one", { body: `Fixes #${issue.number}` });
    const second = await subject.merge("fix: two");
    await subject.release("v1.0.0", bodyOf(subject, second.sha, [first.number, second.number]));
    const state = await subject.observe();
    expect(
      state.announcement?.subjects.map(({ number, isPull, isCommented }) => [
        number,
        isPull,
        isCommented,
      ]),
    ).toEqual([
      [first.number, true, false],
      [issue.number, false, false],
      [second.number, true, false],
    ]);
    const marker = formatReleasedMarker(lineOf(subject), "v1.0.0");
    // Anybody can paste our marker.
    await subject.rest(
      "POST",
      `/issues/${first.number}/comments`,
      { body: `Ha\n\n${marker}` },
      "outsider",
    );
    await subject.forge.apply(state, {
      kind: "announce",
      tag: "v1.0.0",
      isFresh: false,
      comments: (state.announcement?.subjects ?? [])
        .filter(({ number }) => number !== first.number)
        .map(({ number, nodeId, isPull }) => ({
          subject: { number, nodeId, isPull },
          body: `Released in v1.0.0.\n\n${marker}`,
        })),
    });
    const after = await subject.observe();
    expect(
      after.announcement?.subjects.map(({ number, isCommented }) => [number, isCommented]),
    ).toEqual([
      [first.number, false],
      [issue.number, true],
      [second.number, true],
    ]);
  });

  it("finds the pulls of a release without a card by its commits", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { number, sha } = await subject.merge("fix: one");
    bench.time.now += MINUTE_MS;
    await subject.release("v1.0.1", `${formatReleaseMarker(lineOf(subject), sha)}\n`);
    const { announcement } = await subject.observe();
    expect(announcement).toMatchObject({ tag: "v1.0.1", subjects: [{ number, isPull: true }] });
  });

  it.each([
    [7 * DAY_MS, true],
    [7 * DAY_MS + 1, false],
  ])("is still looked at after %d ms: %s", async (age, isLooked) => {
    const subject = await bench.open();
    const { number, sha } = await subject.merge("fix: one");
    await subject.release("v1.0.0", bodyOf(subject, sha, [number]));
    bench.time.now += age;
    expect((await subject.observe()).announcement !== null).toBe(isLooked);
  });
});

describe("a repository", () => {
  it("whose default branch is not main takes one request more, once", async () => {
    const subject = await bench.open({ defaultBranch: "trunk", release: "v1.0.0" });
    const look = () => subject.requestsOf(() => subject.observe({ startedAt: 1 }));
    expect(await look()).toHaveLength(2);
    expect(await look()).toHaveLength(1);
    expect((await subject.observe()).line.branch).toBe("trunk");
  });

  it.each([
    ["as it is takes 1 request", "trunk", 1],
    ["as it was once takes 2 requests", "master", 2],
  ])("whose default branch somebody knows %s", async (_what, hint, count) => {
    const subject = await bench.open({ defaultBranch: "trunk", release: "v1.0.0" });
    let state: LineState | null = null;
    const requests = await subject.requestsOf(
      async () => (state = await subject.observe({ startedAt: 1 }, subject.ref, hint)),
    );
    expect(requests).toHaveLength(count);
    expect(state).toMatchObject({ line: { branch: "trunk" }, baseTag: { name: "v1.0.0" } });
  });

  it("that was renamed is found by its old name", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { ref } = subject;
    await subject.rest("PATCH", "", { name: `${ref.name}-renamed` }, "ada");
    const state = await subject.observe({}, ref);
    expect(state.repository.name).toBe(`${ref.name}-renamed`);
  });

  it("whose old name belongs to another one is found by its id", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { ref } = subject;
    await subject.rest("PATCH", "", { name: `${ref.name}-moved` }, "ada");
    const other = await bench.open({ release: "v9.9.9" });
    await other.rest("PATCH", "", { name: ref.name }, "ada");
    const state = await subject.observe({}, ref);
    expect(state.repository).toMatchObject({ id: ref.id, name: `${ref.name}-moved` });
    expect(state.baseTag?.name).toBe("v1.0.0");
  });

  it("that went to another owner is found by its old name while it is public", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const { ref } = subject;
    await subject.rest("POST", "/transfer", { new_owner: "globex" }, "ada");
    const state = await subject.observe({}, ref);
    expect(state.repository).toMatchObject({ id: ref.id, owner: "globex", name: ref.name });
  });

  it("that went to an owner without the App is gone", async () => {
    const subject = await bench.open({ release: "v1.0.0", isPrivate: true });
    const { ref } = subject;
    await subject.rest("POST", "/transfer", { new_owner: "globex" }, "ada");
    await expect(subject.observe({}, ref)).rejects.toMatchObject({ code: "github/not-found" });
  });
});
