import type { Context } from "hono";
import type { RecordKeys } from "../clocks-port.ts";
import type { Records } from "../core/clocks/records.ts";
import type { Instant } from "../core/state.ts";
import type { Logger } from "../ports.ts";
import type { ActParts } from "./act-ports.ts";
import type { BadgeTokenStore } from "./badge-ports.ts";
import type { ChangelogStore } from "./changelog.ts";
import type { RecordStore } from "./clock-pages.ts";
import type { KeptTexts } from "./kept-texts.ts";
import { renderLayout } from "./layout.ts";
import type { Layout } from "./layout.ts";
import type { ViewedRepositories } from "./login-ports.ts";
import type { Html } from "./page.ts";
import { badgesPath, changelogPath, repositoryPath } from "./paths.ts";
import type { PageEnv, SeenRepository, Viewer } from "./viewer.ts";

/** What stands behind one release or one number. */
interface RowStore {
  /** Those that are (still) there. */
  readRows(keys: RecordKeys): Promise<Records>;
}

/** What pages are made from. */
export interface PageParts {
  changelogOf(installationId: number): ChangelogStore;
  clocksOf(installationId: number): RecordStore & RowStore;
  /** What was computed of the clocks; asked with what somebody sees only. */
  readonly texts: Pick<KeptTexts, "read">;
  now(): Instant;
  /** GitHub's pages: `https://github.com`. */
  readonly serverUrl: string;
  /** Origin of this server, as people open it; null: not known, and the request's is taken. */
  readonly ownUrl: string | null;
  /** Who looks, with the way in or out. */
  accountLine(viewer: Viewer, returnTo: string): Html | null;
  readonly badgeTokens: BadgeTokenStore;
  /** Repositories that are with us now. */
  readonly viewed: Pick<ViewedRepositories, "find">;
  /** What pages act with; null: they do not. */
  readonly acts: ActParts | null;
  readonly logger: Pick<Logger, "info" | "warn">;
}

type Shown = Pick<Layout, "title" | "links" | "content" | "feeds">;

export function showPage(
  context: Context<PageEnv>,
  parts: Pick<PageParts, "accountLine">,
  shown: Shown,
): Response | Promise<Response> {
  const { viewer } = context.var;
  const { pathname, search } = new URL(context.req.url);
  const account = parts.accountLine(viewer, `${pathname}${search}`);
  return context.html(renderLayout({ ...shown, account }));
}

export function repositoryLinks(repository: SeenRepository, here: string): Layout["links"] {
  const pages = [
    { name: "Clocks", url: repositoryPath(repository) },
    { name: "Releases", url: changelogPath(repository) },
    { name: "Badges", url: badgesPath(repository) },
  ];
  return pages.map((page) => ({ ...page, isHere: page.url === here }));
}
