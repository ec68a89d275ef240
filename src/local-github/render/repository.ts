import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { actorAccount, reaches, type Actor } from "../permission.ts";
import type { Repository, RepositoryRole } from "../world.ts";
import { renderAccount } from "./account.ts";

/** Ids, names and addresses: the part that every form of a repository has. */
export function renderMinimalRepository(github: GitHub, repository: Repository) {
  const fullName = github.fullName(repository);
  const url = `${github.apiUrl}/repos/${fullName}`;
  return {
    id: repository.id,
    node_id: formatNodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName,
    private: repository.private,
    owner: renderAccount(github, github.owner(repository)),
    html_url: `${github.url}/${fullName}`,
    description: repository.description,
    fork: repository.forkOfId !== null,
    url,
    ...renderUrls(url),
  };
}

function renderUrls(url: string) {
  return {
    forks_url: `${url}/forks`,
    keys_url: `${url}/keys{/key_id}`,
    collaborators_url: `${url}/collaborators{/collaborator}`,
    teams_url: `${url}/teams`,
    hooks_url: `${url}/hooks`,
    issue_events_url: `${url}/issues/events{/number}`,
    events_url: `${url}/events`,
    assignees_url: `${url}/assignees{/user}`,
    branches_url: `${url}/branches{/branch}`,
    tags_url: `${url}/tags`,
    blobs_url: `${url}/git/blobs{/sha}`,
    git_tags_url: `${url}/git/tags{/sha}`,
    git_refs_url: `${url}/git/refs{/sha}`,
    trees_url: `${url}/git/trees{/sha}`,
    statuses_url: `${url}/statuses/{sha}`,
    languages_url: `${url}/languages`,
    stargazers_url: `${url}/stargazers`,
    contributors_url: `${url}/contributors`,
    subscribers_url: `${url}/subscribers`,
    subscription_url: `${url}/subscription`,
    commits_url: `${url}/commits{/sha}`,
    git_commits_url: `${url}/git/commits{/sha}`,
    comments_url: `${url}/comments{/number}`,
    issue_comment_url: `${url}/issues/comments{/number}`,
    contents_url: `${url}/contents/{+path}`,
    compare_url: `${url}/compare/{base}...{head}`,
    merges_url: `${url}/merges`,
    archive_url: `${url}/{archive_format}{/ref}`,
    downloads_url: `${url}/downloads`,
    issues_url: `${url}/issues{/number}`,
    pulls_url: `${url}/pulls{/number}`,
    milestones_url: `${url}/milestones{/number}`,
    notifications_url: `${url}/notifications{?since,all,participating}`,
    labels_url: `${url}/labels{/name}`,
    releases_url: `${url}/releases{/id}`,
    deployments_url: `${url}/deployments`,
  };
}

/** As in lists, webhooks and the ends of a pull. */
export function renderRepository(github: GitHub, repository: Repository) {
  const minimal = renderMinimalRepository(github, repository);
  const host = github.url.replace(/^https?:\/\//, "");
  const openIssues = github.data.issues.filter(
    (issue) => issue.repositoryId === repository.id && issue.state === "open",
  ).length;
  const forks = github.data.repositories.filter((each) => each.forkOfId === repository.id).length;
  return {
    ...minimal,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
    git_url: `git://${host}/${minimal.full_name}.git`,
    ssh_url: `git@${host}:${minimal.full_name}.git`,
    clone_url: `${minimal.html_url}.git`,
    svn_url: minimal.html_url,
    homepage: null,
    size: 0,
    stargazers_count: 0,
    watchers_count: 0,
    language: null,
    has_issues: repository.hasIssues,
    has_projects: false,
    has_downloads: true,
    has_wiki: false,
    has_pages: false,
    has_discussions: false,
    forks_count: forks,
    mirror_url: null,
    archived: repository.archived,
    disabled: false,
    open_issues_count: openIssues,
    license: null,
    allow_forking: true,
    is_template: false,
    web_commit_signoff_required: false,
    topics: [],
    visibility: repository.private ? "private" : "public",
    forks,
    open_issues: openIssues,
    watchers: 0,
    default_branch: repository.defaultBranch,
  };
}

/** As asked for by its name. Settings are shown to those who administer it, as on GitHub. */
export function renderFullRepository(github: GitHub, repository: Repository, actor: Actor) {
  const role = github.permissionOf(repository, actorAccount(actor)?.id ?? null);
  const owner = github.owner(repository);
  const parent = repository.forkOfId === null ? null : github.repository(repository.forkOfId);
  return {
    ...renderRepository(github, repository),
    temp_clone_token: null,
    ...(actor.kind === "user" ? { permissions: renderRole(role) } : {}),
    ...(reaches(role, "write") || actor.kind === "installation" ? renderSettings(repository) : {}),
    ...(owner.type === "Organization" ? { organization: renderAccount(github, owner) } : {}),
    ...(parent === null
      ? {}
      : { parent: renderRepository(github, parent), source: renderRepository(github, parent) }),
    network_count: github.data.repositories.filter((each) => each.forkOfId === repository.id)
      .length,
    subscribers_count: 0,
  };
}

function renderSettings(repository: Repository) {
  return {
    allow_squash_merge: repository.allowSquashMerge,
    allow_merge_commit: repository.allowMergeCommit,
    allow_rebase_merge: repository.allowRebaseMerge,
    allow_auto_merge: repository.allowAutoMerge ?? false,
    delete_branch_on_merge: repository.deleteBranchOnMerge,
    allow_update_branch: true,
    use_squash_pr_title_as_default: repository.squashMergeCommitTitle === "PR_TITLE",
    squash_merge_commit_title: repository.squashMergeCommitTitle,
    squash_merge_commit_message: repository.squashMergeCommitMessage,
    merge_commit_title: "MERGE_MESSAGE",
    merge_commit_message: "PR_TITLE",
  };
}

export function renderRole(role: "none" | RepositoryRole) {
  return {
    admin: reaches(role, "admin"),
    maintain: reaches(role, "maintain"),
    push: reaches(role, "write"),
    triage: reaches(role, "triage"),
    pull: reaches(role, "read"),
  };
}
