import type { Sightings } from "../../src/clocks-port.ts";
import type { KeptKinds } from "../../src/core/clock-records/kept.ts";
import type { Seen } from "../../src/core/clock-records/kept.ts";
import type { PullKind } from "../../src/core/clocks/records.ts";
import type { Database } from "../../src/store/database.ts";
import { CLAUDE } from "../core/clocks/build-records.ts";
import { cardOf } from "../support/cards.ts";
import { drawLots } from "../support/seed.ts";

/** What stands on the pages that browsers open: two quarters, the second fast and bad. */

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DAYS = 182;

interface Habits {
  readonly pullsADay: number;
  readonly codingHours: number;
  readonly releaseHours: number;
  readonly troubleShare: number;
  readonly agentsShare: number;
  readonly reviewedShare: number;
}

const CALM: Habits = {
  pullsADay: 1,
  codingHours: 45,
  releaseHours: 20,
  troubleShare: 0.15,
  agentsShare: 0,
  reviewedShare: 0.95,
};
const HASTY: Habits = {
  pullsADay: 2,
  codingHours: 10,
  releaseHours: 3,
  troubleShare: 0.55,
  agentsShare: 0.7,
  reviewedShare: 0.2,
};

const KINDS: readonly PullKind[] = [
  "feature",
  "feature",
  "fix",
  "fix",
  "security",
  "refactoring",
  "documentation",
  "untyped",
];

/** Titles as people write them: long, with a word that does not break, with what looks like a tag. */
const TITLES = [
  "feat: add a filter for archived orders",
  "fix: do not lose the last row of an export when the connection is reset in the middle of it",
  "fix(api): AbstractAuthenticationProviderConfigurationFactoryBeanDefinitionRegistrar is a singleton",
  "feat!: <details> of a payment are shown & explained, in 12 languages — ελληνικά, 日本語",
  "Update everything",
];

const shaOf = (kind: string, number: number): string =>
  Buffer.from(`${kind}${number}`).toString("hex").padEnd(40, "0");

/** Everything that a repository of a busy team would have on record at an instant. */
function busyRecords(now: number): Sightings {
  const lots = drawLots(11);
  const around = (hours: number) => Math.round(hours * HOUR * (0.3 + 1.4 * lots.next()));
  const pulls: Partial<KeptKinds["pull"]>[] = [];
  const releases: Partial<KeptKinds["release"]>[] = [];
  const feedback: Partial<KeptKinds["feedback"]>[] = [];
  for (let at = 0, number = 0; at < DAYS * DAY;) {
    const habits = at < (DAYS / 2) * DAY ? CALM : HASTY;
    at += around(24 / habits.pullsADay);
    number += 1;
    const createdAt = now - DAYS * DAY + at;
    const isAgents = lots.chance(habits.agentsShare);
    const isReviewed = lots.chance(habits.reviewedShare);
    const mergedAt = createdAt + around(habits.codingHours);
    const publishedAt = mergedAt + around(habits.releaseHours);
    const isClosed = number % 17 === 0;
    pulls.push({
      number,
      title: TITLES[number % TITLES.length] ?? "",
      kind: KINDS[number % KINDS.length] ?? "untyped",
      authorId: 100 + (number % 7),
      agents: isAgents ? [CLAUDE] : [],
      hasPersonsCommit: !isAgents || lots.chance(0.4),
      createdAt,
      firstAuthoredAt: createdAt - around(6),
      readyAt: createdAt + HOUR,
      firstReviewAt: isReviewed ? createdAt + around(5) : null,
      reviewerIds: isReviewed ? [100 + ((number + 1) % 3)] : [],
      mergedAt: isClosed || mergedAt > now ? null : mergedAt,
      closedAt: isClosed && mergedAt < now ? mergedAt : null,
      mergeSha: isClosed || mergedAt > now ? null : shaOf("m", number),
      additions: 10 + lots.between(0, 400),
      deletions: lots.between(0, 90),
      weightedLines: 5 + lots.between(0, 300),
      components: number % 3 === 0 ? ["api", "web"] : ["api"],
      hasTestChange: isReviewed,
      wasGreen: true,
      oldestIssueAt: number % 9 === 0 ? createdAt - 120 * DAY : null,
    });
    if (isClosed || publishedAt > now) continue;
    releases.push({
      tag: `v1.${number}.0`,
      sha: shaOf("r", number),
      isPrerelease: false,
      publishedAt,
      excepted: number % 23 === 0 ? [number] : [],
      carries: [{ pull: number, sha: shaOf("m", number), how: "ancestry" }],
      overrides: number % 31 === 0 ? 1 : 0,
    });
    if (number % 8 === 0) releases.push(candidateOf(number, mergedAt + around(1)));
    if (!lots.chance(habits.troubleShare)) continue;
    const openedAt = publishedAt + around(20);
    if (openedAt > now) continue;
    const closedAt = openedAt + around(70);
    feedback.push({
      key: `issue/${1_000 + number}`,
      kind: "bug",
      openedAt,
      reporterId: 900 + (number % 40),
      reporter: number % 4 === 0 ? "internal" : "external",
      claim: number % 3 === 0 ? null : { by: "label", tag: `v1.${number}.0` },
      closedAt: closedAt > now ? null : closedAt,
      resolution: closedAt > now ? null : "fixed",
      fixPulls: closedAt > now ? [] : [number + 3],
    });
  }
  const seen = <T>(record: Partial<T>): Seen<T> => ({ at: now, isWhole: true, record });
  return {
    pulls: pulls.map(seen),
    commits: [seen({ sha: shaOf("c", 1), at: now - 3 * DAY, isReleasable: true })],
    releases: releases.map(seen),
    feedback: feedback.map(seen),
  };
}

function candidateOf(number: number, publishedAt: number): Partial<KeptKinds["release"]> {
  return {
    tag: `v1.${number}.0-rc.1`,
    sha: shaOf("p", number),
    channel: "rc",
    isPrerelease: true,
    publishedAt,
    carries: [{ pull: number, sha: shaOf("m", number), how: "ancestry" }],
  };
}

/** The release whose page has something in every place, and a name that is hard to break. */
export const LONG_TAG = "packages/authentication-and-authorization/v10.12.103";

const NOTES = `## Breaking

- Orders that were archived are **no longer** in \`GET /orders\` (#12)

## Features

1. A filter, with \`--include-archived-orders-of-all-organisations-and-their-subsidiaries=yes\`
2. Exports resume

\`\`\`sh
curl --request POST --header 'content-type: application/json' https://api.example/orders/exports?all=1
\`\`\`

| column | what it is | since |
| --- | --- | --- |
| \`archivedAt\` | when the order was archived, or nothing where it was not | v1.2.0 |
`;

interface QueriedDatabase {
  readonly database: Pick<Database, "clocksOf">;
  query(text: string, values?: unknown[]): Promise<unknown>;
}

/** Releases as the ledger has them, for the changelog and the pages of releases. */
async function keepReleases(
  test: QueriedDatabase,
  repository: { readonly id: number; readonly installationId: number; readonly now: number },
): Promise<void> {
  const { id, installationId, now } = repository;
  const card = cardOf({
    repository: { id, name: "acme/open" },
    tag: LONG_TAG,
    version: "10.12.103",
    previousTag: "v1.170.0",
    level: "major",
    rollbackTarget: "v1.170.0",
    units: TITLES.map((title, at) => ({
      pull: at === 4 ? null : 12 + at,
      title,
      level: at === 3 ? "major" : "patch",
      author: { id: 1, login: "mona", isBot: false },
      mergedBy: { id: 2, login: "wilma", isBot: false },
      reviews: at === 1 ? [{ login: "ada", state: "APPROVED", sha: null }] : [],
      agents: at > 1 ? [{ name: "Claude", evidence: CLAUDE.evidence }] : [],
    })),
    checks: ["build", "test (ubuntu-24.04, node 24)", "lint"].map((name) => ({
      name,
      state: "green" as const,
    })),
    rules: [{ rule: "two approvals for payments", verdict: "failed" }],
    overrides: [
      {
        rule: "two approvals for payments",
        by: "ada",
        why: "The other reviewer is ill.",
        sha: "a",
      },
    ],
  });
  const rows = [
    { tag: "v1.169.0", card: cardOf({ tag: "v1.169.0", units: [{ pull: 3 }] }), notes: null },
    { tag: "v1.170.0", card: cardOf({ tag: "v1.170.0" }), notes: "- One thing (#9)" },
    { tag: LONG_TAG, card, notes: NOTES },
    {
      tag: "v10.12.104",
      card: cardOf({
        tag: "v10.12.104",
        rollsBack: [
          { tag: "v1.169.0", pulls: [3], by: "mona", reason: "Exports were empty.", issue: 4002 },
        ],
      }),
      notes: "Takes back v1.169.0.",
    },
  ];
  for (const [at, row] of rows.entries()) {
    await test.query(
      `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
        channel, sha, state, card, notes, url, intended_at, published_at)
      values ($1, $2, $3, 'main', '', 'stable', $4, 'published', $5, $6, $7, now(), to_timestamp($8))`,
      [
        id,
        row.tag,
        installationId,
        shaOf("r", at),
        JSON.stringify(row.card),
        row.notes,
        `https://github.example/acme/open/releases/tag/${row.tag}`,
        (now - (4 - at) * DAY) / 1_000,
      ],
    );
  }
}

/** All of it, for one repository. */
export async function keepBusy(
  test: QueriedDatabase,
  repository: { readonly id: number; readonly installationId: number; readonly now: number },
): Promise<void> {
  const { id, installationId, now } = repository;
  const clocks = test.database.clocksOf(installationId);
  await clocks.keep(id, busyRecords(now));
  await clocks.keep(id, {
    releases: [
      {
        at: now,
        isWhole: true,
        record: {
          tag: LONG_TAG,
          sha: shaOf("r", 2),
          isPrerelease: false,
          publishedAt: now - 2 * DAY,
        },
      },
    ],
    feedback: [
      {
        at: now,
        isWhole: true,
        record: {
          key: "issue/4001",
          kind: "bug",
          openedAt: now - DAY,
          reporter: "external",
          reporterId: 950,
          claim: { by: "version-field", tag: LONG_TAG },
        },
      },
    ],
  });
  await clocks.keepReading(id, { knownSince: now - 400 * DAY, readAt: now });
  await keepReleases(test, repository);
}
