import { describe, expect, it } from "@jest/globals";
import nock from "nock";
import type { Action } from "../../src/core/action.ts";
import { formatReleaseMarker } from "../../src/core/marker.ts";
import { openForge } from "../../src/github/forge.ts";
import type { Outcome } from "../../src/ports.ts";
import { API, openTestClient, useNock } from "../support/nock.ts";
import { lineState, sha } from "../support/states.ts";

useNock();

const REPOSITORY = "/repos/acme/widgets";
const state = lineState();
const createTag: Action = { kind: "createTag", tag: "v1.4.3", sha: sha(2) };
const publish: Action = {
  kind: "publishRelease",
  tag: "v1.4.3",
  sha: sha(2),
  title: "v1.4.3",
  body: "Notes\n",
  isLatest: true,
  isPrerelease: false,
  card: { card: 1 } as Extract<Action, { kind: "publishRelease" }>["card"],
};
const check: Action = {
  kind: "writeCheck",
  sha: sha(2),
  existing: null,
  externalId: "abc",
  title: "released in v1.4.3",
  summary: "All of it",
  conclusion: "success",
};

function apply(action: Action): Promise<Outcome> {
  return openForge(openTestClient().client, { isStartForced: false }).apply(state, action);
}

/** What stands as the tag: a commit, an annotated tag on a commit, or nothing. */
function expectTagRead(standing: "ours" | "theirs" | "annotated" | "nothing"): void {
  const path = `${REPOSITORY}/git/ref/tags/v1.4.3`;
  if (standing === "nothing") {
    nock(API).get(path).reply(404, { message: "Not Found" });
  } else if (standing === "annotated") {
    nock(API)
      .get(path)
      .reply(200, { object: { type: "tag", sha: sha(77) } });
    nock(API)
      .get(`${REPOSITORY}/git/tags/${sha(77)}`)
      .reply(200, { object: { type: "commit", sha: sha(2) } });
  } else {
    const commit = standing === "ours" ? sha(2) : sha(3);
    nock(API)
      .get(path)
      .reply(200, { object: { type: "commit", sha: commit } });
  }
}

const WORDS = { message: "Repository rule violations found: creations are restricted" };

const expectTagPost = () =>
  nock(API).post(`${REPOSITORY}/git/refs`, { ref: "refs/tags/v1.4.3", sha: sha(2) });

describe("POST /repos/{owner}/{repo}/git/refs", () => {
  it("makes the tag", async () => {
    expectTagPost().reply(201, {});
    expect(await apply(createTag)).toMatchObject({ kind: "done", how: "made" });
  });

  it.each([403, 404, 409, 422, 500, 502])("after a %d, finds our tag standing", async (status) => {
    expectTagPost().reply(status, WORDS);
    expectTagRead("ours");
    expect(await apply(createTag)).toMatchObject({ kind: "done", how: "found" });
  });

  it("after a reset, finds our annotated tag standing", async () => {
    expectTagPost().replyWithError("socket hang up");
    expectTagRead("annotated");
    expect(await apply(createTag)).toMatchObject({ kind: "done", how: "found" });
  });

  it.each([422, 502])("after a %d, yields to a tag on another commit", async (status) => {
    expectTagPost().reply(status, WORDS);
    expectTagRead("theirs");
    expect(await apply(createTag)).toEqual({
      kind: "conflict",
      message: `The tag v1.4.3 stands on ${sha(3)}, not on ${sha(2)}`,
    });
  });

  it("reports a ruleset's refusal in GitHub's words with its page", async () => {
    expectTagPost().reply(422, WORDS);
    expectTagRead("nothing");
    expect(await apply(createTag)).toEqual({
      kind: "refused",
      message: WORDS.message,
      url: "https://github.com/acme/widgets/rules?ref=refs%2Ftags%2Fv1.4.3",
    });
  });

  it.each([403, 404])("explains a %d, which GitHub gives for workflow files", async (status) => {
    expectTagPost().reply(status, {
      message: "Resource not accessible by integration",
      documentation_url: "https://docs.github.com/rest/git/refs",
    });
    expectTagRead("nothing");
    expect(await apply(createTag)).toEqual({
      kind: "refused",
      message: expect.stringMatching(/^Resource not accessible by integration \(.*workflows/),
      url: "https://docs.github.com/rest/git/refs",
    });
  });

  it("is tried again where GitHub failed and nothing stands", async () => {
    expectTagPost().reply(502, {});
    expectTagRead("nothing");
    await expect(apply(createTag)).rejects.toMatchObject({ code: "github/unavailable" });
  });

  it("waits where GitHub limits us, and asks for nothing more", async () => {
    expectTagPost().reply(403, {}, { "retry-after": "9" });
    await expect(apply(createTag)).rejects.toMatchObject({
      code: "github/rate-limited",
      retry: { kind: "after", waitMs: 9_000 },
    });
  });
});

const expectReleasePost = () =>
  nock(API).post(`${REPOSITORY}/releases`, {
    tag_name: "v1.4.3",
    target_commitish: sha(2),
    name: "v1.4.3",
    body: "Notes\n",
    draft: false,
    prerelease: false,
    make_latest: "true",
  });

const expectReleaseRead = () => nock(API).get(`${REPOSITORY}/releases/tags/v1.4.3`);

describe("POST /repos/{owner}/{repo}/releases", () => {
  const url = "https://github.com/acme/widgets/releases/tag/v1.4.3";
  const EXISTS = {
    message: "Validation Failed",
    errors: [{ resource: "Release", code: "already_exists", field: "tag_name" }],
  };

  it("publishes the release", async () => {
    expectReleasePost().reply(201, { html_url: url });
    expect(await apply(publish)).toEqual({ kind: "done", url, how: "made" });
  });

  it.each([422, 500])("after a %d, finds the release that we made before", async (status) => {
    expectReleasePost().reply(status, EXISTS);
    expectReleaseRead().reply(200, { html_url: url, body: "Notes\r\n" });
    expectTagRead("ours");
    expect(await apply(publish)).toEqual({ kind: "done", url, how: "found" });
  });

  it("adopts the release that a workflow made of our tag", async () => {
    expectReleasePost().reply(422, EXISTS);
    expectReleaseRead().reply(200, { html_url: url, body: null });
    expectTagRead("ours");
    expect(await apply(publish)).toEqual({ kind: "done", url, how: "adopted" });
  });

  it.each(["theirs", "nothing"] as const)(
    "does not adopt a release whose tag is not on our commit (%s)",
    async (standing) => {
      expectReleasePost().reply(422, EXISTS);
      expectReleaseRead().reply(200, { html_url: url, body: null });
      expectTagRead(standing);
      expect(await apply(publish)).toMatchObject({ kind: "conflict" });
    },
  );

  it("reports a refusal in GitHub's words", async () => {
    expectReleasePost().reply(422, {
      message: "Validation Failed",
      errors: [{ message: "body is too long" }],
    });
    expectReleaseRead().reply(404, {});
    expect(await apply(publish)).toMatchObject({
      kind: "refused",
      message: "Validation Failed: body is too long",
    });
  });

  it("is tried again where no answer came and no release stands", async () => {
    expectReleasePost().replyWithError("reset");
    expectReleaseRead().reply(404, {});
    await expect(apply(publish)).rejects.toMatchObject({ code: "github/unavailable" });
  });
});

const draft: Action = {
  kind: "draftRelease",
  tag: "v1.4.3",
  sha: sha(2),
  title: "v1.4.3",
  body: "Notes",
  isPrerelease: false,
  publishWhen: ["build"],
  card: publish.card,
};
const publishDraft: Action = {
  kind: "publishDraft",
  tag: "v1.4.3",
  sha: sha(2),
  releaseId: 7,
  isLatest: false,
  card: publish.card,
};
const DRAFT_URL = "https://github.com/acme/widgets/releases/tag/untagged-7";
const standingDraft = (change: object = {}) => ({
  id: 7,
  html_url: DRAFT_URL,
  tag_name: "v1.4.3",
  draft: true,
  body: formatReleaseMarker(state.line, sha(2)),
  ...change,
});

const expectList = (...releases: readonly object[]) =>
  nock(API).get(`${REPOSITORY}/releases?per_page=100`).reply(200, releases);
const expectDraftPost = () =>
  nock(API).post(`${REPOSITORY}/releases`, {
    tag_name: "v1.4.3",
    target_commitish: sha(2),
    name: "v1.4.3",
    body: "Notes",
    draft: true,
    prerelease: false,
  });

describe("a draft release", () => {
  const done = { kind: "done", url: DRAFT_URL, releaseId: 7 };

  it("is made where none of ours stands", async () => {
    expectList(
      standingDraft({ draft: false }),
      standingDraft({ tag_name: "v1.4.2" }),
      standingDraft({ body: formatReleaseMarker(state.line, sha(3)) }),
      standingDraft({ body: null }),
    );
    expectDraftPost().reply(201, standingDraft());
    expect(await apply(draft)).toEqual({ ...done, how: "made" });
  });

  it("is found where it stands, and of two the older one", async () => {
    expectList(standingDraft({ id: 8, html_url: "x" }), standingDraft());
    expect(await apply(draft)).toEqual({ ...done, how: "found" });
  });

  it("is found after an answer that was lost", async () => {
    expectList();
    expectDraftPost().replyWithError("reset");
    expectList(standingDraft());
    expect(await apply(draft)).toEqual({ ...done, how: "found" });
  });

  it("is tried again where no answer came and none stands", async () => {
    expectList();
    expectDraftPost().reply(502, {});
    expectList();
    await expect(apply(draft)).rejects.toMatchObject({ code: "github/unavailable" });
  });

  it("is refused in GitHub's words", async () => {
    expectList();
    expectDraftPost().reply(422, { message: "Validation Failed" });
    expectList();
    expect(await apply(draft)).toMatchObject({ kind: "refused", message: "Validation Failed" });
  });
});

const expectDraftRead = (change: object = {}) =>
  nock(API).get(`${REPOSITORY}/releases/7`).reply(200, standingDraft(change));
/** Nothing but these two: the words stay as they are. */
const expectPatch = () =>
  nock(API).patch(`${REPOSITORY}/releases/7`, { draft: false, make_latest: "false" });

describe("PATCH /repos/{owner}/{repo}/releases/{release_id}", () => {
  const url = "https://github.com/acme/widgets/releases/tag/v1.4.3";
  const published = { html_url: url, body: formatReleaseMarker(state.line, sha(2)) };

  it("publishes the draft as it stands", async () => {
    expectDraftRead();
    expectPatch().reply(200, { html_url: url });
    expect(await apply(publishDraft)).toEqual({ kind: "done", url, how: "made" });
  });

  it("is not sent where a person has published it", async () => {
    expectDraftRead({ draft: false });
    expectReleaseRead().reply(200, published);
    expectTagRead("ours");
    expect(await apply(publishDraft)).toEqual({ kind: "done", url, how: "found" });
  });

  it("is not sent where the release was published under another tag", async () => {
    expectDraftRead({ draft: false });
    expectReleaseRead().reply(404, {});
    expect(await apply(publishDraft)).toMatchObject({ kind: "conflict" });
  });

  it("is not sent where the draft is gone", async () => {
    nock(API).get(`${REPOSITORY}/releases/7`).reply(404, {});
    expect(await apply(publishDraft)).toEqual({
      kind: "conflict",
      message: "The draft of v1.4.3 is gone",
    });
  });

  it("is found done after an answer that was lost", async () => {
    expectDraftRead();
    expectPatch().replyWithError("reset");
    expectReleaseRead().reply(200, published);
    expectTagRead("ours");
    expect(await apply(publishDraft)).toEqual({ kind: "done", url, how: "found" });
  });

  it("adopts another release of the tag that came in between", async () => {
    expectDraftRead();
    expectPatch().reply(422, { message: "Validation Failed" });
    expectReleaseRead().reply(200, { html_url: url, body: "By hand" });
    expectTagRead("ours");
    expect(await apply(publishDraft)).toEqual({ kind: "done", url, how: "adopted" });
  });

  it("reports a refusal in GitHub's words", async () => {
    expectDraftRead();
    expectPatch().reply(403, { message: "Resource not accessible by integration" });
    expectReleaseRead().reply(404, {});
    expect(await apply(publishDraft)).toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/^Resource not accessible/),
    });
  });
});

describe("POST and PATCH /repos/{owner}/{repo}/check-runs", () => {
  const content = {
    name: "smallbatch/release",
    external_id: "abc",
    status: "completed",
    conclusion: "success",
    output: { title: "released in v1.4.3", summary: "All of it" },
  };
  const url = "https://github.com/acme/widgets/runs/5";
  const rewrite: Action = {
    ...check,
    existing: { id: 5, title: "held", externalId: "old" },
  };

  it("writes a completed check on the commit", async () => {
    nock(API)
      .post(`${REPOSITORY}/check-runs`, { ...content, head_sha: sha(2) })
      .reply(201, { html_url: url });
    expect(await apply(check)).toEqual({ kind: "done", url, how: "made" });
  });

  it("shows what is wrong at its place in a file", async () => {
    const place = { path: ".github/smallbatch.yml", message: "no such key" };
    const position = { start_line: 3, end_line: 3, start_column: 7, end_column: 7 };
    const annotations = [{ ...place, ...position, annotation_level: "failure" }];
    nock(API)
      .post(`${REPOSITORY}/check-runs`, {
        ...content,
        head_sha: sha(2),
        output: { ...content.output, annotations },
      })
      .reply(201, { html_url: url });
    const told = { ...check, annotations: [{ ...place, line: 3, column: 7 }] };
    expect(await apply(told)).toEqual({ kind: "done", url, how: "made" });
  });

  it("rewrites the one that stands", async () => {
    nock(API).patch(`${REPOSITORY}/check-runs/5`, content).reply(200, { html_url: url });
    expect(await apply(rewrite)).toEqual({ kind: "done", url, how: "made" });
  });

  it("makes a new one where the old one is gone", async () => {
    nock(API).patch(`${REPOSITORY}/check-runs/5`).reply(404, {});
    nock(API).post(`${REPOSITORY}/check-runs`).reply(201, { html_url: url });
    expect(await apply(rewrite)).toMatchObject({ kind: "done" });
  });

  it("reports that a person may not write one", async () => {
    nock(API)
      .post(`${REPOSITORY}/check-runs`)
      .reply(403, { message: "You must authenticate via a GitHub App." });
    expect(await apply(check)).toEqual({
      kind: "refused",
      message: "403 You must authenticate via a GitHub App.",
      url: null,
    });
  });
});

const announceOf = (count: number): Action => ({
  kind: "announce",
  tag: "v1.4.3",
  isFresh: true,
  comments: Array.from({ length: count }, (_, at) => ({
    subject: { number: at + 1, nodeId: `PR_${at + 1}`, isPull: true },
    body: `Released in v1.4.3 (${at + 1})`,
  })),
});

const lockedError = (at: number) => ({
  message: "It is locked.",
  type: "FORBIDDEN",
  path: [`c${at}`],
});

describe("addComment in POST /graphql", () => {
  it("comments on all subjects in one request", async () => {
    nock(API)
      .post("/graphql", (body: { query: string; variables: object }) => {
        expect(body.query.match(/addComment\(/g)).toHaveLength(2);
        expect(body.variables).toEqual({
          c0: { subjectId: "PR_1", body: "Released in v1.4.3 (1)" },
          c1: { subjectId: "PR_2", body: "Released in v1.4.3 (2)" },
        });
        return true;
      })
      .reply(200, { data: {} });
    expect(await apply(announceOf(2))).toEqual({ kind: "done", url: null, how: "made" });
  });

  it.each([
    [20, [20]],
    [21, [20, 1]],
  ])("sends %d comments as requests of %j", async (count, sizes) => {
    const seen: number[] = [];
    nock(API)
      .post("/graphql", (body: { variables: object }) => {
        seen.push(Object.keys(body.variables).length);
        return true;
      })
      .times(sizes.length)
      .reply(200, { data: {} });
    await apply(announceOf(count));
    expect(seen).toEqual(sizes);
  });

  it("reports a locked subject, and is done with the others", async () => {
    nock(API)
      .post("/graphql")
      .reply(200, { data: { c0: null, c1: {} }, errors: [lockedError(0)] });
    expect(await apply(announceOf(2))).toEqual({
      kind: "done",
      url: null,
      how: "made",
      note: "1 of 2 comments: #1 (It is locked.)",
    });
  });

  it("is refused where GitHub refuses all of them", async () => {
    nock(API)
      .post("/graphql")
      .reply(200, { data: { c0: null, c1: null }, errors: [lockedError(0), lockedError(1)] });
    expect(await apply(announceOf(2))).toMatchObject({ kind: "refused" });
  });

  it("is tried again where GitHub failed inside", async () => {
    nock(API)
      .post("/graphql")
      .reply(200, { data: { c0: null }, errors: [{ message: "Oops", path: ["c0"] }] });
    await expect(apply(announceOf(1))).rejects.toMatchObject({ code: "github/unavailable" });
  });
});

describe("GET /repos/{owner}/{repo}/collaborators/{login}/permission", () => {
  it.each([
    [200, { permission: "admin", role_name: "admin" }, "admin"],
    [200, { permission: "write", role_name: "maintain" }, "maintain"],
    [200, { permission: "read", role_name: "triage" }, "triage"],
    [200, { permission: "write", role_name: "release-captain" }, "write"],
    [200, { permission: "none" }, "none"],
    [404, { message: "mona is not a user" }, "none"],
  ])("reads %d %j as %s", async (status, body, permission) => {
    nock(API).get(`${REPOSITORY}/collaborators/mona/permission`).reply(status, body);
    const forge = openForge(openTestClient().client, { isStartForced: false });
    const repository = { id: 42, owner: "acme", name: "widgets" };
    expect(await forge.permissionOf(repository, "mona")).toBe(permission);
  });
});
