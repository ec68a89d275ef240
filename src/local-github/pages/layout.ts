import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { STYLESHEET } from "./stylesheet.ts";

/** A piece of a page: already escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One step of the path at the top, such as owner and repository. */
interface Step {
  readonly text: string;
  readonly url: string;
}

interface Tab {
  readonly text: string;
  readonly url: string;
  readonly count: number | null;
  readonly isCurrent: boolean;
}

export interface Page {
  readonly title: string;
  readonly steps: readonly Step[];
  readonly tabs: readonly Tab[];
  readonly body: Html;
}

/** No script, no picture, no request to anywhere: the stylesheet is inline. */
export const CONTENT_SECURITY_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'";

export function renderPage(page: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title}</title>
        <style>
          ${raw(STYLESHEET)}
        </style>
      </head>
      <body>
        <header class="top">
          <div class="wide">
            <p class="path">
              <a class="home" href="/">Local GitHub</a>${page.steps.map(
                (step) => html`<span class="slash">/</span><a href="${step.url}">${step.text}</a>`,
              )}
            </p>
            ${page.tabs.length > 0 ? renderTabs(page.tabs) : ""}
          </div>
        </header>
        <main class="wide">${page.body}</main>
        <footer class="foot">
          <div class="wide">
            <p>
              This is a local GitHub for trying things out, not GitHub. It runs on this machine and
              knows nothing of the real one.
            </p>
          </div>
        </footer>
      </body>
    </html>`;
}

function renderTabs(tabs: readonly Tab[]): Html {
  return html`<nav class="tabs" aria-label="Repository">
    ${tabs.map(
      (tab) =>
        html`<a href="${tab.url}" ${tab.isCurrent ? raw('aria-current="page"') : ""}
          >${tab.text}${tab.count === null ? "" : html`<span class="count">${tab.count}</span>`}</a
        >`,
    )}
  </nav>`;
}
