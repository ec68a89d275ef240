import { z } from "zod";
import type { FileList } from "../core/changes.ts";
import type { ManifestSeen } from "../core/rollback/packages.ts";
import { mayOverlap } from "../core/rollback/risk.ts";
import type { RiskFacts } from "../core/rollback/risk.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import { listLater, wantFiles } from "../core/rollback/wanted-files.ts";
import type { LineState, Sha } from "../core/state.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { beginLook } from "./look.ts";
import type { Look } from "./look.ts";
import { FileMemory, readPullFiles } from "./pull-files.ts";
import { readFiles } from "./version-file-reading.ts";
import { readPaths } from "./workspace-reading.ts";

/** GitHub lists no more files of a comparison (REST, "Compare two commits"). */
const COMPARED_FILES_MAX = 300;

const comparedSchema = z.object({
  files: z
    .array(z.object({ filename: z.string(), previous_filename: z.string().optional() }))
    .optional(),
});

/**
 * What the risk of a rollback is judged by. Four requests, and two more where later work may be in
 * the way: nobody reads it before Latest is moved.
 */
export async function readRiskFacts(
  client: GitHubClient,
  state: LineState,
  rollback: Rollback,
): Promise<RiskFacts> {
  const { repository, line, memory, head } = state;
  const { owner, name } = repository;
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  const shaOf = (tag: string | undefined): Sha | null =>
    state.tags.find((each) => each.name === tag)?.sha ??
    state.releases.find((each) => each.tag === tag)?.sha ??
    null;
  const bad = shaOf(rollback.release.tag);
  const before = shaOf(rollback.restore?.before);
  if (bad === null) {
    return { batch: null, since: null, later: [], manifests: [], workflows: [] };
  }
  const batch = before === null ? null : await readCompared(look, before, bad);
  const since = head === null ? null : await readCompared(look, bad, head.sha);
  const later = mayOverlap(batch, since) ? listLater(state, rollback) : [];
  // Earlier names of moved files would be a request for each of them.
  const files = await readPullFiles(look, later, new FileMemory(), "sketch");
  const good = shaOf(rollback.good?.tag);
  return {
    batch,
    since,
    later: later.map(({ number, tag }) => ({ number, tag, files: files.get(number) ?? UNKNOWN })),
    ...(await readPublished(look, rollback, { bad, good })),
  };
}

const UNKNOWN: FileList = { files: [], isComplete: false };

/** What `to` changed since it left `from`. Null: GitHub cannot compare them. */
async function readCompared(look: Look, from: Sha, to: Sha): Promise<FileList | null> {
  const { client, owner, name, line } = look;
  // Files come with the first page, whatever its length.
  const path = `/repos/${owner}/${name}/compare/${from}...${to}?per_page=1`;
  const answer = await client.rest({
    method: "GET",
    path,
    scope: { kind: "repository", repositoryId: line.repositoryId },
    allow: [404, 422],
  });
  if (answer.status >= 300) return null;
  const { files = [] } = understand(`GET ${path}`, comparedSchema, answer.data);
  return {
    files: files.map((file) => ({
      path: file.filename,
      previousPath: file.previous_filename ?? null,
    })),
    isComplete: files.length < COMPARED_FILES_MAX,
  };
}

async function readPublished(
  look: Look,
  rollback: Rollback,
  { bad, good }: { readonly bad: Sha; readonly good: Sha | null },
): Promise<Pick<RiskFacts, "manifests" | "workflows">> {
  const { paths } = await readPaths(look, bad);
  const { manifests, workflows } = wantFiles(paths, rollback);
  if (manifests.length + workflows.length === 0) return { manifests: [], workflows: [] };
  const texts = [
    ...[...manifests, ...workflows].map((path) => ({ at: bad, path })),
    ...(good === null ? [] : manifests.map((path) => ({ at: good, path }))),
  ];
  const read = await readFiles(look, { texts, blobs: [] });
  return {
    manifests: manifests.map((path): ManifestSeen => ({
      path,
      bad: read.fileAt(bad, path).text,
      good: good === null ? null : read.fileAt(good, path).text,
    })),
    workflows: workflows.flatMap((path) => read.fileAt(bad, path).text ?? []),
  };
}
