import { html } from "hono/html";
import { renderPage } from "../../web/page.ts";
import type { Html } from "../../web/page.ts";
import type { Manifest } from "./manifest.ts";

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
