import { z } from "zod";
import type { LineState, Sha } from "../core/state.ts";
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
import type { Look } from "./look.ts";
import { readFiles } from "./version-file-reading.ts";

const treeSchema = z.object({
  tree: z.array(z.object({ path: z.string(), type: z.string() })),
  truncated: z.boolean().optional(),
});

/** Files of a commit. GitHub leaves some out where there are very many. */
export async function readPaths(
  { client, owner, name, line }: Look,
  sha: Sha,
): Promise<{ readonly paths: readonly string[]; readonly isWhole: boolean }> {
  const path = `/repos/${owner}/${name}/git/trees/${sha}?recursive=1`;
  const scope = { kind: "repository", repositoryId: line.repositoryId } as const;
  const answer = await client.rest({ method: "GET", path, scope });
  const { tree, truncated } = understand(`GET ${path}`, treeSchema, answer.data);
  return {
    paths: tree.filter(({ type }) => type === "blob").map((entry) => entry.path),
    isWhole: truncated !== true,
  };
}

/** Packages of workspaces whose versions one release writes. */
const MEMBERS_MAX = 300;

/**
 * Manifests of the packages of workspaces at a commit, by the texts of `WORKSPACE_FILES` there. Null:
 * there are more than anybody can be sure of. One request where there are workspaces.
 */
export async function readMembers(
  look: Look,
  sha: Sha,
  texts: ReadonlyMap<string, string>,
): Promise<readonly string[] | null> {
  const workspaces = readWorkspaces(texts);
  if (workspaces.length === 0) return [];
  const { paths, isWhole } = await readPaths(look, sha);
  const members = findMembers(workspaces, paths, MEMBERS_MAX + 1);
  return isWhole && members.length <= MEMBERS_MAX ? members : null;
}

/**
 * The lines of the policy that would release each workspace of the repository on its own; null:
 * there are none. Only for who asks: it takes up to three requests.
 */
export async function readProposal(client: GitHubClient, state: LineState): Promise<string | null> {
  const { repository, line, head, memory } = state;
  if (head === null) return null;
  const { owner, name } = repository;
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  const { paths } = await readPaths(look, head.sha);
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
