import { html } from "hono/html";
import { renderLayout } from "./layout.ts";
import { ACCOUNT_PATH, LOGIN_PATH, loginPath, LOGOUT_PATH } from "./login-paths.ts";
import type { Html } from "./page.ts";
import type { Viewer } from "./viewer.ts";

/** Name of the hidden field that every form carries. */
export const FORM_FIELD = "form_token";

/**
 * Into every form: without it the server takes none. Only where somebody is logged in.
 * @public For pages with forms of their own.
 */
export function formField({ formToken }: Pick<Viewer, "formToken">): Html {
  return html`<input type="hidden" name="${FORM_FIELD}" value="${formToken ?? ""}" />`;
}

/** Who looks, with the way in or out, for the head of a page; null where login is not set up. */
export function loginLine(
  viewer: Pick<Viewer, "login" | "formToken" | "canLogIn">,
  returnTo: string,
): Html | null {
  const { login, canLogIn } = viewer;
  if (login === null) {
    return canLogIn ? html`<a href="${loginPath(returnTo)}">Log in with GitHub</a>` : null;
  }
  return html`<form method="post" action="${LOGOUT_PATH}">
    ${formField(viewer)}<a href="${ACCOUNT_PATH}">${login}</a> <button>Log out</button>
  </form>`;
}

/** Who is logged in here, and the ways out. */
export function accountPage(viewer: Pick<Viewer, "login" | "formToken" | "canLogIn">): Html {
  return render(
    "Your login",
    html`<p>You are ${viewer.login ?? "nobody"}.</p>
      <p>
        Pages show you what GitHub shows you, asked again every five minutes, and let you do what
        you may do there.
      </p>
      <form method="post" action="${LOGOUT_PATH}">
        ${formField(viewer)}<input type="hidden" name="everywhere" value="yes" />
        <button>Log out in every browser</button>
      </form>`,
    loginLine(viewer, ACCOUNT_PATH),
  );
}

export function notSetUpPage(): Html {
  return render(
    "Login is not set up here",
    html`<p>
      Whoever runs this Smallbatch sets GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET and SMALLBATCH_URL:
      docs/login.md says how. Public repositories are shown without a login.
    </p>`,
  );
}

/** `why`: one sentence. */
export function notLoggedInPage(why: string, returnTo: string): Html {
  return render(
    "You are not logged in",
    html`<p>${why}</p>
      <p><a class="button" href="${loginPath(returnTo)}">Log in with GitHub</a></p>`,
  );
}

export function loggedOutPage(isRevoked: boolean): Html {
  return render(
    "You are logged out",
    html`<p>
        ${
          isRevoked
            ? "What Smallbatch had to ask GitHub in your name was given back."
            : "GitHub could not be told at once; what Smallbatch had to ask it in your name is forgotten here, and ends by itself."
        }
      </p>
      <p><a class="button" href="${LOGIN_PATH}">Log in again</a></p>`,
  );
}

export function refusedFormPage(): Html {
  return render(
    "Nothing was done",
    html`<p>
        The form is too old, or came from another place. Open the page again, and send it from
        there.
      </p>
      <p><a href="/">To the start</a></p>`,
  );
}

export function cannotAskPage(): Html {
  return render(
    "GitHub cannot be asked right now",
    html`<p>
      Pages show what GitHub shows to you, and it does not answer, or asks us to wait. Nothing is
      lost; reload the page in a minute.
    </p>`,
  );
}

export function tooManyPage(): Html {
  return render(
    "Too many logins from here",
    html`<p>Wait for a minute, and begin again.</p>
      <p><a href="/">To the start</a></p>`,
  );
}

function render(title: string, body: Html, account: Html | null = null): Html {
  const content = html`<div class="prose">
    <h1>${title}</h1>
    ${body}
  </div>`;
  return renderLayout({ title, account, links: [], content });
}
