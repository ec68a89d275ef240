import type { Instant } from "../state.ts";

/**
 * The hidden last line of a weekly report: which repository it is of, because an issue can be moved,
 * and which week, so that no week gets two. Only issues that we opened ourselves are asked.
 */

const MARKER = /^<!-- smallbatch:weekly v1 repository=(\d{1,15}) to=(\S{20,30}) -->[ \t]*\r?$/m;

export function formatWeeklyMarker(repositoryId: number, to: Instant): string {
  return `<!-- smallbatch:weekly v1 repository=${repositoryId} to=${new Date(to).toISOString()} -->`;
}

/** End of the week that it is about; null: it is no report of this repository. */
export function readWeeklyMarker(body: string, repositoryId: number): Instant | null {
  const [, repository, to = ""] = MARKER.exec(body) ?? [];
  const at = Date.parse(to);
  return Number(repository) === repositoryId && Number.isFinite(at) ? at : null;
}
