import type { GitHub } from "./github.ts";
import { setState, type Author } from "./issues.ts";
import type { Issue, Repository } from "./world.ts";

const KEYWORD =
  /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+)\/([\w.-]+))?#(\d+)\b/gi;

/** Issues that a text closes when it reaches the default branch; pulls are never closed by words. */
export function issuesClosedBy(github: GitHub, repository: Repository, text: string): Issue[] {
  const issues = new Set<Issue>();
  for (const [, owner, name, number] of text.matchAll(KEYWORD)) {
    const target =
      owner === undefined || name === undefined
        ? repository
        : github.findRepository(owner, name)?.repository;
    const issue = target ? github.issue(target.id, Number(number)) : null;
    if (issue !== null && !issue.pull) issues.add(issue);
  }
  return [...issues];
}

/** `commitSha` is the commit that reached the default branch. */
export function closeByKeywords(
  github: GitHub,
  repository: Repository,
  by: Author,
  text: string,
  commitSha: string,
): void {
  for (const issue of issuesClosedBy(github, repository, text)) {
    const target = github.repository(issue.repositoryId);
    if (issue.state !== "open" || target === null) continue;
    // A commit of one repository closes issues of another only for those who may close them there.
    const role = github.permissionOf(target, by.accountId);
    if (target !== repository && (role === "none" || role === "read")) continue;
    setState(github, issue, by, "closed", "completed");
    const event = issue.timeline.at(-1);
    if (event !== undefined) event.commitSha = commitSha;
  }
}
