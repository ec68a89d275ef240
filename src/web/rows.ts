import { hasAgent } from "../core/clocks/pull-times.ts";
import type {
  DirectCommitRecord,
  FeedbackRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../core/clocks/records.ts";
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

type RepositoryUrl = (repositoryId: number) => string;

/** Finds what stands behind a key. */
export interface RowIndex {
  get(key: string): RowSubject | undefined;
}

/**
 * By the keys that numbers give. A page names a few of the rows that it counts, so a repository is
 * arranged when it is asked for.
 */
export function indexRows(records: Records, urlOf: RepositoryUrl): RowIndex {
  const known = new Map<number, RowIndex>();
  return {
    get: (key) => {
      const repositoryId = Number.parseInt(key, 10);
      const index = known.get(repositoryId) ?? indexOf(ofRepository(records, repositoryId), urlOf);
      known.set(repositoryId, index);
      return index.get(key);
    },
  };
}

function ofRepository({ pulls, commits, releases, feedback }: Records, id: number): Records {
  const isOwn = ({ repositoryId }: { readonly repositoryId: number }): boolean => {
    return repositoryId === id;
  };
  return {
    pulls: pulls.filter(isOwn),
    commits: commits.filter(isOwn),
    releases: releases.filter(isOwn),
    feedback: feedback.filter(isOwn),
  };
}

function indexOf({ pulls, commits, releases, feedback }: Records, urlOf: RepositoryUrl): RowIndex {
  const finders = [
    finderOf(pulls, keyOfPull, (pull) => subjectOfPull(pull, urlOf)),
    finderOf(commits, keyOfCommit, (commit) => subjectOfCommit(commit, urlOf)),
    finderOf(releases, keyOfRelease, (release) => subjectOfRelease(release, urlOf)),
    finderOf(feedback, keyOfFeedback, (each) => subjectOfFeedback(each, urlOf)),
  ];
  return {
    get: (key) => {
      for (const find of finders) {
        const subject = find(key);
        if (subject !== undefined) return subject;
      }
      return undefined;
    },
  };
}

function finderOf<R>(
  all: readonly R[],
  keyOf: (one: R) => string,
  subjectOf: (one: R) => RowSubject,
): (key: string) => RowSubject | undefined {
  const byKey = new Map(all.map((one) => [keyOf(one), one]));
  return (key) => {
    const found = byKey.get(key);
    return found === undefined ? undefined : subjectOf(found);
  };
}

function subjectOfPull(pull: PullRecord, urlOf: RepositoryUrl): RowSubject {
  const { repositoryId, number, title } = pull;
  return {
    name: `#${number}`,
    title,
    url: `${urlOf(repositoryId)}/pull/${number}`,
    repositoryId,
    endedAt: pull.mergedAt ?? pull.closedAt,
    isAgents: hasAgent(pull),
  };
}

function subjectOfCommit(commit: DirectCommitRecord, urlOf: RepositoryUrl): RowSubject {
  const { repositoryId, sha, at } = commit;
  const url = `${urlOf(repositoryId)}/commit/${sha}`;
  const title = "a commit without a pull";
  return { name: sha.slice(0, 8), title, url, repositoryId, endedAt: at, isAgents: false };
}

function subjectOfRelease(release: ReleaseRecord, urlOf: RepositoryUrl): RowSubject {
  const { repositoryId, tag, kind, publishedAt } = release;
  const url = `${urlOf(repositoryId)}/releases/tag/${encodeURIComponent(tag)}`;
  const title = kind === "regular" ? "" : kind;
  return { name: tag, title, url, repositoryId, endedAt: publishedAt, isAgents: false };
}

function subjectOfFeedback(feedback: FeedbackRecord, urlOf: RepositoryUrl): RowSubject {
  const { repositoryId, key, kind, fixUsableAt, closedAt } = feedback;
  const issue = /^issue\/(\d+)$/.exec(key)?.[1];
  const pull = /^revert\/(\d+)$/.exec(key)?.[1];
  const page =
    issue === undefined ? (pull === undefined ? "" : `/pull/${pull}`) : `/issues/${issue}`;
  return {
    name: issue === undefined && pull === undefined ? key : `#${issue ?? pull}`,
    title: kind,
    url: `${urlOf(repositoryId)}${page}`,
    repositoryId,
    endedAt: fixUsableAt ?? closedAt,
    isAgents: false,
  };
}
