import { beforeAll, describe, expect, it } from "@jest/globals";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import type { GitHubClient } from "../../src/github/client.ts";
import { openForge } from "../../src/github/forge.ts";
import { beginLook } from "../../src/github/look.ts";
import { readPulls } from "../../src/github/pulls.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench();
const CI_TOKEN = "ghs_ci";

beforeAll(async () => {
  const { app } = await createApp(bench.github.github, { slug: "ci", webhookUrl: null });
  const installation = install(bench.github.github, app, "acme", { repositories: "all" });
  bench.github.github.data.tokens.push({
    token: CI_TOKEN,
    userId: null,
    installationId: installation.id,
    permissions: null,
    repositoryIds: null,
    expiresAt: null,
  });
});

async function runCheck(subject: Subject, head: string, change: object): Promise<void> {
  const { owner, name } = subject.ref;
  const answer = await fetch(`${bench.github.apiUrl}/repos/${owner}/${name}/check-runs`, {
    method: "POST",
    headers: { authorization: `token ${CI_TOKEN}`, "content-type": "application/json" },
    body: JSON.stringify({ name: "ci/test", head_sha: head, ...change }),
  });
  expect({ status: answer.status, text: await answer.text() }).toMatchObject({ status: 201 });
}

/** Put tags on a commit without anybody noticing. */
async function seedTags(subject: Subject, names: readonly string[], sha: string): Promise<void> {
  const input = names.map((name) => `create refs/tags/${name} ${sha}\n`).join("");
  await bench.github.github.git.run(subject.repository.id, ["update-ref", "--stdin"], { input });
}

describe("a check run of somebody else", () => {
  it.each([
    [{ status: "queued" }, "pending"],
    [{ status: "in_progress" }, "pending"],
    [{ status: "completed", conclusion: "success" }, "green"],
    [{ status: "completed", conclusion: "neutral" }, "green"],
    [{ status: "completed", conclusion: "skipped" }, "green"],
    [{ status: "completed", conclusion: "failure" }, "red"],
    [{ status: "completed", conclusion: "cancelled" }, "red"],
    [{ status: "completed", conclusion: "timed_out" }, "red"],
    [{ status: "completed", conclusion: "action_required" }, "red"],
  ])("with %j is %s", async (change, state) => {
    const subject = await bench.open({ release: "v1.0.0" });
    await runCheck(subject, await subject.head(), change);
    const { head } = await subject.observe();
    expect(head?.checks).toMatchObject([
      { name: "ci/test", source: "check_run", state, appId: expect.any(Number) },
    ]);
  });

  it("on the newest two releases of the line is read past releases of other things", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    const first = await subject.head();
    await runCheck(subject, first, { name: "npm", status: "completed", conclusion: "failure" });
    const second = await subject.commit("fix: two");
    await subject.release("v1.0.1");
    await subject.commit("docs: more");
    for (const tag of ["handbook-a", "handbook-b"]) {
      bench.time.now += 1_000;
      await subject.release(tag);
    }
    await runCheck(subject, second, { name: "npm", status: "in_progress" });
    const { releases } = await subject.observe();
    expect(releases.map(({ tag, checks }) => [tag, checks.map(({ state }) => state)])).toEqual([
      ["handbook-b", []],
      ["handbook-a", []],
      ["v1.0.1", ["pending"]],
      ["v1.0.0", ["red"]],
    ]);
  });
});

describe("lists longer than a page", () => {
  it.each([100, 101])("of %d checks are read to the end", async (count) => {
    const subject = await bench.open({ release: "v1.0.0" });
    const sha = await subject.head();
    for (let at = 0; at < count; at += 1) {
      await subject.rest("POST", `/statuses/${sha}`, { state: "success", context: `ci/${at}` });
    }
    const { head } = await subject.observe();
    expect(new Set(head?.checks.map(({ name }) => name)).size).toBe(count);
  });

  it("of tags are read until the base is among them", async () => {
    const subject = await bench.open();
    await seedTags(subject, ["v1.0.0"], await subject.head());
    const [nightly = ""] = await subject.commitMany(1);
    await seedTags(
      subject,
      Array.from({ length: 120 }, (_, at) => `nightly-${at}`),
      nightly,
    );
    const { baseTag, tags } = await subject.observe({ startedAt: 1 });
    expect(baseTag?.name).toBe("v1.0.0");
    expect(tags).toHaveLength(121);
  });

  it.each([
    [499, null],
    [500, "github/too-many-tags"],
  ])("of %d tags without a version hide none, or say so (%s)", async (count, code) => {
    const subject = await bench.open();
    await seedTags(subject, ["older"], await subject.head());
    const [nightly = ""] = await subject.commitMany(1);
    await seedTags(
      subject,
      Array.from({ length: count }, (_, at) => `nightly-${at}`),
      nightly,
    );
    const seen = await subject.observe({ startedAt: 1 }).then(
      ({ tags, baseTag }) => ({ tags: tags.length, baseTag }),
      (error: unknown) => error,
    );
    expect(seen).toMatchObject(code === null ? { tags: 500, baseTag: null } : { code });
  });

  it("of tags without a version need a base in the policy", async () => {
    const subject = await bench.open({ policy: "version: 1\nbase: v1.0.0\n" });
    await seedTags(subject, ["v1.0.0"], await subject.head());
    const [nightly = ""] = await subject.commitMany(1);
    await seedTags(
      subject,
      Array.from({ length: 520 }, (_, at) => `nightly-${at}`),
      nightly,
    );
    expect((await subject.observe({ startedAt: 1 })).baseTag?.name).toBe("v1.0.0");
  });

  it("of pulls are asked by number; one that is gone is left out", async () => {
    const subject = await bench.open();
    const { number } = await subject.merge("fix: it");
    const open = await subject.openPull("fix: not yet");
    const { owner, name, id } = subject.ref;
    const line = { repositoryId: id, branch: "main", component: "", channel: "stable" };
    const pulls = await readPulls(
      beginLook({
        client: bench.client(),
        owner,
        name,
        line,
        memory: EMPTY_MEMORY,
        now: bench.time.now,
        root: null,
      }),
      [number, open, 999],
    );
    expect(pulls.map((pull) => pull.number)).toEqual([number]);
  });
});

/** A client during whose reading of comparisons somebody pushes, so many times. */
function disturbed(subject: Subject, times: number): GitHubClient {
  const client = bench.client();
  let left = times;
  return {
    ...client,
    graphql: async (request) => {
      if (request.document.includes("ReadComparison") && left > 0) {
        left -= 1;
        await subject.commit("fix: meanwhile");
      }
      return client.graphql(request);
    },
  };
}

async function observeDisturbed(times: number) {
  const subject = await bench.open();
  await seedTags(subject, ["v1.0.0"], await subject.head());
  await subject.commit("fix: one");
  const forge = openForge(disturbed(subject, times), { isStartForced: false });
  const { ref: repository } = subject;
  const line = { line: null, defaultBranch: "main", memory: EMPTY_MEMORY };
  const request = { repository, ...line, now: bench.time.now };
  return { subject, state: forge.observe(request) };
}

describe("a branch that moves while it is read", () => {
  it("is read again", async () => {
    const { subject, state } = await observeDisturbed(2);
    const { head, commits } = await state;
    expect(head?.sha).toBe(await subject.head());
    expect(commits).toHaveLength(3);
  });

  it("is looked at later after three times", async () => {
    const { state } = await observeDisturbed(3);
    await expect(state).rejects.toMatchObject({
      code: "github/unavailable",
      retry: { kind: "after", waitMs: 2_000 },
    });
  });
});
