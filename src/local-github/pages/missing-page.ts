import { html } from "hono/html";
import type { Page } from "./layout.ts";

/** The same for what is not there and for what one may not see. */
export function missingPage(): Page {
  const body = html`<h1>Nothing here</h1>
    <p class="byline">
      There is no such page, or it belongs to a private repository and the request carries no token
      that may read it.
    </p>
    <p><a href="/">All repositories</a></p>`;
  return { title: "Nothing here", steps: [], tabs: [], body };
}
