import type { GitCommit } from "./git-object.ts";
import type { GitHub } from "./github.ts";
import type { Pull } from "./pull-heads.ts";
import { accountAddress } from "./signature.ts";
import type { Repository } from "./world.ts";

/** What the caller wants instead of GitHub's own text; null where it wants that. */
export interface MergeText {
  title: string | null;
  message: string | null;
}

export function mergeMessage(github: GitHub, issue: Pull, text: MergeText): string {
  const { headRepositoryId, headRef } = issue.pull;
  const head = github.repository(headRepositoryId);
  const owner = head === null ? "unknown" : github.owner(head).login;
  const title = text.title ?? `Merge pull request #${issue.number} from ${owner}/${headRef}`;
  return join(title, text.message ?? issue.title);
}

/** `commits` are the pull's own, oldest first. */
export function squashMessage(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  commits: readonly GitCommit[],
  text: MergeText,
): string {
  const only = commits.length === 1 ? commits[0] : undefined;
  const ownTitle =
    repository.squashMergeCommitTitle === "COMMIT_OR_PR_TITLE" && only !== undefined
      ? headline(only)
      : issue.title;
  const title = text.title ?? `${ownTitle} (#${issue.number})`;
  if (text.message !== null) return join(title, text.message);
  const trailers = coAuthors(github, issue, commits);
  return join(
    title,
    [squashBody(repository, issue, commits), trailers].filter(Boolean).join("\n\n"),
  );
}

function squashBody(repository: Repository, issue: Pull, commits: readonly GitCommit[]): string {
  if (repository.squashMergeCommitMessage === "BLANK") return "";
  if (repository.squashMergeCommitMessage === "PR_BODY") return issue.body ?? "";
  const [first] = commits;
  if (commits.length === 1 && first !== undefined) {
    return first.message.slice(headline(first).length).trim();
  }
  return commits.map((commit) => `* ${commit.message}`).join("\n\n");
}

/** Everybody else who wrote a commit of the pull. */
function coAuthors(github: GitHub, issue: Pull, commits: readonly GitCommit[]): string {
  const own = accountAddress(github.account(issue.authorId)).toLowerCase();
  const others = new Map<string, string>();
  for (const { author } of commits) {
    const address = author.email.toLowerCase();
    if (address !== own) others.set(address, `Co-authored-by: ${author.name} <${author.email}>`);
  }
  return [...others.values()].join("\n");
}

function headline(commit: GitCommit): string {
  return commit.message.split("\n", 1)[0] ?? "";
}

function join(title: string, body: string): string {
  return body === "" ? title : `${title}\n\n${body}`;
}
