import { z } from "zod";
import type { ActEnd } from "../core/rollback/hear-restoration.ts";
import type { RestorationAct } from "../core/rollback/judge-restoration.ts";
import { listFolders, planTree } from "../core/rollback/restored-tree.ts";
import type { ReadFolder, TreeEntry, TreePlan } from "../core/rollback/restored-tree.ts";
import type { Restoring } from "../rollback-port.ts";
import { scopeOf } from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { chunk, numbered } from "./look.ts";
import { formatFolders } from "./restoration-documents.ts";
import { refused, send } from "./restoration-send.ts";

const FOLDERS_PER_REQUEST = 10;

const foldersAnswer = z.object({
  repository: z.record(
    z.string(),
    z
      .object({
        kind: z.string(),
        entries: z
          .array(
            z.object({
              name: z.string(),
              mode: z.number().int(),
              type: z.string(),
              oid: z.string(),
            }),
          )
          .nullish(),
      })
      .nullable(),
  ),
});

const treeSchema = z.object({ sha: z.string() });

/** The tree of a component as it was, written from the leaves; one request a folder on the way. */
export async function writeRestoredTree(
  client: GitHubClient,
  restoring: Restoring,
  { bad, before }: Extract<RestorationAct, { kind: "tree" }>,
): Promise<ActEnd> {
  const { path = null, others = [] } = restoring.rollback.restore ?? {};
  const part = { path: path === null || path === "." ? "" : path, others };
  const folders = listFolders(part);
  const read = await readFolders(client, restoring, [bad, before], folders);
  const plan = planTree(part, {
    bad: (folder) => read(bad, folder),
    before: (folder) => read(before, folder),
  });
  return write(client, restoring, plan);
}

async function readFolders(
  client: GitHubClient,
  { state }: Restoring,
  shas: readonly string[],
  folders: readonly string[],
): Promise<(sha: string, folder: string) => ReturnType<ReadFolder>> {
  const { owner, name } = state.repository;
  const found = new Map<string, readonly TreeEntry[]>();
  const asked = shas.flatMap((sha) => folders.map((folder) => `${sha}:${folder}`));
  for (const part of chunk(asked, FOLDERS_PER_REQUEST)) {
    const { data } = await client.graphql({
      document: formatFolders(part.length),
      variables: { owner, name, ...numbered("f", part) },
      scope: scopeOf(state),
      // A path that the commit does not have.
      tolerate: ({ type }) => type === "NOT_FOUND",
    });
    const { repository } = understand(`Read folders of ${owner}/${name}`, foldersAnswer, data);
    for (const [at, expression] of part.entries()) {
      const folder = repository[`f${at}`] ?? null;
      if (folder?.kind !== "Tree") continue;
      const entries = (folder.entries ?? []).map((entry) => ({
        name: entry.name,
        mode: entry.mode.toString(8).padStart(6, "0"),
        type: entry.type,
        sha: entry.oid,
      }));
      found.set(expression, entries);
    }
  }
  return (sha, folder) => found.get(`${sha}:${folder}`) ?? null;
}

async function write(client: GitHubClient, restoring: Restoring, plan: TreePlan): Promise<ActEnd> {
  const tree: object[] = [];
  for (const entry of plan) {
    if (!("plan" in entry)) {
      const { name, mode, type, sha } = entry;
      tree.push({ path: name, mode, type, sha });
      continue;
    }
    const made = await write(client, restoring, entry.plan);
    if (made.kind !== "made") return made;
    tree.push({ path: entry.name, mode: "040000", type: "tree", sha: made.sha });
  }
  const body = { tree };
  const answer = await send(client, restoring, { method: "POST", path: "git/trees", body });
  if (answer.status !== 201) return refused(answer);
  return { kind: "made", sha: understand("Write a tree", treeSchema, answer.data).sha };
}
