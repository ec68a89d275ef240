import type { Context } from "hono";
import { html } from "hono/html";
import { renderLayout } from "./layout.ts";
import type { Html } from "./page.ts";

/** Missing and hidden are the same page: nobody can tell which. Programs get the same as JSON. */
export function answerNothing(context: Context): Response | Promise<Response> {
  if (!wantsPage(context)) return context.json({ error: "There is nothing here." }, 404);
  return context.html(nothingPage(), 404);
}

/** Something of ours is broken. Programs get the same as JSON. */
export function answerBroken(context: Context): Response | Promise<Response> {
  if (wantsPage(context)) return context.html(brokenPage(), 500);
  return context.json({ error: "Something went wrong here; it is in the log." }, 500);
}

/** Too much is asked at once. Programs get the same as text. */
export function answerBusy(context: Context, waitSeconds: number): Response | Promise<Response> {
  context.header("Retry-After", String(waitSeconds));
  if (wantsPage(context)) return context.html(busyPage(), 503);
  return context.text("Too many numbers are being computed. Please try again soon.", 503);
}

function nothingPage(): Html {
  return renderPlain(
    "There is nothing here",
    `Either there is no such page, or it is about a repository that is not shown to you. What GitHub
    shows to you is shown here too, once you are logged in.`,
  );
}

export function brokenPage(): Html {
  return renderPlain(
    "Something went wrong here",
    `Nothing that was released or asked for is lost. Reload the page; if it stays like this, tell
    whoever runs this Smallbatch: its log says what happened.`,
  );
}

export function busyPage(): Html {
  return renderPlain(
    "Too many numbers are being computed",
    "Others asked at the same time. Reload the page in a few seconds.",
  );
}

function renderPlain(title: string, text: string): Html {
  const content = html`<div class="prose">
    <h1>${title}</h1>
    <p>${text}</p>
    <p><a href="/">To the start</a></p>
  </div>`;
  return renderLayout({ title, account: null, links: [], content });
}

function wantsPage(context: Context): boolean {
  return (context.req.header("accept") ?? "").includes("text/html");
}
