import { beforeAll, describe, expect, it } from "@jest/globals";
import { createCheckRun } from "../../src/local-github/checks.ts";
import { createInstallationToken } from "../../src/local-github/installations.ts";
import { createIssue } from "../../src/local-github/issues.ts";
import { mergePull } from "../../src/local-github/merge.ts";
import type { Actor } from "../../src/local-github/permission.ts";
import { openPull } from "../../src/local-github/pulls.ts";
import { createRelease } from "../../src/local-github/releases.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createTag,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { checkGraphql } from "../conformance/check-graphql.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { branchRuleset } from "../support/rulesets.ts";

const START = Date.parse("2026-01-31T12:00:00Z");
let now = START;
const local = useLocalGitHub({ now: () => new Date(now) });
const tokens: Record<string, string> = {};
let repository: Repository;
let actor: Actor;
const shas: Record<string, string> = {};

interface Answer {
  data: Record<string, unknown> | null;
  errors?: { type?: string; message: string; path?: (string | number)[] }[];
}

async function ask(document: string, variables: object = {}, token = "alice"): Promise<Answer> {
  expect(checkGraphql(document)).toEqual([]);
  const response = await fetch(local.graphqlUrl, {
    method: "POST",
    headers: { authorization: `bearer ${tokens[token]}` },
    body: JSON.stringify({ query: document, variables }),
  });
  expect(response.status).toBe(200);
  return (await response.json()) as Answer;
}

/** Fields of the repository acme/widgets. */
async function read(fields: string, token = "alice"): Promise<unknown> {
  const document = `{ repository(owner: "acme", name: "widgets") { ${fields} } }`;
  const answer = await ask(document, {}, token);
  expect(answer.errors).toBeUndefined();
  return answer.data?.["repository"];
}

async function openAndMerge(method: "merge" | "squash" | "rebase", branch: string) {
  const { github } = local;
  const parents = [shas["start"] ?? ""];
  for (const part of ["one", "two"]) {
    const files = { [`${branch}-${part}.txt`]: `${part}\n` };
    const message = `feat: ${branch} ${part}`;
    const sha = await commitFiles(github, repository, { branch, message, files, parents });
    parents[0] = sha;
  }
  const pull = await openPull(github, repository, actor, {
    title: `feat: ${branch}`,
    body: "Fixes #1",
    head: branch,
    base: "main",
    draft: false,
    maintainerCanModify: true,
  });
  const request = { method, sha: null, title: null, message: null };
  shas[branch] = await mergePull(github, repository, pull, actor, request);
  now += 60_000;
  return pull;
}

beforeAll(async () => {
  const { github } = local;
  const alice = createUser(github, "alice");
  createUser(github, "bob");
  createOrganization(github, "acme", { admins: ["alice"] });
  repository = await createRepository(github, "acme", "widgets");
  tokens["alice"] = userToken(github, "alice");
  tokens["bob"] = userToken(github, "bob");
  const [token] = github.data.tokens;
  if (!token) throw new Error("There is a token");
  actor = { kind: "user", account: alice, token };
  createIssue(
    github,
    repository,
    { accountId: alice.id, appId: null },
    {
      title: "It crashes",
      body: null,
      labels: ["bug"],
      assigneeIds: [],
    },
  );
  const files = { ".github/smallbatch.yml": "version: 1\n", "logo.bin": "a\0b" };
  shas["start"] = await commitFiles(github, repository, {
    branch: "main",
    message: "chore: start\n\nWith a body.",
    files,
    author: "alice",
  });
  await createTag(github, repository, { name: "v1.0.0", target: "main", message: "The first" });
  await createRelease(github, repository, actor, {
    tagName: "v1.0.0",
    targetCommitish: "main",
    name: "First",
    body: "Notes",
    draft: false,
    prerelease: false,
  });
  now += 60_000;
  for (const method of ["squash", "merge", "rebase"] as const) await openAndMerge(method, method);
});

describe("reading git", () => {
  it("reads a file, a binary one and none by expression", async () => {
    const found = await read(`
      policy: object(expression: "main:.github/smallbatch.yml") { ... on Blob { text isBinary } }
      binary: object(expression: "main:logo.bin") { ... on Blob { text byteSize isBinary } }
      none: object(expression: "main:nothing") { __typename }
      tag: object(expression: "v1.0.0") { __typename ... on Tag { target { oid } } }
    `);
    expect(found).toEqual({
      policy: { text: "version: 1\n", isBinary: false },
      binary: { text: null, byteSize: 3, isBinary: true },
      none: null,
      tag: { __typename: "Tag", target: { oid: shas["start"] } },
    });
  });

  it("pages a history by cursor, with the sizes and the parts of its messages", async () => {
    const document = `query ($after: String) { repository(owner: "acme", name: "widgets") {
      defaultBranchRef { target { ... on Commit { history(first: 3, after: $after) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { oid messageHeadline messageBody additions changedFilesIfAvailable }
      } } } } } }`;
    interface History {
      totalCount: number;
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: Record<string, unknown>[];
    }
    const commits: Record<string, unknown>[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { data } = await ask(document, { after });
      const { history } = (
        data as { repository: { defaultBranchRef: { target: { history: History } } } }
      ).repository.defaultBranchRef.target;
      expect(history.totalCount).toBe(7);
      commits.push(...history.nodes);
      after = history.pageInfo.endCursor;
      more = history.pageInfo.hasNextPage;
    }
    expect(new Set(commits.map(({ oid }) => oid)).size).toBe(7);
    expect(commits.at(-1)).toEqual({
      oid: shas["start"],
      messageHeadline: "chore: start",
      messageBody: "With a body.",
      additions: 1,
      changedFilesIfAvailable: 2,
    });
  });

  it("compares a tag with the branch, oldest commit first", async () => {
    const found = await read(`ref(qualifiedName: "refs/tags/v1.0.0") { name prefix
      compare(headRef: "main") { status aheadBy behindBy
        commits(first: 100) { totalCount nodes { messageHeadline } } } }`);
    expect(found).toMatchObject({
      ref: {
        name: "v1.0.0",
        prefix: "refs/tags/",
        compare: { status: "AHEAD", aheadBy: 6, behindBy: 0, commits: { totalCount: 6 } },
      },
    });
  });

  it("lists tags by date and by part of their name", async () => {
    const order = "orderBy: { field: TAG_COMMIT_DATE, direction: DESC }";
    const found = await read(`refs(refPrefix: "refs/tags/", first: 5, query: "v1", ${order}) {
      totalCount nodes { name target { __typename } } }`);
    const tag = { name: "v1.0.0", target: { __typename: "Tag" } };
    expect(found).toEqual({ refs: { totalCount: 1, nodes: [tag] } });
  });
});

describe("pulls and commits", () => {
  it.each([
    ["squash", 1],
    ["merge", 3],
    ["rebase", 2],
  ])("ties every commit of a %s to its pull", async (branch, count) => {
    const found = (await read(`object(expression: "main") { ... on Commit {
      history(first: 100) { nodes { oid associatedPullRequests(first: 5) {
        nodes { headRefName mergeCommit { oid } } } } } } }`)) as {
      object: {
        history: {
          nodes: {
            associatedPullRequests: { nodes: { headRefName: string; mergeCommit: unknown }[] };
          }[];
        };
      };
    };
    const pulls = found.object.history.nodes.flatMap((node) => node.associatedPullRequests.nodes);
    const mine = pulls.filter(({ headRefName }) => headRefName === branch);
    expect(mine).toEqual(
      Array.from({ length: count }, () => ({
        headRefName: branch,
        mergeCommit: { oid: shas[branch] },
      })),
    );
  });

  it("leaves young merges out while the association lags", async () => {
    const fields = `object(expression: "${shas["rebase"]}") { ... on Commit {
      associatedPullRequests(first: 5) { totalCount } } }`;
    local.faults.lagAssociatedPulls(3_600);
    const lagging = await read(fields);
    await local.faults.clear();
    expect(lagging).toEqual({ object: { associatedPullRequests: { totalCount: 0 } } });
    expect(await read(fields)).toEqual({ object: { associatedPullRequests: { totalCount: 1 } } });
  });

  it("tells what a pull holds and closes", async () => {
    const found = await read(`pullRequest(number: 2) {
      state merged additions changedFiles author { __typename login ... on User { databaseId } }
      commits(last: 1) { totalCount nodes { commit { messageHeadline } } }
      closingIssuesReferences(first: 5) { nodes { number state labels(first: 5) { nodes { name } } } }
      files(first: 10) { nodes { path changeType } }
    }`);
    expect(found).toEqual({
      pullRequest: {
        state: "MERGED",
        merged: true,
        additions: 2,
        changedFiles: 2,
        author: {
          __typename: "User",
          login: "alice",
          databaseId: local.github.accountByLogin("alice")?.id,
        },
        commits: { totalCount: 2, nodes: [{ commit: { messageHeadline: "feat: squash two" } }] },
        closingIssuesReferences: {
          nodes: [{ number: 1, state: "CLOSED", labels: { nodes: [{ name: "bug" }] } }],
        },
        files: {
          nodes: [
            { path: "squash-one.txt", changeType: "ADDED" },
            { path: "squash-two.txt", changeType: "ADDED" },
          ],
        },
      },
    });
  });

  it.each([
    ["repo:acme/widgets is:pr is:merged author:alice", 3],
    ["repo:acme/widgets is:pr author:bob", 0],
    ["repo:acme/widgets is:issue label:bug", 1],
    ["repo:acme/widgets is:pr merged:<2026-01-31T12:02:00Z", 1],
    ["repo:acme/widgets -is:pr", 1],
  ])("searches %s", async (query, count) => {
    const document = `query ($q: String!) { search(type: ISSUE, query: $q, first: 5) { issueCount } }`;
    const { data } = await ask(document, { q: query });
    expect(data).toEqual({ search: { issueCount: count } });
  });
});

describe("checks", () => {
  it("rolls up the newest runs, and leaves queued suites without runs out", async () => {
    const { github } = local;
    const { app } = await createApp(github, {
      slug: "builder",
      permissions: { checks: "write" },
      events: [],
    });
    const by = { appId: app.id, accountId: app.botId };
    const head = { headSha: shas["squash"] ?? "", headBranch: "main" };
    const field = `object(oid: "${head.headSha}") { ... on Commit { statusCheckRollup { state
      contexts(first: 5) { totalCount nodes { ... on CheckRun { name conclusion
        checkSuite { app { databaseId } } } } } } } }`;
    expect(await read(field)).toEqual({ object: { statusCheckRollup: null } });
    createCheckRun(github, repository, by, { name: "test", ...head, conclusion: "failure" });
    createCheckRun(github, repository, by, { name: "test", ...head, conclusion: "success" });
    const node = {
      name: "test",
      conclusion: "SUCCESS",
      checkSuite: { app: { databaseId: app.id } },
    };
    expect(await read(field)).toEqual({
      object: {
        statusCheckRollup: { state: "SUCCESS", contexts: { totalCount: 1, nodes: [node] } },
      },
    });
  });
});

describe("errors", () => {
  it.each([
    [
      '{ repository(owner: "acme", name: "gone") { id } }',
      "NOT_FOUND",
      "Could not resolve to a Repository with the name 'acme/gone'.",
    ],
    [
      '{ repository(owner: "acme", name: "widgets") { pullRequest(number: 1) { id } } }',
      "NOT_FOUND",
      "Could not resolve to a PullRequest with the number of 1.",
    ],
    [
      '{ node(id: "R_nothing") { id } }',
      "NOT_FOUND",
      "Could not resolve to a node with the global id of 'R_nothing'.",
    ],
    [
      '{ repository(owner: "acme", name: "widgets") { labels { nodes { id } } } }',
      "MISSING_PAGINATION_BOUNDARIES",
      "You must provide a `first` or `last` value to properly paginate the `labels` connection.",
    ],
    [
      '{ repository(owner: "acme", name: "widgets") { labels(first: 101) { totalCount } } }',
      "EXCESSIVE_PAGINATION",
      "Requesting 101 records on the `labels` connection exceeds the `first` limit of 100 records.",
    ],
  ])("answers %s with %s", async (document, type, message) => {
    const { errors } = await ask(document);
    expect(errors).toEqual([expect.objectContaining({ type, message })]);
  });

  it("takes pages of 1 and 100, refuses 0, and counts without any", async () => {
    expect(await read("pullRequests { totalCount }")).toEqual({ pullRequests: { totalCount: 3 } });
    expect(await read("labels(first: 1) { nodes { name } }")).toBeTruthy();
    expect(await read("labels(first: 100) { totalCount }")).toBeTruthy();
    const { errors } = await ask(
      '{ repository(owner: "acme", name: "widgets") { labels(first: 0) { totalCount } } }',
    );
    expect(errors).toHaveLength(1);
  });

  it("says that a field does not exist, with status 200", async () => {
    const response = await fetch(local.graphqlUrl, {
      method: "POST",
      headers: { authorization: `bearer ${tokens["alice"]}` },
      body: JSON.stringify({ query: "{ viewer { zodiac } }" }),
    });
    expect(response.status).toBe(200);
    const { errors } = (await response.json()) as Answer;
    expect(errors?.[0]?.message).toBe("Field 'zodiac' doesn't exist on type 'User'");
  });

  it("asks everybody to authenticate", async () => {
    const response = await fetch(local.graphqlUrl, {
      method: "POST",
      body: '{"query":"{__typename}"}',
    });
    expect(response.status).toBe(401);
  });

  it("hides private repositories and refuses writes without a right", async () => {
    const hidden = await createRepository(local.github, "acme", "hidden", { private: true });
    const { errors } = await ask(
      `{ repository(owner: "acme", name: "${hidden.name}") { id } }`,
      {},
      "bob",
    );
    expect(errors?.[0]?.type).toBe("NOT_FOUND");
    const id = await nodeId("issue(number: 1) { id }", "issue");
    const close = "mutation ($id: ID!) { closeIssue(input: { issueId: $id }) { issue { state } } }";
    const refused = await ask(close, { id }, "bob");
    expect(refused.errors?.[0]?.type).toBe("FORBIDDEN");
  });
});

describe("an App's token", () => {
  it("reads of a private repository only what it was made for", async () => {
    const { github } = local;
    const secret = await createRepository(github, "acme", "secret", { private: true });
    const { app } = await createApp(github, {
      slug: "reader",
      permissions: { contents: "read", pull_requests: "read", metadata: "read" },
      events: [],
    });
    const installation = install(github, app, "acme", { repositories: "all" });
    const narrow = createInstallationToken(github, installation, {
      repositoryIds: [secret.id],
      permissions: { contents: "read" },
    });
    tokens["narrow"] = narrow.token;
    const { data, errors } = await ask(
      `{ viewer { login } repository(owner: "acme", name: "secret") {
        isEmpty pullRequests(first: 1) { totalCount } } }`,
      {},
      "narrow",
    );
    expect(errors).toEqual([
      expect.objectContaining({
        type: "FORBIDDEN",
        path: ["repository", "pullRequests"],
        message: "Resource not accessible by integration",
      }),
    ]);
    expect(data).toEqual({ viewer: { login: "reader[bot]" }, repository: null });
  });
});

async function nodeId(field: string, name: string): Promise<string> {
  const found = (await read(field)) as Record<string, { id: string }>;
  return found[name]?.id ?? "";
}

describe("mutations", () => {
  it("writes several comments and labels in one request, as the App's bot", async () => {
    const { github } = local;
    const { app } = await createApp(github, {
      slug: "smallbatch",
      permissions: { issues: "write", pull_requests: "write", metadata: "read" },
      events: [],
    });
    const installation = install(github, app, "acme", { repositories: "all" });
    tokens["app"] = createInstallationToken(github, installation).token;
    const issue = await nodeId("issue(number: 1) { id }", "issue");
    const pull = await nodeId("pullRequest(number: 2) { id }", "pullRequest");
    const label = await nodeId('label(name: "question") { id }', "label");
    const { data, errors } = await ask(
      `mutation ($issue: ID!, $pull: ID!, $label: ID!) {
        one: addComment(input: { subjectId: $issue, body: "Released" }) { commentEdge { node {
          id author { __typename login } viewerDidAuthor } } }
        two: addComment(input: { subjectId: $pull, body: "Released" }) { subject { id } }
        addLabelsToLabelable(input: { labelableId: $pull, labelIds: [$label] }) {
          labelable { ... on PullRequest { timelineItems(itemTypes: [LABELED_EVENT], last: 1) {
            nodes { ... on LabeledEvent { label { name } actor { login } } } } } }
        }
      }`,
      { issue, pull, label },
      "app",
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({
      one: {
        commentEdge: {
          node: { author: { __typename: "Bot", login: "smallbatch" }, viewerDidAuthor: true },
        },
      },
      two: { subject: { id: pull } },
      addLabelsToLabelable: {
        labelable: {
          timelineItems: {
            nodes: [{ label: { name: "question" }, actor: { login: "smallbatch" } }],
          },
        },
      },
    });
    const comments = github.data.comments.map(({ issueNumber, body }) => [issueNumber, body]);
    expect(comments).toEqual([
      [1, "Released"],
      [2, "Released"],
    ]);
  });

  it("commits on a branch only where the branch is as expected", async () => {
    const document = `mutation ($head: GitObjectID!) { createCommitOnBranch(input: {
      branch: { repositoryNameWithOwner: "acme/widgets", branchName: "main" }
      expectedHeadOid: $head
      message: { headline: "chore: bump" }
      fileChanges: { additions: [{ path: "a/b.txt", contents: "aGkK" }], deletions: [{ path: "logo.bin" }] }
    }) { commit { oid signature { isValid } } } }`;
    const stale = await ask(document, { head: shas["start"] });
    expect(stale.errors?.[0]?.type).toBe("STALE_DATA");
    const refuse = async () => {
      const [error] = (await ask(document, { head: shas["rebase"] })).errors ?? [];
      return [error?.type, error?.message];
    };
    repository.protections.push({ branch: "main", requiredContexts: [], requiredReviews: 1 });
    expect(await refuse()).toEqual([
      "BRANCH_PROTECTION_RULE_VIOLATION",
      "Changes must be made through a pull request.",
    ]);
    repository.protections.length = 0;
    repository.rulesets.push(branchRuleset([{ type: "pull_request" }]));
    expect((await refuse())[1]).toMatch(
      /^Repository rule violations found\s+Changes must be made through a pull request/,
    );
    repository.rulesets.length = 0;
    const { data } = await ask(document, { head: shas["rebase"] });
    const made = data as { createCommitOnBranch: { commit: { oid: string; signature: unknown } } };
    expect(made.createCommitOnBranch.commit.signature).toEqual({ isValid: true });
    expect(
      await read(`defaultBranchRef { target { oid } }
      added: object(expression: "main:a/b.txt") { ... on Blob { text } }
      removed: object(expression: "main:logo.bin") { id }`),
    ).toEqual({
      defaultBranchRef: { target: { oid: made.createCommitOnBranch.commit.oid } },
      added: { text: "hi\n" },
      removed: null,
    });
  });
});

it("answers a query over a hundred commits with their pulls, authors and checks", async () => {
  const { github } = local;
  const many = await createRepository(github, "acme", "many");
  const commits = Array.from({ length: 100 }, (_, index) => {
    const time = `${START / 1_000 + index} +0000`;
    const message = `feat: ${index}`;
    return [
      "commit refs/heads/main",
      `author alice <1+alice@users.noreply.github.com> ${time}`,
      `committer GitHub <noreply@github.com> ${time}`,
      `data ${message.length}\n${message}`,
      `M 100644 inline count.txt\ndata ${String(index).length}\n${index}\n`,
    ].join("\n");
  });
  await github.git.run(many.id, ["fast-import", "--quiet"], { input: commits.join("\n") });
  const { data } =
    await ask(`{ repository(owner: "acme", name: "many") { defaultBranchRef { target {
    ... on Commit { history(first: 100) { totalCount nodes { oid additions author { user { login } }
      statusCheckRollup { state } associatedPullRequests(first: 5) { nodes { number } } } } } } } } }`);
  expect(data).toMatchObject({
    repository: { defaultBranchRef: { target: { history: { totalCount: 100 } } } },
  });
});
