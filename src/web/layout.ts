import { html } from "hono/html";
import type { Html } from "./page.ts";
import { MARK_ASSET, STYLE_ASSET } from "./stylesheet.ts";

/** One page of the dashboard: what stands around its content. */
export interface Layout {
  readonly title: string;
  /** Who looks, with the way in or out; null: nobody can log in here. */
  readonly account: Html | null;
  /** Of the repository or installation that is looked at. */
  readonly links: readonly NavLink[];
  readonly feeds?: readonly {
    readonly type: string;
    readonly title: string;
    readonly url: string;
  }[];
  readonly content: Html;
}

interface NavLink {
  readonly name: string;
  readonly url: string;
  readonly isHere: boolean;
}

/** No script, no style of its own, nothing from elsewhere. */
export function renderLayout(layout: Layout): Html {
  const { title, account, links, feeds = [], content } = layout;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Smallbatch</title>
        <link rel="stylesheet" href="${STYLE_ASSET.path}" />
        <link rel="icon" href="${MARK_ASSET.path}" type="image/svg+xml" />
        ${feeds.map(
          (feed) =>
            html`<link
              rel="alternate"
              type="${feed.type}"
              title="${feed.title}"
              href="${feed.url}"
            />`,
        )}
      </head>
      <body>
        <a class="skip" href="#content">Skip to the content</a>
        <header class="bar">
          <div>
            <a class="brand" href="/"
              ><svg viewBox="0 0 24 24" aria-hidden="true">
                <path d="M12 3a9 9 0 1 1-8.5 6" />
                <path d="M12 7.5a4.5 4.5 0 1 1-4.2 2.9" />
                <path d="M12 12h.01" /></svg
              >Smallbatch</a
            >
            ${links.length === 0 ? "" : renderLinks(links)}
            <div class="end small">${account ?? ""}</div>
          </div>
        </header>
        <main id="content" tabindex="-1">${content}</main>
        <footer class="foot">
          <span>All times are UTC.</span>
          <a href="/how">How the numbers are computed</a>
        </footer>
      </body>
    </html>`;
}

function renderLinks(links: readonly NavLink[]): Html {
  return html`<nav aria-label="Pages">
    <ul>
      ${links.map(({ name, url, isHere }) => renderLink(name, url, isHere))}
    </ul>
  </nav>`;
}

function renderLink(name: string, url: string, isHere: boolean): Html {
  if (isHere) return html`<li><a href="${url}" aria-current="page">${name}</a></li>`;
  return html`<li><a href="${url}">${name}</a></li>`;
}
