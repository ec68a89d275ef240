import { z } from "zod";
import type { LineState } from "../core/state.ts";
import {
  findMembers,
  proposeComponents,
  readMember,
  readWorkspaces,
  WORKSPACE_FILES,
} from "../core/workspaces.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { beginLook } from "./look.ts";
import { readFiles } from "./version-file-reading.ts";

const treeSchema = z.object({ tree: z.array(z.object({ path: z.string(), type: z.string() })) });

/**
 * The lines of the policy that would release each workspace of the repository on its own; null:
 * there are none. Only for who asks: it takes up to three requests.
 */
export async function readProposal(client: GitHubClient, state: LineState): Promise<string | null> {
  const { repository, line, head, memory } = state;
  if (head === null) return null;
  const { owner, name, id } = repository;
  const path = `/repos/${owner}/${name}/git/trees/${head.sha}?recursive=1`;
  const scope = { kind: "repository", repositoryId: id } as const;
  const answer = await client.rest({ method: "GET", path, scope });
  const paths = understand(`GET ${path}`, treeSchema, answer.data)
    .tree.filter(({ type }) => type === "blob")
    .map((entry) => entry.path);
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  const readTexts = async (wanted: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    if (wanted.length === 0) return new Map();
    const texts = wanted.map((own) => ({ at: head.sha, path: own }));
    const read = await readFiles(look, { texts, blobs: [] });
    return new Map(wanted.map((own) => [own, read.fileAt(head.sha, own).text ?? ""]));
  };
  const roots = await readTexts(WORKSPACE_FILES.filter((file) => paths.includes(file)));
  const manifests = await readTexts(findMembers(readWorkspaces(roots), paths));
  const members = [...manifests].flatMap(([own, text]) => readMember(own, text) ?? []);
  return proposeComponents(
    members,
    state.tags.map((tag) => tag.name),
  );
}
