import type { Context } from "hono";
import { html } from "hono/html";
import { renderLayout } from "./layout.ts";

/** Missing and hidden are the same page: nobody can tell which. Programs get the same as JSON. */
export function answerNothing(context: Context): Response | Promise<Response> {
  if (!wantsPage(context)) return context.json({ error: "There is nothing here." }, 404);
  const content = html`<div class="prose">
    <h1>There is nothing here</h1>
    <p>
      Either there is no such page, or it is about a repository that is not shown to you. What
      GitHub shows to you is shown here too, once you are logged in.
    </p>
    <p><a href="/">To the start</a></p>
  </div>`;
  const page = { title: "Nothing here", account: null, links: [], content };
  return context.html(renderLayout(page), 404);
}

function wantsPage(context: Context): boolean {
  return (context.req.header("accept") ?? "").includes("text/html");
}
