import { feedId, notesOf } from "./changelog.ts";
import type { PublishedRelease } from "./changelog.ts";
import { renderNotes } from "./markdown.ts";
import { changelogPath, releasePath, repositoryPath } from "./paths.ts";

/** One page of a feed. */
export interface Feed {
  readonly repository: { readonly id: number; readonly owner: string; readonly name: string };
  /** Origin of this server, as people open it. */
  readonly origin: string;
  /** From 1 on. */
  readonly page: number;
  readonly hasMore: boolean;
  readonly releases: readonly PublishedRelease[];
}

export const ATOM_TYPE = "application/atom+xml; charset=utf-8";
export const JSON_FEED_TYPE = "application/feed+json; charset=utf-8";

/** RFC 4287, with the pages of RFC 5005. */
export function formatAtom(feed: Feed): string {
  const { repository, origin, page, hasMore, releases } = feed;
  const home = `${origin}${changelogPath(repository)}`;
  const title = `${repository.owner}/${repository.name}`;
  // A feed without releases has not changed since ever.
  const updated = isoOf(Math.max(0, ...releases.map(({ publishedAt }) => publishedAt)));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <id>${feedId(repository.id, null)}</id>
  <title>${xml(`Releases of ${title}`)}</title>
  <updated>${updated}</updated>
  <author><name>${xml(title)}</name></author>
  <generator>Smallbatch</generator>
  <link rel="self" type="application/atom+xml" href="${xml(feedUrl(feed, "atom", page))}"/>
  <link rel="alternate" type="text/html" href="${xml(home)}"/>
${page > 1 ? `  <link rel="previous" href="${xml(feedUrl(feed, "atom", page - 1))}"/>\n` : ""}${
    hasMore ? `  <link rel="next" href="${xml(feedUrl(feed, "atom", page + 1))}"/>\n` : ""
  }${releases.map((release) => formatEntry(feed, release)).join("")}</feed>
`;
}

function formatEntry({ repository, origin }: Feed, release: PublishedRelease): string {
  const at = isoOf(release.publishedAt);
  return `  <entry>
    <id>${feedId(repository.id, release.tag)}</id>
    <title>${xml(titleOf(release))}</title>
    <link rel="alternate" type="text/html" href="${xml(`${origin}${releasePath(repository, release.tag)}`)}"/>
    <published>${at}</published>
    <updated>${at}</updated>
    <content type="html">${xml(contentOf(release))}</content>
  </entry>
`;
}

/** JSON Feed 1.1. */
export function formatJsonFeed(feed: Feed): string {
  const { repository, origin, page, hasMore, releases } = feed;
  return `${JSON.stringify(
    {
      version: "https://jsonfeed.org/version/1.1",
      title: `Releases of ${repository.owner}/${repository.name}`,
      home_page_url: `${origin}${changelogPath(repository)}`,
      feed_url: feedUrl(feed, "json", page),
      ...(hasMore ? { next_url: feedUrl(feed, "json", page + 1) } : {}),
      language: "en",
      items: releases.map((release) => ({
        id: feedId(repository.id, release.tag),
        url: `${origin}${releasePath(repository, release.tag)}`,
        ...(release.url === null ? {} : { external_url: release.url }),
        title: titleOf(release),
        content_html: contentOf(release),
        date_published: isoOf(release.publishedAt),
      })),
    },
    null,
    1,
  )}\n`;
}

function feedUrl({ repository, origin }: Feed, kind: "atom" | "json", page: number): string {
  const url = `${origin}${repositoryPath(repository)}/changelog.${kind}`;
  return page === 1 ? url : `${url}?page=${page}`;
}

function titleOf({ tag, rolledBackBy }: PublishedRelease): string {
  return rolledBackBy === null ? tag : `${tag} (rolled back by ${rolledBackBy})`;
}

/** Of a reader of feeds it is known even less than of a browser. */
function contentOf(release: PublishedRelease): string {
  return renderNotes(notesOf(release), "notes").toString();
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

/** XML 1.0 has no way to write most controls and half pairs: they are left out. */
// oxlint-disable-next-line no-control-regex -- these are what it is about
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function xml(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(NOT_XML, "")
    .replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}
