import { html } from "hono/html";
import { latestRelease } from "../latest-release.ts";
import { releaseCommit } from "../releases.ts";
import { releasePage } from "../render/release.ts";
import type { Release } from "../world.ts";
import type { Html, Page } from "./layout.ts";
import { renderBox, renderPager, ROWS_MAX } from "./list-page.ts";
import { renderMarkdown } from "./markdown.ts";
import { frame, visibleReleases } from "./repository-frame.ts";
import { renderAccount, renderBadge, renderCommitMark, renderSha, renderTime } from "./sign.ts";
import { tagUrl, type View } from "./view.ts";

/** Releases with their whole notes on one page. */
const RELEASES_MAX = 10;

export async function releasesPage(view: View, page: number): Promise<Page> {
  const releases = visibleReleases(view);
  const start = (page - 1) * RELEASES_MAX;
  const shown = await Promise.all(
    releases.slice(start, start + RELEASES_MAX).map((release) => renderRelease(view, release, 2)),
  );
  const hasNext = releases.length > start + RELEASES_MAX;
  const body = html`<h1>Releases</h1>
    ${renderSwitch(view, "releases")}
    ${shown.length === 0 ? renderBox([], "No release yet.") : shown}
    ${renderPager(`${view.base}/releases`, {}, page, hasNext)}`;
  return frame(view, "Releases", "Releases", body);
}

/**
 * The page of a tag, with its release where it has one; a draft has an address without its tag,
 * because several drafts may want the same. Null when there is neither.
 */
export async function tagPage(view: View, tag: string): Promise<Page | null> {
  const address = tagUrl(view, tag);
  const release = visibleReleases(view).find((each) => releaseUrl(view, each) === address);
  if (release !== undefined) {
    return frame(view, "Releases", release.name || tag, await renderRelease(view, release, 1));
  }
  const ref = await view.github.git.ref(view.repository.id, `refs/tags/${tag}`);
  if (ref === null) return null;
  const body = html`<h1>${tag}</h1>
    <p class="byline">
      A tag without a release · ${renderCommitMark(view, ref.peeledSha)}
      ${renderSha(view, ref.peeledSha)}
    </p>`;
  return frame(view, "Releases", tag, body);
}

export async function tagsPage(view: View, page: number): Promise<Page> {
  const tags = await listTags(view);
  const released = new Set(visibleReleases(view).map((release) => release.tagName));
  const start = (page - 1) * ROWS_MAX;
  const rows = tags
    .slice(start, start + ROWS_MAX)
    .map((tag) => renderTagRow(view, tag, released.has(tag.name)));
  const hasNext = tags.length > start + ROWS_MAX;
  const body = html`<h1>Tags</h1>
    ${renderSwitch(view, "tags")} ${renderBox(rows, "No tag yet.")}
    ${renderPager(`${view.base}/tags`, {}, page, hasNext)}`;
  return frame(view, "Releases", "Tags", body);
}

interface Tag {
  readonly name: string;
  readonly sha: string;
  /** Of its commit; empty where it leads to none. */
  readonly date: string;
}

/** The newest commit first; of one date, the higher number. */
async function listTags(view: View): Promise<Tag[]> {
  const { git } = view.github;
  const refs = await git.refs(view.repository.id, "refs/tags/");
  const shas = refs.map((ref) => ref.peeledSha);
  const commits = await git.commits(view.repository.id, shas);
  const dates = new Map(commits.map((commit) => [commit.sha, commit.committer.date]));
  return refs
    .map(({ name, peeledSha }) => ({
      name: name.slice("refs/tags/".length),
      sha: peeledSha,
      date: dates.get(peeledSha) ?? "",
    }))
    .toSorted(
      (a, b) =>
        b.date.localeCompare(a.date) || b.name.localeCompare(a.name, "en", { numeric: true }),
    );
}

function renderTagRow(view: View, { name, sha, date }: Tag, isReleased: boolean): Html {
  const commit = html`<div class="end">
    ${renderCommitMark(view, sha)} ${renderSha(view, sha)}
  </div>`;
  return html`<div class="row">
    <div class="grow">
      <a class="title" href="${tagUrl(view, name)}">${name}</a>
      <div class="under">
        ${date === "" ? "not a commit" : renderTime(date, view.github.now())}
        ${isReleased ? "" : " · without a release"}
      </div>
    </div>
    ${date === "" ? "" : commit}
  </div>`;
}

function renderSwitch(view: View, current: "releases" | "tags"): Html {
  const link = (name: "releases" | "tags", text: string) =>
    html`<a href="${view.base}/${name}" ${name === current ? html`aria-current="page"` : ""}
      >${text}</a
    >`;
  return html`<nav class="filter" aria-label="Releases or tags">
    ${link("releases", "Releases")} ${link("tags", "Tags")}
  </nav>`;
}

export function releaseUrl(view: View, release: Release): string {
  return releasePage(view.github, view.repository, release).slice(view.github.url.length);
}

/** Latest, Pre-release, Draft, Immutable: whatever is true of it. */
export function renderReleaseBadges(view: View, release: Release): Html[] {
  const isLatest = latestRelease(view.github, view.repository)?.id === release.id;
  return [
    ...(isLatest ? [renderBadge("good", "Latest")] : []),
    ...(release.prerelease ? [renderBadge("wait", "Pre-release")] : []),
    ...(release.draft ? [renderBadge("bad", "Draft")] : []),
    ...(release.immutable ? [renderBadge("idle", "Immutable")] : []),
  ];
}

async function renderRelease(view: View, release: Release, level: 1 | 2): Promise<Html> {
  const { github, repository } = view;
  const sha = await releaseCommit(github, repository, release);
  const address = releaseUrl(view, release);
  const name = release.name || release.tagName;
  const badges = renderReleaseBadges(view, release);
  const heading =
    level === 1
      ? html`<h1>${name} ${badges}</h1>`
      : html`<h2><a href="${address}">${name}</a> ${badges}</h2>`;
  return html`<article>
    ${heading}
    <p class="byline">
      ${renderAccount(github, release.authorId)}
      ${
        release.publishedAt === null
          ? html`drafted this ${renderTime(release.createdAt, github.now())}`
          : html`released this ${renderTime(release.publishedAt, github.now())}`
      }
      · tag <a href="${address}">${release.tagName}</a>
      ${sha === null ? "" : html` · commit ${renderSha(view, sha)} ${renderCommitMark(view, sha)}`}
    </p>
    <div class="box">
      ${
        release.body
          ? html`<div class="inside prose">${renderMarkdown(release.body, view.references)}</div>`
          : html`<div class="empty">No notes.</div>`
      }
    </div>
  </article>`;
}
