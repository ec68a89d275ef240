import { html } from "hono/html";
import type { BadgeToken } from "./badge-ports.ts";
import { BADGE_KINDS } from "./badges.ts";
import type { BadgeKind } from "./badges.ts";
import { renderTime } from "./charts/times.ts";
import { formField } from "./login-pages.ts";
import type { Html } from "./page.ts";
import { badgesPath, repositoryPath } from "./paths.ts";
import type { SeenRepository, Viewer } from "./viewer.ts";

/** The page of a repository's badges: lines to copy, and tokens of a private one. */

export interface BadgesPage {
  readonly repository: SeenRepository;
  /** Of this server, as people open it. */
  readonly origin: string;
  readonly viewer: Pick<Viewer, "formToken">;
  /** May who looks make and revoke tokens? */
  readonly mayMake: boolean;
  /** Those that work. */
  readonly tokens: readonly BadgeToken[];
  /** Just made: it is shown once. */
  readonly made: { readonly token: string; readonly kind: BadgeKind } | null;
  /** What was done or not, in a sentence. */
  readonly said: string | null;
}

export function renderBadges(page: BadgesPage): Html {
  const { repository, made, said, origin } = page;
  return html`<div class="head">
      <p class="crumbs">
        <a href="${repositoryPath(repository)}">${repository.owner}/${repository.name}</a>
      </p>
      <h1>Badges</h1>
    </div>
    ${said === null ? "" : html`<p class="notice" role="status">${said}</p>`}
    ${made === null ? "" : renderMade(origin, repository, made)}
    ${repository.isPrivate ? renderTokens(page) : renderPublic(page)}
    <p class="notice">
      A badge is as of the last five minutes, and says “not enough data” rather than a number that
      nobody can stand for. Its colours are neither praise nor blame.
    </p>`;
}

function renderPublic({ repository, origin }: BadgesPage): Html {
  const path = badgesPath(repository);
  return html`${BADGE_KINDS.map(
      ({ kind, label, what }) =>
        html`<section aria-labelledby="badge-${kind}">
          <header>
            <h2 id="badge-${kind}">${capital(label)}</h2>
            <p>${capital(what)}.</p>
          </header>
          <p><img src="${path}/${kind}.svg" alt="${label}" height="20" /></p>
          ${renderLines(label, {
            svg: `${origin}${path}/${kind}.svg`,
            json: `${origin}${path}/${kind}.json`,
            page: `${origin}${repositoryPath(repository)}`,
          })}
        </section>`,
    )}
    <p>Should this repository become private, its badges here say “not found” from then on.</p>`;
}

function renderLines(
  label: string,
  {
    svg,
    json,
    page,
  }: { readonly svg: string; readonly json: string; readonly page: string | null },
): Html {
  const image = `![${label}](${svg})`;
  return html`<dl class="notes">
    <dt>Markdown</dt>
    <dd><code>${page === null ? image : `[${image}](${page})`}</code></dd>
    <dt>For shields.io, in a style of theirs</dt>
    <dd>
      <code>https://img.shields.io/endpoint?url=${encodeURIComponent(json)}</code>
    </dd>
  </dl>`;
}

function renderMade(
  origin: string,
  repository: SeenRepository,
  { token, kind }: { readonly token: string; readonly kind: BadgeKind },
): Html {
  const { label } = BADGE_KINDS.find((each) => each.kind === kind) ?? BADGE_KINDS[0];
  const path = `${origin}/badges/${token}/badge`;
  return html`<section aria-labelledby="made">
    <header>
      <h2 id="made">Your new badge: ${label}</h2>
      <p>
        Copy it now: it is shown once, and only its hash is kept. Whoever has the address sees this
        number of ${repository.owner}/${repository.name}, without its name.
      </p>
    </header>
    <p><img src="/badges/${token}/badge.svg" alt="${label}" height="20" /></p>
    ${renderLines(label, { svg: `${path}.svg`, json: `${path}.json`, page: null })}
  </section>`;
}

function renderTokens({ repository, tokens, mayMake, viewer }: BadgesPage): Html {
  const path = badgesPath(repository);
  const intro = html`<p>
    This repository is private: nobody sees a badge of it by its name. An address with a token that
    nobody can guess shows one number, and no name.
  </p>`;
  if (!mayMake)
    return html`${intro}
      <p>Who has maintain makes and revokes them here.</p>`;
  return html`${intro}
    <section aria-labelledby="make">
      <header><h2 id="make">Make one</h2></header>
      <form method="post" action="${path}">
        ${formField(viewer)}
        <label for="kind">Which number</label>
        <select id="kind" name="kind">
          ${BADGE_KINDS.map(
            ({ kind, label }) => html`<option value="${kind}">${capital(label)}</option>`,
          )}
        </select>
        <p><button class="button">Make a badge with a token</button></p>
      </form>
    </section>
    <section aria-labelledby="tokens">
      <header><h2 id="tokens">Those that work</h2></header>
      ${
        tokens.length === 0
          ? html`<p>There are none.</p>`
          : html`<ul>
              ${tokens.map((token) => renderToken(path, token, viewer))}
            </ul>`
      }
    </section>`;
}

function renderToken(
  path: string,
  { digest, badge, madeAt }: BadgesPage["tokens"][number],
  viewer: BadgesPage["viewer"],
): Html {
  const { label = badge } = BADGE_KINDS.find(({ kind }) => kind === badge) ?? {};
  const name = digest.toString("hex");
  return html`<li>
    ${capital(label)}, made ${renderTime(madeAt)}, hash <code>${name.slice(0, 8)}</code>
    <form method="post" action="${path}">
      ${formField(viewer)}<input type="hidden" name="revoke" value="${name}" />
      <button class="button plain">Revoke ${name.slice(0, 8)}</button>
    </form>
  </li>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
