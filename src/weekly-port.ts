import type { ClockStore } from "./clocks-port.ts";
import type { Repository } from "./core/state.ts";
import type { WeeklyFound } from "./core/weekly/judge-weekly.ts";
import type { WeeklyIssue } from "./core/weekly/weekly-kept.ts";

/** What the loop needs for the weekly report. */

/** One request each. */
export interface WeeklyForge {
  /** Reports of this repository among our newest issues, open or closed. */
  find(repository: Repository): Promise<readonly WeeklyFound[]>;
  /** "disabled": the repository has no issues. "refused": not now. Notifies who watches it. */
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
