import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Sightings } from "../../src/clocks-port.ts";
import type { KeptKinds, Seen } from "../../src/core/clock-records/kept.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const T0 = Date.UTC(2026, 0, 5);
const REPOSITORY = 42;
const ALWAYS = { from: 0, to: 9_000_000_000_000 };

const sha = (digit: string): string => digit.repeat(40);

function pull(
  number: number,
  record: Partial<KeptKinds["pull"]>,
  at = T0,
): Seen<KeptKinds["pull"]> {
  return { at, isWhole: false, record: { number, createdAt: T0, ...record } };
}

function release(
  tag: string,
  record: Partial<KeptKinds["release"]>,
  at = T0,
): Seen<KeptKinds["release"]> {
  const publishedAt = record.publishedAt ?? T0;
  const usual = { sha: sha("e"), publishedAt, isPrerelease: false };
  return { at, isWhole: false, record: { tag, ...usual, ...record } };
}

function bug(
  number: number,
  record: Partial<KeptKinds["feedback"]>,
  at = T0,
): Seen<KeptKinds["feedback"]> {
  const usual = { kind: "bug", openedAt: T0, reporter: "external" } as const;
  return { at, isWhole: false, record: { key: `issue/${number}`, ...usual, ...record } };
}

const clocks = () => test.database.clocksOf(INSTALLATION);
const keep = (seen: Sightings): Promise<void> => clocks().keep(REPOSITORY, seen);
const read = (window = ALWAYS) => clocks().readRecords([REPOSITORY], window);

const carry = (number: number, digit: string) =>
  ({ pull: number, sha: sha(digit), how: "ancestry" }) as const;

function deployment(
  id: number,
  record: Partial<KeptKinds["deployment"]>,
): Seen<KeptKinds["deployment"]> {
  const usual = { sha: sha("e"), environment: "production", createdAt: T0 };
  return { at: T0, isWhole: true, record: { id, ...usual, ...record } };
}

describe("what the clocks read, in PostgreSQL", () => {
  beforeEach(async () => {
    const repository = repositoryLabel(REPOSITORY);
    await test.database.inbox.recordDelivery(deliveryOf(`d-${Math.random()}`, { repository }));
    for (const table of [
      "pull",
      "commit",
      "release",
      "carried",
      "feedback",
      "deployment",
      "reading",
    ]) {
      await test.query(`delete from smallbatch.clock_${table}`);
    }
  });

  it("keeps the first time that something was seen, in whatever order it comes", async () => {
    await keep({ pulls: [pull(1, { readyAt: T0 + 5, title: "new" }, T0 + 9)] });
    await keep({ pulls: [pull(1, { readyAt: T0 + 3, title: "old", mergedAt: T0 + 7 }, T0 + 2)] });
    await keep({ pulls: [pull(1, { readyAt: null }, T0 + 10)] });
    await keep({ releases: [release("v1.0.0", { publishedAt: T0 + 20 })] });
    await keep({ releases: [release("v1.0.0", { publishedAt: T0 + 90, isPrerelease: true })] });
    const { pulls, releases } = await read();
    expect(pulls).toMatchObject([{ number: 1, title: "new", readyAt: T0 + 3, mergedAt: T0 + 7 }]);
    expect(releases).toMatchObject([{ publishedAt: T0 + 20, isPrerelease: false }]);
  });

  it("gives back the fields of a record and no others", async () => {
    await keep({
      pulls: [pull(1, {})],
      commits: [{ at: T0, isWhole: false, record: { sha: sha("c"), at: T0 } }],
      releases: [release("v1.0.0", {})],
      feedback: [bug(1, {})],
    });
    const { pulls, commits, releases, feedback } = await read();
    expect(pulls[0]).toEqual({
      repositoryId: REPOSITORY,
      number: 1,
      title: "",
      kind: "untyped",
      authorId: null,
      isBot: false,
      initiatorId: null,
      agents: [],
      hasPersonsCommit: null,
      createdAt: T0,
      firstAuthoredAt: null,
      readyAt: null,
      redrafts: [],
      firstReviewAt: null,
      approvedAt: null,
      mergedAt: null,
      closedAt: null,
      mergeSha: null,
      mergedById: null,
      reviewerIds: [],
      additions: null,
      deletions: null,
      weightedLines: null,
      components: null,
      hasTestChange: null,
      wasGreen: null,
      isReleasable: true,
      revertedAt: null,
      oldestIssueAt: null,
      exceptions: 0,
    });
    expect(commits).toEqual([
      { repositoryId: REPOSITORY, sha: sha("c"), at: T0, isReleasable: true },
    ]);
    expect(releases[0]).toEqual({
      repositoryId: REPOSITORY,
      tag: "v1.0.0",
      sha: sha("e"),
      component: "",
      channel: "stable",
      isPrerelease: false,
      publishedAt: T0,
      usableAt: T0,
      usableBy: "published",
      withdrawnAt: null,
      actorId: null,
      kind: "empty",
      carries: [],
      lines: null,
      rollsBack: [],
      rolledBackAt: null,
      overrides: 0,
    });
    expect(feedback[0]).toEqual({
      repositoryId: REPOSITORY,
      key: "issue/1",
      kind: "bug",
      kindBy: null,
      openedAt: T0,
      reporterId: null,
      reporter: "external",
      attribution: { tier: "inferred", tag: "v1.0.0" },
      duplicateOf: null,
      closedAt: null,
      resolution: null,
      fixedAt: null,
      fixTag: null,
      fixUsableAt: null,
    });
  });

  const merged = (number: number, digit: string, more: Partial<KeptKinds["pull"]> = {}) =>
    pull(number, {
      mergedAt: T0 + number * HOUR_MS,
      mergeSha: sha(digit),
      additions: 10 * number,
      deletions: number,
      ...more,
    });

  const STORY: Sightings = {
    pulls: [
      merged(1, "1", { kind: "feature" }),
      merged(2, "2", { kind: "fix" }),
      merged(3, "3", { kind: "revert", revertsShas: ["1111111"] }),
    ],
    releases: [
      release("v1.0.0", { publishedAt: T0 + 1.5 * HOUR_MS, carries: [carry(1, "1")] }),
      release("v1.0.1", { publishedAt: T0 + 2.5 * HOUR_MS, carries: [carry(2, "2")] }),
      release("v1.0.2", {
        publishedAt: T0 + 3.5 * HOUR_MS,
        carries: [carry(3, "3")],
        rollsBack: ["v1.0.1"],
      }),
    ],
    feedback: [
      bug(7, {
        openedAt: T0 + 1.75 * HOUR_MS,
        closedAt: T0 + 2 * HOUR_MS,
        resolution: "fixed",
        fixPulls: [2],
      }),
      bug(8, { openedAt: T0 + 20 * DAY_MS, claim: { by: "words", version: "1.0.0" } }),
      bug(9, { openedAt: T0 + 20 * DAY_MS }),
      {
        at: T0,
        isWhole: false,
        record: {
          key: "revert/3",
          kind: "revert",
          openedAt: T0 + 3 * HOUR_MS,
          reporter: "internal",
          claim: { by: "reverted-sha", sha: "1111111" },
          closedAt: T0 + 3 * HOUR_MS,
          resolution: "fixed",
          fixPulls: [3],
        },
      },
    ],
  };

  it("ties pulls, releases and feedback together, whichever comes first", async () => {
    await keep(STORY);
    const first = await read();
    expect(first.pulls.map(({ revertedAt }) => revertedAt)).toEqual([T0 + 3 * HOUR_MS, null, null]);
    expect(
      first.releases.map(({ kind, lines, rolledBackAt }) => [kind, lines, rolledBackAt]),
    ).toEqual([
      ["regular", 11, null],
      ["hotfix", 22, T0 + 3.5 * HOUR_MS],
      ["rollback", 33, null],
    ]);
    expect(first.feedback).toMatchObject([
      {
        key: "issue/7",
        attribution: { tier: "inferred", tag: "v1.0.0" },
        fixedAt: T0 + 2 * HOUR_MS,
        fixTag: "v1.0.1",
        fixUsableAt: T0 + 2.5 * HOUR_MS,
      },
      { key: "issue/8", attribution: { tier: "explicit", tag: "v1.0.0", by: "words" } },
      { key: "issue/9", attribution: null },
      {
        key: "revert/3",
        attribution: { tier: "explicit", tag: "v1.0.0", by: "reverted-sha" },
        fixTag: "v1.0.2",
      },
    ]);

    // One by one and backwards; twice.
    await test.query("delete from smallbatch.clock_pull");
    await test.query("delete from smallbatch.clock_release");
    await test.query("delete from smallbatch.clock_carried");
    await test.query("delete from smallbatch.clock_feedback");
    for (let round = 0; round < 2; round += 1) {
      for (const one of (STORY.feedback ?? []).toReversed()) await keep({ feedback: [one] });
      for (const one of (STORY.releases ?? []).toReversed()) await keep({ releases: [one] });
      for (const one of (STORY.pulls ?? []).toReversed()) await keep({ pulls: [one] });
      expect(await read()).toEqual(first);
    }
  });

  it("ties a version to one release where two tags name it", async () => {
    await keep({
      releases: [
        release("v1.0.0", { publishedAt: T0 + HOUR_MS }),
        release("1.0.0", { publishedAt: T0, sha: sha("f") }),
      ],
      feedback: [bug(1, { openedAt: T0 + DAY_MS, claim: { by: "words", version: "1.0.0" } })],
    });
    const { feedback } = await read();
    expect(feedback.map(({ attribution }) => attribution)).toEqual([
      { tier: "explicit", tag: "1.0.0", by: "words" },
    ]);
  });

  it("is no feedback where a revert takes back what nobody had", async () => {
    await keep({ ...STORY, releases: [] });
    expect((await read()).feedback.map(({ key }) => key)).toEqual([
      "issue/7",
      "issue/8",
      "issue/9",
    ]);
  });

  it("reads what says something about a window, and what its feedback names", async () => {
    await keep(STORY);
    const later = { from: T0 + 19 * DAY_MS, to: T0 + 30 * DAY_MS };
    const seen = await read(later);
    expect(seen.pulls).toEqual([]);
    expect(seen.releases.map(({ tag }) => tag)).toEqual(["v1.0.0"]);
    expect(seen.feedback.map(({ key }) => key)).toEqual(["issue/8", "issue/9"]);
    const early = await read({ from: 0, to: T0 + 1 });
    expect(early.pulls).toHaveLength(3);
    expect([...early.releases, ...early.feedback]).toEqual([]);
    // Merged long ago, and still nobody has it.
    await keep({ pulls: [merged(4, "4")] });
    expect((await read(later)).pulls.map(({ number }) => number)).toEqual([4]);
  });

  it("gives all of it away, with times that people can read", async () => {
    const redrafts = [[T0, T0 + HOUR_MS] as const, [T0 + 2 * HOUR_MS, null] as const];
    await keep({ pulls: [pull(1, { redrafts })] });
    const place = { installationId: INSTALLATION, repositoryId: REPOSITORY };
    const rows: unknown[] = [];
    for await (const row of test.database.exportRows("pulls", place)) rows.push(row);
    const [from, to, again] = [0, 1, 2].map((hour) => new Date(T0 + hour * HOUR_MS).toISOString());
    expect(rows).toMatchObject([
      {
        number: 1,
        created_at: from,
        merged_at: null,
        redrafts: [
          [from, to],
          [again, null],
        ],
      },
    ]);
  });

  it("gives the rows behind a number", async () => {
    await keep(STORY);
    const rows = await clocks().readRows({
      pulls: [
        { repositoryId: REPOSITORY, number: 2 },
        { repositoryId: REPOSITORY, number: 99 },
      ],
      releases: [{ repositoryId: REPOSITORY, tag: "v1.0.1" }],
      feedback: [{ repositoryId: 41, key: "issue/7" }],
    });
    expect(rows.pulls.map(({ number }) => number)).toEqual([2]);
    expect(rows.releases.map(({ tag }) => tag)).toEqual(["v1.0.1"]);
    expect([...rows.feedback, ...rows.commits]).toEqual([]);
  });

  it("shows nothing to another installation, and lets it write nothing", async () => {
    await keep(STORY);
    const other = test.database.clocksOf(INSTALLATION + 1);
    await other.keep(REPOSITORY, { pulls: [pull(1, { title: "stolen" }, T0 + DAY_MS)] });
    await other.keepReading(REPOSITORY, { knownSince: 1 });
    expect((await other.readRecords([REPOSITORY], ALWAYS)).pulls).toEqual([]);
    expect((await read()).pulls[0]?.title).toBe("");
    expect(await clocks().readCoverage([REPOSITORY])).toMatchObject([{ knownSince: null }]);
  });

  it("loses nothing where several see the same pull at once", async () => {
    const looks = Array.from({ length: 8 }, (_, at) =>
      keep({ pulls: [pull(1, { readyAt: T0 + 100 - at, reviewerIds: [at] }, T0 + at)] }),
    );
    await Promise.all(looks);
    const { pulls } = await read();
    expect(pulls[0]).toMatchObject({ readyAt: T0 + 93, reviewerIds: [0, 1, 2, 3, 4, 5, 6, 7] });
  });

  it("remembers how far GitHub was read", async () => {
    const cursor = { since: T0, beganAt: T0 + 1, part: "pulls", after: "x", done: 3 } as const;
    await clocks().keepReading(REPOSITORY, { cursor });
    await clocks().keepReading(REPOSITORY, { knownSince: T0, readAt: T0 + 5 });
    await clocks().keepReading(REPOSITORY, { knownSince: T0 + 9, readAt: T0 + 2 });
    expect(await clocks().readCoverage([REPOSITORY, 41])).toEqual([
      { repositoryId: REPOSITORY, knownSince: T0, readAt: T0 + 5, cursor, production: null },
    ]);
    await clocks().keepReading(REPOSITORY, { cursor: null });
    expect(await clocks().readCoverage([REPOSITORY])).toMatchObject([{ cursor: null }]);
  });

  it("goes with the repository, and with an installation that left", async () => {
    await keep({ ...STORY, deployments: [deployment(1, {})] });
    await clocks().tellLook(REPOSITORY, { merged: [99], releases: [] });
    await test.query(
      "insert into smallbatch.installation (id) values (9999) on conflict do nothing",
    );
    await test.query(
      `update smallbatch.repository set installation_id = 9999 where id = ${REPOSITORY}`,
    );
    expect((await read()).pulls).toEqual([]);
    const moved = await test.database.clocksOf(9999).readRecords([REPOSITORY], ALWAYS);
    expect(moved.pulls).toHaveLength(3);
    await test.query(
      "update smallbatch.installation set deleted_at = to_timestamp(0) where id = 9999",
    );
    await test.database.inbox.purge(Date.now());
    for (const table of ["pull", "release", "carried", "feedback", "deployment", "news"]) {
      const [row] = await test.query(
        `select count(*)::integer as n from smallbatch.clock_${table}`,
      );
      expect({ table, row }).toEqual({ table, row: { n: 0 } });
    }
  });
});
