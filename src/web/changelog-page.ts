import { html } from "hono/html";
import { notesOf } from "./changelog.ts";
import type { PublishedRelease } from "./changelog.ts";
import { renderTime } from "./charts/times.ts";
import { renderNotes } from "./markdown.ts";
import type { Html } from "./page.ts";
import { changelogPath, releasePath, repositoryPath } from "./paths.ts";
import type { SeenRepository } from "./viewer.ts";

/** One page of the changelog. */
export interface ChangelogPage {
  readonly repository: SeenRepository;
  readonly releases: readonly PublishedRelease[];
  /** From 1 on. */
  readonly page: number;
  readonly pages: number;
  /** Releases on all pages. */
  readonly total: number;
}

export function renderChangelog(shown: ChangelogPage): Html {
  const { repository, releases, total } = shown;
  const name = `${repository.owner}/${repository.name}`;
  const path = repositoryPath(repository);
  const feeds = html`<li><a href="${path}/changelog.atom">Atom feed</a></li>
    <li><a href="${path}/changelog.json">JSON feed</a></li>`;
  return html`<div class="head">
      <p class="crumbs"><a href="${path}">${name}</a></p>
      <h1>What was released</h1>
      <ul class="meta">
        <li>${total.toLocaleString("en-US")} ${total === 1 ? "release" : "releases"}</li>
        ${repository.isPrivate ? "" : feeds}
      </ul>
    </div>
    ${
      releases.length === 0
        ? html`<div class="teach">
            <h2>Nothing was released yet</h2>
            <p>
              Each release that Smallbatch publishes stands here with its notes, the newest first,
              from the first merged pull request after the start on.
            </p>
          </div>`
        : html`<ol class="releases">
            ${releases.map((release, at) => renderRelease(repository, release, at))}
          </ol>`
    }
    ${renderPages(shown)}`;
}

function renderRelease(repository: SeenRepository, release: PublishedRelease, at: number): Html {
  const { tag, publishedAt, channel, rolledBackBy } = release;
  return html`<li>
    <div class="when">
      <h2 class="tag"><a href="${releasePath(repository, tag)}">${tag}</a></h2>
      <p class="quiet small">${renderTime(publishedAt)}</p>
      <p>
        ${channel === "stable" ? "" : html`<span class="state plain">${channel}</span>`}
        ${
          rolledBackBy === null
            ? ""
            : html`<a class="state bad" href="${releasePath(repository, rolledBackBy)}"
                >rolled back</a
              >`
        }
      </p>
    </div>
    <div class="notes">${renderNotes(notesOf(release), `r${at}`)}</div>
  </li>`;
}

function renderPages({ repository, page, pages }: ChangelogPage): Html {
  if (pages <= 1) return html``;
  const link = (to: number, words: string, rel: string): Html =>
    to < 1 || to > pages || to === page
      ? html``
      : html`<li><a href="${changelogPath(repository, to)}" rel="${rel}">${words}</a></li>`;
  return html`<nav aria-label="Pages of the changelog">
    <ul class="pages">
      ${link(page - 1, "Newer", "prev")}
      <li class="quiet">
        Page ${page.toLocaleString("en-US")} of ${pages.toLocaleString("en-US")}
      </li>
      ${link(page + 1, "Older", "next")} ${link(pages, "Oldest", "last")}
    </ul>
  </nav>`;
}
