import { stringify } from "yaml";
import { DEFAULT_SIZE } from "../../core/size/size-policy.ts";
import type { SizeLimits } from "../../core/size/size-policy.ts";
import type { TakenBack } from "../../core/size/size-replay.ts";
import { wrap } from "../wrap.ts";
import type { SizesReport } from "./sizes.ts";
import { count } from "./text.ts";

const BAR_CHARS = 30;

/** The report as people read it in a terminal of 80 columns. */
export function renderSizes(report: SizesReport): string {
  const { repository, branch, from, period } = report;
  const when = period === null ? "" : `, ${day(period.from)} to ${day(period.to)}`;
  return [
    `${repository}, ${branch}${from === null ? "" : ` after ${from}`}`,
    `  ${count(report.merges, "merge")} by people${when}`,
    ...wrap(describeLeftOut(report), "  "),
    "",
    "How large they were",
    ...renderBuckets(report),
    ...wrap(describeVerdicts(report), "  "),
    "",
    "Were large ones taken back more often?",
    ...renderTakenBack(report),
    ...wrap(describeComparison(report), "  "),
    "",
    "A limit that could be kept here",
    ...wrap(describeSuggestion(report), "  "),
    ...formatPolicy(report).map((line) => `      ${line}`),
    "",
    ...wrap(SIZE_CAVEAT, ""),
  ].join("\n");
}

export const SIZE_CAVEAT =
  "Counted by the numbers of git alone (numstat): a file that was deleted whole counts by its " +
  "lines, white space counts too, and .gitattributes is read as it stands at the end; the check " +
  "on pull requests and `smallbatch size` know more. Taken back is what a later revert names by " +
  "its commit or number; a mend that calls itself otherwise is not seen.";

function day(instant: string): string {
  return instant.slice(0, 10);
}

/** What the merges are without. */
export function describeLeftOut({ leftOut: { bots, reverts, unreadable } }: SizesReport): string {
  const parts = [`${number(bots)} by bots`, count(reverts, "revert")];
  if (unreadable > 0) parts.push(`${number(unreadable)} that git could not read`);
  return `left out: ${parts.join(", ")}`;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

/** `12.3 %`; below a tenth of a percent it says so. */
function formatShare(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  return `${(share * 100).toFixed(1)} %`;
}

function renderBuckets({ buckets, merges }: SizesReport): string[] {
  const most = Math.max(1, ...buckets.map((each) => each.merges));
  return buckets.map(({ bucket, merges: own }) => {
    const bar = "#".repeat(Math.round((own / most) * BAR_CHARS));
    const share = formatShare(merges === 0 ? 0 : own / merges);
    return `  ${bucket.padEnd(4)}${number(own).padStart(8)}${share.padStart(9)}  ${bar}`.trimEnd();
  });
}

function describeLimits({ warn, limit }: SizeLimits): { warn: string; limit: string } {
  const words = (of: typeof warn): string =>
    `${count(of.lines, "line")} or ${count(of.files, "file")}`;
  return { warn: words(warn), limit: words(limit) };
}

/** What the limits would have said. */
export function describeVerdicts({ limits, verdicts, merges }: SizesReport): string {
  const { warn, limit } = describeLimits(limits);
  if (merges === 0) return "No merge was measured.";
  const over = verdicts.over;
  const large = verdicts.warn + over;
  return (
    `Over ${warn} (\`warn\`): ${number(large)} of ${number(merges)}, ${formatShare(large / merges)}. ` +
    `Of these over ${limit} (\`limit\`): ${number(over)}, ${formatShare(over / merges)} of all.`
  );
}

function renderTakenBack({ buckets }: SizesReport): string[] {
  return buckets.map(({ bucket, takenBack }) => {
    const [share, of] = [
      shareOf(takenBack),
      `${number(takenBack.hits)} of ${number(takenBack.of)}`,
    ];
    return `  ${bucket.padEnd(4)}${of.padStart(17)}  ${share}`.trimEnd();
  });
}

/** `0.4 % (0.3 to 0.6)`: the share, and within what it lies by 95 %. */
export function shareOf({ of, hits, interval }: TakenBack): string {
  if (interval === null) return "not enough data";
  const bounds = [interval.low, interval.high].map((bound) => (bound * 100).toFixed(1));
  return `${formatShare(hits / of)} (${bounds.join(" to ")})`;
}

/** The answer in one sentence, with its numbers. */
export function describeComparison({ comparison, least }: SizesReport): string {
  const { large, small, difference, verdict } = comparison;
  const numbers =
    `${number(large.hits)} of ${number(large.of)} from L on, ` +
    `${number(small.hits)} of ${number(small.of)} below`;
  const about = `merges of at least ${least.watchedDays} days before the end`;
  if (difference === null) {
    return (
      `Not enough data: ${numbers}, of ${about}. It takes ${least.side} on either side, and ` +
      `${least.takenBack} that were taken back.`
    );
  }
  const [low, high] = [difference.low, difference.high].map((bound) => (bound * 100).toFixed(1));
  const interval = `${low} to ${high} percent points, by 95 %`;
  const words = {
    more: "Yes, here they were",
    fewer: "No, here they were taken back less often",
    "no-difference": "No difference can be seen here",
    "not-enough-data": "",
  }[verdict];
  return (
    `${words}: ${numbers} (difference ${interval}; ${about}). That they go together does not say ` +
    "that size is the cause."
  );
}

/** Which limit, and what it would have done. */
export function describeSuggestion({ suggestion, least, merges }: SizesReport): string {
  if (suggestion === null) {
    return (
      `Not enough data: ${count(merges, "merge")}, and it takes ${least.drawnFrom}. ` +
      "The defaults are a good start."
    );
  }
  const { drawnFrom, since, overWarn, overLimit, limits } = suggestion;
  const usual = DEFAULT_SIZE.limits;
  const isLarger = limits.warn.lines > usual.warn.lines || limits.warn.files > usual.warn.files;
  return (
    `Of the newest ${number(drawnFrom)} (since ${day(since)}) it would have called ` +
    `${number(overWarn)} large (${formatShare(overWarn / drawnFrom)}) and ${number(overLimit)} ` +
    `too large (${formatShare(overLimit / drawnFrom)}).` +
    (isLarger
      ? " It is above the usual one: start with it, and lower it as pull requests get smaller."
      : "")
  );
}

/** Lines of the policy; none where no limit is proposed. */
export function formatPolicy({ suggestion }: SizesReport): readonly string[] {
  if (suggestion === null) return [];
  const { warn, limit } = suggestion.limits;
  const flow = (of: typeof warn): string => stringify(of, { collectionStyle: "flow" }).trim();
  return ["size:", `  warn: ${flow(warn)}`, `  limit: ${flow(limit)}`];
}
