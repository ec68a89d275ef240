import type { LineState, ReleaseSeen } from "../core/state.ts";
import { olderReleasesAnswer } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { numbered } from "./look.ts";
import { readRelease } from "./release-reading.ts";
import { formatOlderReleases } from "./rollback-documents.ts";

/** Releases by their tags, and the one that is Latest; those that there are not are left out. */
export async function readOlderReleases(
  client: GitHubClient,
  { repository, line, memory }: LineState,
  tags: readonly string[],
): Promise<readonly ReleaseSeen[]> {
  const { id: repositoryId, owner, name } = repository;
  const { data } = await client.graphql({
    document: formatOlderReleases(tags.length),
    variables: { owner, name, ...numbered("r", tags) },
    scope: { kind: "repository", repositoryId },
  });
  const what = `Read older releases of ${owner}/${name}`;
  const answer = understand(what, olderReleasesAnswer, data);
  return Object.values(answer.repository)
    .filter((release) => release !== null)
    .map((release) => readRelease(release, { line, memory, family: null }));
}
