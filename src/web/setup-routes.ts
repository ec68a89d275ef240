import type { Hono } from "hono";
import { loginLine } from "./login-pages.ts";
import { loginPath } from "./login-paths.ts";
import { SETUP_PATH, setupPage } from "./setup-page.ts";
import type { InstalledRepository } from "./setup-page.ts";
import { showPage } from "./show-page.ts";
import type { PageEnv } from "./viewer.ts";

/** Repositories that one page lists. */
const REPOSITORIES_MAX = 200;

/** Where GitHub sends people who have installed the App. */
export function registerSetup(
  app: Hono<PageEnv>,
  parts: {
    /** Those of an installation, in order of name. */
    readInstalled(
      installationId: number,
      repositoryIds: readonly number[],
      limit: number,
    ): Promise<readonly InstalledRepository[]>;
    readonly serverUrl: string;
  },
): void {
  app.get(SETUP_PATH, async (context) => {
    const { viewer } = context.var;
    const given = context.req.query("installation_id") ?? "";
    const id = /^\d{1,15}$/.test(given) ? Number(given) : null;
    const seen = id === null ? [] : await viewer.list(id);
    const ids = seen.map((repository) => repository.id);
    const rows =
      id === null || ids.length === 0
        ? []
        : await parts.readInstalled(id, ids, REPOSITORIES_MAX + 1);
    const here = id === null ? SETUP_PATH : `${SETUP_PATH}?installation_id=${id}`;
    const page = setupPage(rows.slice(0, REPOSITORIES_MAX), {
      serverUrl: parts.serverUrl,
      isMore: rows.length > REPOSITORIES_MAX,
      loginUrl: viewer.login === null && viewer.canLogIn ? loginPath(here) : null,
    });
    return await showPage(context, { accountLine: loginLine }, { ...page, links: [] });
  });
}
