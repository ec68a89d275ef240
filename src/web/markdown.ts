import { raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** Our markers; one that never ends hides the rest, as in a browser. */
const COMMENT = /<!--[\s\S]*?(?:-->|$)/g;
const TAG = /<(\/?)(h[1-6]|img|input|table)\b([^>]*)>/g;

/**
 * Notes of a release as HTML that cannot act: raw HTML is text, links lead to http, https or mail only,
 * and pictures are their description, because pages load nothing from elsewhere. `id` is unique on the page.
 */
export function renderNotes(markdown: string, id: string): HtmlEscapedString {
  const html = micromark(markdown.replaceAll(COMMENT, ""), {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml({ clobberPrefix: `${id}-` })],
  });
  return raw(html.replaceAll(TAG, replaceTag).replaceAll(` id="footnote-label"`, ""));
}

/** Headings all become one level below the release's own. */
function replaceTag(_whole: string, slash: string, name: string, rest: string): string {
  if (name === "img") return /\balt="([^"]*)"/.exec(rest)?.[1] ?? "";
  // Wider than a phone, it is scrolled: with keys, too.
  if (name === "table") {
    if (slash !== "") return "</table></div>";
    return `<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>`;
  }
  if (name === "input") return rest.includes("checked") ? "☑" : "☐";
  return `<${slash}h3>`;
}
