import { html } from "hono/html";
import type { GitHub } from "../github.ts";
import type { Manifest } from "../manifests.ts";
import type { Account, App } from "../world.ts";
import type { Html, Page } from "./layout.ts";

/** Where an App is registered: `/settings/apps`, or that of an organisation. */
function appSettingsUrl(organization: Account | null): string {
  return organization === null
    ? "/settings/apps"
    : `/organizations/${encodeURIComponent(organization.login)}/settings/apps`;
}

interface Registration {
  readonly organization: Account | null;
  /** Given back to the sender after the registration; empty where it gave none. */
  readonly state: string;
}

export function page(title: string, body: Html): Page {
  return { title, steps: [], tabs: [], body };
}

/** GitHub has a long form here; the local GitHub takes manifests only. */
export function manifestPage(registration: Registration): Page {
  const body = html`<h1>Register an App</h1>
    <p class="byline">Programs send a manifest here. To try one, paste its JSON.</p>
    <form method="post" action="${appSettingsUrl(registration.organization)}/new">
      <p><textarea name="manifest" rows="14" aria-label="Manifest" required></textarea></p>
      <p><button>Go on</button></p>
    </form>`;
  return page("Register an App", body);
}

export function wrongManifestPage(problems: readonly string[]): Page {
  const body = html`<h1>Invalid GitHub App configuration</h1>
    <ul>
      ${problems.map((problem) => html`<li>${problem}</li>`)}
    </ul>`;
  return page("Invalid GitHub App configuration", body);
}

/**
 * The page that asks whether to register. Nobody signs in at the local GitHub, so it asks who does
 * it: `people` are those who may.
 */
export function confirmPage(
  { organization, state }: Registration,
  given: {
    readonly manifest: Manifest;
    readonly text: string;
    readonly people: readonly Account[];
    /** What is wrong with the name; null: nothing. */
    readonly problem: string | null;
  },
): Page {
  const { manifest, text, people, problem } = given;
  const body = html`<h1>Register ${manifest.name} for ${organization?.login ?? "yourself"}</h1>
    <p class="byline">
      ${
        manifest.webhookUrl === null
          ? "Its webhook is off."
          : html`Its webhook goes to <code>${manifest.webhookUrl}</code>.`
      }
    </p>
    <div class="box">
      <div class="head">It asks for</div>
      ${Object.entries(manifest.permissions).map(
        ([name, access]) =>
          html`<div class="row">
            <div class="grow">${name.replaceAll("_", " ")}</div>
            <div class="end quiet">${access}</div>
          </div>`,
      )}
    </div>
    <form method="post" action="${appSettingsUrl(organization)}">
      <input type="hidden" name="manifest" value="${text}" />
      <input type="hidden" name="state" value="${state}" />
      ${problem === null ? "" : html`<p role="alert"><strong>${problem}</strong></p>`}
      <p>
        <label>Name <input name="name" value="${manifest.name}" required /></label>
      </p>
      <p><label>As ${renderChoice("as", people)}</label></p>
      <p><button>Create GitHub App</button></p>
    </form>`;
  return page(`Register ${manifest.name}`, body);
}

export function renderChoice(name: string, accounts: readonly Account[]): Html {
  return html`<select name="${name}">
    ${accounts.map(({ login }) => html`<option>${login}</option>`)}
  </select>`;
}

/** After a registration that named no address to go on to. */
export function registeredPage(app: App, code: string): Page {
  const body = html`<h1>${app.name} is registered</h1>
    <p>Its manifest named no <code>redirect_url</code>. The code is <code>${code}</code>.</p>
    <p><a href="/apps/${app.slug}/installations/new">Install it</a></p>`;
  return page(app.name, body);
}

/** `accounts`: those that do not have it yet. `problem`: what was wrong with the last try. */
export function installPage(
  app: App,
  { accounts, problem }: { readonly accounts: readonly Account[]; readonly problem: string | null },
): Page {
  const body = html`<h1>Install ${app.name}</h1>
    <p class="byline">On repositories of one account, with what the App asks for.</p>
    ${problem === null ? "" : html`<p>${problem}</p>`}
    ${
      accounts.length === 0
        ? html`<p>Every account has it.</p>`
        : html`<form method="post" action="/apps/${app.slug}/installations/new">
            <p><label>On ${renderChoice("account", accounts)}</label></p>
            <p>
              <label>Only on <input name="repositories" value="" placeholder="widgets" /></label>
              (names, with blanks between them; empty: on all repositories)
            </p>
            <p><button>Install</button></p>
          </form>`
    }`;
  return page(`Install ${app.name}`, body);
}

/** People and organisations; not the bots of Apps. */
export function listOwners(github: GitHub): readonly Account[] {
  return github.data.accounts.filter(({ type }) => type !== "Bot");
}
