import type { ClockStore } from "./clocks-port.ts";
import type { Repository } from "./core/state.ts";
import type { WeeklyFound } from "./core/weekly/judge-weekly.ts";
import type { WeeklyIssue } from "./core/weekly/weekly-kept.ts";

/** What the loop needs for the weekly report. */

export interface WeeklyForge {
  /**
   * The newest reports of this repository, at least to the first that is closed. One request for each
   * 50 of our issues to there, and one for who we are.
   */
  find(repository: Repository): Promise<readonly WeeklyFound[]>;
  /**
   * "disabled": the repository has no issues. "refused": not now. One request, which notifies who
   * watches the repository.
   */
  open(
    repository: Repository,
    said: { readonly title: string; readonly body: string },
  ): Promise<WeeklyIssue | "disabled" | "refused">;
}

/** What a report is made of, beside GitHub. */
export interface WeeklySource {
  readonly clocks: Pick<ClockStore, "readRecords" | "readCoverage">;
  /** Our page about a repository; null: there is none that people can open. */
  readonly pageUrl: (repository: Repository) => string | null;
}
