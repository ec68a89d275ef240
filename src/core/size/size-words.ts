import type { SizeSeen } from "../pulls/open-pull.ts";
import type { Size, SizedFile, SizedPart } from "./size.ts";

/** Words about a size that the check, the comment and the terminal share. */

/** `1,234.5` */
export function formatCount(number: number): string {
  return number.toLocaleString("en-US", { maximumFractionDigits: 2 });
}

/**
 * The verdict in one line: `312 weighted (451 changed) of 400 · 4,180 generated not counted`. Before
 * it what is wrong with it, if anything is.
 */
export function sentenceOfSize(size: Size): string {
  const { verdict, isTruncated } = size;
  const part = decisivePart(size);
  const atLeast = isTruncated ? "at least " : "";
  const limit = verdict === "over" ? part.limits.limit : part.limits.warn;
  const isSpread = part.lines <= limit.lines && part.files > limit.files;
  const whole = part.name === null && size.parts.length === 1;
  const counted = size.changed - size.uncounted;
  const changed = whole && counted !== part.lines ? ` (${formatCount(counted)} changed)` : "";
  const lines = `${atLeast}${formatCount(part.lines)} weighted${changed}`;
  const measure = isSpread
    ? `${atLeast}${formatCount(part.files)} files of ${formatCount(limit.files)} · ${lines}`
    : `${lines} of ${formatCount(limit.lines)}`;
  const where = part.name === null ? "" : ` in ${part.name}`;
  return [`${HEADS[verdict]}${measure}${where}`, uncountedOf(size)].filter(Boolean).join(" · ");
}

/** Where nothing is known but GitHub's own count. */
export function sentenceOfTotals(totals: SizeSeen["totals"]): string {
  const { files } = totals;
  const where = `${formatCount(files)} ${files === 1 ? "file" : "files"}`;
  return `size unknown: GitHub does not list it now (${formatCount(changedIn(totals))} changed lines in ${where})`;
}

const HEADS: Readonly<Record<Size["verdict"], string>> = {
  ok: "",
  warn: "large: ",
  over: "too large: ",
  unknown: "size unknown: ",
};

/** The part that makes the verdict; of those the one that is fullest. */
function decisivePart({ parts, verdict }: Size): SizedPart {
  return parts
    .filter((part) => part.verdict === verdict)
    .reduce((fullest, part) => (fillOf(part) > fillOf(fullest) ? part : fullest));
}

function fillOf({ lines, files, limits: { warn } }: SizedPart): number {
  return Math.max(lines / Math.max(warn.lines, 1), files / Math.max(warn.files, 1));
}

/** `4,180 generated not counted`; empty where everything counts. */
function uncountedOf({ list, uncounted }: Size): string {
  if (uncounted === 0) return "";
  const without = list.filter((file) => file.counted === 0 && changedIn(file) > 0);
  const kinds = new Set(without.map(({ kind }) => kind));
  const [kind] = kinds;
  const name = kinds.size === 1 && kind !== undefined ? (NAMES[kind] ?? "") : "";
  return `${formatCount(uncounted)} ${name}not counted`;
}

const NAMES: Readonly<Partial<Record<SizedFile["kind"], string>>> = {
  generated: "generated ",
  vendored: "vendored ",
  lock: "of lock files ",
  snapshot: "of snapshots ",
  minified: "minified ",
};

export function changedIn({
  additions,
  deletions,
}: Pick<SizedFile, "additions" | "deletions">): number {
  return additions + deletions;
}
