import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import {
  renameRepository,
  setArchived,
  setPrivate,
  transferRepository,
} from "../../src/local-github/repositories.ts";
import {
  acceptPermissions,
  addRepositories,
  install,
  removeRepositories,
  suspend,
  uninstall,
  unsuspend,
} from "../../src/local-github/seed-app.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, Receiver, type PlatformWorld } from "./platform-world.ts";

const EVENTS = [
  "check_run",
  "check_suite",
  "create",
  "delete",
  "issue_comment",
  "issues",
  "pull_request",
  "pull_request_review",
  "push",
  "release",
  "repository",
  "repository_dispatch",
  "status",
];

const local = useLocalGitHub();
const receiver = new Receiver();
let webhookUrl = "";
let world: PlatformWorld;

beforeAll(async () => {
  webhookUrl = await receiver.listen();
});
afterAll(() => receiver.close());

beforeEach(async () => {
  receiver.answerStatus = 200;
  world = await buildPlatform(local, { webhookUrl, events: EVENTS });
  await local.webhooks.idle();
  receiver.received.length = 0;
});

/** The names of what arrived because of `cause`, in order. */
async function namesAfter(cause: () => unknown): Promise<string[]> {
  await local.webhooks.idle();
  receiver.received.length = 0;
  await cause();
  await local.webhooks.idle();
  return receiver.names();
}

/** A branch with one commit, and its pull's number. */
async function openWork(): Promise<number> {
  await commitFiles(local.github, world.repository, {
    branch: "work",
    message: "work",
    files: { "work.txt": "a\nb\n" },
    parents: [world.head],
  });
  const pull = { title: "Work", head: "work", base: "main" };
  return (await world.as("wilma")("POST", "{repo}/pulls", pull)).body.number;
}

describe("a delivery", () => {
  it("is signed over its bytes and says where it comes from", async () => {
    await namesAfter(() => world.bot("POST", "{repo}/issues", { title: "Hello" }));
    const { headers, raw, payload } = receiver.get("issues.opened");
    const sign = (algorithm: string): string =>
      `${algorithm}=${createHmac(algorithm, world.app.webhookSecret).update(raw).digest("hex")}`;
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-hub-signature-256": sign("sha256"),
      "x-hub-signature": sign("sha1"),
      "x-github-hook-installation-target-id": String(world.app.id),
      "x-github-hook-installation-target-type": "integration",
      "user-agent": expect.stringMatching(/^GitHub-Hookshot\//),
    });
    expect(payload).toMatchObject({
      installation: { id: world.installation.id },
      organization: { id: world.repository.ownerId },
      repository: { id: world.repository.id },
      sender: { login: `${world.app.slug}[bot]`, type: "Bot" },
      issue: { title: "Hello" },
    });
  });

  it("brings what was dispatched as it was asked for, and nothing that GitHub refuses", async () => {
    const dispatch = (body: object, who: typeof world.bot = world.bot) =>
      who("POST", "{repo}/dispatches", body);
    const asked = { event_type: "smallbatch-rollback", client_payload: { tag: "v1.4.3" } };
    expect(await namesAfter(() => dispatch(asked))).toEqual([
      "repository_dispatch.smallbatch-rollback",
    ]);
    expect(receiver.get("repository_dispatch.smallbatch-rollback").payload).toMatchObject({
      branch: "main",
      client_payload: { tag: "v1.4.3" },
    });
    await namesAfter(() => dispatch({ event_type: "bare" }));
    expect(receiver.get("repository_dispatch.bare").payload.client_payload).toBeNull();
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, at) => [`p${at}`, at]));
    for (const wrong of [
      {},
      { event_type: "x".repeat(101) },
      { event_type: "x", client_payload: many },
      { event_type: "x", client_payload: "text" },
    ]) {
      expect((await dispatch(wrong)).status).toBe(422);
    }
    expect((await dispatch(asked, world.as("rita"))).status).toBe(403);
  });

  it("has a GUID of its own, in the order of the events", async () => {
    const titles = Array.from({ length: 40 }, (_, index) => `Issue ${index}`);
    await namesAfter(async () => {
      for (const title of titles) await world.bot("POST", "{repo}/issues", { title });
    });
    expect(receiver.received.map(({ payload }) => payload.issue.title)).toEqual(titles);
    const guids = receiver.received.map(({ headers }) => headers["x-github-delivery"]);
    expect(new Set(guids).size).toBe(titles.length);
  });

  it("is not repeated by itself, and keeps its GUID when it is asked for", async () => {
    receiver.answerStatus = 500;
    expect(await namesAfter(() => world.bot("POST", "{repo}/issues", { title: "Lost" }))).toEqual([
      "issues.opened",
    ]);
    receiver.answerStatus = 202;
    const app = world.asApp();
    const list = (await app("GET", "/app/hook/deliveries?status=failure")).body;
    expect(list).toMatchObject([{ status_code: 500, event: "issues", redelivery: false }]);
    await namesAfter(() => app("POST", `/app/hook/deliveries/${list[0].id}/attempts`));
    expect(receiver.received[0]?.headers["x-github-delivery"]).toBe(list[0].guid);
    const after = (await app("GET", "/app/hook/deliveries")).body;
    expect(after[0]).toMatchObject({ guid: list[0].guid, redelivery: true, status_code: 202 });
    const one = (await app("GET", `/app/hook/deliveries/${after[0].id}`)).body;
    expect(one.request.payload.issue.title).toBe("Lost");
  });

  it("is found by no status filter when nobody answered", async () => {
    world.app.webhookUrl = "http://127.0.0.1:1/hook";
    await namesAfter(() => world.bot("POST", "{repo}/issues", { title: "Nobody" }));
    const app = world.asApp();
    for (const status of ["failure", "success"]) {
      const found = (await app("GET", `/app/hook/deliveries?status=${status}`)).body as unknown[];
      expect(found.filter((each) => (each as { event: string }).event === "issues")).toEqual([]);
    }
    const [newest] = (await app("GET", "/app/hook/deliveries?per_page=1")).body;
    expect(newest).toMatchObject({ event: "issues", status: "failed to connect to host" });
  });

  it("is listed page by page with a cursor", async () => {
    for (const title of ["a", "b", "c"]) await world.bot("POST", "{repo}/issues", { title });
    await local.webhooks.idle();
    const app = world.asApp();
    const seen: number[] = [];
    let next: string | undefined = "/app/hook/deliveries?per_page=2";
    while (next !== undefined) {
      const answer = await app("GET", next);
      seen.push(...answer.body.map((each: { id: number }) => each.id));
      next = /<([^>]+)>; rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
    }
    const own = local.github.data.deliveries.filter((each) => each.appId === world.app.id);
    expect(seen).toEqual(own.map(({ id }) => id).toReversed());
  });

  it("goes only to installations that subscribe, cover the repository and are not suspended", async () => {
    const other = await buildPlatform(local, { webhookUrl, events: ["push"] });
    await local.webhooks.idle();
    expect(await namesAfter(() => other.bot("POST", "{repo}/issues", { title: "x" }))).toEqual([]);
    suspend(local.github, world.installation);
    const wilma = world.as("wilma");
    expect(await namesAfter(() => wilma("POST", "{repo}/issues", { title: "x" }))).toEqual([]);
  });
});

describe("what happened is told as", () => {
  it("push, create and a suite for the App, for a commit and a release", async () => {
    expect(await namesAfter(() => world.commit("second"))).toEqual([
      "push",
      "check_suite.requested",
    ]);
    expect(receiver.find("push")?.payload).toMatchObject({
      ref: "refs/heads/main",
      before: world.head,
      commits: [{ message: "second", added: ["second.txt"] }],
      head_commit: { message: "second" },
    });
    const names = await namesAfter(() => world.bot("POST", "{repo}/releases", { tag_name: "v1" }));
    expect(names).toEqual([
      "create",
      "push",
      "release.created",
      "release.published",
      "release.released",
    ]);
    expect(receiver.find("create")?.payload).toMatchObject({ ref: "v1", ref_type: "tag" });
    expect(receiver.find("push")?.payload).toMatchObject({ ref: "refs/tags/v1", created: true });
  });

  it("changes of a release", async () => {
    const { body } = await world.bot("POST", "{repo}/releases", { tag_name: "v1", body: "old" });
    const path = `{repo}/releases/${body.id}`;
    expect(await namesAfter(() => world.bot("PATCH", path, { body: "new" }))).toEqual([
      "release.edited",
    ]);
    expect(receiver.received[0]?.payload.changes).toEqual({ body: { from: "old" } });
    expect(await namesAfter(() => world.bot("PATCH", path, { prerelease: true }))).toEqual([
      "release.edited",
    ]);
    expect(await namesAfter(() => world.bot("PATCH", path, { prerelease: false }))).toEqual([
      "release.edited",
      "release.released",
    ]);
    expect(await namesAfter(() => world.bot("DELETE", path))).toEqual(["release.deleted"]);
    const draft = { tag_name: "v2", draft: true, prerelease: true };
    expect(await namesAfter(() => world.bot("POST", "{repo}/releases", draft))).toEqual([
      "release.created",
    ]);
  });

  it("changes of an issue, each with what was before", async () => {
    const { body } = await world.bot("POST", "{repo}/issues", { title: "Desk", body: "- [ ] box" });
    const path = `{repo}/issues/${body.number}`;
    const tick = { body: "- [x] box" };
    expect(await namesAfter(() => world.as("wilma")("PATCH", path, tick))).toEqual([
      "issues.edited",
    ]);
    expect(receiver.received[0]?.payload).toMatchObject({
      changes: { body: { from: "- [ ] box" } },
      issue: { body: "- [x] box" },
      sender: { type: "User" },
    });
    expect(await namesAfter(() => world.bot("PATCH", path, { title: "Desk 2" }))).toEqual([
      "issues.edited",
    ]);
    expect(receiver.received[0]?.payload.changes).toEqual({ title: { from: "Desk" } });
    expect(
      await namesAfter(() => world.bot("POST", `${path}/labels`, { labels: ["bug"] })),
    ).toEqual(["issues.labeled"]);
    expect(await namesAfter(() => world.bot("DELETE", `${path}/labels/bug`))).toEqual([
      "issues.unlabeled",
    ]);
    expect(await namesAfter(() => world.bot("PATCH", path, { state: "closed" }))).toEqual([
      "issues.closed",
    ]);
    expect(await namesAfter(() => world.bot("PATCH", path, { state: "open" }))).toEqual([
      "issues.reopened",
    ]);
  });

  it("changes of a comment", async () => {
    const { body: issue } = await world.bot("POST", "{repo}/issues", { title: "Talk" });
    const { body } = await world.bot("POST", `{repo}/issues/${issue.number}/comments`, {
      body: "one",
    });
    const path = `{repo}/issues/comments/${body.id}`;
    expect(await namesAfter(() => world.bot("PATCH", path, { body: "two" }))).toEqual([
      "issue_comment.edited",
    ]);
    expect(receiver.received[0]?.payload.changes).toEqual({ body: { from: "one" } });
    expect(await namesAfter(() => world.bot("DELETE", path))).toEqual(["issue_comment.deleted"]);
  });

  it("a pull's own events, also through the issue's address", async () => {
    const number = await openWork();
    await local.webhooks.idle();
    const opened = receiver.find("pull_request.opened")?.payload;
    expect(opened).toMatchObject({ number, pull_request: { additions: 2, changed_files: 1 } });
    const path = `{repo}/issues/${number}`;
    expect(
      await namesAfter(() => world.bot("POST", `${path}/labels`, { labels: ["bug"] })),
    ).toEqual(["pull_request.labeled"]);
    expect(receiver.received[0]?.payload.label).toMatchObject({ name: "bug" });
    expect(await namesAfter(() => world.bot("PATCH", path, { title: "Works" }))).toEqual([
      "pull_request.edited",
    ]);
    expect(receiver.received[0]?.payload.changes).toEqual({ title: { from: "Work" } });
    expect(await namesAfter(() => world.bot("POST", `${path}/comments`, { body: "Hi" }))).toEqual([
      "issue_comment.created",
    ]);
    expect(receiver.received[0]?.payload.issue.pull_request).toBeDefined();
    const push = { branch: "work", message: "more", files: { "more.txt": "c" } };
    const names = await namesAfter(() => commitFiles(local.github, world.repository, push));
    expect(names).toContain("pull_request.synchronize");
    expect(await namesAfter(() => world.bot("PATCH", path, { state: "closed" }))).toEqual([
      "pull_request.closed",
    ]);
  });

  it("a review with its state in small letters", async () => {
    const number = await openWork();
    const review = { event: "APPROVE", body: "Fine" };
    const names = await namesAfter(() =>
      world.as("owner")("POST", `{repo}/pulls/${number}/reviews`, review),
    );
    expect(names).toEqual(["pull_request_review.submitted"]);
    expect(receiver.received[0]?.payload.review.state).toBe("approved");
  });

  it("a pull in the merge queue, on a commit of its own", async () => {
    const other = await buildPlatform(local, { webhookUrl, events: ["merge_group"] });
    await local.webhooks.idle();
    const files = { "w.txt": "w" };
    await commitFiles(local.github, other.repository, { branch: "work", message: "w", files });
    const owner = other.as("owner");
    const pull = { title: "Work", head: "work", base: "main" };
    const { body } = await owner("POST", "{repo}/pulls", pull);
    const names = await namesAfter(() =>
      owner("POST", "/graphql", {
        query: `mutation ($pull: ID!) {
          enqueuePullRequest(input: { pullRequestId: $pull }) { mergeQueueEntry { position } }
        }`,
        variables: { pull: body.node_id },
      }),
    );
    expect(names).toEqual(["check_suite.requested", "merge_group.checks_requested"]);
    const group = receiver.find("merge_group.checks_requested")?.payload.merge_group;
    expect(group).toMatchObject({
      base_sha: other.head,
      base_ref: "refs/heads/main",
      head_ref: `refs/heads/gh-readonly-queue/main/pr-${body.number}-${other.head}`,
      head_commit: { id: group.head_sha },
    });
  });

  it("check runs, their suite, and statuses", async () => {
    const run = { name: "build", head_sha: world.head, status: "in_progress" };
    let id = 0;
    const create = async () => {
      id = (await world.bot("POST", "{repo}/check-runs", run)).body.id;
    };
    expect(await namesAfter(create)).toEqual(["check_run.created"]);
    const path = `{repo}/check-runs/${id}`;
    expect(await namesAfter(() => world.bot("PATCH", path, { conclusion: "success" }))).toEqual([
      "check_run.completed",
      "check_suite.completed",
    ]);
    expect(receiver.find("check_suite.completed")?.payload.check_suite.conclusion).toBe("success");
    expect(await namesAfter(() => world.as("wilma")("POST", `${path}/rerequest`))).toEqual([
      "check_run.rerequested",
    ]);
    const suite = receiver.received[0]?.payload.check_run.check_suite.id;
    expect(
      await namesAfter(() => world.as("wilma")("POST", `{repo}/check-suites/${suite}/rerequest`)),
    ).toEqual(["check_suite.rerequested"]);
    const status = { state: "success", context: "ci" };
    expect(
      await namesAfter(() => world.as("wilma")("POST", `{repo}/statuses/${world.head}`, status)),
    ).toEqual(["status"]);
    expect(receiver.received[0]?.payload).toMatchObject({
      sha: world.head,
      branches: [{ name: "main" }],
    });
  });

  it("changes of the installation", async () => {
    const { github } = local;
    const selected = { repositories: [] };
    const owner = github.owner(world.repository).login;
    const { installation } = world;
    expect(await namesAfter(() => uninstall(github, installation))).toEqual([
      "installation.deleted",
    ]);
    let again = installation;
    const setUp = () => {
      again = install(github, world.app, owner, selected);
    };
    expect(await namesAfter(setUp)).toEqual(["installation.created"]);
    const list = [world.repository];
    expect(await namesAfter(() => addRepositories(github, again, list))).toEqual([
      "installation_repositories.added",
    ]);
    expect(receiver.received[0]?.payload.repositories_added).toMatchObject([{ name: "widgets" }]);
    expect(await namesAfter(() => removeRepositories(github, again, list))).toEqual([
      "installation_repositories.removed",
    ]);
    expect(await namesAfter(() => suspend(github, again))).toEqual(["installation.suspend"]);
    expect(await namesAfter(() => unsuspend(github, again))).toEqual(["installation.unsuspend"]);
    world.app.permissions["statuses"] = "write";
    expect(await namesAfter(() => acceptPermissions(github, world.app, again))).toEqual([
      "installation.new_permissions_accepted",
    ]);
    expect(receiver.received[0]?.payload.installation.permissions.statuses).toBe("write");
    expect(await namesAfter(() => local.webhooks.ping(world.app))).toEqual(["ping"]);
  });

  it("changes of the repository", async () => {
    const { github } = local;
    const { repository } = world;
    const sender = Number(Object.keys(repository.collaborators)[0]);
    expect(await namesAfter(() => renameRepository(github, repository, "gadgets", sender))).toEqual(
      ["repository.renamed"],
    );
    expect(receiver.received[0]?.payload).toMatchObject({
      changes: { repository: { name: { from: "widgets" } } },
      repository: { name: "gadgets" },
    });
    expect(await namesAfter(() => setPrivate(github, repository, true, sender))).toEqual([
      "repository.privatized",
    ]);
    expect(await namesAfter(() => setArchived(github, repository, true, sender))).toEqual([
      "repository.archived",
    ]);
    const target = github.account(sender);
    install(github, world.app, target.login, { repositories: "all" });
    expect(
      await namesAfter(() => transferRepository(github, repository, { owner: target }, sender)),
    ).toEqual(["repository.transferred"]);
  });
});
