import { formatTime, type GitHub } from "./github.ts";
import { markLatest } from "./latest-release.ts";
import type { Release, Repository } from "./world.ts";

export interface PastRelease {
  tag: string;
  /** Where the tag goes if it is missing; else it is left unread. */
  sha: string;
  authorLogin: string;
  name?: string;
  body?: string;
  prerelease?: boolean;
  /** The clock's time when left out. */
  at?: Date;
}

/**
 * A release that stands already: its tag, made as a lightweight one where it is missing, and its
 * dates. Nothing is emitted, so no webhook tells of it.
 */
export async function publishRelease(
  github: GitHub,
  repository: Repository,
  input: PastRelease,
): Promise<Release> {
  const { git } = github;
  const ref = `refs/tags/${input.tag}`;
  const author = github.accountByLogin(input.authorLogin);
  if (author === null) throw new Error(`Nobody is called ${input.authorLogin}.`);
  await git.exclusive(repository.id, async () => {
    if ((await git.ref(repository.id, ref)) === null) {
      await git.swapRef(repository.id, ref, null, input.sha);
    }
  });
  const commit = await git.commit(repository.id, ref);
  if (commit === null) throw new Error(`The tag ${input.tag} leads to no commit.`);
  const at = formatTime(input.at ?? github.now());
  const release: Release = {
    id: github.nextId(),
    repositoryId: repository.id,
    tagName: input.tag,
    targetCommitish: repository.defaultBranch,
    name: input.name ?? input.tag,
    body: input.body ?? null,
    draft: false,
    prerelease: input.prerelease ?? false,
    makeLatest: "legacy",
    authorId: author.id,
    createdAt: commit.committer.date,
    updatedAt: at,
    publishedAt: at,
    immutable: repository.immutableReleases,
  };
  github.data.releases.push(release);
  markLatest(github, repository, release);
  github.changed();
  return release;
}
