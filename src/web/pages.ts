import type { Hono } from "hono";
import { registerActs } from "./act-routes.ts";
import { registerBadges } from "./badge-routes.ts";
import { registerChangelog } from "./changelog-routes.ts";
import { registerCompare } from "./compare-routes.ts";
import { renderHow } from "./how-page.ts";
import { renderStart } from "./overview-page.ts";
import { registerReleases } from "./release-routes.ts";
import { registerClocks } from "./repository-routes.ts";
import { showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv } from "./viewer.ts";

/** All pages of the dashboard: `docs/dashboard.md`. */
export function registerPages(app: Hono<PageEnv>, parts: PageParts): void {
  app.get("/", async (context) => {
    const { viewer } = context.var;
    const content = renderStart(await viewer.list(null), viewer.login !== null);
    return await showPage(context, parts, { title: "Start", links: [], content });
  });
  app.get("/how", (context) =>
    showPage(context, parts, { title: "How it is computed", links: [], content: renderHow() }),
  );
  registerActs(app, parts);
  registerBadges(app, parts);
  registerClocks(app, parts);
  registerCompare(app, parts);
  registerReleases(app, parts);
  registerChangelog(app, parts);
}
