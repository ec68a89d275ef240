import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { combinedState } from "../statuses.ts";
import type { CommitStatus, Repository } from "../world.ts";
import { renderAccount } from "./account.ts";
import { renderMinimalRepository } from "./repository.ts";

export function renderStatus(github: GitHub, repository: Repository, status: CommitStatus) {
  const creator = renderAccount(github, github.account(status.creatorId));
  return {
    url: `${github.apiUrl}/repos/${github.fullName(repository)}/statuses/${status.sha}`,
    avatar_url: creator.avatar_url,
    id: status.id,
    node_id: formatNodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
    creator,
  };
}

/** `statuses`: the newest of each context; `listed`: those of the asked page. */
export function renderCombinedStatus(
  github: GitHub,
  repository: Repository,
  sha: string,
  { statuses, listed }: { statuses: readonly CommitStatus[]; listed: readonly CommitStatus[] },
) {
  const commitUrl = `${github.apiUrl}/repos/${github.fullName(repository)}/commits/${sha}`;
  return {
    state: combinedState(statuses),
    statuses: listed.map((status) => {
      const { creator: _, ...rest } = renderStatus(github, repository, status);
      return rest;
    }),
    sha,
    total_count: statuses.length,
    repository: renderMinimalRepository(github, repository),
    commit_url: commitUrl,
    url: `${commitUrl}/status`,
  };
}
