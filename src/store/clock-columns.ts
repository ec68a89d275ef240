import type { KeptKind, KeptKinds } from "../core/clock-records/kept.ts";

/** Columns of what the clocks read, by the fields that they keep. */

type ColumnType =
  | "bigint"
  | "integer"
  | "double precision"
  | "boolean"
  | "text"
  | "json"
  | "integer[]"
  | "text[]";

type Columns<T> = Readonly<Record<Exclude<keyof T, "repositoryId">, ColumnType>>;

interface Table {
  readonly name: string;
  /** Of one repository. */
  readonly key: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** What a record has beside them, or instead. Field to SQL. */
  readonly derived: Readonly<Record<string, string>>;
  /** Kept, but no part of the record. */
  readonly own: readonly string[];
}

const PULL: Columns<KeptKinds["pull"]> = {
  number: "integer",
  title: "text",
  kind: "text",
  authorId: "bigint",
  isBot: "boolean",
  initiatorId: "bigint",
  agents: "json",
  hasPersonsCommit: "boolean",
  createdAt: "bigint",
  firstAuthoredAt: "bigint",
  readyAt: "bigint",
  redrafts: "json",
  firstReviewAt: "bigint",
  approvedAt: "bigint",
  mergedAt: "bigint",
  closedAt: "bigint",
  mergeSha: "text",
  mergedById: "bigint",
  reviewerIds: "json",
  additions: "integer",
  deletions: "integer",
  weightedLines: "double precision",
  components: "json",
  hasTestChange: "boolean",
  wasGreen: "boolean",
  isReleasable: "boolean",
  oldestIssueAt: "bigint",
  headBranch: "text",
  onto: "text",
  ontoAt: "bigint",
  revertsPulls: "integer[]",
  revertsShas: "text[]",
};

const COMMIT: Columns<KeptKinds["commit"]> = { sha: "text", at: "bigint", isReleasable: "boolean" };

const RELEASE: Columns<KeptKinds["release"]> = {
  tag: "text",
  sha: "text",
  component: "text",
  channel: "text",
  isPrerelease: "boolean",
  publishedAt: "bigint",
  checks: "text",
  checksAt: "bigint",
  withdrawnAt: "bigint",
  actorId: "bigint",
  ownKind: "text",
  carries: "json",
  rollsBack: "text[]",
  overrides: "integer",
  excepted: "integer[]",
  isTagOnly: "boolean",
};

const FEEDBACK: Columns<KeptKinds["feedback"]> = {
  key: "text",
  kind: "text",
  kindBy: "text",
  openedAt: "bigint",
  reporterId: "bigint",
  reporter: "text",
  isDropped: "boolean",
  claim: "json",
  duplicateOf: "text",
  closedAt: "bigint",
  resolution: "text",
  fixPulls: "integer[]",
  fixRelease: "text",
};

const DEPLOYMENT: Columns<KeptKinds["deployment"]> = {
  id: "bigint",
  sha: "text",
  environment: "text",
  createdAt: "bigint",
  succeededAt: "bigint",
  failedAt: "bigint",
};

export const TABLES: Readonly<Record<KeptKind, Table>> = {
  pull: {
    name: "smallbatch.clock_pull",
    key: "number",
    columns: PULL,
    derived: { revertedAt: "reverted_at", exceptions: "exceptions" },
    own: ["headBranch", "onto", "ontoAt", "revertsPulls", "revertsShas"],
  },
  commit: {
    name: "smallbatch.clock_commit",
    key: "sha",
    columns: COMMIT,
    derived: {},
    own: [],
  },
  release: {
    name: "smallbatch.clock_release",
    key: "tag",
    columns: RELEASE,
    derived: {
      usableAt: "usable_at",
      usableBy: "usable_by",
      kind: "kind",
      lines: "lines",
      rolledBackAt: "rolled_back_at",
    },
    own: ["ownKind", "checks", "checksAt", "excepted", "isTagOnly"],
  },
  feedback: {
    name: "smallbatch.clock_feedback",
    key: "key",
    columns: FEEDBACK,
    derived: {
      attribution: "attribution",
      fixedAt: "fixed_at",
      fixTag: "fix_tag",
      fixUsableAt: "fix_usable_at",
    },
    own: ["isDropped", "claim", "fixPulls", "fixRelease"],
  },
  deployment: {
    name: "smallbatch.clock_deployment",
    key: "id",
    columns: DEPLOYMENT,
    derived: {},
    own: [],
  },
};

/** `mergedAt` to `merged_at`. */
export function columnOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Fields of a record with the SQL of each, in order. */
export function recordFields(kind: KeptKind): readonly (readonly [string, string])[] {
  const { columns, derived, own } = TABLES[kind];
  const kept = Object.keys(columns).filter((field) => !own.includes(field));
  return [
    ["repositoryId", "repository_id"],
    ...kept.map((field) => [field, columnOf(field)] as const),
    ...Object.entries(derived),
  ];
}

/** What is kept, with when it was seen. */
export function keptFields(kind: KeptKind): readonly (readonly [string, ColumnType])[] {
  return [...Object.entries(TABLES[kind].columns), ["seenAt", "bigint"], ["readAt", "bigint"]];
}
