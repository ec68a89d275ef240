import { createHash } from "node:crypto";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { Manifest } from "./manifest.ts";

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
:focus-visible { outline: 3px solid #5b4bc4; outline-offset: 2px; }
`;

/** For the Content-Security-Policy: nothing but this stylesheet is allowed. */
export const STYLESHEET_HASH = `'sha256-${createHash("sha256").update(STYLESHEET).digest("base64")}'`;

/** In one piece: a space more, and the hash would not fit. */
const STYLE = raw(`<style>${STYLESHEET}</style>`);

function renderPage(title: string, body: Html): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <h1>${title}</h1>
        ${body}
      </body>
    </html>`;
}

/** One button, which takes the manifest to GitHub. GitHub asks once more before it registers. */
export function startPage(form: { readonly action: string; readonly manifest: Manifest }): Html {
  const { action, manifest } = form;
  const permissions = Object.entries(manifest.default_permissions);
  const list = (wanted: string) =>
    permissions
      .filter(([, access]) => access === wanted)
      .map(([name]) => name.replaceAll("_", " "))
      .join(", ");
  return renderPage(
    `Register ${manifest.name} on GitHub`,
    html`<p>GitHub shows what the App asks for, and you may still change its name there.</p>
      <dl>
        <dt>GitHub</dt>
        <dd>${new URL(action).host}</dd>
        <dt>May write</dt>
        <dd>${list("write")}</dd>
        <dt>May read</dt>
        <dd>${list("read")}</dd>
        <dt>Webhooks go to</dt>
        <dd>${manifest.hook_attributes.url}</dd>
      </dl>
      <form method="post" action="${action}">
        <input type="hidden" name="manifest" value="${JSON.stringify(manifest)}" />
        <button>Go on to GitHub</button>
      </form>`,
  );
}

export function donePage(app: { readonly name: string; readonly installUrl: string }): Html {
  return renderPage(
    `${app.name} is registered`,
    html`<p>Its credentials are in the file that the terminal names.</p>
      <p><a href="${app.installUrl}">Install it on repositories</a></p>`,
  );
}

export function failedPage(message: string): Html {
  return renderPage("It did not work", html`<p>${message}</p>`);
}
