import { describe, expect, it } from "@jest/globals";
import nock from "nock";
import type { ActEnd } from "../../src/core/rollback/hear-restoration.ts";
import type { RestorationAct, RestoringPull } from "../../src/core/rollback/judge-restoration.ts";
import { beginRestoration } from "../../src/core/rollback/restoration.ts";
import type { Rollback } from "../../src/core/rollback/rollback.ts";
import { openRestoration } from "../../src/github/restoration.ts";
import { API, openTestClient, useNock } from "../support/nock.ts";
import { lineState, NOON, sha } from "../support/states.ts";

useNock();

const REPOSITORY = "/repos/acme/widgets";
const BRANCH = "smallbatch/rollback-v1.4.3";

const rollback: Rollback = {
  release: { id: 503, tag: "v1.4.3" },
  good: null,
  movesLatest: false,
  restore: { before: "v1.4.2", path: null, others: [] },
  affected: [],
  pulls: null,
  loses: null,
  by: "wilma",
  reason: "",
  url: "https://github.com/acme/widgets/issues/9#issuecomment-9",
  at: NOON,
  steps: {},
  restoration: null,
  reland: null,
  risk: null,
  resumedAt: null,
  issue: null,
  openingAt: null,
  said: null,
};

const pull: RestoringPull = {
  id: "PR_51",
  number: 51,
  url: "https://github.com/acme/widgets/pull/51",
  state: "open",
  isOurs: true,
  createdAt: NOON,
  isDraft: false,
  baseBranch: "main",
  headSha: sha(5),
  hasConflict: false,
  isEmpty: false,
  blocked: null,
  reviews: null,
  queue: "none",
  checks: [],
  mergedSha: null,
};

function act(wanted: RestorationAct): Promise<ActEnd> {
  const forge = openRestoration(openTestClient().client, () => "f".repeat(64));
  const restoration = { ...beginRestoration("v1.4.3", NOON), commit: sha(5) };
  return forge.act({ state: lineState(), rollback, restoration }, wanted);
}

const WORDS = { message: "No." };

const expectCommit = () =>
  nock(API).post(`${REPOSITORY}/git/commits`, {
    message: "fix: roll back v1.4.3\n\nUndo what v1.4.3 brought on top of v1.4.2.",
    tree: sha(20),
    parents: [sha(3)],
  });

const expectMerge = (body: Record<string, unknown>) =>
  nock(API).put(`${REPOSITORY}/pulls/51/merge`, { sha: sha(5), ...body });

describe("POST /repos/{owner}/{repo}/git/commits", () => {
  const commit: RestorationAct = { kind: "commit", tree: sha(20), parent: sha(3) };

  it("names no author, so that GitHub signs", async () => {
    expectCommit().reply(201, { sha: sha(6) });
    expect(await act(commit)).toEqual({ kind: "made", sha: sha(6) });
  });

  it.each([
    [403, true],
    [404, true],
    [422, false],
  ])("says what GitHub refuses with %d", async (status, isForbidden) => {
    expectCommit().reply(status, WORDS);
    expect(await act(commit)).toMatchObject({ kind: "refused", isForbidden });
  });
});

describe("the branch and the pull", () => {
  it.each<[string, RestorationAct, string]>([
    ["git/refs", { kind: "branch", sha: sha(5) }, "Reference already exists"],
    ["pulls", { kind: "open" }, "A pull request already exists for acme:x."],
  ])("are read again where %s stands already", async (path, wanted, words) => {
    nock(API).post(`${REPOSITORY}/${path}`).reply(422, { message: words });
    expect(await act(wanted)).toEqual({ kind: "moved" });
    nock(API).post(`${REPOSITORY}/${path}`).reply(422, WORDS);
    expect(await act(wanted)).toEqual({ kind: "refused", words: "No.", isForbidden: false });
  });

  it("are made by our names, with the commit signed in the body", async () => {
    nock(API)
      .post(`${REPOSITORY}/git/refs`, { ref: `refs/heads/${BRANCH}`, sha: sha(5) })
      .reply(201, {});
    expect(await act({ kind: "branch", sha: sha(5) })).toEqual({ kind: "done" });
    nock(API)
      .post(`${REPOSITORY}/pulls`, (body: Record<string, unknown>) => {
        expect(body).toMatchObject({ title: "fix: roll back v1.4.3", head: BRANCH, base: "main" });
        expect(body["body"]).toContain(`commit=${sha(5)} ${"f".repeat(64)} -->`);
        return true;
      })
      .reply(201, { number: 51, html_url: pull.url });
    expect(await act({ kind: "open" })).toEqual({ kind: "opened", number: 51, url: pull.url });
  });
});

describe("PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge", () => {
  it("merges our very commit alone, worded where it is squashed", async () => {
    expectMerge({
      merge_method: "squash",
      commit_title: "fix: roll back v1.4.3 (#51)",
      commit_message: "Undo what v1.4.3 brought on top of v1.4.2.",
    }).reply(200, { sha: sha(7), merged: true });
    expect(await act({ kind: "merge", pull, method: "squash" })).toEqual({
      kind: "made",
      sha: sha(7),
    });
  });

  const modified = { message: "Base branch was modified. Review and try the merge again." };
  it.each<[number, object, Partial<ActEnd>]>([
    [409, WORDS, { kind: "moved" }],
    [405, modified, { kind: "moved" }],
    [405, WORDS, { kind: "refused", words: "No.", isForbidden: false }],
    [403, WORDS, { kind: "refused", isForbidden: true }],
  ])("after a %d", async (status, words, ended) => {
    expectMerge({ merge_method: "rebase" }).reply(status, words);
    expect(await act({ kind: "merge", pull, method: "rebase" })).toMatchObject(ended);
  });
});

describe("mutation EnqueuePull", () => {
  it.each<[string, object, ActEnd]>([
    ["takes it", { data: { enqueuePullRequest: null } }, { kind: "done" }],
    [
      "is refused",
      { data: null, errors: [{ message: "No.", type: "UNPROCESSABLE" }] },
      { kind: "refused", words: "No.", isForbidden: false },
    ],
    [
      "lacks a permission",
      { data: null, errors: [{ message: "No.", type: "FORBIDDEN" }] },
      { kind: "refused", words: "No.", isForbidden: true },
    ],
  ])("%s", async (_, answer, ended) => {
    nock(API)
      .post("/graphql", (body: { variables?: unknown }) => {
        expect(body.variables).toEqual({ id: "PR_51", head: sha(5) });
        return true;
      })
      .reply(200, answer);
    expect(await act({ kind: "enqueue", pull })).toEqual(ended);
  });
});
