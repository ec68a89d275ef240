import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { parse } from "yaml";
import { readDocumentFields } from "../scripts/document-fields.ts";
import { PERMISSIONS_PAGE, renewPermissionsPage } from "../scripts/write-permissions-page.ts";
import { PASS_PERMISSIONS } from "../src/github/credentials.ts";
import { ENDPOINTS } from "../src/github/endpoints.ts";
import type { Access, Permissions } from "../src/github/endpoints.ts";
import { findDocument, findEndpoint } from "../src/github/find-endpoint.ts";
import type { Exchange } from "../src/local-github/server.ts";
import { judgeRequest } from "./support/requests.ts";

const require = createRequire(import.meta.url);

/** GitHub's page "Permissions required for GitHub Apps", as read by octokit/app-permissions. */
const published = require("@octokit/app-permissions") as {
  "api.github.com": {
    paths: Record<string, Record<string, { permission: string; access: Access }>>;
  };
};

const WRITE_COMMENTS: Permissions = { issues: "write", pull_requests: "write" };

/**
 * Rows that the published list does not have in this form. Source: github/docs,
 * `src/github-apps/data/fpt-2022-11-28/server-to-server-permissions.json`.
 */
const UNPUBLISHED: Readonly<Record<string, Permissions>> = {
  "POST /app-manifests/{code}/conversions": {},
  // With client id and secret, or in a person's name about themselves.
  "POST /login/oauth/access_token": {},
  "DELETE /applications/{client_id}/token": {},
  "GET /user": {},
  "GET /user/installations": {},
  "GET /user/installations/{installation_id}/repositories": {},
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": { metadata: "read" },
  "GET /installation/repositories": { metadata: "read" },
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": { checks: "read" },
  // The list has it under contents, GitHub's page of permissions under checks.
  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}": { checks: "read" },
  "GET /repos/{owner}/{repo}/tags": { metadata: "read" },
  "GET /repos/{owner}/{repo}/rulesets/{ruleset_id}": { metadata: "read" },
  "GET /repos/{owner}/{repo}/compare/{basehead}": { contents: "read" },
  // The list names one of two: of an issue it takes issues, of a pull either.
  "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": WRITE_COMMENTS,
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": WRITE_COMMENTS,
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": WRITE_COMMENTS,
  "POST /repos/{owner}/{repo}/issues/{issue_number}/labels": WRITE_COMMENTS,
  // The list names what a pull takes; the desk is an issue.
  "PATCH /repos/{owner}/{repo}/issues/{issue_number}": { issues: "write" },
};

/** The list calls some parameters otherwise. */
function shape(path: string): string {
  return path.replaceAll(/\{\w+\}/g, "{}");
}

const publishedNeeds = new Map(
  Object.entries(published["api.github.com"].paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { permission, access }]): [string, Permissions] => [
      `${method} ${shape(path)}`,
      { [permission]: access },
    ]),
  ),
);

/** GitHub publishes no permissions of GraphQL: those of the REST endpoints for the same things. */
const NEEDS_OF_TYPE: Readonly<Record<string, readonly string[]>> = {
  Blob: ["contents"],
  CheckRun: ["checks"],
  CheckSuite: ["checks"],
  Commit: ["contents"],
  Comparison: ["contents"],
  Deployment: ["deployments"],
  DeploymentStatus: ["deployments"],
  GitActor: ["contents"],
  GitObject: ["contents"],
  GitSignature: ["contents"],
  Issue: ["issues"],
  IssueComment: ["issues"],
  LabeledEvent: ["pull_requests"],
  ReadyForReviewEvent: ["pull_requests"],
  ConvertToDraftEvent: ["pull_requests"],
  MarkedAsDuplicateEvent: ["issues"],
  MergeQueue: ["merge_queues"],
  MergeQueueEntry: ["merge_queues"],
  PullRequest: ["pull_requests"],
  PullRequestChangedFile: ["pull_requests"],
  PullRequestCommit: ["pull_requests"],
  PullRequestReview: ["pull_requests"],
  Ref: ["contents"],
  Release: ["contents"],
  ReopenedEvent: ["issues"],
  StatusCheckRollup: ["checks", "statuses"],
  StatusContext: ["statuses"],
  Tag: ["contents"],
  Tree: ["contents"],
  TreeEntry: ["contents"],
  UserContentEdit: ["issues"],
};

/** Types that `metadata` shows, or that come with another one. */
const NEEDS_NOTHING = new Set(
  (
    "Actor AddCommentPayload App Bot CreateCommitOnBranchPayload Label Mannequin Mutation Query " +
    "PinIssuePayload ConvertPullRequestToDraftPayload MarkPullRequestReadyForReviewPayload EnqueuePullRequestPayload " +
    "ReactionGroup RemoveLabelsFromLabelablePayload RepositoryRuleset RepositoryRuleConditions RefNameConditionTarget " +
    "PullRequestParameters RateLimit TagNamePatternParameters " +
    "RefUpdateRule Repository RepositoryOwner RepositoryRule RequiredStatusChecksParameters StatusCheckConfiguration User"
  ).split(" "),
);

const NEEDS_OF_MUTATION: Readonly<Record<string, Permissions>> = {
  addComment: { issues: "write", pull_requests: "write" },
  createCommitOnBranch: { contents: "write" },
  convertPullRequestToDraft: { pull_requests: "write" },
  enqueuePullRequest: { contents: "write", pull_requests: "write" },
  markPullRequestReadyForReview: { pull_requests: "write" },
  pinIssue: { issues: "write" },
  removeLabelsFromLabelable: { issues: "write", pull_requests: "write" },
};

function sorted(permissions: Permissions): Permissions {
  return Object.fromEntries(
    Object.entries(permissions).toSorted(([left], [right]) => (left < right ? -1 : 1)),
  );
}

/** The greater access of each. */
function join(all: readonly Permissions[]): Permissions {
  const joined: Record<string, Access> = {};
  for (const [name, access] of all.flatMap((each) => Object.entries(each))) {
    if (joined[name] !== "write") joined[name] = access;
  }
  return sorted(joined);
}

describe("docs/permissions.md", () => {
  it("is what the code lists (npm run permissions writes it)", () => {
    const page = readFileSync(PERMISSIONS_PAGE, "utf8");
    expect(page).toBe(renewPermissionsPage(page));
    expect(page.split("\n").filter((line) => line.startsWith("| `"))).toHaveLength(
      ENDPOINTS.length,
    );
  });
});

describe("the list of requests", () => {
  it("names each once, with a reason and what declining costs", () => {
    const names = ENDPOINTS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(ENDPOINTS.filter(({ why, declined }) => why === "" || declined === "")).toEqual([]);
  });

  it("finds each by a path of its own, with slashes where GitHub takes them", () => {
    const named = ENDPOINTS.map(({ name }) => name).filter((name) => name.includes(" /"));
    const found = named.map((name) => {
      const [method = "", template = ""] = name.split(" ");
      const path = template.replaceAll(/\{(?:ref|tag)\}/g, "some/name").replaceAll(/\{\w+\}/g, "7");
      return findEndpoint(method, path)?.name;
    });
    expect(found).toEqual(named);
  });

  it("changes or deletes nothing but our own check, comment, desk, draft, pulls and tokens", () => {
    const changing = ENDPOINTS.map(({ name }) => name).filter((name) =>
      /^(?:PUT|PATCH|DELETE)\b/.test(name),
    );
    expect(changing).toEqual([
      "PATCH /repos/{owner}/{repo}/pulls/{pull_number}",
      "PATCH /repos/{owner}/{repo}/releases/{release_id}",
      "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}",
      "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
      "PATCH /repos/{owner}/{repo}/issues/{issue_number}",
      "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
      "DELETE /applications/{client_id}/token",
    ]);
  });

  it.each(ENDPOINTS.filter(({ name, by }) => / \//.test(name) && by !== "app"))(
    "asks for what GitHub's published list says: $name",
    ({ name, needs }) => {
      const [method = "", path = ""] = name.split(" ");
      expect(needs).toEqual(UNPUBLISHED[name] ?? publishedNeeds.get(`${method} ${shape(path)}`));
    },
  );

  it.each(readDocumentFields())("asks for what the types of $name say", ({ name, types }) => {
    const touched = [...types.keys()].filter((type) => !NEEDS_NOTHING.has(type));
    expect(touched.filter((type) => NEEDS_OF_TYPE[type] === undefined)).toEqual([]);
    const reads = touched.flatMap((type) =>
      (NEEDS_OF_TYPE[type] ?? []).map((permission): Permissions => ({ [permission]: "read" })),
    );
    const changes = (types.get("Mutation") ?? []).map((field) => NEEDS_OF_MUTATION[field] ?? {});
    const row = ENDPOINTS.find((endpoint) => endpoint.name === name);
    expect(sorted(row?.needs ?? { nothing: "read" })).toEqual(join([...reads, ...changes]));
  });

  it("has a row for every document, and a document for every such row", () => {
    const names = readDocumentFields().map(({ name }) => name);
    const rows = ENDPOINTS.map(({ name }) => name).filter((name) => !name.includes("/"));
    expect(new Set(names)).toEqual(new Set(rows));
  });
});

describe("what the App asks for", () => {
  const manifest = parse(readFileSync(new URL("../app.yml", import.meta.url), "utf8")) as {
    default_permissions: Record<string, Access>;
  };
  const used = join([{ metadata: "read" }, ...ENDPOINTS.map(({ needs }) => needs)]);

  it("is what some request needs", () => {
    expect(sorted(manifest.default_permissions)).toEqual(sorted(used));
  });

  it("is given to polling only to read", () => {
    const polled = join(ENDPOINTS.filter(({ by }) => by === "poll").map(({ needs }) => needs));
    expect(new Set(Object.values(polled))).toEqual(new Set(["read"]));
  });

  it("is given to a pass only as far as its requests need it", () => {
    const pass = join(ENDPOINTS.filter(({ by }) => by === "repository").map(({ needs }) => needs));
    expect(sorted({ ...PASS_PERMISSIONS, metadata: "read" })).toEqual(pass);
  });
});

const exchange = (change: Partial<Exchange>): Exchange => ({
  method: "GET",
  path: "/repos/acme/widgets",
  query: "",
  requestHeaders: { "user-agent": "smallbatch/1.0.0 octokit", authorization: "token x" },
  requestBody: "",
  status: 200,
  responseHeaders: {},
  responseBody: "",
  ...change,
});
const mint = (body: unknown): Partial<Exchange> => ({
  method: "POST",
  path: "/app/installations/7/access_tokens",
  requestHeaders: { "user-agent": "smallbatch/1.0.0", authorization: "bearer x" },
  requestBody: JSON.stringify(body),
});

describe("a request", () => {
  it.each([
    ["GET", "/repos/acme/widgets/git/ref/tags/a/v1.0.0", "GET /repos/{owner}/{repo}/git/ref/{ref}"],
    ["GET", "/repositories/42", "GET /repos/{owner}/{repo}"],
    ["POST", "/repositories/42/releases", "POST /repos/{owner}/{repo}/releases"],
    ["PATCH", "/repos/acme/widgets/git/refs/tags/v1.0.0", undefined],
    ["POST", "/repos/acme/widgets/releases/1", undefined],
    ["GET", "/repos/acme/widgets/", undefined],
    ["GET", "/repos/acme/widgets/../../user", undefined],
  ])("%s %s is found in the list as %s", (method, path, name) => {
    expect(findEndpoint(method, path)?.name).toBe(name);
  });

  it.each([
    ["query ReadTags($a: Int) { x }", "query ReadTags"],
    ["{ viewer { login } }", undefined],
    ["mutation ReadTags { x }", undefined],
    ["query ReadTags { x } \n mutation AddComments { y }", undefined],
  ])("%j is found in the list as %s", (document, name) => {
    expect(findDocument(document)?.name).toBe(name);
  });

  it.each<[string, Partial<Exchange>, RegExp]>([
    ["that is listed", {}, /^$/],
    ["of somebody else", { path: "/user", requestHeaders: { "user-agent": "curl" } }, /^$/],
    ["that is not listed", { path: "/user/keys" }, /GET \/user\/keys: not listed/],
    ["of the App with a token", { path: "/app/installations" }, /not with the token/],
    ["for a usual token", mint({ repository_ids: [1], permissions: PASS_PERMISSIONS }), /^$/],
    ["for a lesser token", mint({ repository_ids: [1], permissions: { issues: "read" } }), /^$/],
    ["for a list", mint({ permissions: { metadata: "read" } }), /^$/],
    ["for all it can get", mint({ repository_ids: [1] }), /without naming permissions/],
    ["for all repositories", mint({ permissions: PASS_PERMISSIONS }), /for every repository/],
    ["for two", mint({ repository_ids: [1, 2], permissions: {} }), /not for one repository/],
    [
      "for more",
      mint({ repository_ids: [1], permissions: { statuses: "write", workflows: "write" } }),
      /statuses: write is more.*\n.*workflows: write is more/,
    ],
  ])("%s is judged", (_, change, violation) => {
    const { violations } = judgeRequest(exchange(change));
    expect(violations.join("\n")).toMatch(violation);
  });
});
