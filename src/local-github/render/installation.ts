import type { GitHub } from "../github.ts";
import { appOf } from "../installations.ts";
import { formatNodeId } from "../node-id.ts";
import type { Installation, Repository } from "../world.ts";
import { renderAccount } from "./account.ts";
import { clientIdOf } from "./app.ts";

export function renderInstallation(github: GitHub, installation: Installation) {
  const app = appOf(github, installation);
  const account = github.account(installation.accountId);
  const settings =
    account.type === "Organization"
      ? `/organizations/${account.login}/settings/installations`
      : "/settings/installations";
  return {
    id: installation.id,
    client_id: clientIdOf(app.id),
    account: renderAccount(github, account),
    repository_selection: installation.repositorySelection,
    access_tokens_url: `${github.apiUrl}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${github.apiUrl}/installation/repositories`,
    html_url: `${github.url}${settings}/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: installation.createdAt,
    updated_at: installation.suspendedAt ?? installation.createdAt,
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: null,
    suspended_at: installation.suspendedAt,
  };
}

/** How webhooks name the repositories of an installation. */
export function renderInstalledRepository(github: GitHub, repository: Repository) {
  return {
    id: repository.id,
    node_id: formatNodeId("Repository", repository.id),
    name: repository.name,
    full_name: github.fullName(repository),
    private: repository.private,
  };
}
