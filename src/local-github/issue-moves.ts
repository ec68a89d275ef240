import type { GitHub } from "./github.ts";
import { emitIssue, type Author } from "./issues.ts";
import type { Issue, Repository } from "./world.ts";

/** GitHub pins this many issues of a repository. */
const PINNED_MAX = 3;

/** False where three are pinned already. Pinning twice changes nothing. */
export function pinIssue(github: GitHub, issue: Issue, by: Author): boolean {
  if (issue.isPinned === true) return true;
  const pinned = github.data.issues.filter(
    ({ repositoryId, isPinned }) => repositoryId === issue.repositoryId && isPinned === true,
  );
  if (pinned.length >= PINNED_MAX) return false;
  issue.isPinned = true;
  emitIssue(github, issue, by, "pinned");
  return true;
}

/** It is gone, with its comments. */
export function deleteIssue(github: GitHub, issue: Issue, by: Author): void {
  remove(github, issue);
  emitIssue(github, issue, by, "deleted");
}

/** The same issue under a new id and number of another repository; the old one is gone. */
export function transferIssue(github: GitHub, issue: Issue, by: Author, target: Repository): Issue {
  const at = github.timestamp();
  const moved: Issue = {
    ...issue,
    id: github.nextId(),
    number: target.nextNumber,
    repositoryId: target.id,
    isPinned: false,
    updatedAt: at,
  };
  target.nextNumber += 1;
  for (const comment of github.data.comments) {
    if (comment.repositoryId !== issue.repositoryId || comment.issueNumber !== issue.number)
      continue;
    comment.repositoryId = target.id;
    comment.issueNumber = moved.number;
  }
  remove(github, issue);
  github.data.issues.push(moved);
  emitIssue(github, issue, by, "transferred", { movedTo: moved });
  emitIssue(github, moved, by, "opened", { movedFrom: issue });
  return moved;
}

function remove(github: GitHub, issue: Issue): void {
  const { data } = github;
  data.issues = data.issues.filter((each) => each !== issue);
  data.comments = data.comments.filter(
    ({ repositoryId, issueNumber }) =>
      repositoryId !== issue.repositoryId || issueNumber !== issue.number,
  );
  github.changed();
}
