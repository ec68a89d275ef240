import { runsOfSuite, latestRuns, suiteOf, suiteState } from "../checks.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { CheckRun, CheckSuite, Issue, Repository } from "../world.ts";
import { appUrl, renderAppById } from "./app.ts";
import { renderMinimalRepository } from "./repository.ts";

export function renderCheckRun(github: GitHub, repository: Repository, run: CheckRun) {
  const fullName = github.fullName(repository);
  const url = `${github.apiUrl}/repos/${fullName}/check-runs/${run.id}`;
  const app = github.data.apps.find((each) => each.id === run.appId);
  const page = `${github.url}/${fullName}/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: formatNodeId("CheckRun", run.id),
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: page,
    // GitHub links the App's own page where the App named none.
    details_url: run.detailsUrl ?? (app === undefined ? page : appUrl(github, app)),
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.annotationsCount,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: renderAppById(github, run.appId),
    pull_requests: renderPullsOf(github, repository, run.headSha),
  };
}

/** As webhooks tell of it: with more of its suite. */
export function renderCheckRunEvent(github: GitHub, repository: Repository, run: CheckRun) {
  return {
    ...renderCheckRun(github, repository, run),
    check_suite: renderSuitePart(github, repository, suiteOf(github, run)),
  };
}

function renderSuitePart(github: GitHub, repository: Repository, suite: CheckSuite) {
  return {
    id: suite.id,
    node_id: formatNodeId("CheckSuite", suite.id),
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    ...suiteState(github, suite),
    url: `${github.apiUrl}/repos/${github.fullName(repository)}/check-suites/${suite.id}`,
    before: null,
    after: suite.headSha,
    pull_requests: renderPullsOf(github, repository, suite.headSha),
    app: renderAppById(github, suite.appId),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
  };
}

export async function renderCheckSuite(github: GitHub, repository: Repository, suite: CheckSuite) {
  const part = renderSuitePart(github, repository, suite);
  const rest = {
    latest_check_runs_count: latestRuns(runsOfSuite(github, suite)).length,
    check_runs_url: `${part.url}/check-runs`,
    repository: renderMinimalRepository(github, repository),
  };
  return {
    ...part,
    ...rest,
    head_commit: await renderSimpleCommit(github, suite.repositoryId, suite.headSha),
  };
}

/** As webhooks tell of it: without the repository, which stands beside it. */
export async function renderCheckSuiteEvent(
  github: GitHub,
  repository: Repository,
  suite: CheckSuite,
) {
  const { repository: _, ...rest } = await renderCheckSuite(github, repository, suite);
  return { ...rest, rerequestable: true, runs_rerequestable: true };
}

/** As checks and merge groups name their commit. */
export async function renderSimpleCommit(github: GitHub, repositoryId: number, sha: string) {
  const commit = await github.git.commit(repositoryId, sha);
  if (commit === null) throw new Error(`There is no commit ${sha}.`);
  return {
    id: commit.sha,
    tree_id: commit.treeSha,
    message: commit.message,
    timestamp: commit.committer.date,
    author: { name: commit.author.name, email: commit.author.email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  };
}

/** Open pulls of the same repository whose head is the commit; those of forks are left out. */
function renderPullsOf(github: GitHub, repository: Repository, sha: string) {
  return github.data.issues
    .filter(
      ({ repositoryId, state, pull }) =>
        repositoryId === repository.id &&
        state === "open" &&
        pull?.headSha === sha &&
        pull.headRepositoryId === repository.id,
    )
    .map((issue) => renderMinimalPull(github, repository, issue));
}

function renderMinimalPull(github: GitHub, repository: Repository, issue: Issue) {
  const url = `${github.apiUrl}/repos/${github.fullName(repository)}`;
  const repo = { id: repository.id, url, name: repository.name };
  return {
    url: `${url}/pulls/${issue.number}`,
    id: issue.pull?.id ?? issue.id,
    number: issue.number,
    head: { ref: issue.pull?.headRef ?? "", sha: issue.pull?.headSha ?? "", repo },
    base: { ref: issue.pull?.baseRef ?? "", sha: issue.pull?.baseSha ?? "", repo },
  };
}
