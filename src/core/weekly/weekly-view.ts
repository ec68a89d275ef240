import { recordsAsOf } from "../clocks/as-of.ts";
import { changeOf } from "../clocks/change.ts";
import type { Change } from "../clocks/change.ts";
import { isWithin } from "../clocks/known.ts";
import type { Measured } from "../clocks/measured.ts";
import type { ClockId } from "../clocks/numbers.ts";
import { LOOK_BACK_MS, readClocks } from "../clocks/read-clocks.ts";
import type { ClockReport } from "../clocks/read-clocks.ts";
import type { PullRecord, Records, ReleaseRecord } from "../clocks/records.ts";
import { keyOfCommit, keyOfPull } from "../clocks/row-key.ts";
import type { Instant, Repository } from "../state.ts";
import { DAY_MS } from "../zone.ts";
import type { Week } from "./judge-weekly.ts";

/** A pull or a pushed commit, as the report names it. Its link leads to the commit: see `weekly-text`. */
export interface WeeklyUnit {
  /** `#12`, or a short SHA. */
  readonly name: string;
  /** Untrusted; null: a commit. Empty: not known yet. */
  readonly title: string | null;
  /** Null: not known. */
  readonly url: string | null;
}

interface WeeklyRelease {
  readonly tag: string;
  readonly url: string;
  readonly at: Instant;
  readonly isTakenBack: boolean;
  readonly units: readonly WeeklyUnit[];
}

/** One number of the clocks against the 28 days before. */
export interface WeeklyNumber {
  readonly name: string;
  readonly measured: Pick<Measured, "value" | "sentence" | "missing">;
  readonly change: Change;
  /** What it means when it goes down. */
  readonly down: "faster" | "better";
}

/** What a report says. */
export interface WeeklyView {
  readonly repository: Pick<Repository, "id" | "url">;
  readonly week: Week;
  readonly zone: string;
  /** The newest first. */
  readonly releases: readonly WeeklyRelease[];
  readonly counts: {
    readonly merged: number;
    /** Of them: with the trace of an agent, at least. */
    readonly byAgents: number;
    /** Of them: of bots that are no agents. */
    readonly byBots: number;
    readonly pushed: number;
    readonly takenBack: number;
    readonly reported: number;
    readonly settled: number;
  };
  readonly findings: ClockReport["findings"];
  readonly headline: string;
  readonly numbers: readonly WeeklyNumber[];
  /** Merged, to be released, and not usable: the oldest first. */
  readonly waiting: readonly (WeeklyUnit & { readonly ms: number })[];
  /** How long the clocks look back: of their window. */
  readonly days: number;
  /** Our page about the repository; null: there is none. */
  readonly pageUrl: string | null;
  /** When the records were last compared with GitHub; null: within the last days. */
  readonly oldRecordsAt: Instant | null;
}

/** Of the clocks' window: a week alone holds too little for most teams. */
const DAYS = 28;

/** GitHub is read once a day at least. */
const READ_MS_MAX = 2 * DAY_MS;

/** Records of this window are enough for the report of a week. */
export function recordWindow({ from, to }: Week): Week {
  return { from: Math.min(from, to - DAYS * DAY_MS) - LOOK_BACK_MS, to };
}

export interface WeeklyFacts {
  readonly repository: Pick<Repository, "id" | "url">;
  readonly week: Week;
  readonly zone: string;
  /** Of this repository alone. */
  readonly records: Records;
  readonly readAt: Instant;
  readonly pageUrl: string | null;
}

export function composeWeekly(facts: WeeklyFacts): WeeklyView {
  const { repository, week, zone, readAt, pageUrl } = facts;
  const records = recordsAsOf(facts.records, week.to);
  const report = readClocks(facts.records, { asOf: week.to });
  const nameOf = namesIn(records, repository.url);
  const { clocks, numbers } = report;
  const { before } = report.comparison;
  const clockOf = (name: string, id: ClockId): WeeklyNumber => ({
    name,
    measured: clocks[id],
    change: changeOf(before.clocks[id], clocks[id]),
    down: "faster",
  });
  const failures: WeeklyNumber = {
    name: "Releases that brought trouble, at most",
    measured: numbers.changeFailHigh,
    change: changeOf(before.numbers.changeFailHigh, numbers.changeFailHigh),
    down: "better",
  };
  return {
    repository,
    week,
    zone,
    releases: listReleases(records, facts, nameOf),
    counts: countWeek(records, week),
    findings: report.findings,
    headline: clocks.release.sentence,
    numbers: [
      clockOf("From the start of work to merged", "capability"),
      clockOf("From merged to usable", "release"),
      clocks.return.value === null
        ? failures
        : clockOf("From a report to a fix that people can use", "return"),
    ],
    waiting: report.ageing.waitingWork.map(({ key, ms }) => ({
      ...nameOf(key),
      ms: Number(ms),
    })),
    days: DAYS,
    pageUrl,
    oldRecordsAt: week.to - readAt > READ_MS_MAX ? readAt : null,
  };
}

/** Nothing was merged, released or reported, and the clocks find nothing. What waits alone is no news. */
export function isNothing({ releases, counts, findings }: WeeklyView): boolean {
  const { merged, pushed, takenBack, reported, settled } = counts;
  const events = releases.length + merged + pushed + takenBack + reported + settled;
  return events === 0 && findings.every(({ state }) => state !== "fires");
}

function countWeek(records: Records, week: Week): WeeklyView["counts"] {
  const merged = records.pulls.filter(({ mergedAt }) => isWithin(mergedAt, week));
  const feedback = records.feedback.filter(
    ({ kind, duplicateOf }) => duplicateOf === null && kind !== "rollback",
  );
  return {
    merged: merged.length,
    byAgents: merged.filter(isByAgent).length,
    byBots: merged.filter(({ isBot }) => isBot).length,
    pushed: records.commits.filter(({ at }) => isWithin(at, week)).length,
    takenBack: records.releases.filter(({ rolledBackAt }) => isWithin(rolledBackAt, week)).length,
    reported: feedback.filter(({ openedAt }) => isWithin(openedAt, week)).length,
    settled: feedback.filter(({ closedAt }) => isWithin(closedAt, week)).length,
  };
}

function isByAgent({ agents }: PullRecord): boolean {
  return agents.some(({ role }) => role === "author" || role === "coauthor");
}

type NameOf = (key: string) => WeeklyUnit;

function listReleases(
  { releases }: Records,
  { repository, week }: WeeklyFacts,
  nameOf: NameOf,
): WeeklyRelease[] {
  return releases
    .filter(({ publishedAt }) => isWithin(publishedAt, week))
    .toSorted((left, right) => right.publishedAt - left.publishedAt)
    .map(({ repositoryId, tag, publishedAt: at, rolledBackAt, carries }) => ({
      tag,
      url: `${repository.url}/releases/tag/${encodeURIComponent(tag)}`,
      at,
      isTakenBack: rolledBackAt !== null,
      units: carries.map((unit) => nameOf(keyOfUnit(repositoryId, unit))),
    }));
}

function keyOfUnit(repositoryId: number, { pull, sha }: ReleaseRecord["carries"][number]): string {
  return pull === null
    ? keyOfCommit({ repositoryId, sha })
    : keyOfPull({ repositoryId, number: pull });
}

/** By the keys of rows, also of what is not among the records: its number stands in its key. */
function namesIn({ pulls }: Records, url: string): NameOf {
  const byKey = new Map(pulls.map((pull) => [keyOfPull(pull), pull]));
  return (key) => {
    const [, kind, rest] = key.split("/");
    const name = String(rest);
    if (kind === "commit") {
      return { name: name.slice(0, 7), title: null, url: `${url}/commit/${name}` };
    }
    const { title, mergeSha } = byKey.get(key) ?? { title: "", mergeSha: null };
    return {
      name: `#${name}`,
      title,
      url: mergeSha === null ? null : `${url}/commit/${mergeSha}`,
    };
  };
}
