import { importsOfPatches } from "../core/imports.ts";
import { SIZE_CHECK_NAME } from "../core/size-check.ts";
import { findMembers } from "../core/size-group.ts";
import type { LineState } from "../core/state.ts";
import type { SizeForge } from "../size-port.ts";
import { REFUSALS } from "./apply.ts";
import { readAttributeFiles } from "./attribute-reading.ts";
import type { GitHubClient } from "./client.ts";
import { findStatus } from "./comments.ts";
import { mergeGroupAnswer, statusAnswer } from "./door-answers.ts";
import { READ_MERGE_GROUP, READ_STATUS, REMOVE_LABELS } from "./door-documents.ts";
import type { ForgeMemory } from "./forge-memory.ts";
import { ask, ourCheckFilters } from "./look.ts";
import { lookOf } from "./open-pulls.ts";
import { readCommitFiles } from "./pull-files.ts";
import { readCheckOn } from "./readings.ts";
import { readSizedFiles } from "./size-reading.ts";

/** Commits whose files are read for a plan: a request each. */
const COMMITS_MAX = 20;

/** What a size check needs of GitHub. */
export function openSizes(
  client: GitHubClient,
  memory: Pick<ForgeMemory, "attributes" | "files">,
): SizeForge {
  return {
    read: async (state, { number, headSha, baseBranch, sized }) => {
      const look = lookOf(client, state);
      const totals = sized?.totals ?? { additions: 0, deletions: 0, files: 0 };
      const read = await readSizedFiles(look, { number, headSha, baseBranch, totals });
      if (read === null) return null;
      const { files, isTruncated, mergeBase: baseSha, patches } = read;
      const paths = files.map(({ path }) => path);
      const attributeFiles =
        baseSha === null
          ? []
          : await readAttributeFiles(look, memory.attributes, { commit: baseSha, paths });
      const findImports = () =>
        importsOfPatches(
          files.map(({ path, status }) => ({ path, status, patch: patches.get(path) ?? null })),
        );
      return { files, isTruncated, attributeFiles, baseSha, findImports };
    },
    readCommits: async (state, { commits, commitCount }) => {
      const isKnown = commits.length === commitCount && commitCount <= COMMITS_MAX;
      // A merge brings what others did.
      const own = commits.toReversed().filter(({ parents }) => parents.length === 1);
      if (!isKnown || own.length < 2) return [];
      const shas = own.map(({ sha }) => sha);
      const lists = await readCommitFiles(lookOf(client, state), shas, memory.files);
      return own.map(({ sha, message }) => ({
        sha,
        title: message.split("\n", 1).join(""),
        paths: lists.get(sha)?.files.map(({ path }) => path) ?? [],
      }));
    },
    readStatus: async (state, number) => {
      const { repository } = await ask(lookOf(client, state), statusAnswer, {
        document: READ_STATUS,
        variables: { number },
        tolerate: ({ type, path }) => type === "NOT_FOUND" && path?.at(-1) === "pull",
      });
      return findStatus(repository.pull?.comments.nodes ?? []);
    },
    readGroup: async (state, { branch, sha }) => {
      const look = { ...lookOf(client, state), checkName: SIZE_CHECK_NAME };
      const { repository } = await ask(look, mergeGroupAnswer, {
        document: READ_MERGE_GROUP,
        variables: { branch, sha, ...ourCheckFilters(look) },
        // The owner did not grant to read the queue, or it has none any more.
        tolerate: ({ path }) => path?.[1] === "queue",
      });
      const { commit, queue } = repository;
      if (commit === null) return null;
      const entries = (queue?.entries?.nodes ?? []).flatMap((entry) =>
        entry.headCommit === null || entry.pullRequest === null
          ? []
          : [
              {
                number: entry.pullRequest.number,
                head: entry.headCommit.oid,
                base: entry.baseCommit?.oid ?? null,
              },
            ],
      );
      return { members: findMembers(entries, sha), ourCheck: readCheckOn(commit) };
    },
    label: async (state, { number, nodeId }, { add, remove }) => {
      if (add !== null) await addLabel(client, state, number, add);
      if (remove.length === 0) return;
      await client.graphql({
        document: REMOVE_LABELS,
        variables: { pull: nodeId, labels: remove.map(({ id }) => id) },
        scope: { kind: "repository", repositoryId: state.repository.id },
        writes: 1,
        isPatient: true,
        tolerate: ({ type }) => type === "NOT_FOUND" || type === "FORBIDDEN",
      });
    },
  };
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
