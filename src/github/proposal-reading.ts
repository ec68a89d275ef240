import { z } from "zod";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import { readProposalMarker } from "../core/proposal/proposal-marker.ts";
import type { Invitation, ProposalSeen } from "../core/proposal/proposal-state.ts";
import { PROPOSAL_BRANCH } from "../core/proposal/proposal.ts";
import type { Commit, Instant, LineState } from "../core/state.ts";
import { instant } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { readRecentCommits } from "./commits.ts";
import { understand } from "./failure.ts";
import { beginLook, isAboutComparison } from "./look.ts";
import { isUs } from "./our-commits.ts";
import { proposalAnswer } from "./proposal-answers.ts";
import type { ProposalAnswer, ProposalPullAnswer } from "./proposal-answers.ts";
import { READ_PROPOSAL } from "./proposal-documents.ts";
import { readPolicy } from "./readings.ts";
import type { ViewerAnswer } from "./version-file-answers.ts";

const invitationSchema = z.object({
  repository_selection: z.enum(["selected", "all"]),
  created_at: instant,
});

/** How the App was installed. Null where it is not the App itself that asks. */
export async function readInvitation(client: GitHubClient): Promise<Invitation | null> {
  const { installationId } = client;
  if (installationId === null) return null;
  const path = `/app/installations/${installationId}`;
  const answer = await client.rest({ method: "GET", path, scope: { kind: "app" } });
  return toInvitation(answer.data);
}

/** From what GitHub says of an installation. */
export function toInvitation(data: unknown): Invitation {
  const found = understand("Read the installation", invitationSchema, data);
  return { selection: found.repository_selection, since: found.created_at };
}

/** An owner changes the selection of repositories rarely. */
const INVITATION_MS = 60 * 60_000;

/** Asked at most once an hour. */
export function keepInvitation(
  read: () => Promise<Invitation | null>,
): (now: Instant) => Promise<Invitation | null> {
  let kept: { readonly invitation: Invitation | null; readonly at: Instant } | null = null;
  return async (now) => {
    if (kept === null || now >= kept.at + INVITATION_MS)
      kept = { invitation: await read(), at: now };
    return kept.invitation;
  };
}

/** What stands on GitHub of our proposal. One request. */
export async function readProposalSeen(
  client: GitHubClient,
  { repository, line }: LineState,
): Promise<ProposalSeen> {
  const { owner, name, id } = repository;
  const { data } = await client.graphql({
    document: READ_PROPOSAL,
    variables: {
      owner,
      name,
      head: PROPOSAL_BRANCH,
      base: line.branch,
      branch: `refs/heads/${PROPOSAL_BRANCH}`,
      policy: `refs/heads/${PROPOSAL_BRANCH}:${POLICY_PATH}`,
    },
    scope: { kind: "repository", repositoryId: id },
    tolerate: isAboutComparison,
  });
  const answer = understand(`Read the proposal of ${owner}/${name}`, proposalAnswer, data);
  const { viewer, repository: found } = answer;
  const own = found.proposals.nodes.find(
    ({ viewerDidAuthor, isCrossRepository }) => viewerDidAuthor && !isCrossRepository,
  );
  // GitHub takes one open pull from a branch: somebody else's from ours leaves no room either.
  const rival =
    found.open.nodes.find(
      ({ viewerDidAuthor, files }) =>
        !viewerDidAuthor && files?.nodes.some(({ path }) => path === POLICY_PATH) === true,
    ) ??
    found.proposals.nodes.find(
      ({ viewerDidAuthor, isCrossRepository, state }) =>
        !viewerDidAuthor && !isCrossRepository && state === "OPEN",
    );
  return {
    pull: own === undefined ? null : readPull(own, viewer, id),
    branch: readBranch(answer),
    rival: rival === undefined ? null : { number: rival.number, url: rival.url },
  };
}

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

function readPull(
  { number, url, state, title, body, commits }: ProposalPullAnswer,
  viewer: ViewerAnswer,
  repositoryId: number,
): NonNullable<ProposalSeen["pull"]> {
  const own = commits.nodes.filter(({ commit }) => commit.parents.totalCount < 2);
  const areByUs = own.every(({ commit }) => isUs(commit.author, viewer));
  const areSigned = own.every(
    ({ commit: { signature } }) => signature?.isValid === true && signature.wasSignedByGitHub,
  );
  const marker = readProposalMarker(body, repositoryId);
  const hands = areByUs ? (areSigned ? "ours" : "unproven") : "others";
  return { number, url, state: STATES[state], title, body, marker, hands };
}

/** Without a commit of its own, or with one of ours on top: a pass of ours ended there. */
function readBranch({ viewer, repository }: ProposalAnswer): ProposalSeen["branch"] {
  const target = repository.branch?.target ?? null;
  if (target === null) return null;
  const isEmpty = repository.branch?.compare?.behindBy === 0;
  return {
    sha: target.oid,
    isOurs: isEmpty || isUs(target.author ?? null, viewer),
    text: readPolicy(repository.file, POLICY_PATH)?.text ?? null,
  };
}

/** Commits of the branch, newest first: enough for its last 50 merges. At most three requests. */
export function readPast(
  client: GitHubClient,
  { repository, line, memory, head }: LineState,
): Promise<readonly Commit[]> {
  if (head === null) return Promise.resolve([]);
  const { owner, name } = repository;
  const look = beginLook({ client, owner, name, line, memory, now: 0, root: null });
  return readRecentCommits(look, head.sha);
}
