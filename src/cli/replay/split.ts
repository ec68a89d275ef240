import path from "node:path";
import type { Window } from "../../core/clocks/known.ts";
import {
  compareWindows,
  LOOK_BACK_MS,
  readClocks,
  windowsAround,
} from "../../core/clocks/read-clocks.ts";
import type { PullRecord, Records } from "../../core/clocks/records.ts";
import type { SeriesPoint } from "../../core/clocks/series.ts";
import { buildHistory } from "../../core/history.ts";
import { readMerges } from "../../core/merges.ts";
import type { Merge } from "../../core/merges.ts";
import { DEFAULT_POLICY } from "../../core/policy/policy-schema.ts";
import { sizePolicyOf } from "../../core/size/size-schema.ts";
import type { Instant } from "../../core/state.ts";
import { parseTag } from "../../core/version.ts";
import { AppError } from "../../errors.ts";
import { readSideTags } from "../../git/side-tags.ts";
import { measureUnits } from "./measure-units.ts";
import type { Progress } from "./progress.ts";
import type { LocalRead, ReplayAsked } from "./read.ts";
import { recordsOfHistory } from "./split-records.ts";
import type { SplitRecords } from "./split-records.ts";
import { monthOf, NOT_KNOWN, numberOf, NUMBERS } from "./split-report.ts";
import type { Split, SplitCharts, SplitReport, SplitWindows } from "./split-report.ts";

const DAY_MS = 86_400_000;

/** Windows on either side of the date, in days. */
const WINDOWS_DAYS = [30, 60, 90] as const;
const DAYS_MAX = 90;

/** Sizes are read of the whole months that the windows touch. */
const SIZED_MS = (DAYS_MAX + 31) * DAY_MS;

/** Read what the windows need, and compare. Throws `usage/invalid` where the date is not in it. */
export async function judgeSplit(
  asked: ReplayAsked & { readonly splitAt: Instant },
  read: LocalRead,
  progress: Progress,
): Promise<Split> {
  const { local, commits, tags } = read;
  const { splitAt } = asked;
  const { folder, head, branch, fullName } = local;
  const policy = asked.policy?.policy ?? DEFAULT_POLICY;
  const tagFormat = policy.tag ?? "v{version}";
  const versions = tags.filter(({ name }) => parseTag(name, tagFormat) !== null);
  const places = new Map(commits.map(({ sha }, place) => [sha, place]));
  const aside = await readSideTags(folder, versions, { head, places });
  const history = buildHistory({
    commits,
    tags: [...tags, ...aside.map(({ name, at, holds }) => ({ name, at, sha: holds }))],
    branch,
    fullName,
    tagFormat,
    scope: null,
  });
  const merges = readMerges(history, null).list;
  const endsAt = Math.max(0, ...merges.slice(-1).map(({ at }) => at));
  checkDate(splitAt, merges);
  const sizes = await measureUnits(
    merges.filter((merge) => isNear(merge, splitAt)).map(({ unit }) => unit),
    sizePolicyOf(policy),
    { folder, head, progress },
  );
  const found = recordsOfHistory({
    history,
    merges,
    authors: read.authors ?? new Map(),
    sizes,
    aside,
  });
  return compareAround(found, {
    splitAt,
    endsAt,
    repository: fullName ?? path.basename(path.resolve(folder)),
    branch,
    head,
  });
}

/** Merged or released in the windows, or in their months. */
function isNear({ at, releasedIn }: Merge, splitAt: Instant): boolean {
  return [at, releasedIn?.at ?? at].some((each) => Math.abs(each - splitAt) <= SIZED_MS);
}

function checkDate(splitAt: Instant, merges: readonly Merge[]): void {
  const [first, last] = [merges[0]?.at ?? null, merges.at(-1)?.at ?? null];
  if (first !== null && last !== null && splitAt > first && splitAt < last) return;
  const extent =
    first === null || last === null
      ? "nothing was merged in it"
      : `it goes from ${dayOf(first)} to ${dayOf(last)}`;
  const message = `--split ${dayOf(splitAt)} is not within the history: ${extent}`;
  throw new AppError("usage/invalid", message, { retry: { kind: "never" } });
}

interface Place {
  readonly splitAt: Instant;
  readonly endsAt: Instant;
  readonly repository: string;
  readonly branch: string;
  readonly head: string;
}

function compareAround(found: SplitRecords, place: Place): Split {
  const { splitAt, endsAt } = place;
  // The end of the last second: what was merged in it is known.
  const asOf = endsAt + 1_000;
  const all = found.records;
  const recent = since(all, splitAt - DAYS_MAX * DAY_MS - LOOK_BACK_MS);
  const hasStart = ({ number }: PullRecord): boolean => found.started.has(number);
  const started = { ...recent, pulls: recent.pulls.filter(hasStart) };
  // Not spread into arguments: a long history has more than one call may have.
  const beganAt = [
    ...all.pulls.map(({ mergedAt }) => Number(mergedAt)),
    ...all.commits.map(({ at }) => at),
  ].reduce((first, at) => Math.min(first, at), Infinity);
  let charts: SplitCharts | null = null;
  const windows = WINDOWS_DAYS.map((days): SplitWindows => {
    const around = windowsAround(splitAt, days);
    const isWhole = around.before.from >= beganAt && around.now.to <= asOf;
    const spans = { days, before: spanOf(around.before), after: spanOf(around.now) };
    if (!isWhole) return { ...spans, numbers: [] };
    const rest = compareWindows(recent, { asOf, ...around });
    const work = compareWindows(started, { asOf, ...around });
    charts = {
      days,
      curves: {
        capability: { before: work.before.clocks.capability, after: work.now.clocks.capability },
        release: { before: rest.before.clocks.release, after: rest.now.clocks.release },
      },
      weeks: {
        capability: weeksOf(started, "capability", { asOf, splitAt }),
        release: weeksOf(recent, "release", { asOf, splitAt }),
      },
    };
    const numbers = NUMBERS.map((id) => numberOf(id, id === "capability" ? work : rest));
    return { ...spans, numbers };
  });
  const around = windowsAround(splitAt, DAYS_MAX);
  const months = readClocks(
    { ...recent, pulls: all.pulls },
    { asOf, window: { from: around.before.from, to: Math.min(asOf, around.now.to) } },
  );
  const report: SplitReport = {
    repository: place.repository,
    branch: place.branch,
    head: place.head,
    split: dayOf(splitAt),
    beginsAt: new Date(beganAt).toISOString(),
    endsAt: new Date(endsAt).toISOString(),
    pulls: all.pulls.length,
    pullsWithStart: found.started.size,
    commitsWithoutPull: all.commits.length,
    tags: found.tags,
    tagsWithoutDate: found.undatedTags,
    tagsOfReleaseBranches: found.sideTags,
    adoption: months.adoption === null ? null : dayOf(months.adoption.from).slice(0, 7),
    windows,
    agentsMonths: months.agentsMonths.map(monthOf),
    notKnown: NOT_KNOWN,
    warning: months.comparison.warning,
  };
  return { report, charts };
}

/** What was not over before. */
function since({ pulls, commits, releases }: Records, from: Instant): Records {
  return {
    pulls: pulls.filter(({ mergedAt }) => Number(mergedAt) >= from),
    commits: commits.filter(({ at }) => at >= from),
    releases: releases.filter(({ publishedAt }) => publishedAt >= from),
    feedback: [],
  };
}

/** A point a week: the quarter before the date, and what there is of the one after it. */
function weeksOf(
  records: Records,
  id: "capability" | "release",
  { asOf, splitAt }: { readonly asOf: Instant; readonly splitAt: Instant },
): readonly SeriesPoint[] {
  const { before, now } = windowsAround(splitAt, DAYS_MAX);
  const to = Math.min(asOf, now.to);
  const [earlier, later] = [before, { from: splitAt, to }].map((window) => {
    return readClocks(records, { asOf, window }).series[id];
  });
  return [...(earlier ?? []), ...(later ?? []).filter(({ window }) => window.to > splitAt)];
}

function spanOf({ from, to }: Window): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

function dayOf(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}
