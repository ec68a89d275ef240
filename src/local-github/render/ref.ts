import type { GitTag } from "../git-object.ts";
import type { GitRef } from "../git.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { Repository } from "../world.ts";
import { encodePath } from "./commit.ts";

export function renderRef(github: GitHub, repository: Repository, ref: GitRef) {
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}/git`;
  return {
    ref: ref.name,
    node_id: formatNodeId("Ref", repository.id, ref.name),
    url: `${api}/${encodePath(ref.name)}`,
    object: { sha: ref.sha, type: ref.type, url: `${api}/${ref.type}s/${ref.sha}` },
  };
}

export function renderTagObject(github: GitHub, repository: Repository, tag: GitTag) {
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}/git`;
  const { sha, type } = tag.target;
  return {
    node_id: formatNodeId("Tag", repository.id, tag.sha),
    sha: tag.sha,
    url: `${api}/tags/${tag.sha}`,
    tagger: tag.tagger,
    object: { sha, type, url: `${api}/${type}s/${sha}` },
    tag: tag.name,
    message: tag.message,
    verification: {
      verified: false,
      reason: "unsigned",
      signature: null,
      payload: null,
      verified_at: null,
    },
  };
}

/** An entry of `GET tags`: any tag, annotated or not, with the commit that it leads to. */
export function renderTag(github: GitHub, repository: Repository, ref: GitRef) {
  const name = ref.name.slice("refs/tags/".length);
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}`;
  return {
    name,
    zipball_url: `${api}/zipball/refs/tags/${encodePath(name)}`,
    tarball_url: `${api}/tarball/refs/tags/${encodePath(name)}`,
    commit: { sha: ref.peeledSha, url: `${api}/commits/${ref.peeledSha}` },
    node_id: formatNodeId("Ref", repository.id, ref.name),
  };
}
