import type { Issue } from "../world.ts";
import type { Scope } from "./scope.ts";

export interface IssueOrder {
  readonly field: "CREATED_AT" | "UPDATED_AT" | "COMMENTS";
  readonly direction: "ASC" | "DESC";
}

/** Oldest first where no order is asked, as GitHub does. */
export function orderIssues(issues: readonly Issue[], order: IssueOrder | null): Issue[] {
  const key = (issue: Issue) => (order?.field === "UPDATED_AT" ? issue.updatedAt : issue.createdAt);
  const sign = order?.direction === "DESC" ? -1 : 1;
  return issues.toSorted(
    (a, b) => sign * (Date.parse(key(a)) - Date.parse(key(b)) || a.number - b.number),
  );
}

export type PullState = "OPEN" | "CLOSED" | "MERGED";

export function pullState(issue: Issue): PullState {
  if (issue.pull?.merged) return "MERGED";
  return issue.state === "open" ? "OPEN" : "CLOSED";
}

export interface PullFilter {
  states?: PullState[] | null;
  baseRefName?: string | null;
  headRefName?: string | null;
  labels?: string[] | null;
}

/** The pulls among issues that fit all that is asked. One of the labels is enough. */
export function filterPulls(issues: readonly Issue[], filter: PullFilter): Issue[] {
  return issues.filter(
    (issue) =>
      issue.pull !== undefined &&
      (!filter.states || filter.states.includes(pullState(issue))) &&
      (filter.baseRefName ?? issue.pull.baseRef) === issue.pull.baseRef &&
      (filter.headRefName ?? issue.pull.headRef) === issue.pull.headRef &&
      (!filter.labels || filter.labels.some((label) => issue.labels.includes(label))),
  );
}

export interface IssueFilter {
  labels?: string[] | null;
  states?: string[] | null;
  filterBy?: {
    labels?: string[] | null;
    states?: string[] | null;
    createdBy?: string | null;
    since?: string | null;
  } | null;
}

/** The issues that are no pulls and fit all that is asked. One of the labels is enough. */
export function filterIssues(
  { github }: Scope,
  issues: readonly Issue[],
  args: IssueFilter,
): Issue[] {
  const filter = args.filterBy ?? {};
  const states = filter.states ?? args.states ?? null;
  const labels = [...(args.labels ?? []), ...(filter.labels ?? [])];
  return issues.filter(
    (issue) =>
      issue.pull === undefined &&
      (states === null || states.includes(issue.state.toUpperCase())) &&
      (labels.length === 0 || labels.some((label) => issue.labels.includes(label))) &&
      (!filter.createdBy || github.account(issue.authorId).login === filter.createdBy) &&
      (!filter.since || issue.updatedAt >= filter.since),
  );
}
