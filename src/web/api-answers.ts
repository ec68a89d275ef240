import { z } from "zod";

/** The answers of the API. Their description for programs is made of these schemas. */

const time = z.iso.datetime().describe("ISO 8601, in UTC.");

const window = z.object({ from: time, to: time }).describe("From `from` on, before `to`.");

const interval = z
  .object({
    low: z.number().nullable(),
    high: z.number().nullable(),
    level: z.number().describe("0.95: in 95 of 100 such windows the interval has the true value."),
  })
  .describe("An end that is null lies endlessly far away.");

const number = z
  .object({
    id: z.string(),
    name: z.string(),
    unit: z.string().describe("milliseconds, share (0 to 1), count, per week, …"),
    value: z
      .number()
      .nullable()
      .describe("Null: not known, and never zero for that; see `missing`."),
    missing: z.string().nullable().describe("Why there is no value."),
    sentence: z.string().describe("What it says, without a full stop."),
    interval: interval.nullable(),
    n: z.int().describe("Rows that it is made of."),
    open: z.int().describe("Of them: still open, and counted as such."),
    leftOut: z.array(z.object({ what: z.string(), count: z.int() })),
    window,
    asOf: time,
    definitions: z.int().describe("Version of the definitions, docs/clocks.md."),
  })
  .describe("One number with all that it takes to check it.");

const clock = number
  .extend({
    otherwise: z.int().describe("Rows that ended otherwise, such as pulls closed without a merge."),
    quantiles: z
      .object({
        p25: z.number().nullable(),
        p50: z.number().nullable(),
        p75: z.number().nullable(),
        p90: z.number().nullable(),
      })
      .describe(
        "Milliseconds by which a share had happened, open work included. Null: not reached.",
      ),
  })
  .describe("A duration, with open work counted as open.");

const change = z
  .object({
    kind: z.enum(["ratio", "difference"]),
    value: z.number().nullable(),
    interval: interval.nullable(),
    direction: z.enum(["up", "down", "unclear"]).describe("unclear: the interval holds no change."),
    sentence: z.string(),
  })
  .describe("A number in one window against the same number in another.");

const finding = z.object({
  name: z.string(),
  state: z.enum(["fires", "quiet", "unknown"]).describe("unknown: not enough data."),
  sentence: z.string(),
  numbers: z.array(z.string()).describe("Ids of numbers to look at."),
});

const repository = z.object({
  id: z.int(),
  owner: z.string(),
  name: z.string(),
  isPrivate: z.boolean(),
});

const numbers = {
  clocks: z.record(z.string(), clock),
  numbers: z.record(z.string(), number),
};

const changes = {
  changes: z.record(z.string(), change).describe("By the id of the number."),
  warning: z.string().describe("What a comparison does not prove."),
};

const paging = {
  page: z.int(),
  perPage: z.int(),
  total: z.int(),
};

const row = z.object({
  key: z.string().describe("42/pull/17, 42/release/v1.4.3, …: the number is the repository's id."),
  name: z.string(),
  title: z.string().describe("As somebody wrote it. Empty: not known."),
  url: z.string().describe("Page on GitHub; empty: none."),
  ms: z.number().nullable().describe("How long it took, or has taken; null: it is no duration."),
  endedAt: time.nullable(),
  end: z.enum(["happened", "otherwise", "open"]),
});

const release = z.object({
  tag: z.string(),
  sha: z.string(),
  component: z.string(),
  channel: z.string(),
  publishedAt: time,
  url: z.string().nullable(),
  level: z.string(),
  units: z.int().describe("Pulls and pushed commits that it brought."),
  rolledBackBy: z.string().nullable().describe("Tag of the release that took it back."),
});

export const ANSWERS = {
  Window: window,
  Interval: interval,
  Number: number,
  Clock: clock,
  Change: change,
  Finding: finding,
  Repository: repository,
  Row: row,
  Release: release,
  Repositories: z.object({ repositories: z.array(repository) }),
  Report: z.object({
    definitions: z.int(),
    asOf: time,
    window,
    knownSince: time
      .nullable()
      .describe("Since when everything is on record; null: the past is still being read."),
    repositories: z.array(repository).describe("What is counted: nothing else is."),
    headlines: z.array(z.string()),
    findings: z.array(finding),
    ...numbers,
    ...changes,
  }),
  Findings: z.object({ asOf: time, window, findings: z.array(finding) }),
  Rows: z.object({ number, ...paging, rows: z.array(row).describe("Longest first.") }),
  Releases: z.object({ ...paging, releases: z.array(release).describe("Newest first.") }),
  Comparison: z.object({
    asOf: time,
    before: z.object({ window, ...numbers }),
    now: z.object({ window, ...numbers }),
    ...changes,
  }),
  Problem: z
    .object({
      type: z.string(),
      title: z.string(),
      status: z.int(),
      code: z.string(),
      detail: z.string().describe("What is wrong, and what to do."),
    })
    .describe("RFC 9457."),
} as const;

export type Answer<K extends keyof typeof ANSWERS> = z.infer<(typeof ANSWERS)[K]>;
