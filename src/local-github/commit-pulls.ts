import { listShas } from "./git-history.ts";
import type { GitHub } from "./github.ts";
import { isPull, type Pull } from "./pull-heads.ts";
import type { Repository } from "./world.ts";

/**
 * The merged pulls that brought a commit into their base, or, without any, the open ones that
 * hold it. Pulls that the index does not know yet are left out.
 */
export async function pullsOfCommit(
  github: GitHub,
  repository: Repository,
  sha: string,
): Promise<Pull[]> {
  const pulls = github.data.issues
    .filter(isPull)
    .filter((issue) => issue.repositoryId === repository.id && github.knowsAssociation(issue));
  const merged: Pull[] = [];
  for (const issue of pulls.filter(({ pull }) => pull.merged)) {
    const { mergeCommitSha, baseSha } = issue.pull;
    if (mergeCommitSha === null) continue;
    if (
      mergeCommitSha === sha ||
      (await brings(github, repository, mergeCommitSha, baseSha, sha))
    ) {
      merged.push(issue);
    }
  }
  if (merged.length > 0) return merged;
  const open: Pull[] = [];
  for (const issue of pulls.filter(({ state }) => state === "open")) {
    const { headSha, baseRef } = issue.pull;
    const base = await github.git.resolve(repository.id, `refs/heads/${baseRef}`);
    if (base !== null && (await brings(github, repository, headSha, base, sha))) open.push(issue);
  }
  return open;
}

async function brings(
  github: GitHub,
  repository: Repository,
  head: string,
  base: string,
  sha: string,
): Promise<boolean> {
  const commits = await listShas(github.git, repository.id, { revisions: [head, `^${base}`] });
  return commits.includes(sha);
}
