import type { OpenPull } from "../core/pulls/open-pull.ts";
import { importsOfPatches } from "../core/size/imports.ts";
import { SIZE_CHECK_NAME } from "../core/size/size-check.ts";
import { findMembers } from "../core/size/size-group.ts";
import type { LineState, Sha } from "../core/state.ts";
import type { SizeForge } from "../size-port.ts";
import { REFUSALS } from "./apply.ts";
import { readAttributeFiles } from "./attribute-reading.ts";
import type { GitHubClient } from "./client.ts";
import { findStatus } from "./comments.ts";
import { mergeGroupAnswer, statusAnswer } from "./door-answers.ts";
import { READ_MERGE_GROUP, READ_STATUS, REMOVE_LABELS } from "./door-documents.ts";
import type { ForgeMemory } from "./forge-memory.ts";
import { ask, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";
import { lookOf } from "./open-pulls.ts";
import { readCommitFiles } from "./pull-files.ts";
import { readCheckOn } from "./readings.ts";
import { readSizedFiles } from "./size-reading.ts";

/** Commits whose files are read for a plan: a request each. */
const COMMITS_MAX = 20;

type SizeMemory = Pick<ForgeMemory, "attributes" | "files">;

/** What a size check needs of GitHub. */
export function openSizes(client: GitHubClient, memory: SizeMemory): SizeForge {
  return {
    read: (state, pull) => readChange(lookOf(client, state), memory, pull),
    readCommits: (state, pull) => readCommits(lookOf(client, state), memory, pull),
    readGroup: (state, group) => readGroup(lookOf(client, state), group),
    readStatus: async (state, number) => {
      const { repository } = await ask(lookOf(client, state), statusAnswer, {
        document: READ_STATUS,
        variables: { number },
        tolerate: ({ type, path }) => type === "NOT_FOUND" && path?.at(-1) === "pull",
      });
      return findStatus(repository.pull?.comments.nodes ?? []);
    },
    label: async (state, pull, change) => {
      if (change.add !== null) await addLabel(client, state, pull.number, change.add);
      if (change.remove.length > 0) await removeLabels(client, state, pull.nodeId, change.remove);
    },
  };
}

async function readChange(
  look: Look,
  memory: SizeMemory,
  { number, headSha, baseBranch, sized }: OpenPull,
): ReturnType<SizeForge["read"]> {
  const totals = sized?.totals ?? { additions: 0, deletions: 0, files: 0 };
  const read = await readSizedFiles(look, { number, headSha, baseBranch, totals });
  if (read === null) return null;
  const { files, isTruncated, mergeBase: baseSha, patches } = read;
  const paths = files.map(({ path }) => path);
  const at = baseSha === null ? null : { commit: baseSha, paths };
  const attributeFiles = at === null ? [] : await readAttributeFiles(look, memory.attributes, at);
  const findImports = () =>
    importsOfPatches(
      files.map(({ path, status }) => ({ path, status, patch: patches.get(path) ?? null })),
    );
  return { files, isTruncated, attributeFiles, baseSha, findImports };
}

async function readCommits(
  look: Look,
  memory: SizeMemory,
  { commits, commitCount }: OpenPull,
): ReturnType<SizeForge["readCommits"]> {
  const isKnown = commits.length === commitCount && commitCount <= COMMITS_MAX;
  // A merge brings what others did.
  const own = commits.toReversed().filter(({ parents }) => parents.length === 1);
  if (!isKnown || own.length < 2) return [];
  const shas = own.map(({ sha }) => sha);
  const lists = await readCommitFiles(look, shas, memory.files);
  return own.map(({ sha, message }) => ({
    sha,
    title: message.split("\n", 1).join(""),
    paths: lists.get(sha)?.files.map(({ path }) => path) ?? [],
  }));
}

async function readGroup(
  look: Look,
  { branch, sha }: { readonly branch: string; readonly sha: Sha },
): ReturnType<SizeForge["readGroup"]> {
  const { ourSuite: sizeSuite, ourRun: sizeRun } = ourCheckFilters({
    ...look,
    checkName: SIZE_CHECK_NAME,
  });
  const { repository } = await ask(look, mergeGroupAnswer, {
    document: READ_MERGE_GROUP,
    variables: { branch, sha, ...ourCheckFilters(look), sizeSuite, sizeRun },
    // The owner did not grant to read the queue, or it has none any more.
    tolerate: ({ path }) => path?.[1] === "queue",
  });
  const { commit, queue } = repository;
  if (commit === null) return null;
  const entries = (queue?.entries?.nodes ?? []).flatMap(
    ({ headCommit: head, baseCommit: base, pullRequest: pull }) =>
      head === null || pull === null
        ? []
        : [{ number: pull.number, head: head.oid, base: base?.oid ?? null }],
  );
  return {
    members: findMembers(entries, sha),
    size: readCheckOn({ oid: commit.oid, checkSuites: commit.sized }),
    preview: readCheckOn(commit),
  };
}

async function removeLabels(
  client: GitHubClient,
  { repository }: LineState,
  pull: string,
  labels: readonly { readonly id: string }[],
): Promise<void> {
  await client.graphql({
    document: REMOVE_LABELS,
    variables: { pull, labels: labels.map(({ id }) => id) },
    scope: { kind: "repository", repositoryId: repository.id },
    writes: 1,
    isPatient: true,
    tolerate: ({ type }) => type === "NOT_FOUND" || type === "FORBIDDEN",
  });
}

async function addLabel(
  client: GitHubClient,
  { repository }: LineState,
  number: number,
  name: string,
): Promise<void> {
  await client.rest({
    method: "POST",
    path: `/repos/${repository.owner}/${repository.name}/issues/${number}/labels`,
    scope: { kind: "repository", repositoryId: repository.id },
    body: { labels: [name] },
    isPatient: true,
    allow: REFUSALS,
  });
}
