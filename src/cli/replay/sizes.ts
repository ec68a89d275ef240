import path from "node:path";
import { buildHistory } from "../../core/history.ts";
import { mergesItself } from "../../core/merge-message.ts";
import { readUnits } from "../../core/merges.ts";
import { DEFAULT_POLICY } from "../../core/policy/policy-schema.ts";
import {
  DRAWN_MIN,
  replaySizes,
  SIDE_MIN,
  TAKEN_BACK_MIN,
  WATCHED_DAYS,
} from "../../core/size/size-replay.ts";
import type { SizedMerge, SizeReplay } from "../../core/size/size-replay.ts";
import { sizePolicyOf } from "../../core/size/size-schema.ts";
import type { Unit } from "../../core/units.ts";
import { measureUnits } from "./measure-units.ts";
import type { Progress } from "./progress.ts";
import type { LocalRead, ReplayAsked } from "./read.ts";
import { findStart } from "./run.ts";

/** `smallbatch replay --sizes --json`. Keys are only ever added; times are UTC. */
export interface SizesReport extends Omit<SizeReplay, "period" | "suggestion"> {
  readonly repository: string;
  readonly branch: string;
  /** Version tag that it begins after; null: the first commit. */
  readonly from: string | null;
  readonly head: string;
  /** How lines were counted. */
  readonly weights: "numstat";
  readonly period: { readonly from: string; readonly to: string } | null;
  readonly suggestion:
    | (Omit<NonNullable<SizeReplay["suggestion"]>, "since"> & { readonly since: string })
    | null;
  /** Below which numbers nothing is said. */
  readonly least: Readonly<Record<"watchedDays" | "side" | "takenBack" | "drawnFrom", number>>;
}

/** Read what every merge changed, and judge it. Throws `git/unusable`. */
export async function judgeSizes(
  asked: ReplayAsked,
  { local, commits, tags }: LocalRead,
  progress: Progress,
): Promise<SizesReport> {
  const { folder, branch, fullName, head } = local;
  const policy = asked.policy?.policy ?? DEFAULT_POLICY;
  const history = buildHistory({
    commits,
    tags,
    branch,
    fullName,
    tagFormat: policy.tag ?? "v{version}",
    scope: null,
  });
  const start = asked.from === null ? null : findStart(history, asked.from);
  // What a `git pull` brought together was counted where it was made.
  const units = readUnits(history, start?.node ?? null).filter((unit) => !isPulled(unit, branch));
  const sizePolicy = sizePolicyOf(policy);
  const sizes = await measureUnits(units, sizePolicy, { folder, head, progress });
  const merges = units.map((unit): SizedMerge => ({ unit, size: sizes.get(unit.sha) ?? null }));
  const endsAt = Math.max(0, ...units.slice(-1).map(({ at }) => at));
  const { period, suggestion, ...replay } = replaySizes(merges, sizePolicy, { fullName, endsAt });
  return {
    repository: fullName ?? path.basename(path.resolve(folder)),
    branch,
    from: start?.tag.name ?? null,
    head,
    weights: "numstat",
    ...replay,
    period: period === null ? null : { from: formatTime(period.from), to: formatTime(period.to) },
    suggestion: suggestion === null ? null : { ...suggestion, since: formatTime(suggestion.since) },
    least: {
      watchedDays: WATCHED_DAYS,
      side: SIDE_MIN,
      takenBack: TAKEN_BACK_MIN,
      drawnFrom: DRAWN_MIN,
    },
  };
}

function isPulled({ sha, commits }: Unit, branch: string): boolean {
  return commits.some((commit) => commit.sha === sha && mergesItself(commit, branch));
}

function formatTime(at: number): string {
  return new Date(at).toISOString();
}
