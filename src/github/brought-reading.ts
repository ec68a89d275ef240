import { headOnForeign } from "../core/files/files-brought.ts";
import type { Brought, FilesSeen } from "../core/files/files-state.ts";
import { isChannelLine, linkedWith } from "../core/lines.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import { formatLine } from "../core/state.ts";
import type { Commit } from "../core/state.ts";
import { readAllChecks } from "./checks.ts";
import { listPlanned, readExact } from "./exact-commits.ts";
import type { ExactCommits } from "./exact-commits.ts";
import { readListed } from "./listed-files.ts";
import type { ListedFiles } from "./listed-files.ts";
import type { Look } from "./look.ts";
import type { FilesSources, Ours } from "./our-commits.ts";
import type { BroughtPullAnswer } from "./version-file-answers.ts";

/**
 * What stands in the files that the policy names, and what we brought into them before. One request,
 * two more where there are workspaces, more for large files. `isDue` false: nothing of the line waits,
 * so that the files at the head are not read.
 */
export async function readFilesSeen(
  look: Look,
  ours: Ours,
  sources: FilesSources & { readonly policy: Policy; readonly isDue: boolean },
): Promise<FilesSeen> {
  const { head, policy, commits, isDue } = sources;
  const { made, merged, branch, superseded } = ours;
  const parts = partsOf(look, policy);
  const wanted = listPlanned(look, made, commits);
  const isOnOurs = wanted.some(({ commit }) => commit.sha === head.sha);
  const isDone = head.checks.every(({ state }) => state !== "pending") || isOnOurs;
  const isRead = (isDue && isDone) || merged.length > 0;
  const after = wanted.map((own) => ({ at: own.commit.sha, parts: own.parts }));
  const listed = await readListed(look, policy, {
    planned: [
      ...(isRead ? [{ at: head.sha, parts }] : []),
      ...wanted.map((own) => ({ at: own.marker.parent, parts: own.parts })),
    ],
    changelogs: after,
    compared: [...after, ...(branch === null ? [] : [{ at: branch.sha, parts }])],
  });
  const exact = await readExact(look, { sources, listed, made, wanted });
  const brought: Brought[] = [];
  for (const commit of commits) {
    const own = await readBrought(look, { ours, listed, exact, sources, commit });
    if (own !== null) brought.push(own);
  }
  const { checks } = headOnForeign(head, brought);
  const isSettled = checks.every(({ state }) => state !== "pending");
  return {
    atHead: isRead && isDue && isSettled ? listed.filesAt(head.sha, parts) : null,
    members: listed.membersAt(head.sha),
    superseded,
    brought,
    branch: branch && {
      ...branch,
      blobs: listed.pathsOf(parts).flatMap((path) => {
        const oid = listed.read.blobAt(branch.sha, path);
        return oid === null ? [] : [{ path, oid }];
      }),
    },
  };
}

/** Components whose files the line's release may write: linked ones share a commit. */
export function partsOf({ line }: Look, policy: Policy): readonly string[] {
  const linked = isChannelLine(line) ? [] : linkedWith(policy, line);
  return linked.length === 0 ? [line.component] : linked;
}

interface Found {
  readonly sources: FilesSources;
  readonly ours: Ours;
  readonly listed: ListedFiles;
  readonly exact: ExactCommits;
  readonly commit: Commit;
}

/** Null where the commit brought no files of ours. */
async function readBrought(look: Look, found: Found): Promise<Brought | null> {
  const { commit, listed, exact, ours } = found;
  const made = ours.made.find((own) => own.commit === commit);
  const merged = ours.merged.find(({ pull }) => pull.mergeSha === commit.sha);
  if (merged !== undefined && !hasOnly(merged.answer, listed.pathsOf(merged.parts))) return null;
  const marker = made?.marker ?? merged?.marker;
  if (marker === undefined) return null;
  const { sha, committedAt } = commit;
  const isOwn = marker.line === formatLine(look.line);
  const pull = merged?.pull.number ?? null;
  const { tag } = marker;
  // A release pull that was squashed has our trailer, too, but waits for the checks of its merge.
  const isMerged = found.sources.pulls.some(({ mergeSha }) => mergeSha === sha);
  const planned = made === undefined || (isOwn && isMerged) ? undefined : exact.get(sha);
  if (planned !== undefined) return { sha, tag, isOwn, pull, isExact: true, ...planned };
  const rollup = merged?.answer.mergeCommit?.statusCheckRollup ?? null;
  const { head } = found.sources;
  const checks = sha === head.sha ? head.checks : (await readAllChecks(look, sha, rollup)).checks;
  const at = merged?.pull.mergedAt ?? committedAt;
  return { sha, tag, isOwn, pull, isExact: false, checks, at };
}

/** With a change of something else it is work like any other, and in the notes. */
function hasOnly({ files, changedFiles }: BroughtPullAnswer, paths: readonly string[]): boolean {
  const changed = (files?.nodes ?? []).map(({ path }) => path);
  return changed.length === changedFiles && changed.every((path) => paths.includes(path));
}
