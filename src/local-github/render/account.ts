import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { Account } from "../world.ts";

/** An account as it stands inside everything else. */
export function renderAccount(github: GitHub, account: Account) {
  const login = encodeURIComponent(account.login);
  const url = `${github.apiUrl}/users/${login}`;
  return {
    login: account.login,
    id: account.id,
    node_id: formatNodeId(account.type, account.id),
    avatar_url: `${github.url}/avatars/${account.id}`,
    gravatar_id: "",
    url,
    html_url: htmlUrl(github, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    user_view_type: "public",
    site_admin: false,
  };
}

function htmlUrl(github: GitHub, account: Account): string {
  if (account.type !== "Bot") return `${github.url}/${account.login}`;
  return `${github.url}/apps/${account.login.replace(/\[bot\]$/, "")}`;
}
