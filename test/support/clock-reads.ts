import type { IssueRead } from "../../src/core/clock-records/issue-sighting.ts";
import type { PullRead } from "../../src/core/clock-records/pull-sighting.ts";
import type { ReleaseRead } from "../../src/core/clock-records/release-sighting.ts";
import { DEFAULT_SIZE } from "../../src/core/size/size-policy.ts";

/** What GitHub shows to the clocks, and says nothing but what is given. */

/** The commit of a digit. */
export const shaOf = (digit: string): string => digit.repeat(40);

export function pullRead(
  change: Pick<PullRead, "author" | "createdAt" | "mergedAt"> & Partial<PullRead>,
): PullRead {
  return {
    number: 1,
    title: "feat: x",
    body: "",
    closedAt: change.mergedAt,
    isDraft: false,
    turns: [],
    headBranch: "x",
    mergeSha: shaOf("a"),
    mergedBy: change.author,
    labels: [],
    assigneeIds: [],
    reviews: [],
    commits: [],
    additions: 3,
    deletions: 2,
    isFork: false,
    files: [],
    hasMoreFiles: false,
    isGreen: true,
    oldestIssueAt: null,
    ...change,
  };
}

/** How a pull is looked at then: with the default size, and no components. */
export function pullLook(at: number) {
  const measures = { size: DEFAULT_SIZE, components: [] };
  return { at, fullName: "acme/widgets", measures };
}

/** A bug that somebody outside reports. */
export function issueRead(
  change: Pick<IssueRead, "author" | "createdAt"> & Partial<IssueRead>,
): IssueRead {
  return {
    number: 3,
    title: "It fails",
    body: "",
    association: "NONE",
    closedAt: null,
    reason: null,
    labels: ["bug"],
    type: null,
    fixPulls: [],
    duplicateOf: null,
    isOurs: false,
    ...change,
  };
}

export function releaseRead(
  change: Pick<ReleaseRead, "publishedAt" | "committedAt"> & Partial<ReleaseRead>,
): ReleaseRead {
  return {
    tag: "v1.4.2",
    sha: shaOf("e"),
    isPrerelease: false,
    actorId: 9,
    card: null,
    checks: [],
    isTagOnly: false,
    ...change,
  };
}
