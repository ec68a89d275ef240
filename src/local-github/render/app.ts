import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { App } from "../world.ts";
import { renderAccount } from "./account.ts";

export function renderApp(github: GitHub, app: App) {
  return {
    id: app.id,
    client_id: clientIdOf(app.id),
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

/** Apps are signed in as by this and their client secret, never by their number. */
export function clientIdOf(appId: number): string {
  return `Iv1.${appId.toString(16).padStart(16, "0")}`;
}

export function appUrl(github: GitHub, app: App): string {
  return `${github.url}/apps/${app.slug}`;
}

/** Null for what a person wrote, and for an App that is gone. */
export function renderAppById(github: GitHub, appId: number | null | undefined) {
  const app = github.data.apps.find((each) => each.id === appId);
  return app === undefined ? null : renderApp(github, app);
}
