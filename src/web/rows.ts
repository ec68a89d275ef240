import { hasAgent } from "../core/clocks/pull-times.ts";
import type { Records } from "../core/clocks/records.ts";
import { keyOfCommit, keyOfFeedback, keyOfPull, keyOfRelease } from "../core/clocks/row-key.ts";
import type { Instant } from "../core/state.ts";

/** What stands behind a row's key, for whoever reads it. */
export interface RowSubject {
  /** `#12`, `v1.4.3`, `1a2b3c4d`. */
  readonly name: string;
  /** Untrusted text; empty: not known. */
  readonly title: string;
  /** Page on GitHub. */
  readonly url: string;
  readonly repositoryId: number;
  /** When it ended or was published; null: it did not. */
  readonly endedAt: Instant | null;
  readonly isAgents: boolean;
}

export type RepositoryUrl = (repositoryId: number) => string;

/** By the keys that numbers give. */
export function indexRows(
  { pulls, commits, releases, feedback }: Records,
  urlOf: RepositoryUrl,
): ReadonlyMap<string, RowSubject> {
  const index = new Map<string, RowSubject>();
  for (const pull of pulls) {
    const { repositoryId, number, title } = pull;
    index.set(keyOfPull(pull), {
      name: `#${number}`,
      title,
      url: `${urlOf(repositoryId)}/pull/${number}`,
      repositoryId,
      endedAt: pull.mergedAt ?? pull.closedAt,
      isAgents: hasAgent(pull),
    });
  }
  for (const commit of commits) {
    const { repositoryId, sha, at } = commit;
    const url = `${urlOf(repositoryId)}/commit/${sha}`;
    const subject = { name: sha.slice(0, 8), title: "a commit without a pull", url, repositoryId };
    index.set(keyOfCommit(commit), { ...subject, endedAt: at, isAgents: false });
  }
  for (const release of releases) {
    const { repositoryId, tag, kind, publishedAt } = release;
    const url = `${urlOf(repositoryId)}/releases/tag/${encodeURIComponent(tag)}`;
    const subject = { name: tag, title: kind === "regular" ? "" : kind, url, repositoryId };
    index.set(keyOfRelease(release), { ...subject, endedAt: publishedAt, isAgents: false });
  }
  for (const each of feedback) {
    const { repositoryId, key, kind, fixUsableAt, closedAt } = each;
    const issue = /^issue\/(\d+)$/.exec(key)?.[1];
    const pull = /^revert\/(\d+)$/.exec(key)?.[1];
    const page =
      issue === undefined ? (pull === undefined ? "" : `/pull/${pull}`) : `/issues/${issue}`;
    index.set(keyOfFeedback(each), {
      name: issue === undefined && pull === undefined ? key : `#${issue ?? pull}`,
      title: kind,
      url: `${urlOf(repositoryId)}${page}`,
      repositoryId,
      endedAt: fixUsableAt ?? closedAt,
      isAgents: false,
    });
  }
  return index;
}
