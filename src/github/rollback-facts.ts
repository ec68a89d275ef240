import { z } from "zod";
import type { FileList } from "../core/changes.ts";
import type { ManifestSeen } from "../core/rollback/packages.ts";
import { commitsOf } from "../core/rollback/risk-kept.ts";
import type { LaterChange, RiskCommits } from "../core/rollback/risk-kept.ts";
import { mayOverlap } from "../core/rollback/risk.ts";
import type { PublishedFiles, RiskFacts } from "../core/rollback/risk.ts";
import type { Foreseen, Rollback } from "../core/rollback/rollback.ts";
import { listLater, wantFiles } from "../core/rollback/wanted-files.ts";
import type { LineState, Sha } from "../core/state.ts";
import type { RollbackForge } from "../rollback-port.ts";
import type { GitHubClient } from "./client.ts";
import { understand } from "./failure.ts";
import { beginLook } from "./look.ts";
import type { Look } from "./look.ts";
import { readCommitFiles, readPullFiles } from "./pull-files.ts";
import type { FileMemory } from "./pull-files.ts";
import { readFiles } from "./version-file-reading.ts";
import { readPaths } from "./workspace-reading.ts";

/** GitHub lists no more files of a comparison (REST, "Compare two commits"). */
const COMPARED_FILES_MAX = 300;

const comparedSchema = z.object({
  files: z
    .array(z.object({ filename: z.string(), previous_filename: z.string().optional() }))
    .optional(),
});

type Read = RiskFacts & PublishedFiles;

/** How the risk of rollbacks is read: what is in memory costs no request. */
export function openRisks(
  client: GitHubClient,
  files: FileMemory,
): Pick<RollbackForge, "readRisk" | "readRelease" | "readChanges"> {
  const lookAt = (state: LineState): Look => {
    const { repository, line, memory } = state;
    const { owner, name } = repository;
    return beginLook({ client, owner, name, line, memory, now: 0, root: null });
  };
  return {
    readRisk: (state, rollback) => readRisk(lookAt(state), files, { state, rollback }),
    readRelease: (state, foreseen, at) => readRelease(lookAt(state), foreseen, at),
    readChanges: (state, changes) => readChanges(lookAt(state), files, changes),
  };
}

/**
 * What the risk of a rollback is judged by. Four requests, and two more where later work may be in
 * the way: nobody reads it before Latest is moved.
 */
async function readRisk(
  look: Look,
  memory: FileMemory,
  { state, rollback }: { readonly state: LineState; readonly rollback: Rollback },
): Promise<Read> {
  const { head } = state;
  const at = commitsOf(state, rollback);
  if (at === null) return { batch: null, since: null, later: [], manifests: [], workflows: [] };
  const release = await readRelease(look, rollback, at);
  const since = head === null ? null : await readCompared(look, at.bad, head.sha);
  const later = mayOverlap(release.batch, since) ? listLater(state, rollback) : [];
  // Earlier names of moved files would be a request for each of them.
  const files = await readPullFiles(look, later, memory, "sketch");
  return {
    ...release,
    since,
    later: later.map(({ number, tag }) => ({ number, tag, files: files.get(number) ?? UNKNOWN })),
  };
}

async function readRelease(
  look: Look,
  foreseen: Foreseen,
  { bad, before, good }: RiskCommits,
): Promise<Pick<Read, "batch"> & PublishedFiles> {
  const batch = before === null ? null : await readCompared(look, before, bad);
  return { batch, ...(await readPublished(look, foreseen, { bad, good })) };
}

async function readChanges(
  look: Look,
  memory: FileMemory,
  changes: readonly LaterChange[],
): Promise<ReadonlyMap<string, FileList>> {
  const pulls = changes.flatMap(({ pull, sha }) => (pull === null ? [] : [{ number: pull, sha }]));
  const pushes = changes.flatMap(({ pull, sha }) => (pull === null ? [sha] : []));
  const ofPulls = await readPullFiles(look, pulls, memory, "sketch");
  const ofPushes = await readCommitFiles(look, pushes, memory);
  return new Map(
    changes.map(({ key, pull, sha }) => {
      const list = pull === null ? ofPushes.get(sha) : ofPulls.get(pull);
      return [key, list ?? UNKNOWN] as const;
    }),
  );
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
  foreseen: Foreseen,
  { bad, good }: Pick<RiskCommits, "bad" | "good">,
): Promise<PublishedFiles> {
  const { paths } = await readPaths(look, bad);
  const { manifests, workflows } = wantFiles(paths, foreseen);
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
