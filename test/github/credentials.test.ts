import { afterEach, describe, expect, it } from "@jest/globals";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import { openForge } from "../../src/github/forge.ts";
import { listInstallations, listRepositories } from "../../src/github/installations.ts";
import type { Store } from "../../src/ports.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { Reconciled } from "../../src/reconcile/reconcile.ts";
import { useBench } from "./bench.ts";
import type { Subject } from "./bench.ts";

const bench = useBench({ isClockReal: true });

/** A pull that closes an issue, merged, with a green status: ready to be released. */
async function mergeGreen(subject: Subject, title: string) {
  const issue = (await subject.rest("POST", "/issues", { title: "Wrong" })) as { number: number };
  const { number, sha } = await subject.merge(title, { body: `Fixes #${issue.number}` });
  await subject.rest("POST", `/statuses/${sha}`, { state: "success", context: "ci/test" });
  return { issue: issue.number, number, sha };
}

/** A look of a process that has just started: no token, no name of a branch in its memory. */
function lookCold(
  subject: Subject,
  store: Store = fleetingStore(),
  client = bench.mintingClient(),
): Promise<Reconciled> {
  return reconcile({
    forge: openForge(client, { isStartForced: false }),
    store,
    clock: { now: () => bench.time.now },
    repository: subject.ref,
    defaultBranch: subject.repository.defaultBranch,
  });
}

/** Requests that `work` makes, with those for tokens; paths without the repository's name. */
async function requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = bench.github.requests.length;
  await work();
  return bench.github.requests
    .slice(before)
    .map(({ method, path }) => `${method} ${path.replace(/^\/repos\/acme\/[\w-]+/, "")}`);
}

/** Requests that change something, those for tokens left out. */
async function writesOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  return (await requestsOf(work)).filter(
    (request) => /^(POST|PATCH)/.test(request) && !/access_tokens|graphql/.test(request),
  );
}

const mintPath = () => `POST /app/installations/${bench.installation.id}/access_tokens`;

function kindsOf({ outcomes }: Reconciled): Record<string, string> {
  return Object.fromEntries(outcomes.map(({ action, outcome }) => [action.kind, outcome.kind]));
}

async function tagsOf(subject: Subject): Promise<readonly string[]> {
  const { git } = bench.github.github;
  const listed = await git.run(subject.repository.id, ["tag", "--list"]);
  return listed.split("\n").filter((name) => name !== "");
}

function checksOn({ repository }: Subject, sha: string) {
  return bench.github.github.data.checkRuns.filter(
    ({ repositoryId, headSha }) => repositoryId === repository.id && headSha === sha,
  );
}

/** What the owner has granted; taken back after each test. */
function grant(change: Record<string, "read" | "write" | null>): void {
  const { installation } = bench;
  const changed = { ...installation.permissions, ...change };
  installation.permissions = Object.fromEntries(
    Object.entries(changed).filter(
      (entry): entry is [string, "read" | "write"] => entry[1] !== null,
    ),
  );
}

afterEach(() => {
  const app = bench.github.github.data.apps.find(({ id }) => id === bench.installation.appId);
  bench.installation.permissions = { ...app?.permissions };
});

describe("a token that the App mints", () => {
  it("is for one repository, and suffices for a pass and the next one", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await mergeGreen(subject, "fix: it");
    const before = bench.github.github.data.tokens.length;
    const client = bench.mintingClient();
    const store = fleetingStore();
    expect(kindsOf(await lookCold(subject, store, client))).toEqual({
      createTag: "done",
      publishRelease: "done",
      writeCheck: "done",
      announce: "done",
    });
    await lookCold(subject, store, client);
    const forge = openForge(client, { isStartForced: false });
    expect(await forge.permissionOf(subject.ref, "wilma")).toBe("write");
    expect(bench.github.github.data.tokens.slice(before)).toMatchObject([
      {
        repositoryIds: [subject.repository.id],
        permissions: {
          contents: "write",
          pull_requests: "write",
          issues: "write",
          checks: "write",
          statuses: "read",
          metadata: "read",
        },
      },
    ]);
  });

  it("is one of four requests until a release is published, and of six with all that follows", async () => {
    const subject = await bench.open({ defaultBranch: "trunk", release: "v1.0.0" });
    const store = fleetingStore();
    await mergeGreen(subject, "fix: the first of ours");
    await lookCold(subject, store);
    await mergeGreen(subject, "fix: the next one");
    expect(await requestsOf(() => lookCold(subject, store))).toEqual([
      mintPath(),
      "POST /graphql",
      "POST /git/refs",
      "POST /releases",
      "POST /check-runs",
      "POST /graphql",
    ]);
  });

  it("is refused for a repository that the installation does not cover", async () => {
    const forge = openForge(bench.mintingClient(), { isStartForced: false });
    const repository = { id: 999_999_999, owner: "acme", name: "nothing" };
    const line = { line: null, defaultBranch: null, memory: EMPTY_MEMORY };
    await expect(forge.observe({ repository, ...line, now: bench.time.now })).rejects.toMatchObject(
      { code: "github/not-found", retry: { kind: "never" } },
    );
  });
});

describe.each([
  ["public", false],
  ["private", true],
])("in a %s repository, an owner who declined", (_visibility, isPrivate) => {
  it.each([
    ["checks: write", { checks: "read" }, { writeCheck: "refused", announce: "done" }, [1, 1]],
    ["issues", { issues: null }, { writeCheck: "done", announce: "done" }, [1, 0]],
    [
      "issues, and pull requests: write",
      { issues: null, pull_requests: "read" },
      { writeCheck: "done", announce: "refused" },
      [0, 0],
    ],
    [
      "all that is only said",
      { issues: "read", pull_requests: "read", checks: "read" },
      { writeCheck: "refused", announce: "refused" },
      [0, 0],
    ],
  ] as const)("%s still gets the release", async (_what, declined, said, comments) => {
    grant(declined);
    const subject = await bench.open({ release: "v1.0.0", isPrivate });
    const { number, issue, sha } = await mergeGreen(subject, "fix: it");
    const client = bench.mintingClient();
    const store = fleetingStore();
    let looked: Reconciled | null = null;
    const requests = await requestsOf(
      async () => (looked = await lookCold(subject, store, client)),
    );
    expect(requests.slice(0, 3)).toEqual([
      mintPath(),
      mintPath().replace("POST", "GET").replace("/access_tokens", ""),
      mintPath(),
    ]);
    expect(kindsOf(looked as unknown as Reconciled)).toEqual({
      createTag: "done",
      publishRelease: "done",
      ...said,
    });
    const { data, git } = bench.github.github;
    expect(await git.resolveCommit(subject.repository.id, "refs/tags/v1.0.1")).toBe(sha);
    const count = (at: number) =>
      data.comments.filter(
        ({ repositoryId, issueNumber }) =>
          repositoryId === subject.repository.id && issueNumber === at,
      ).length;
    expect([count(number), count(issue)]).toEqual(comments);
    const again = await requestsOf(() => lookCold(subject, store, client));
    expect(again).not.toContain(mintPath());
    expect(await tagsOf(subject)).toEqual(["v1.0.0", "v1.0.1"]);
  });

  it.each([
    ["contents: read", { contents: null }],
    ["pull_requests: read", { pull_requests: null }],
    ["checks: read", { checks: null }],
    ["statuses: read", { statuses: null }],
    ["contents: read, checks: read", { contents: null, checks: null, issues: null }],
  ] as const)("%s gets no release, and reads what is missing", async (missing, declined) => {
    grant(declined);
    const subject = await bench.open({ release: "v1.0.0", isPrivate });
    await mergeGreen(subject, "fix: it");
    const error: unknown = await lookCold(subject).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "github/forbidden", retry: { kind: "never" } });
    expect(String(error)).toMatch(new RegExp(`does not grant ${missing}$`));
    expect(await tagsOf(subject)).toEqual(["v1.0.0"]);
  });
});

describe.each([
  ["public", false],
  ["private", true],
])("in a %s repository, an App that may only read contents", (_visibility, isPrivate) => {
  const observing = { contents: "read", pull_requests: "read", issues: "read" } as const;
  it("says what it would release, tries nothing else, and says it once", async () => {
    grant(observing);
    const subject = await bench.open({ release: "v1.0.0", isPrivate });
    const { number, sha } = await mergeGreen(subject, "fix: it");
    const client = bench.mintingClient();
    const store = fleetingStore();
    expect(await writesOf(() => lookCold(subject, store, client))).toEqual(["POST /check-runs"]);
    const again = await lookCold(subject, store, client);
    expect(again.plan).toMatchObject({
      actions: [],
      reason: { code: "observes-only", blockedBy: ["contents: write"] },
      version: "1.0.1",
      wakeAt: null,
    });
    const { data } = bench.github.github;
    expect(
      checksOn(subject, sha).map(({ output, conclusion }) => [output.title, conclusion]),
    ).toEqual([["would release v1.0.1; this App only observes (contents: read)", "neutral"]]);
    expect(await tagsOf(subject)).toEqual(["v1.0.0"]);
    const own = ({ repositoryId, issueNumber }: { repositoryId: number; issueNumber: number }) =>
      repositoryId === subject.repository.id && issueNumber === number;
    expect(data.comments.filter(own)).toEqual([]);
  });

  it("releases once contents: write is granted, with the next token", async () => {
    grant(observing);
    const subject = await bench.open({ release: "v1.0.0", isPrivate });
    const { sha } = await mergeGreen(subject, "fix: it");
    const store = fleetingStore();
    await lookCold(subject, store);
    grant({ contents: "write", pull_requests: "write", issues: "write" });
    expect(kindsOf(await lookCold(subject, store))).toMatchObject({ publishRelease: "done" });
    const { git } = bench.github.github;
    expect(await git.resolveCommit(subject.repository.id, "refs/tags/v1.0.1")).toBe(sha);
    const titles = checksOn(subject, sha).map(({ output }) => output.title);
    expect(titles).toEqual(["released in v1.0.1"]);
  });
});

describe("a token that somebody else made", () => {
  it("and that may not read checks releases nothing", async () => {
    grant({ checks: null });
    const subject = await bench.open({ release: "v1.0.0", isPrivate: true });
    await mergeGreen(subject, "fix: it");
    await expect(lookCold(subject, fleetingStore(), bench.client())).rejects.toMatchObject({
      code: "github/forbidden",
      retry: { kind: "never" },
    });
    expect(await tagsOf(subject)).toEqual(["v1.0.0"]);
  });
});

describe("the App", () => {
  it("lists its installations and their repositories", async () => {
    const subject = await bench.open();
    const client = bench.mintingClient();
    expect(await listInstallations(client)).toMatchObject([
      { id: bench.installation.id, account: "acme", isSuspended: false },
    ]);
    expect(await listRepositories(client)).toContainEqual({
      ...subject.ref,
      nodeId: expect.any(String),
      isPrivate: false,
      isArchived: false,
      defaultBranch: "main",
      pushedAt: expect.any(String),
    });
  });
});
