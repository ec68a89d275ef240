import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { interpretDelivery } from "../../src/github/events.ts";
import { WIDGETS } from "../support/payload.ts";

const APP_ID = 7;
const RECEIVED_AT = Date.UTC(2026, 10, 22, 12);
const AT = "2026-11-22T11:59:00Z";
const context = { appId: APP_ID, guid: "guid-1", receivedAt: RECEIVED_AT };

const sender = { id: 11, login: "mona", type: "User" };
const repository = { ...WIDGETS, private: true };
const envelope = { installation: { id: 77 }, repository, sender };

const pullRequest = {
  number: 4,
  title: "A secret title",
  body: "A secret body",
  merged: true,
  draft: false,
  created_at: AT,
  closed_at: AT,
  merged_at: AT,
  merge_commit_sha: "a".repeat(40),
  user: sender,
  merged_by: sender,
  base: { ref: "main" },
  head: { ref: "work", sha: "b".repeat(40) },
  additions: 10,
  deletions: 2,
  changed_files: 3,
  commits: 1,
};
const checkRun = {
  id: 5,
  name: "ci/test",
  head_sha: "a".repeat(40),
  status: "completed",
  conclusion: "success",
  started_at: AT,
  completed_at: AT,
  app: { id: 15_368 },
  check_suite: { head_branch: "main" },
  pull_requests: [],
};
const review = { id: 6, state: "approved", user: sender, submitted_at: AT };
const ofPull = { check_suite: { head_branch: "work" }, pull_requests: [{ number: 4 }] };
const push = { ref: "refs/heads/main", before: "0".repeat(40), after: "a".repeat(40), commits: [] };
const status = { id: 9, sha: "a".repeat(40), context: "ci", state: "success", created_at: AT };
const tenBranches = Array.from({ length: 10 }, (_, at) => ({ name: `work-${at}` }));
const release = {
  id: 3,
  tag_name: "v1.4.3",
  draft: false,
  prerelease: false,
  published_at: AT,
  body: "A secret body",
};
const issue = { number: 8, title: "A secret title", body: "A secret body", user: sender };
const comment = { id: 21, created_at: AT, body: "A secret body" };

interface Row {
  readonly name: string;
  readonly payload: object;
  readonly kind: string;
  readonly subject: string;
  readonly hint: boolean;
}

const row = (name: string, payload: object, kind: string, subject: string, hint: boolean): Row => ({
  name,
  payload,
  kind,
  subject,
  hint,
});

const sha = "a".repeat(40);
const ROWS: readonly Row[] = [
  row("push", push, "branch.pushed", sha, true),
  row("push", { ...push, ref: "refs/heads/work" }, "branch.pushed", sha, false),
  row("push", { ...push, ref: "refs/tags/v2" }, "tag.pushed", sha, true),
  row("pull_request", { action: "closed", pull_request: pullRequest }, "pull.merged", "4", true),
  row(
    "pull_request",
    { action: "closed", pull_request: { ...pullRequest, merged: false, merged_at: null } },
    "pull.closed",
    "4",
    false,
  ),
  row(
    "pull_request",
    { action: "closed", pull_request: { ...pullRequest, base: { ref: "v1" } } },
    "pull.merged",
    "4",
    false,
  ),
  row(
    "pull_request",
    { action: "labeled", pull_request: pullRequest, label: { name: "bug" } },
    "pull.labeled",
    "4",
    true,
  ),
  row(
    "pull_request",
    { action: "opened", pull_request: { ...pullRequest, merged: false } },
    "pull.opened",
    "4",
    true,
  ),
  row(
    "pull_request_review",
    { action: "submitted", review, pull_request: pullRequest },
    "review.submitted",
    "4",
    true,
  ),
  row(
    "pull_request_review",
    { action: "dismissed", review, pull_request: { number: 4, merged_at: AT } },
    "review.dismissed",
    "4",
    true,
  ),
  row(
    "pull_request_review",
    { action: "submitted", review, pull_request: { ...pullRequest, merged_at: null } },
    "review.submitted",
    "4",
    false,
  ),
  row(
    "pull_request_review",
    { action: "submitted", review, pull_request: { ...pullRequest, base: { ref: "v1" } } },
    "review.submitted",
    "4",
    false,
  ),
  row("check_run", { action: "completed", check_run: checkRun }, "check.completed", sha, true),
  row("check_run", { action: "created", check_run: checkRun }, "check.created", sha, false),
  row(
    "check_run",
    { action: "completed", check_run: { ...checkRun, app: { id: APP_ID } } },
    "check.completed",
    sha,
    false,
  ),
  row(
    "check_run",
    { action: "rerequested", check_run: { ...checkRun, app: { id: APP_ID } } },
    "check.rerequested",
    sha,
    true,
  ),
  row(
    "check_run",
    { action: "completed", check_run: { ...checkRun, ...ofPull } },
    "check.completed",
    sha,
    false,
  ),
  row(
    "check_run",
    { action: "completed", check_run: { ...checkRun, check_suite: { head_branch: "v1.4.3" } } },
    "check.completed",
    sha,
    true,
  ),
  row(
    "check_suite",
    { action: "requested", check_suite: { id: 1, head_sha: sha, app: { id: APP_ID } } },
    "check-suite.requested",
    sha,
    false,
  ),
  row("status", { ...status, branches: [{ name: "main" }] }, "status.set", sha, true),
  row("status", { ...status, branches: [{ name: "work" }] }, "status.set", sha, false),
  row("status", { ...status, branches: [] }, "status.set", sha, true),
  row("status", { ...status, branches: tenBranches }, "status.set", sha, true),
  row("release", { action: "published", release }, "release.published", "v1.4.3", true),
  row("release", { action: "edited", release }, "release.edited", "v1.4.3", true),
  row("issues", { action: "closed", issue }, "issue.closed", "8", false),
  row("issue_comment", { action: "created", issue, comment }, "comment.created", "8", false),
  row("repository", { action: "renamed" }, "repository.renamed", "", true),
  row("star", { action: "created" }, "star.created", "42", false),
];

describe("a delivery", () => {
  it.each(ROWS)("$name becomes the fact $kind, hint $hint", ({ name, payload, ...expected }) => {
    const read = interpretDelivery(name, { ...envelope, ...payload }, context);
    expect(read).toMatchObject({
      installationId: 77,
      repository: {
        id: 42,
        nodeId: "R_42",
        owner: "acme",
        name: "widgets",
        isPrivate: true,
        defaultBranch: "main",
      },
      facts: [{ kind: expected.kind, subject: expected.subject, repositoryId: 42, actorId: 11 }],
      hint: expected.hint,
      lifecycle: null,
      note: null,
    });
    expect(JSON.stringify(read)).not.toContain("secret");
  });

  const news = { sha, context: "ci/test", appId: 15_368, id: 5, isFinished: true };
  const begun = { status: "in_progress", conclusion: null, completed_at: null };

  it.each([
    ["a check that ended", "check_run", { action: "completed", check_run: checkRun }, news],
    [
      "a check that began",
      "check_run",
      { action: "created", check_run: { ...checkRun, ...begun } },
      { ...news, isFinished: false },
    ],
    [
      "a check of ours",
      "check_run",
      { action: "completed", check_run: { ...checkRun, app: { id: APP_ID } } },
      null,
    ],
    [
      "a check of an open pull",
      "check_run",
      { action: "completed", check_run: { ...checkRun, ...ofPull } },
      null,
    ],
    ["a wish for a new run", "check_run", { action: "rerequested", check_run: checkRun }, null],
    [
      "a status",
      "status",
      { ...status, branches: [{ name: "main" }] },
      { sha, context: "ci", appId: null, id: 9, isFinished: true },
    ],
    [
      "a pending status",
      "status",
      { ...status, state: "pending", branches: [] },
      { sha, context: "ci", appId: null, id: 9, isFinished: false },
    ],
    ["a status of another branch", "status", { ...status, branches: [{ name: "work" }] }, null],
    ["a push", "push", push, null],
  ])("of %s says what became of the check", (_what, name, payload, check) => {
    expect(interpretDelivery(name, { ...envelope, ...payload }, context).check).toEqual(check);
  });

  it.each([
    ["a push", "push", { ...push, ref: "refs/heads/next" }, ["next"], true],
    ["a push to the default branch", "push", push, null, true],
    ["a tag", "push", { ...push, ref: "refs/tags/v1.0.0" }, null, true],
    [
      "a merge",
      "pull_request",
      { action: "closed", pull_request: { ...pullRequest, base: { ref: "1.x" } } },
      ["1.x"],
      true,
    ],
    [
      "an open pull",
      "pull_request",
      { action: "labeled", pull_request: { ...pullRequest, merged: false, base: { ref: "1.x" } } },
      ["1.x"],
      true,
    ],
    [
      "a check on the branch of an open pull",
      "check_run",
      { action: "completed", check_run: { ...checkRun, ...ofPull } },
      ["work"],
      true,
    ],
    [
      "a check that began there",
      "check_run",
      { action: "created", check_run: { ...checkRun, ...ofPull, ...begun } },
      ["work"],
      false,
    ],
    ["a status", "status", { ...status, branches: [{ name: "next" }] }, ["next"], true],
  ])("of %s says what it would mean for another line", (_, name, payload, branches, hint) => {
    const { ifLine } = interpretDelivery(name, { ...envelope, ...payload }, context);
    expect(ifLine?.branches ?? null).toEqual(branches);
    if (branches === null) return;
    expect(ifLine?.hint).toBe(hint);
    expect(ifLine?.check === null).toBe(name === "push" || name === "pull_request");
  });

  const ours = "smallbatch/rollback-v1.4.3";
  it.each([
    ["a push to it", "push", { ...push, ref: `refs/heads/${ours}` }],
    [
      "a check on it",
      "check_run",
      {
        action: "completed",
        check_run: {
          ...checkRun,
          ...ofPull,
          check_suite: { ...ofPull.check_suite, head_branch: ours },
        },
      },
    ],
    ["a status on it", "status", { ...status, branches: [{ name: ours }] }],
    [
      "its pull, closed",
      "pull_request",
      {
        action: "closed",
        pull_request: { ...pullRequest, merged: false, head: { ref: ours, sha } },
      },
    ],
  ])("of a branch of ours that restores code is a hint: %s", (_, name, payload) => {
    expect(interpretDelivery(name, { ...envelope, ...payload }, context).hint).toBe(true);
    const other = JSON.parse(JSON.stringify(payload).replaceAll(ours, "work")) as object;
    expect(interpretDelivery(name, { ...envelope, ...other }, context).hint).toBe(false);
  });

  it.each([
    ["of the branch", push, { before: push.before, after: push.after }],
    ["of another branch", { ...push, ref: "refs/heads/work" }, { before: push.before, after: sha }],
    ["of a tag", { ...push, ref: "refs/tags/v1.4.3" }, null],
    ["that deletes", { ...push, deleted: true }, null],
  ])("of a push %s says where the branch went", (_what, payload, moved) => {
    expect(interpretDelivery("push", { ...envelope, ...payload }, context).push).toEqual(moved);
  });

  const bot = { id: 12, login: "smallbatch[bot]", type: "Bot" };
  const tagPush = { ...push, ref: "refs/tags/v1.4.3" };
  it.each([
    ["push", { ...tagPush, sender: bot }, { tag: "v1.4.3", sha }],
    ["release", { action: "published", release, sender: bot }, { tag: "v1.4.3", sha: null }],
    ["push", tagPush, undefined],
    ["push", { ...tagPush, deleted: true, sender: bot }, undefined],
    ["push", { ...push, sender: bot }, undefined],
    ["release", { action: "edited", release, sender: bot }, undefined],
    ["release", { action: "published", release }, undefined],
  ])("may tell of what we made ourselves: %s %#", (name, payload, echoOf) => {
    const read = interpretDelivery(name, { ...envelope, ...payload }, context);
    expect(read.echoOf).toEqual(echoOf);
    expect(read.hint).toBe(true);
  });

  it("tells of a merge once, however often GitHub does, at the time of the merge", () => {
    const payload = { ...envelope, action: "closed", pull_request: pullRequest };
    const facts = ["guid-1", "guid-2"].map(
      (guid) => interpretDelivery("pull_request", payload, { ...context, guid }).facts[0],
    );
    expect(facts[0]).toEqual(facts[1]);
    expect(facts[0]).toMatchObject({
      key: "42/pull.merged/4",
      at: Date.parse(AT),
      data: { mergeSha: sha, additions: 10, deletions: 2, changedFiles: 3, isBotAuthor: false },
    });
  });

  it.each([
    ["created", "created"],
    ["deleted", "deleted"],
    ["suspend", "suspended"],
    ["unsuspend", "unsuspended"],
    ["new_permissions_accepted", "permitted"],
  ])("installation.%s changes the installation: %s", (action, state) => {
    const read = interpretDelivery(
      "installation",
      {
        action,
        installation: { id: 77, account: { login: "acme" }, permissions: { contents: "write" } },
        repositories: [repository],
        sender,
      },
      context,
    );
    expect(read).toMatchObject({
      installationId: 77,
      repository: null,
      hint: false,
      facts: [{ kind: `installation.${action}` }],
      lifecycle: {
        kind: "installation",
        state,
        account: "acme",
        permissions: { contents: "write" },
        repositories: [{ id: 42, owner: "acme", name: "widgets", defaultBranch: null }],
      },
    });
  });

  it("names repositories that came and went", () => {
    const payload = {
      action: "added",
      installation: { id: 77 },
      repositories_added: [repository],
      repositories_removed: [{ id: 43 }],
    };
    expect(
      interpretDelivery("installation_repositories", payload, context).lifecycle,
    ).toMatchObject({
      kind: "repositories",
      added: [{ id: 42 }],
      removed: [43],
    });
    expect(
      interpretDelivery("repository", { ...envelope, action: "deleted" }, context),
    ).toMatchObject({ hint: false, lifecycle: { kind: "repositories", added: [], removed: [42] } });
  });

  it.each([
    ["a field that is missing", "check_run", { ...envelope, action: "completed", check_run: {} }],
    ["an envelope of another kind", "push", { ...envelope, repository: "acme/widgets" }],
    ["no object at all", "push", null],
    ["a list that is missing", "installation_repositories", { installation: { id: 77 } }],
    ["an unknown action", "installation", { action: "moved", installation: { id: 77 } }],
  ])("with %s is a fact and a note, and no hint", (_, name, payload) => {
    const read = interpretDelivery(name, payload, context);
    expect(read).toMatchObject({ hint: false, facts: [{ key: "guid-1" }] });
    expect(read.note).toEqual(expect.stringContaining(name));
  });

  it("never throws, whatever comes, and always leaves a fact", () => {
    const anyEvent = fc.constantFrom(
      ...ROWS.map(({ name }) => name),
      "constructor",
      "installation",
    );
    fc.assert(
      fc.property(anyEvent, fc.jsonValue(), fc.jsonValue(), (name, payload, part) => {
        for (const shape of [payload, { ...envelope, pull_request: part, check_run: part }]) {
          expect(interpretDelivery(name, shape, context).facts).toHaveLength(1);
        }
      }),
    );
  });
});
