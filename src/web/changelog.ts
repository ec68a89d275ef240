import { createHash } from "node:crypto";
import { cutCard } from "../core/card-text.ts";
import type { ReleaseCard } from "../core/card.ts";
import type { Instant } from "../core/state.ts";

/** A published release, as pages and feeds show it. */
export interface PublishedRelease {
  readonly tag: string;
  readonly sha: string;
  readonly component: string;
  readonly channel: string;
  readonly publishedAt: Instant;
  /** Page of the release on GitHub; null: not known. */
  readonly url: string | null;
  /** Markdown; null: from before notes were kept. */
  readonly notes: string | null;
  readonly card: ReleaseCard;
  /** Tag of the release that took its code back; null: none did. */
  readonly rolledBackBy: string | null;
}

/** What was released of the repositories of one installation, newest first. */
export interface ChangelogStore {
  count(repositoryId: number): Promise<number>;
  list(
    repositoryId: number,
    range: { readonly offset: number; readonly limit: number },
  ): Promise<readonly PublishedRelease[]>;
  find(repositoryId: number, tag: string): Promise<PublishedRelease | null>;
}

/** What was published, without the card, or the titles of what it brought. */
export function notesOf({ notes, card }: PublishedRelease): string {
  if (notes !== null) return cutCard(notes);
  return card.units
    .map(({ title, pull }) => `- ${escapeTitle(title)}${pull === null ? "" : ` (#${pull})`}`)
    .join("\n");
}

/** A title is text, whatever it looks like. */
function escapeTitle(title: string): string {
  return title.replaceAll(/[\\`*_{}[\]<>()#+\-.!|~@&]/g, String.raw`\$&`);
}

/** The same for ever, whatever the repository is called later: a name made of what never changes. */
export function feedId(repositoryId: number, tag: string | null): string {
  const named = `smallbatch/repository/${repositoryId}${tag === null ? "" : `/release/${tag}`}`;
  const digest = createHash("sha256").update(named).digest("hex");
  // Version 8 of RFC 9562: bits of our own choice, but for version and variant.
  const parts = [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `a${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}
