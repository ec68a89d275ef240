import { describe, expect, it } from "@jest/globals";
import { openClockForge } from "../../src/github/clock-reading.ts";
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
    expect(asked).toHaveLength(3);
    expect(await recordsOf(subject)).toEqual(before);
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
    expect(ends).toEqual(["more", "more", "done"]);
    expect(parts).toEqual(["pulls", "releases", "issues"]);
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
    await turn("convertPullRequestToDraft");
    await turn("markPullRequestReadyForReview");
    await read(subject);
    // It was opened as no draft.
    expect((await recordsOf(subject)).pulls).toMatchObject([{ readyAt: opened }]);
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
