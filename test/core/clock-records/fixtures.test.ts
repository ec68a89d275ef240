import { describe, expect, it } from "@jest/globals";
import { seeIssue } from "../../../src/core/clock-records/issue-sighting.ts";
import type { IssueRead } from "../../../src/core/clock-records/issue-sighting.ts";
import { mergeSeen } from "../../../src/core/clock-records/kept.ts";
import type { Kept, KeptKind, KeptKinds, Seen } from "../../../src/core/clock-records/kept.ts";
import { seePull } from "../../../src/core/clock-records/pull-sighting.ts";
import type { PullRead } from "../../../src/core/clock-records/pull-sighting.ts";
import {
  isBackfilled,
  releasesOfTags,
  seeRelease,
  unitsIn,
} from "../../../src/core/clock-records/release-sighting.ts";
import type { ReleaseRead } from "../../../src/core/clock-records/release-sighting.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import { issueRead, pullLook, pullRead, releaseRead, shaOf } from "../../support/clock-reads.ts";
import {
  DAY,
  HOUR,
  pullRecord,
  recordsWith,
  releaseRecord,
  START,
} from "../clocks/build-records.ts";

/** The cases of `clocks/fixtures.test.ts` whose trouble is in what GitHub shows, and when. */

const MERGED = START + 10 * DAY;
const MONA = { id: 1, login: "mona", isBot: false };

function mergeAll<K extends KeptKind>(
  kind: K,
  looks: readonly Seen<KeptKinds[K]>[],
): Kept<KeptKinds[K]> | null {
  let known: Kept<KeptKinds[K]> | null = null;
  for (const look of looks) known = mergeSeen(kind, known, look);
  return known;
}

const RELEASE = releaseRead({ publishedAt: MERGED + 3 * DAY, committedAt: MERGED });

const carries = [{ pull: 1, sha: "m1", how: "ancestry" as const }];

const lookAt = (change: Partial<ReleaseRead>, at: number) =>
  seeRelease({ ...RELEASE, ...change }, { at, carries, isBackfill: false });

/** Clock 2 of a pull that a release brought. */
function lagOf(release: Kept<KeptKinds["release"]> | null): number | null | undefined {
  if (release === null) return null;
  const { tag, publishedAt } = release;
  const releases = [releaseRecord(tag, publishedAt, [1])];
  const records = recordsWith({ pulls: [pullRecord(1, { mergedAt: MERGED })], releases });
  const asOf = START + 60 * DAY;
  return readClocks(records, { asOf, window: { from: START, to: asOf } }).clocks.release.rows[0]
    ?.ms;
}

const PULL = pullRead({ author: MONA, createdAt: START, mergedAt: MERGED });

const seen = (change: Partial<PullRead>, at: number) =>
  seePull({ ...PULL, ...change }, pullLook(at));

const ISSUE = issueRead({ author: MONA, createdAt: START });

const issueAt = (change: Partial<IssueRead>, at: number): Seen<KeptKinds["feedback"]> => {
  return seeIssue({ ...ISSUE, ...change }, at) ?? { at, isWhole: false, record: {} };
};

const agents = (change: Partial<PullRead>) => {
  const found = seen(change, 1).record.agents ?? [];
  return found.map(({ agent, role, from }) => [agent, role, from]);
};

describe("a case that nobody has, as GitHub shows it", () => {
  it("edited published_at: the clock keeps the first, whichever look comes first", () => {
    const first = lookAt({}, 1);
    const edited = lookAt({ publishedAt: MERGED + 20 * DAY }, 2);
    for (const looks of [
      [first, edited],
      [edited, first],
    ]) {
      expect(lagOf(mergeAll("release", looks))).toBe(3 * DAY);
    }
  });

  it("lightweight tag: it has the time of its commit, so it is no release by itself", () => {
    const tag = { name: "v1.4.2", sha: shaOf("e"), taggedAt: null, committedAt: MERGED };
    expect(releasesOfTags([tag])).toEqual([]);
    const annotated = releasesOfTags([{ ...tag, taggedAt: MERGED + HOUR }]);
    expect(annotated.map(({ publishedAt }) => publishedAt)).toEqual([MERGED + HOUR]);
    // With a release GitHub says when: three days after the commit, and no zero.
    expect(lagOf(mergeAll("release", [lookAt({}, 1)]))).toBe(3 * DAY);
  });

  it("first and backfilled releases are known as such", () => {
    const first = seeRelease(RELEASE, { at: 1, carries: null, isBackfill: false });
    expect(mergeAll("release", [first])).toMatchObject({ ownKind: "first", carries: [] });
    const old = { ...RELEASE, tag: "v1.3.9", publishedAt: MERGED + 20 * DAY };
    const isBackfill = isBackfilled(old, [old, RELEASE]);
    const seenOld = seeRelease(old, { at: 1, carries, isBackfill });
    expect(mergeAll("release", [seenOld])).toMatchObject({ ownKind: "backfill" });
  });

  it("cherry-pick to a release branch: it is the commit that was picked", () => {
    const picked = `fix: x\n\n(cherry picked from commit ${shaOf("a")})`;
    const commit = { sha: shaOf("b"), message: picked, committedAt: 1, isMerge: false, pulls: [] };
    expect(unitsIn([commit])).toEqual([{ pull: null, sha: shaOf("a"), how: "cherry-pick" }]);
  });

  it("webhook gap and reconciliation: what was never told of is read as it would have been", () => {
    const open = { mergedAt: null, closedAt: null, mergedBy: null, mergeSha: null };
    const opened = seen({ ...open, isDraft: true }, 1);
    const whole = seen({ turns: [{ isReady: true, at: START + HOUR }] }, 2);
    const all = mergeAll("pull", [opened, whole]);
    expect(all).toMatchObject({ readyAt: START + HOUR, mergedAt: MERGED, closedAt: null });
    expect(mergeAll("pull", [whole])).toEqual(all);
    // One that comes after all is nothing new.
    expect(mergeAll("pull", [whole, opened])).toEqual(all);
  });

  it("reopened issue: it is open again, and closed at last with what mended it last", () => {
    const closed = issueAt({ closedAt: START + DAY, reason: "COMPLETED", fixPulls: [4] }, 1);
    const reopened = issueAt({ fixPulls: [4], reason: "REOPENED" }, 2);
    const again = issueAt({ closedAt: START + 9 * DAY, reason: "COMPLETED", fixPulls: [4, 7] }, 3);
    const open = mergeAll("feedback", [closed, reopened]);
    expect(open).toMatchObject({ closedAt: null, resolution: null, fixPulls: [4] });
    expect(mergeAll("feedback", [closed, reopened, again])).toMatchObject({
      closedAt: START + 9 * DAY,
      resolution: "fixed",
      fixPulls: [4, 7],
    });
  });

  it("squash with lost trailers: commits of the pull still have them, its branch still tells", () => {
    const trailer = "feat: x\n\nCo-Authored-By: Claude <noreply@anthropic.com>";
    const commit = { sha: shaOf("b"), name: "Mona", email: "mona@example.com", isMerge: false };
    const own = { ...commit, message: trailer, author: MONA, authoredAt: START };
    expect(agents({ commits: [own] })).toEqual([["Claude", "coauthor", "trailer"]]);
    const squashed = [{ ...own, message: "feat: x" }];
    expect(agents({ commits: squashed })).toEqual([]);
    const branch = agents({ commits: squashed, headBranch: "copilot/fix-1" });
    expect(branch.map(([agent, , from]) => [agent, from])).toEqual([["Copilot", "branch"]]);
  });
});
