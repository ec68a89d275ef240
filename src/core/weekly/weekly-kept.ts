import type { Instant } from "../state.ts";

/** A report of ours that stands as an issue. */
export interface WeeklyIssue {
  readonly number: number;
  readonly url: string;
}

/** What became of the week that ended last. */
type WeeklyStanding =
  | "reported"
  /** Nothing was merged, released or reported, and nothing was found. */
  | "nothing-happened"
  /** The repository was started less than a week before. */
  | "first-week"
  /** What the clocks read was not read from GitHub yet. */
  | "no-records"
  /** The repository has no issues. */
  | "no-issues"
  /** GitHub refuses to open it. */
  | "refused";

/** What is remembered of the report. All of it can be lost: the issues tell which weeks they are of. */
export interface WeeklyKept {
  /** End of the newest week that is done with; null: none is. */
  readonly to: Instant | null;
  readonly standing: WeeklyStanding;
  /** The newest report; null: there is none. */
  readonly issue: WeeklyIssue | null;
  /** A request to open one went out then, and its answer is not known. Null: none did. */
  readonly openingAt: Instant | null;
  /** Numbers of older reports that are to be closed. */
  readonly closing: readonly number[];
  /** Not tried before. Null: nothing is in the way. */
  readonly againAt: Instant | null;
}

const WORDS: Readonly<Record<WeeklyStanding, string>> = {
  reported: "written",
  "nothing-happened":
    "none for this week: nothing was merged, released or reported, and the clocks find nothing",
  "first-week": "none yet: the first one follows a whole week after the start",
  "no-records": "not yet: the past of this repository is still being read for the clocks",
  "no-issues": "none: issues are switched off here",
  refused: "not yet: GitHub refused to open the issue; it is tried again every hour",
};

/** For people, in one sentence without a full stop. */
export function sayWeekly({ standing, issue }: WeeklyKept): string {
  const words = WORDS[standing];
  return standing === "reported" && issue !== null ? `${words}: ${issue.url}` : words;
}
