import type { GitHub } from "../github.ts";
import { renderCommit } from "../render/commit.ts";
import { renderStatus } from "../render/status.ts";
import type { CommitStatus, Repository } from "../world.ts";

/** GitHub names so many of the branches that contain the commit. */
const BRANCHES_MAX = 10;

export async function renderStatusEvent(
  github: GitHub,
  repository: Repository,
  status: CommitStatus,
) {
  const rendered = renderStatus(github, repository, status);
  const commit = await github.git.commit(repository.id, status.sha);
  if (commit === null) throw new Error(`Status ${status.id} has no commit.`);
  return {
    id: status.id,
    sha: status.sha,
    name: github.fullName(repository),
    target_url: status.targetUrl,
    avatar_url: rendered.avatar_url,
    context: status.context,
    description: status.description,
    state: status.state,
    commit: renderCommit(github, repository, commit),
    branches: await renderBranches(github, repository, status.sha),
    created_at: status.createdAt,
    updated_at: status.updatedAt,
  };
}

async function renderBranches(github: GitHub, repository: Repository, sha: string) {
  const text = await github.git.run(repository.id, [
    "for-each-ref",
    `--count=${BRANCHES_MAX}`,
    "--format=%(objectname) %(refname:lstrip=2)",
    `--contains=${sha}`,
    "refs/heads/",
  ]);
  const lines = text.split("\n").filter((line) => line !== "");
  return lines.map((line) => {
    const head = line.slice(0, line.indexOf(" "));
    const name = line.slice(head.length + 1);
    return {
      name,
      commit: {
        sha: head,
        url: `${github.apiUrl}/repos/${github.fullName(repository)}/commits/${head}`,
      },
      protected: repository.protections.some((each) => each.branch === name),
    };
  });
}
