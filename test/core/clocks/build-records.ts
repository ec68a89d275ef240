import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type { ClockReport } from "../../../src/core/clocks/read-clocks.ts";
import type {
  AgentTrace,
  Attribution,
  FeedbackRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import type { Instant } from "../../../src/core/state.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A Monday. */
export const START: Instant = Date.UTC(2026, 0, 5);

/** A pull of a person, opened at `START`, ready at once, not merged; what matters is given. */
export function pullRecord(number: number, change: Partial<PullRecord> = {}): PullRecord {
  const createdAt = change.createdAt ?? START;
  return {
    repositoryId: 1,
    number,
    title: "Add a thing",
    kind: "feature",
    authorId: 100,
    isBot: false,
    initiatorId: null,
    agents: [],
    hasPersonsCommit: true,
    createdAt,
    firstAuthoredAt: null,
    readyAt: createdAt,
    redrafts: [],
    firstReviewAt: null,
    approvedAt: null,
    mergedAt: null,
    closedAt: null,
    mergeSha: change.mergedAt === undefined ? null : `m${number}`,
    mergedById: null,
    reviewerIds: [],
    additions: 10,
    deletions: 2,
    weightedLines: null,
    components: null,
    hasTestChange: null,
    wasGreen: null,
    isReleasable: true,
    revertedAt: null,
    oldestIssueAt: null,
    exceptions: 0,
    ...change,
  };
}

/** A stable release that was usable when it was published and carries the pulls that are given. */
export function releaseRecord(
  tag: string,
  publishedAt: Instant,
  pulls: readonly number[] = [],
  change: Partial<ReleaseRecord> = {},
): ReleaseRecord {
  return {
    repositoryId: 1,
    tag,
    sha: `sha ${tag}`,
    component: "",
    channel: "stable",
    isPrerelease: false,
    publishedAt,
    usableAt: publishedAt,
    usableBy: "published",
    withdrawnAt: null,
    actorId: null,
    kind: "regular",
    carries: pulls.map((pull) => ({ pull, sha: `m${pull}`, how: "ancestry" as const })),
    lines: 12 * pulls.length,
    rollsBack: [],
    rolledBackAt: null,
    overrides: 0,
    ...change,
  };
}

/** A bug that somebody outside reports; open, and tied to no release. */
export function feedbackRecord(
  key: string,
  openedAt: Instant,
  change: Partial<FeedbackRecord> = {},
): FeedbackRecord {
  return {
    repositoryId: 1,
    key,
    kind: "bug",
    kindBy: "label",
    openedAt,
    reporterId: 900,
    reporter: "external",
    attribution: null,
    duplicateOf: null,
    closedAt: null,
    resolution: null,
    fixedAt: null,
    fixTag: null,
    fixUsableAt: null,
    ...change,
  };
}

export function recordsWith(change: Partial<Records>): Records {
  return { pulls: [], commits: [], releases: [], feedback: [], ...change };
}

/** What the clocks say of these records at `asOf`, about a window that ends then if not otherwise said. */
export function reportOf(
  change: Partial<Records>,
  {
    asOf,
    from,
    to = asOf,
  }: { readonly asOf: Instant; readonly from: Instant; readonly to?: Instant },
): ClockReport {
  return readClocks(recordsWith(change), { asOf, window: { from, to } });
}

export const CLAUDE: AgentTrace = {
  agent: "Claude",
  role: "author",
  from: "trailer",
  evidence: "Co-Authored-By: Claude <noreply@anthropic.com>",
};

/** Somebody said that it is of this release. */
export function saidOf(tag: string): Attribution {
  return { tier: "explicit", by: "label", tag };
}
