import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

const STYLESHEET = `
:root { color-scheme: light dark; }
body { font: 16px/1.55 system-ui, sans-serif; max-width: 38rem; margin: 12vh auto; padding: 0 1.2rem; }
h1 { font-size: 1.45rem; line-height: 1.3; margin: 0 0 .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.2rem; margin: 1.6rem 0; }
dt { opacity: .7; }
dd { margin: 0; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border: 0; border-radius: 8px; background: #14793c; color: #fff; cursor: pointer; }
button:hover { background: #0f6431; }
:focus-visible { outline: 3px solid light-dark(#5b4bc4, #b9a6ff); outline-offset: 2px; }
`;

/** For the Content-Security-Policy: nothing but this stylesheet is allowed. */
export const STYLESHEET_HASH = `'sha256-${createHash("sha256").update(STYLESHEET).digest("base64")}'`;

/** In one piece: a space more, and the hash would not fit. */
const STYLE = raw(`<style>${STYLESHEET}</style>`);

/** A page of the command line: it serves one page for a moment, and no stylesheet beside it. */
export function renderPage(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html>`;
}
