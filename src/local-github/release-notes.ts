import { validationFailed } from "./context.ts";
import { listShas, isAncestor } from "./git-history.ts";
import type { GitHub } from "./github.ts";
import { releasesOf } from "./latest-release.ts";
import { isPull, type Pull } from "./pull-heads.ts";
import { releaseCommit } from "./releases.ts";
import type { Repository } from "./world.ts";

/**
 * GitHub's generated notes: the pulls merged since the previous release, newest last, the people
 * who contributed for the first time, and a link. Throws 422 where the target is no commit.
 */
export async function generateNotes(
  github: GitHub,
  repository: Repository,
  input: { tagName: string; targetCommitish: string; previousTagName?: string },
): Promise<{ name: string; body: string }> {
  const head = await releaseCommit(github, repository, input);
  if (head === null) {
    throw validationFailed({ resource: "Release", code: "invalid", field: "target_commitish" });
  }
  const previous =
    input.previousTagName ?? (await previousTag(github, repository, head, input.tagName));
  const since = previous === null ? [] : [`^refs/tags/${previous}`];
  const shas = new Set(await listShas(github.git, repository.id, { revisions: [head, ...since] }));
  const merged = github.data.issues
    .filter(isPull)
    .filter(({ repositoryId, pull }) => repositoryId === repository.id && pull.merged);
  const pulls = merged
    .filter(({ pull }) => shas.has(pull.mergeCommitSha ?? ""))
    .toSorted((a, b) => (a.pull.mergedAt ?? "").localeCompare(b.pull.mergedAt ?? ""));
  const page = `${github.url}/${github.fullName(repository)}`;
  const login = (pull: Pull): string => `@${github.account(pull.authorId).login}`;
  const link = (pull: Pull): string => `${page}/pull/${pull.number}`;
  const isFirst = (pull: Pull): boolean =>
    merged.every((each) => each.authorId !== pull.authorId || each.number >= pull.number);
  const lines = pulls.map((pull) => `* ${pull.title} by ${login(pull)} in ${link(pull)}`);
  const newcomers = pulls
    .filter(isFirst)
    .map((pull) => `* ${login(pull)} made their first contribution in ${link(pull)}`);
  const range =
    previous === null ? `commits/${input.tagName}` : `compare/${previous}...${input.tagName}`;
  const sections = [
    lines.length === 0 ? "" : `## What's Changed\n${lines.join("\n")}`,
    newcomers.length === 0 ? "" : `## New Contributors\n${newcomers.join("\n")}`,
    `**Full Changelog**: ${page}/${range}`,
  ];
  return { name: input.tagName, body: sections.filter((each) => each !== "").join("\n\n") };
}

/** The newest release whose tag the target already contains; null when there is none. */
async function previousTag(
  github: GitHub,
  repository: Repository,
  head: string,
  tagName: string,
): Promise<string | null> {
  for (const release of releasesOf(github, repository)) {
    if (release.draft || release.tagName === tagName) continue;
    const tag = await github.git.ref(repository.id, `refs/tags/${release.tagName}`);
    if (tag === null) continue;
    if (await isAncestor(github.git, repository.id, tag.peeledSha, head)) return release.tagName;
  }
  return null;
}
