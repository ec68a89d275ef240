import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { renderAccount } from "../render/account.ts";
import { renderRepository } from "../render/repository.ts";
import type { Account, Installation, Repository } from "../world.ts";

/** What stands in every payload about a repository, beside what happened. */
export function renderEnvelope(github: GitHub, repository: Repository, senderId: number) {
  const owner = github.owner(repository);
  return {
    repository: renderRepository(github, repository),
    ...(owner.type === "Organization" ? { organization: renderOrganization(github, owner) } : {}),
    sender: renderAccount(github, github.account(senderId)),
  };
}

/** How an App learns from which of its installations a payload comes. */
export function renderInstallationMark(installation: Installation) {
  return {
    installation: {
      id: installation.id,
      node_id: formatNodeId("Installation", installation.id),
    },
  };
}

export function renderOrganization(github: GitHub, account: Account) {
  const url = `${github.apiUrl}/orgs/${account.login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: formatNodeId("Organization", account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${github.url}/avatars/${account.id}`,
    description: null,
  };
}
