import { describe, expect, it } from "@jest/globals";
import { interpretDelivery } from "../../src/github/events.ts";
import { WIDGETS } from "../support/payload.ts";

const AT = "2026-11-22T11:59:00Z";
const context = { appId: 7, guid: "guid-1", receivedAt: Date.parse(AT) + 1_000 };
const mona = { id: 11, login: "mona", type: "User" };
const envelope = {
  installation: { id: 77 },
  sender: mona,
  repository: WIDGETS,
};

function readComment(comment: object, action = "created") {
  const whole = {
    id: 5,
    node_id: "IC_5",
    created_at: AT,
    user: mona,
    body: "/release",
    ...comment,
  };
  const issue = { number: 8, user: mona };
  return interpretDelivery(
    "issue_comment",
    { ...envelope, action, issue, comment: whole },
    context,
  );
}

describe("a comment", () => {
  it("with a command of a person is heard, without a word of what it says", () => {
    expect(readComment({ body: "Go.\n/release now" })).toMatchObject({
      hint: true,
      command: { commentId: 5, nodeId: "IC_5", number: 8, authorId: 11, saidAt: Date.parse(AT) },
    });
    expect(JSON.stringify(readComment({}))).not.toContain("release");
  });

  it("is heard where a page of ours said it in the person's name, and is not our own word", () => {
    const viaUs = { performed_via_github_app: { id: context.appId } };
    expect(readComment(viaUs)).toMatchObject({ hint: true, command: { authorId: 11 } });
    expect(readComment(viaUs).facts).toMatchObject([{ data: { isOurs: false } }]);
    const bot = { ...viaUs, user: { ...mona, type: "Bot" } };
    expect(readComment(bot)).toMatchObject({ hint: false, facts: [{ data: { isOurs: true } }] });
  });

  it.each([
    ["without a command", {}, { body: "Nice work" }],
    ["without a body", {}, { body: null }],
    ["of a bot", {}, { user: { ...mona, type: "Bot" } }],
    ["by way of an App", {}, { performed_via_github_app: { id: 99 } }],
    ["of a deleted account", {}, { user: null }],
    ["that was edited", { action: "edited" }, {}],
    ["that was deleted", { action: "deleted" }, {}],
  ])("%s is not", (_, { action = "created" }: { action?: string }, comment) => {
    const read = readComment(comment, action);
    expect([read.command, read.facts.length]).toEqual([undefined, 1]);
  });
});

function readIssue(change: object, more: object = {}) {
  const issue = {
    number: 9,
    node_id: "I_9",
    user: mona,
    body: "/rollback v1.4.3 it burns",
    created_at: AT,
    updated_at: AT,
    performed_via_github_app: null,
    ...change,
  };
  return interpretDelivery("issues", { ...envelope, action: "opened", issue, ...more }, context);
}

describe("a new issue", () => {
  it("that asks for a rollback in its first line is heard, without a word of it", () => {
    const read = readIssue({ labels: [{ name: "bug" }], author_association: "NONE" });
    const said = { number: 9, authorId: 11, saidAt: Date.parse(AT) };
    expect(read).toMatchObject({
      hint: true,
      command: { commentId: null, nodeId: "I_9", ...said },
    });
    expect(JSON.stringify(read)).not.toContain("v1.4.3");
  });

  it.each([
    ["without that line", { body: "It burns.\n/rollback v1.4.3" }, {}],
    ["without a body", { body: null }, {}],
    ["with another command", { body: "/release now" }, {}],
    ["of a bot", { user: { ...mona, type: "Bot" } }, {}],
    ["by way of an App", { performed_via_github_app: { id: 99 } }, {}],
    ["of a deleted account", { user: null }, {}],
    ["that somebody else opened", {}, { sender: { ...mona, id: 12 } }],
    ["that came from elsewhere", {}, { changes: { old_issue: {}, old_repository: {} } }],
    ["that was edited", {}, { action: "edited" }],
    ["that was opened again", {}, { action: "reopened" }],
    ["that was labelled", {}, { action: "labeled" }],
  ])("%s is not", (_, change, more) => {
    const read = readIssue(change, more);
    expect([read.hint, read.command, read.facts.length]).toEqual([false, undefined, 1]);
  });
});

function readPull(action: string, change: object = {}) {
  const pull = {
    number: 4,
    state: "open",
    merged: false,
    created_at: AT,
    base: { ref: "main" },
    head: { ref: "work", sha: "b".repeat(40) },
    ...change,
  };
  return interpretDelivery("pull_request", { ...envelope, action, pull_request: pull }, context);
}

describe("an open pull", () => {
  it.each([
    "opened",
    "reopened",
    "synchronize",
    "edited",
    "labeled",
    "unlabeled",
    "ready_for_review",
    "converted_to_draft",
  ])("is looked at when it is %s", (action) => {
    const pull = { number: 4, branch: "main", isOpen: true };
    expect(readPull(action)).toMatchObject({ hint: true, pull });
  });

  it.each(["submitted", "dismissed"])("is looked at when a review was %s", (action) => {
    const pullRequest = { number: 4, state: "open", base: { ref: "main" } };
    const review = { id: 6, state: "approved", user: mona };
    const payload = { ...envelope, action, review, pull_request: pullRequest };
    const read = interpretDelivery("pull_request_review", payload, context);
    expect(read).toMatchObject({ hint: true, pull: { number: 4, branch: "main", isOpen: true } });
  });

  it("is not when somebody is assigned or it is closed, and into another branch only with a line", () => {
    expect(readPull("assigned").pull).toBeUndefined();
    expect(readPull("labeled", { base: { ref: "side" } })).toMatchObject({
      hint: false,
      ifLine: { branches: ["side"], hint: true },
      hintIfSized: true,
      pull: { branch: "side" },
    });
    expect(readPull("labeled").hintIfSized).toBeUndefined();
    expect(readPull("labeled", { state: "closed", merged: true })).toMatchObject({ hint: true });
    expect(readPull("labeled", { state: "closed", merged: true }).pull).toBeUndefined();
    expect(readPull("closed", { state: "closed" })).toMatchObject({
      hint: false,
      pull: { isOpen: false },
    });
  });
});

describe("a tag of a preview", () => {
  it("changes nothing about the line", () => {
    const push = { before: "0".repeat(40), after: "a".repeat(40) };
    const read = (ref: string) => interpretDelivery("push", { ...envelope, ...push, ref }, context);
    expect(read("refs/tags/preview/pr-4/1.4.3-pr.4.1.gaaaaaaa").hint).toBe(false);
    expect(read("refs/tags/v1.4.3").hint).toBe(true);
  });
});

describe("a wish to run checks of ours again", () => {
  const sha = "c".repeat(40);
  const listed = [{ number: 4, base: { ref: "main" } }];
  const readRun = (change: object, appId = context.appId, more: object = {}) => {
    const run = { id: 1, name: "smallbatch/size", head_sha: sha, status: "completed" };
    const payload = { check_run: { ...run, app: { id: appId }, ...change } };
    return interpretDelivery(
      "check_run",
      { ...envelope, action: "rerequested", ...payload, ...more },
      context,
    );
  };

  it.each([
    ["listed", { pull_requests: listed }, { pull: { number: 4, branch: "main", isForced: true } }],
    [
      "named by the check of a fork's pull",
      { pull_requests: [], external_id: "smallbatch:1:size:7:00ff" },
      { pull: { number: 7, branch: "", isForced: true } },
    ],
    ["known by its head alone", { pull_requests: [], external_id: "x" }, { rerunOf: sha }],
  ])("is about the pull that is %s", (_, change, read) => {
    expect(readRun(change)).toMatchObject({ hint: true, ...read });
  });

  it("is a button of ours that somebody presses", () => {
    const pressed = { action: "requested_action", requested_action: { identifier: "size-ok" } };
    const read = (appId: number) => readRun({ pull_requests: listed }, appId, pressed);
    expect(read(context.appId)).toMatchObject({
      hint: true,
      pull: { number: 4, branch: "main", isForced: true },
    });
    expect(read(99_999).pull).toBeUndefined();
  });

  it("is not where the check is another App's", () => {
    const read = readRun({ pull_requests: listed }, 99_999);
    expect([read.pull, read.rerunOf]).toEqual([undefined, undefined]);
  });

  it("is about the same pull where all checks are to run again", () => {
    const suite = { id: 1, head_sha: sha, app: { id: context.appId }, pull_requests: listed };
    const payload = { ...envelope, action: "rerequested", check_suite: suite };
    expect(interpretDelivery("check_suite", payload, context)).toMatchObject({
      hint: true,
      pull: { number: 4, branch: "main", isForced: true },
    });
  });
});

describe("a merge group", () => {
  const sha = "c".repeat(40);
  const readGroup = (ref: string, action = "checks_requested", base = "main") => {
    const group = { head_sha: sha, head_ref: ref, base_ref: `refs/heads/${base}` };
    const payload = { ...envelope, action, merge_group: group };
    return interpretDelivery("merge_group", payload, context);
  };
  const ref = `refs/heads/gh-readonly-queue/main/pr-12-${"a".repeat(40)}`;

  it("is heard as a look at its last pull", () => {
    const pull = { number: 12, branch: "main", isOpen: true, group: sha };
    expect(readGroup(ref)).toMatchObject({ hint: true, pull });
    expect(readGroup(ref, "checks_requested", "1.x")).toMatchObject({
      hint: false,
      hintIfSized: true,
      ifLine: { branches: ["1.x"], hint: true },
      pull: { ...pull, branch: "1.x" },
    });
  });

  it("is nothing once it is destroyed, nor under a name that says no pull", () => {
    expect(readGroup(ref, "destroyed").pull).toBeUndefined();
    expect(readGroup("refs/heads/other").pull).toBeUndefined();
  });
});
