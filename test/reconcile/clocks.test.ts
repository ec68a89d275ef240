import { describe, expect, it } from "@jest/globals";
import { readClocks } from "../../src/core/clocks/read-clocks.ts";
import { openClockForge } from "../../src/github/clock-reading.ts";
import { sweepClocks } from "../../src/reconcile/clocks-sweep.ts";
import { readPast } from "../../src/reconcile/clocks.ts";
import type { ReadingEnd, ReadingProgress, ReadingRequest } from "../../src/reconcile/clocks.ts";
import { DAY_MS, MINUTE_MS, useBench } from "../github/bench.ts";
import type { Subject } from "../github/bench.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION } from "../support/deliveries.ts";

const bench = useBench();
const test = useDatabase();

const ALWAYS = { from: 0, to: 9_000_000_000_000 };
const clocks = () => test.database.clocksOf(INSTALLATION);

async function enter(subject: Subject): Promise<void> {
  const { id, owner, name } = subject.ref;
  const label = { id, owner, name, nodeId: `R_${id}`, isPrivate: false, defaultBranch: "main" };
  await test.database.inbox.recordDelivery(deliveryOf(`d-${id}`, { repository: label }));
}

function read(subject: Subject, more: Partial<ReadingRequest> = {}): Promise<ReadingEnd> {
  return readPast({
    forge: openClockForge(bench.client()),
    store: clocks(),
    clock: { now: () => bench.time.now },
    repository: subject.ref,
    branches: ["main"],
    pagesMax: 100,
    ...more,
  });
}

const recordsOf = ({ ref }: Subject) => clocks().readRecords([ref.id], ALWAYS);

const say = (subject: Subject, path: string, body: unknown, as = "mona"): Promise<unknown> =>
  subject.rest("POST", path, body, as);

/** As whoever deploys tells GitHub; when. */
async function deploy(
  subject: Subject,
  {
    sha,
    state,
    environment = "production",
  }: {
    readonly sha: string;
    readonly state: "SUCCESS" | "FAILURE";
    readonly environment?: string;
  },
): Promise<number> {
  const { data } = bench.github.github;
  const own = { id: (data.lastId += 1), repositoryId: subject.ref.id, environment };
  const createdAt = new Date(bench.time.now).toISOString();
  (data.deployments ??= []).push({ ...own, sha, state, createdAt });
  return bench.time.now;
}

/** A pull with a review and a fix of an issue, a revert of it, and releases around them. */
async function tell(subject: Subject): Promise<Readonly<Record<string, number>>> {
  const times: Record<string, number> = { start: bench.time.now };
  const later = (minutes: number): number => (bench.time.now += minutes * MINUTE_MS);
  later(1);
  const issue = (await say(
    subject,
    "/issues",
    { title: "Regressed in v1.0.0: it fails", body: "" },
    "outsider",
  )) as { number: number };
  await say(subject, `/issues/${issue.number}/labels`, { labels: ["bug"] });
  times["issue"] = issue.number;
  times["issueAt"] = bench.time.now;
  const number = await subject.openPull("fix: do it", {
    as: "wilma",
    body: `Fixes #${issue.number}\n\n🤖 Generated with [Claude Code](https://claude.com)`,
  });
  times["fix"] = number;
  times["openedAt"] = bench.time.now;
  later(5);
  await say(subject, `/pulls/${number}/reviews`, { event: "APPROVE" });
  times["approvedAt"] = bench.time.now;
  later(5);
  const merged = (await subject.rest("PUT", `/pulls/${number}/merge`, {
    merge_method: "squash",
  })) as { sha: string };
  times["mergedAt"] = bench.time.now;
  later(2);
  await subject.commit("fix: by hand");
  await subject.release("v1.0.1");
  times["releasedAt"] = bench.time.now;
  later(3);
  await subject.merge('Revert "fix: do it"', { body: `This reverts commit ${merged.sha}.` });
  times["revertedAt"] = bench.time.now;
  await subject.openPull("feat: still open");
  return times;
}

describe("reading the past of a repository", () => {
  it("finds pulls, releases with what they brought, and what people said", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const times = await tell(subject);
    expect(await read(subject)).toMatchObject({ kind: "done" });
    const { pulls, commits, releases, feedback } = await recordsOf(subject);
    expect(pulls.map(({ kind, title }) => [kind, title])).toEqual([
      ["fix", "fix: do it"],
      ["revert", 'Revert "fix: do it"'],
      ["feature", "feat: still open"],
    ]);
    expect(pulls[0]).toMatchObject({
      number: times["fix"],
      agents: [{ agent: "Claude", role: "coauthor", from: "text" }],
      hasPersonsCommit: true,
      createdAt: times["openedAt"],
      readyAt: times["openedAt"],
      firstReviewAt: times["approvedAt"],
      approvedAt: times["approvedAt"],
      mergedAt: times["mergedAt"],
      closedAt: null,
      revertedAt: times["revertedAt"],
      oldestIssueAt: times["issueAt"],
      additions: 1,
      deletions: 0,
      weightedLines: 1,
      components: null,
      hasTestChange: false,
      isReleasable: true,
    });
    expect(pulls[2]).toMatchObject({ mergedAt: null, closedAt: null });
    expect(commits).toMatchObject([{ isReleasable: true }]);
    expect(releases).toMatchObject([
      { tag: "v1.0.0", kind: "first", carries: [] },
      {
        tag: "v1.0.1",
        kind: "hotfix",
        channel: "stable",
        publishedAt: times["releasedAt"],
        usableAt: times["releasedAt"],
        carries: [
          { pull: times["fix"], sha: pulls[0]?.mergeSha, how: "ancestry" },
          { pull: null, sha: commits[0]?.sha, how: "direct" },
        ],
      },
    ]);
    expect(feedback).toMatchObject([
      {
        key: `issue/${times["issue"]}`,
        kind: "bug",
        reporter: "external",
        attribution: { tier: "explicit", tag: "v1.0.0", by: "words" },
        resolution: "fixed",
        fixedAt: times["mergedAt"],
        fixTag: "v1.0.1",
        fixUsableAt: times["releasedAt"],
      },
      {
        kind: "revert",
        attribution: { tier: "explicit", tag: "v1.0.1", by: "reverted-sha" },
        fixUsableAt: null,
      },
    ]);
    expect(await clocks().readCoverage([subject.ref.id])).toMatchObject([
      { knownSince: bench.time.now - 90 * DAY_MS, readAt: bench.time.now, cursor: null },
    ]);
    // Again: the same, and nothing is compared twice.
    const before = await recordsOf(subject);
    const asked = await subject.requestsOf(() => read(subject));
    expect(asked).toHaveLength(4);
    expect(await recordsOf(subject)).toEqual(before);
  });

  it("finds what issues are by their types, too, in one more request", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const report = async (body: object): Promise<number> => {
      const made = await say(subject, "/issues", { title: "It fails", body: "", ...body });
      return (made as { number: number }).number;
    };
    const typed = await report({ type: "Bug" });
    const labelled = await report({ type: "Bug", labels: ["bug"] });
    const wish = await report({ type: "Feature" });
    const task = await report({ type: "Task" });
    const seen = async () => {
      const { feedback } = await recordsOf(subject);
      return feedback.map(({ key, kind, kindBy }) => [Number(key.slice(6)), kind, kindBy]);
    };
    await read(subject);
    expect(await seen()).toEqual([
      [typed, "bug", "type"],
      [labelled, "bug", "label"],
      [wish, "idea", "type"],
    ]);
    // As people find out what it is.
    bench.time.now += MINUTE_MS;
    await subject.rest("PATCH", `/issues/${task}`, { type: "Bug" });
    await subject.rest("PATCH", `/issues/${typed}`, { type: null });
    const asked = await subject.requestsOf(() => read(subject));
    expect(asked.filter((request) => request.includes("/issues"))).toHaveLength(1);
    expect(await seen()).toEqual([
      [labelled, "bug", "label"],
      [wish, "idea", "type"],
      [task, "bug", "type"],
    ]);
  });

  it("finds the types of a page also where hundreds were changed at once", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const { data } = bench.github.github;
    const made = await say(subject, "/issues", { title: "It fails", body: "", type: "Bug" });
    const { number: first } = made as { number: number };
    const one = data.issues.find((issue) => {
      return issue.repositoryId === subject.ref.id && issue.number === first;
    });
    if (one === undefined) throw new Error("The issue was not made.");
    const copies = Array.from({ length: 220 }, (_, at) => {
      return { ...one, id: (data.lastId += 1), number: first + 1 + at, timeline: [] };
    });
    data.issues.push(...copies);
    expect(await read(subject)).toMatchObject({ kind: "done" });
    const { feedback } = await recordsOf(subject);
    expect(feedback.filter(({ kindBy }) => kindBy === "type")).toHaveLength(221);
  });

  it("goes on where it stopped, and comes to the same", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    await tell(subject);
    const ends: ReadingEnd["kind"][] = [];
    const parts: ReadingProgress["part"][] = [];
    for (let turn = 0; turn < 5 && ends.at(-1) !== "done"; turn += 1) {
      const onPage = ({ part }: ReadingProgress): void => void parts.push(part);
      ends.push((await read(subject, { pagesMax: 1, onPage })).kind);
    }
    expect(ends).toEqual(["more", "more", "more", "done"]);
    expect(parts).toEqual(["pulls", "releases", "issues", "deployments"]);
    const whole = await recordsOf(subject);
    await read(subject, { since: 0 });
    expect(await recordsOf(subject)).toEqual(whole);
    expect(await clocks().readCoverage([subject.ref.id])).toMatchObject([{ knownSince: 0 }]);
  });

  it("keeps when a draft was made ready for the first time", async () => {
    const subject = await bench.open();
    await enter(subject);
    const number = await subject.openPull("feat: a draft");
    const opened = bench.time.now;
    const turn = async (mutation: string): Promise<number> => {
      bench.time.now += MINUTE_MS;
      const pull = (await subject.rest("GET", `/pulls/${number}`)) as { node_id: string };
      const answer = await fetch(bench.github.graphqlUrl, {
        method: "POST",
        headers: { authorization: `Bearer ${bench.tokens["mona"] ?? ""}`, "user-agent": "bench" },
        body: JSON.stringify({
          query: `mutation($id: ID!) { ${mutation}(input: { pullRequestId: $id }) { clientMutationId } }`,
          variables: { id: pull.node_id },
        }),
      });
      expect(await answer.json()).not.toHaveProperty("errors");
      return bench.time.now;
    };
    const [from, to] = [
      await turn("convertPullRequestToDraft"),
      await turn("markPullRequestReadyForReview"),
    ];
    const again = await turn("convertPullRequestToDraft");
    await read(subject);
    // It was opened as no draft.
    const redrafts = [
      [from, to],
      [again, null],
    ];
    expect((await recordsOf(subject)).pulls).toMatchObject([{ readyAt: opened, redrafts }]);
  });

  it("finds what was deployed, taken away, repeated and stacked", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const later = (): number => (bench.time.now += MINUTE_MS);
    const bug = async (title: string): Promise<number> => {
      const made = (await say(subject, "/issues", { title, body: "" }, "outsider")) as {
        number: number;
      };
      await say(subject, `/issues/${made.number}/labels`, { labels: ["bug"] });
      return made.number;
    };
    const [first, second] = [await bug("It fails"), await bug("It fails, too")];
    const { data } = bench.github.github;
    const issue = data.issues.find(
      ({ number, repositoryId }) => number === second && repositoryId === subject.ref.id,
    );
    const said = { id: (data.lastId += 1), actorId: 1, canonical: first };
    const at = new Date(bench.time.now).toISOString();
    issue?.timeline.push({ ...said, event: "marked_as_duplicate", createdAt: at });
    // One pull on another: merged into its branch, and with it.
    const whole = await subject.openPull("feat: whole");
    const head = data.issues.find(
      ({ number, repositoryId }) => number === whole && repositoryId === subject.ref.id,
    )?.pull?.headRef;
    const part = await subject.openPull("feat: part");
    await subject.rest("PATCH", `/pulls/${part}`, { base: head });
    later();
    await subject.rest("PUT", `/pulls/${part}/merge`, { merge_method: "merge" });
    const open = await subject.openPull("feat: onto it, and open");
    await subject.rest("PATCH", `/pulls/${open}`, { base: head });
    await read(subject);
    expect((await recordsOf(subject)).pulls.map(({ number }) => number)).toEqual([whole]);
    later();
    await subject.rest("PUT", `/pulls/${whole}/merge`, { merge_method: "merge" });
    const mergedAt = bench.time.now;
    await deploy(subject, { sha: await subject.head("refs/tags/v1.0.0"), state: "SUCCESS" });
    later();
    await subject.release("v1.1.0");
    later();
    const failedAt = await deploy(subject, { sha: await subject.head(), state: "FAILURE" });
    later();
    const deployedAt = await deploy(subject, { sha: await subject.head(), state: "SUCCESS" });
    await subject.release("v1.2.0");
    await read(subject);
    const gone = data.releases.find(({ tagName }) => tagName === "v1.2.0");
    data.releases = data.releases.filter((each) => each !== gone);
    const goneAt = later();
    await read(subject);
    const { pulls, releases, feedback } = await recordsOf(subject);
    expect(pulls).toMatchObject([
      { number: whole, mergedAt, isReleasable: true },
      { number: part, mergedAt, isReleasable: false },
    ]);
    expect(releases).toMatchObject([
      { tag: "v1.0.0", usableBy: "published", withdrawnAt: null },
      { tag: "v1.1.0", usableBy: "deployment", usableAt: deployedAt, withdrawnAt: null },
      { tag: "v1.2.0", withdrawnAt: goneAt },
    ]);
    expect(feedback).toMatchObject([
      {
        kind: "deployment",
        openedAt: failedAt,
        attribution: { tier: "explicit", by: "deployment" },
        fixUsableAt: deployedAt,
      },
      { key: `issue/${first}`, duplicateOf: null },
      { key: `issue/${second}`, duplicateOf: `issue/${first}` },
    ]);
  });

  it("takes for production what the policy names, also where that changes", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const to = async (environment: string, state: "SUCCESS" | "FAILURE" = "SUCCESS") => {
      bench.time.now += MINUTE_MS;
      return await deploy(subject, { sha: await subject.head(), state, environment });
    };
    const names = async (policy: string): Promise<void> => {
      // Nothing that was deployed before changes any more.
      bench.time.now += 3 * DAY_MS;
      const text = `version: 1\n${policy}`;
      await subject.commit("chore: policy", { ".github/smallbatch.yml": text });
    };
    const found = async () => {
      const { releases, feedback } = await recordsOf(subject);
      const [coverage] = await clocks().readCoverage([subject.ref.id]);
      const { usableBy, usableAt } = releases.at(-1) ?? {};
      const failed = feedback.map(({ openedAt }) => openedAt);
      return { usable: [usableBy, usableAt], failed, rule: coverage?.production };
    };
    await to("shop");
    await to("live");
    await subject.commit("fix: x");
    await subject.release("v1.1.0");
    const publishedAt = bench.time.now;
    const liveAt = await to("live");
    const failedAt = await to("live", "FAILURE");
    const shopAt = await to("shop");
    for (let count = 0; count < 120; count += 1) await to("qa");
    const byName = { usable: ["deployment", liveAt], failed: [failedAt], rule: "null" };
    const byPolicy = { usable: ["deployment", shopAt], failed: [], rule: '["shop"]' };
    await read(subject);
    expect(await found()).toEqual(byName);
    await names("production: [Shop]");
    await read(subject);
    expect(await found()).toEqual(byPolicy);
    // A file that is wrong says nothing; none at all is an answer.
    await names("production: live");
    await read(subject);
    expect(await found()).toEqual(byPolicy);
    await names("production: []");
    await read(subject);
    expect(await found()).toEqual({ usable: ["published", publishedAt], failed: [], rule: "[]" });
    // Changed again in the middle of reading it anew.
    await names("production: [shop]");
    expect(await read(subject, { pagesMax: 4 })).toMatchObject({ kind: "more" });
    expect(await found()).toMatchObject({ rule: null });
    await names("");
    await read(subject);
    await read(subject);
    expect(await found()).toEqual(byName);
  });

  it("lights up the numbers that need sizes, components and deployments", async () => {
    const policy = "version: 1\ncomponents: [{ name: app, path: work-1.txt }]\n";
    const subject = await bench.open({ policy, release: "v1.0.0" });
    await enter(subject);
    const from = bench.time.now;
    const body = "🤖 Generated with [Claude Code](https://claude.com)";
    for (const title of ["feat: a", "feat: b", "feat: c", "fix: d", "fix: e"]) {
      await subject.merge(title, { body });
    }
    await deploy(subject, { sha: await subject.head("refs/tags/v1.0.0"), state: "SUCCESS" });
    bench.time.now += MINUTE_MS;
    await subject.release("v1.1.0");
    await deploy(subject, { sha: await subject.head(), state: "FAILURE" });
    bench.time.now += MINUTE_MS;
    await deploy(subject, { sha: await subject.head(), state: "SUCCESS" });
    bench.time.now += 20 * DAY_MS;
    await read(subject);
    const window = { from, to: bench.time.now };
    const report = readClocks(await recordsOf(subject), { asOf: bench.time.now, window });
    const [month] = report.agentsMonths;
    expect(month?.medianLines).toMatchObject({ value: 1, n: 5 });
    expect(month?.medianComponents).toMatchObject({ value: 0, n: 5 });
    expect(report.clocks.release).toMatchObject({ n: 5, censored: 0 });
    expect(report.clocks.release.value).not.toBeNull();
    expect(report.clocks.returnInternal).toMatchObject({ n: 1, censored: 0 });
    expect(report.numbers.changeFailLow.n).toBe(1);
  });

  it("takes tags with a time of their own where there are no releases", async () => {
    const subject = await bench.open();
    await enter(subject);
    const { git } = bench.github.github;
    const tag = async (name: string, annotated: boolean): Promise<void> => {
      bench.time.now += MINUTE_MS;
      const date = `${bench.time.now / 1_000} +0000`;
      const head = await subject.head();
      const text = `object ${head}\ntype commit\ntag ${name}\ntagger Mona <m@example.com> ${date}\n\n.\n`;
      const made = annotated ? await git.run(subject.ref.id, ["mktag"], { input: text }) : head;
      await git.run(subject.ref.id, ["update-ref", `refs/tags/${name}`, made.trim()]);
    };
    await tag("v1.0.0", true);
    const { number } = await subject.merge("feat: x");
    await tag("v1.1.0", true);
    const taggedAt = bench.time.now;
    await tag("v1.1.1", false);
    await read(subject);
    expect((await recordsOf(subject)).releases).toMatchObject([
      { tag: "v1.0.0", kind: "first" },
      { tag: "v1.1.0", publishedAt: taggedAt, carries: [{ pull: number }] },
    ]);
    await subject.release("v1.2.0");
    await read(subject);
    expect((await recordsOf(subject)).releases).toMatchObject([
      { withdrawnAt: null },
      { withdrawnAt: null },
      { tag: "v1.2.0" },
    ]);
  });

  it("leaves GitHub's requests to releases where few are left", async () => {
    const subject = await bench.open();
    await enter(subject);
    const forge = openClockForge(bench.client());
    const quota = { remaining: 1_000, limit: 5_000, resetAt: bench.time.now + DAY_MS };
    const poor = {
      ...forge,
      readPulls: async (...asked: Parameters<typeof forge.readPulls>) => ({
        ...(await forge.readPulls(...asked)),
        quota,
      }),
    };
    expect(await read(subject, { forge: poor })).toMatchObject({
      kind: "wait",
      until: quota.resetAt,
    });
    expect(await clocks().readCoverage([subject.ref.id])).toMatchObject([
      { knownSince: null, cursor: { part: "releases" } },
    ]);
  });
});

const due = async (now = bench.time.now): Promise<readonly number[]> =>
  (await test.database.listClockDuties(now, 100)).map(({ id }) => id);

const look = ({ ref }: Subject, at: number) =>
  test.query(
    `update smallbatch.repository set last_reconciled_at = to_timestamp($2::bigint / 1000)
    where id = $1`,
    [ref.id, at],
  );

const silent = (): undefined => undefined;

describe("what the clocks have to read", () => {
  it("is what is new, what was told of, and, once a day, everything", async () => {
    const subject = await bench.open();
    const { id } = subject.ref;
    await enter(subject);
    expect(await due()).not.toContain(id);
    await look(subject, bench.time.now);
    // Releases go first.
    expect(await due()).not.toContain(id);
    bench.time.now += 2 * MINUTE_MS;
    expect(await due()).toContain(id);
    await read(subject);
    expect(await due()).not.toContain(id);
    const fact = { key: "f", repositoryId: id, subject: "1", at: 0, actorId: null, data: {} };
    const store = test.database.forInstallation(INSTALLATION);
    await store.recordFacts([{ ...fact, kind: "check.completed" }]);
    expect(await due()).not.toContain(id);
    await store.recordFacts([{ ...fact, key: "g", kind: "pull.merged" }]);
    expect(await due()).toContain(id);
    await clocks().keepReading(id, { factId: await clocks().newestFact(id) });
    expect(await due()).not.toContain(id);
    expect(await due(bench.time.now + DAY_MS + 1)).toContain(id);
    await test.query("update smallbatch.repository set removed_at = now() where id = $1", [id]);
    expect(await due(bench.time.now + DAY_MS + 1)).not.toContain(id);
  });

  it("is read by a sweep, where one that fails hides no other", async () => {
    const [bad, good] = [await bench.open(), await bench.open()];
    for (const subject of [bad, good]) {
      await enter(subject);
      await subject.merge("feat: x");
    }
    const forge = openClockForge(bench.client());
    const warnings: unknown[] = [];
    await sweepClocks({
      database: {
        listClockDuties: () =>
          Promise.resolve(
            [bad, good].map(({ ref }) => ({
              ...ref,
              installationId: INSTALLATION,
              branches: ["main"],
            })),
          ),
        clocksOf: () => clocks(),
      },
      forgeOf: () => ({
        ...forge,
        readPulls: (repository, after) =>
          repository.id === bad.ref.id
            ? Promise.reject(new Error("gone"))
            : forge.readPulls(repository, after),
      }),
      clock: { now: () => bench.time.now },
      logger: {
        debug: silent,
        info: silent,
        error: silent,
        warn: (fields) => void warnings.push(fields),
      },
      signal: new AbortController().signal,
    });
    expect(warnings).toMatchObject([{ repositoryId: bad.ref.id }]);
    expect((await recordsOf(good)).pulls).toHaveLength(1);
    expect((await recordsOf(bad)).pulls).toEqual([]);
  });
});
