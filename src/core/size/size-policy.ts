/** What a file is, as far as its size goes. Only the first three have to be reviewed line by line. */
export const SIZE_KINDS = [
  "code",
  "tests",
  "docs",
  "generated",
  "vendored",
  "lock",
  "snapshot",
  "minified",
] as const;

export type SizeKind = (typeof SIZE_KINDS)[number];

/** More than this is over it. */
interface SizeLimit {
  readonly lines: number;
  readonly files: number;
}

export interface SizeLimits {
  readonly warn: SizeLimit;
  readonly limit: SizeLimit;
}

/** Limits of files that are judged by themselves, apart from the rest. */
interface OwnLimits extends SizeLimits {
  /** What the policy calls it: a pattern, or the name of a component. */
  readonly name: string;
  readonly pattern: string;
}

export interface SizePolicy {
  /** What one added line of each kind counts. */
  readonly weights: Readonly<Record<SizeKind, number>>;
  /** What a deleted line counts beside an added one. */
  readonly deletions: number;
  /** A file that is deleted whole is one line, as many as it had, or none. */
  readonly deletedFiles: "one" | "lines" | "none";
  /** Kinds by pattern; the last that fits counts, before everything else. */
  readonly paths: Readonly<Record<string, SizeKind>>;
  /** Lines with which S, M, L, XL and XXL begin. */
  readonly buckets: readonly number[];
  /** Most files of XS, S, M, L and XL. */
  readonly spread: readonly number[];
  readonly limits: SizeLimits;
  /** The first that names a file counts. */
  readonly own: readonly OwnLimits[];
}

/** What holds without a policy; the schema's defaults are these. */
export const DEFAULT_SIZE: SizePolicy = {
  weights: {
    code: 1,
    tests: 0.5,
    docs: 0.5,
    generated: 0,
    vendored: 0,
    lock: 0,
    snapshot: 0,
    minified: 0,
  },
  deletions: 0.5,
  deletedFiles: "one",
  paths: {},
  buckets: [10, 30, 100, 400, 1_000],
  spread: [2, 5, 10, 25, 60],
  limits: { warn: { lines: 400, files: 25 }, limit: { lines: 1_000, files: 60 } },
  own: [],
};
