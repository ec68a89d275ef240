import { matchesGlob } from "../glob.ts";
import type { Attributes } from "./attributes.ts";
import { findKind, isManifest } from "./size-kind.ts";
import type { LineCount } from "./size-patch.ts";
import type { SizeKind, SizeLimits, SizePolicy } from "./size-policy.ts";

/** A file of a change. */
export interface ChangedFile extends LineCount {
  readonly path: string;
  /** Null: it had the same path before. */
  readonly previousPath: string | null;
  readonly status: "added" | "modified" | "removed" | "renamed";
  readonly isBinary: boolean;
  /** Without white space alone; null: there was no patch to see it in. */
  readonly real: LineCount | null;
}

export interface Change {
  readonly files: readonly ChangedFile[];
  /** Are there more files or lines than were listed? */
  readonly isTruncated: boolean;
  /** Of a path at the base of the change, whatever the change makes of them. */
  readonly attributesOf: (path: string) => Attributes;
}

export const BUCKETS = ["XS", "S", "M", "L", "XL", "XXL"] as const;
export type Bucket = (typeof BUCKETS)[number];

type SizeVerdict = "ok" | "warn" | "over" | "unknown";

export interface SizedFile extends LineCount {
  readonly path: string;
  readonly kind: SizeKind;
  /** Place in `Size.parts` of the limits that judge it. */
  readonly part: number;
  /** Weighted lines, to the hundredth. */
  readonly counted: number;
  /** Why it counts so much. */
  readonly why: string;
}

/** Files that are judged by the same limits. */
export interface SizedPart {
  /** A pattern or a component of the policy; null: the rest. */
  readonly name: string | null;
  readonly lines: number;
  readonly files: number;
  readonly limits: SizeLimits;
  readonly verdict: SizeVerdict;
}

export interface Size {
  /** The worst of the parts. */
  readonly verdict: SizeVerdict;
  /** The larger of lines and spread. */
  readonly bucket: Bucket;
  /** Weighted lines. */
  readonly lines: number;
  /** Spread: files with counted lines, without manifests. */
  readonly files: number;
  /** Changed lines, each as one. */
  readonly changed: number;
  /** Changed lines of files that do not count at all. */
  readonly uncounted: number;
  /** There are more: lines and files are at least so many. */
  readonly isTruncated: boolean;
  readonly byKind: Readonly<Record<"code" | "tests" | "docs", number>>;
  /** The rest first. */
  readonly parts: readonly SizedPart[];
  /** The largest first. */
  readonly list: readonly SizedFile[];
}

/** How large a change is for a person who reviews it. */
export function measureSize(change: Change, policy: SizePolicy): Size {
  const list = change.files
    .map((file) => sizeFile(file, change.attributesOf(file.path), policy))
    .toSorted(
      (left, right) =>
        right.counted - left.counted ||
        changedIn(right) - changedIn(left) ||
        (left.path < right.path ? -1 : 1),
    );
  const { lines, files } = sum(list);
  const { isTruncated } = change;
  const parts = [null, ...policy.own].map((own, at) =>
    judgePart(
      list.filter(({ part }) => part === at),
      { name: own?.name ?? null, limits: own ?? policy.limits, isTruncated },
    ),
  );
  const kindLines = (kind: SizeKind): number =>
    sum(list.filter((file) => file.kind === kind)).lines;
  return {
    verdict: VERDICTS.find((verdict) => parts.some((part) => part.verdict === verdict)) ?? "ok",
    bucket: bucketOf(lines, files, policy),
    lines,
    files,
    changed: total(list),
    uncounted: total(list.filter(({ counted }) => counted === 0)),
    isTruncated,
    byKind: { code: kindLines("code"), tests: kindLines("tests"), docs: kindLines("docs") },
    parts,
    list,
  };
}

/** The worst first. Over a limit stays over it, however much more there is. */
const VERDICTS = ["over", "unknown", "warn"] as const;

function judgePart(
  list: readonly SizedFile[],
  part: Pick<SizedPart, "name" | "limits"> & { readonly isTruncated: boolean },
): SizedPart {
  const { lines, files } = sum(list);
  const { name, isTruncated } = part;
  const { warn, limit } = part.limits;
  const isOver = (most: SizeLimits["warn"]): boolean => lines > most.lines || files > most.files;
  const known = isOver(warn) ? "warn" : "ok";
  const verdict = isOver(limit) ? "over" : isTruncated ? "unknown" : known;
  return { name, lines, files, limits: { warn, limit }, verdict };
}

/** Of lines that begin buckets, and files that end them: 30 lines are M, 5 files are S. */
export function bucketOf(
  lines: number,
  files: number,
  { buckets, spread }: Pick<SizePolicy, "buckets" | "spread">,
): Bucket {
  const byLines = buckets.filter((first) => lines >= first).length;
  const byFiles = spread.filter((last) => files > last).length;
  return BUCKETS[Math.max(byLines, byFiles)] ?? "XXL";
}

/** In hundredths, so that no order of files gives another sum. */
function sum(list: readonly SizedFile[]): { readonly lines: number; readonly files: number } {
  const hundredths = list.reduce((all, { counted }) => all + Math.round(counted * 100), 0);
  const files = list.filter(({ path, counted }) => counted > 0 && !isManifest(path)).length;
  return { lines: hundredths / 100, files };
}

function total(list: readonly SizedFile[]): number {
  return list.reduce((all, file) => all + changedIn(file), 0);
}

function changedIn({ additions, deletions }: LineCount): number {
  return additions + deletions;
}

function sizeFile(file: ChangedFile, attributes: Attributes, policy: SizePolicy): SizedFile {
  const { path, additions, deletions } = file;
  const found = findKind(path, attributes, policy);
  const weight = policy.weights[found.kind];
  const { lines, why } = countLines(file, policy);
  const counted = Math.round(lines * weight * 100) / 100;
  const own = found.why === "" ? "" : `${KIND_WORDS[found.kind]}: ${found.why}`;
  const weighed = weight === 0 ? "not counted" : weight === 1 ? "" : `counts ${weight}`;
  return {
    path,
    kind: found.kind,
    part: policy.own.findIndex(({ pattern }) => matchesGlob(pattern, path)) + 1,
    additions,
    deletions,
    counted,
    why: [own, weighed, why].filter(Boolean).join("; ") || "code",
  };
}

const KIND_WORDS: Readonly<Record<SizeKind, string>> = {
  code: "code",
  tests: "tests",
  docs: "docs",
  generated: "generated",
  vendored: "vendored",
  lock: "lock file",
  snapshot: "snapshot",
  minified: "minified",
};

/** Lines before the weight of what the file is. */
function countLines(
  file: ChangedFile,
  policy: SizePolicy,
): { readonly lines: number; readonly why: string } {
  if (file.isBinary) return { lines: 0, why: "binary" };
  if (changedIn(file) === 0) {
    const why = file.previousPath === null ? "no line of it changed" : "renamed, nothing else";
    return { lines: 0, why };
  }
  if (file.status === "removed" && policy.deletedFiles !== "lines") {
    if (policy.deletedFiles === "none") return { lines: 0, why: "deleted whole; not counted" };
    return { lines: 1, why: "deleted whole; one line" };
  }
  const { additions, deletions } = file.real ?? file;
  if (additions + deletions === 0) return { lines: 0, why: "white space only" };
  const lines = additions + deletions * policy.deletions;
  const white = changedIn(file) - additions - deletions;
  const notes = [
    deletions > 0 && policy.deletions !== 1 ? `a deleted line counts ${policy.deletions}` : "",
    white > 0 ? `${white} of white space only` : "",
  ];
  return { lines, why: notes.filter(Boolean).join("; ") };
}
