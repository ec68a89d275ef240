import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { App } from "../world.ts";
import { renderAccount } from "./account.ts";

export function renderApp(github: GitHub, app: App) {
  return {
    id: app.id,
    client_id: `Iv1.${app.id.toString(16).padStart(16, "0")}`,
    slug: app.slug,
    node_id: formatNodeId("App", app.id),
    owner: renderAccount(github, github.account(app.ownerId)),
    name: app.name,
    description: null,
    external_url: appUrl(github, app),
    html_url: appUrl(github, app),
    created_at: app.createdAt,
    updated_at: app.createdAt,
    permissions: app.permissions,
    events: app.events,
  };
}

export function appUrl(github: GitHub, app: App): string {
  return `${github.url}/apps/${app.slug}`;
}

/** Null for what a person wrote, and for an App that is gone. */
export function renderAppById(github: GitHub, appId: number | null | undefined) {
  const app = github.data.apps.find((each) => each.id === appId);
  return app === undefined ? null : renderApp(github, app);
}
