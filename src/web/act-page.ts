import { html } from "hono/html";
import type { ActForeseen } from "../core/acts/foresee-act.ts";
import { ACT_REASON_CHARS_MAX } from "../core/acts/page-act.ts";
import type { PageAct } from "../core/acts/page-act.ts";
import type { Place } from "../core/acts/say-where.ts";
import { actPath } from "./act-paths.ts";
import { nameAct, renderEffect, sumUp } from "./act-words.ts";
import { formField } from "./login-pages.ts";
import { loginPath } from "./login-paths.ts";
import { renderNotes } from "./markdown.ts";
import type { Html } from "./page.ts";
import { repositoryPath } from "./paths.ts";
import type { SeenRepository, Viewer } from "./viewer.ts";

/** Pages of an act: what it would do, and what became of it. Nothing is done by opening one. */

export interface Confirmation {
  readonly repository: SeenRepository;
  readonly act: PageAct;
  readonly seen: ActForeseen;
  readonly place: Place;
  /** As a comment without a reason. */
  readonly command: string;
  /** Sent once. */
  readonly key: string;
  readonly viewer: Pick<Viewer, "formToken" | "login">;
  /** Why it is shown once more. Absent: it is not. */
  readonly again?: { readonly why: Html; readonly reason: string };
}

export function renderConfirmation(page: Confirmation): Html {
  const { repository, act, seen, place, command, key, viewer, again } = page;
  const name = nameAct(act, seen);
  const mayWhy = act.kind !== "publish" && act.kind !== "release";
  return renderAct(
    repository,
    `${name}?`,
    html`${again === undefined ? "" : html`<div class="notice" role="alert">${again.why}</div>`}
      <h2>What happens</h2>
      <div class="effect">${renderEffect(act, seen)}</div>
      <h2>How it is said</h2>
      <p>
        As a comment of yours, ${viewer.login ?? ""}, on ${renderPlace(place)}:
        <code>${command}</code>. Everybody who reads the repository can read it. Smallbatch obeys it
        as if you had written it there, and asks GitHub once more whether you may.
      </p>
      <form method="post" action="${actPath(repository, act)}" class="act">
        ${formField(viewer)}<input type="hidden" name="key" value="${key}" />
        <input type="hidden" name="stamp" value="${seen.stamp}" />
        <input type="hidden" name="shown" value="${sumUp(act, seen)}" />
        ${
          mayWhy
            ? html`<p>
                <label for="reason">Why, in a few words (may be left out)</label>
                <input
                  id="reason"
                  name="reason"
                  type="text"
                  maxlength="${ACT_REASON_CHARS_MAX}"
                  autocomplete="off"
                  value="${again?.reason ?? ""}"
                />
              </p>`
            : ""
        }
        <p class="actions">
          <button class="button">${name}</button>
          <a class="button plain" href="${repositoryPath(repository)}">Leave it as it is</a>
        </p>
      </form>`,
  );
}

function renderPlace({ isDesk, number, url }: Place): Html {
  return html`<a href="${url}">${isDesk ? "the release desk" : `pull request #${number}`}</a>`;
}

/** `why`: Markdown of the judges. */
export function renderRefused(
  repository: SeenRepository,
  title: string,
  why: string,
  instead: Html = html``,
): Html {
  return renderAct(
    repository,
    `${title}: not now`,
    html`<p>Nothing was done.</p>
      ${renderNotes(`${why.charAt(0).toUpperCase()}${why.slice(1)}`, "why")} ${instead}`,
  );
}

export function renderLogIn(repository: SeenRepository, here: string, canLogIn: boolean): Html {
  return renderAct(
    repository,
    "Log in first",
    canLogIn
      ? html`<p>
            Smallbatch asks GitHub what you may do here, and says it in your name: log in, and this
            page says what would happen.
          </p>
          <p><a class="button" href="${loginPath(here)}">Log in with GitHub</a></p>`
      : html`<p>
          Login is not set up on this server. Comments on GitHub do the same:
          <code>/release</code>, <code>/hold</code>, <code>/resume</code> and
          <code>/rollback v1.4.3</code>.
        </p>`,
  );
}

/** `url` null: nobody knows whether it was said. */
export function renderDone({
  repository,
  name,
  command,
  placeUrl,
  url,
  isAgain = false,
}: {
  readonly repository: SeenRepository;
  readonly name: string;
  readonly command: string;
  readonly placeUrl: string;
  readonly url: string | null;
  /** It was sent before. */
  readonly isAgain?: boolean;
}): Html {
  const page = html`<a href="${repositoryPath(repository)}">the page of the repository</a>`;
  if (url === null) {
    return renderAct(
      repository,
      `${name}: look on GitHub`,
      html`<p>
          ${isAgain ? "This was sent once already, and" : "It was sent, and"} GitHub did not say
          whether it took it. It is not sent again by itself.
          <a href="${placeUrl}">Look whether your comment stands there</a>.
        </p>
        <p>
          If it does, all is well: Smallbatch reads it. If it does not, begin again on ${page}, or
          comment <code>${command}</code> there yourself.
        </p>`,
    );
  }
  return renderAct(
    repository,
    `${name}: it is said`,
    html`<p>
        ${isAgain ? "This was sent before, and is done once: you" : "You"} said
        <code>${command}</code> in <a href="${url}">your comment</a>.
      </p>
      <p>
        Smallbatch reads it within seconds. A rocket on the comment means that it was taken; a
        confused face, that it was not, and an answer there says why. What comes of it stands
        <a href="${placeUrl}">where you said it</a> and on ${page}.
      </p>`,
  );
}

function renderAct({ owner, name, ...rest }: SeenRepository, title: string, body: Html): Html {
  const repository = { owner, name, ...rest };
  return html`<div class="head">
      <p class="crumbs"><a href="${repositoryPath(repository)}">${owner}/${name}</a></p>
      <h1>${title}</h1>
    </div>
    <div class="prose">${body}</div>`;
}
