import type { Finding } from "../doctor/finding.ts";
import { parsePolicy } from "../policy/policy.ts";
import type { Commit, Instant, LineState, Sha } from "../state.ts";
import type { WriteProposal } from "./proposal-action.ts";
import { asFile, renderPolicyFile } from "./proposal-file.ts";
import { digestText, formatProposalMarker } from "./proposal-marker.ts";
import { replayRecent } from "./proposal-replay.ts";
import type { ProposalSeen } from "./proposal-state.ts";
import { PROPOSAL_TITLE, renderProposal } from "./proposal-text.ts";
import { PROPOSAL_BRANCH } from "./proposal.ts";
import type { ProposalStep } from "./proposal.ts";

/** What a proposal is made of, besides the state of the default line. */
export interface ProposalSources {
  readonly step: Extract<ProposalStep, { kind: "write" }>;
  readonly seen: ProposalSeen;
  /** Head of the default branch. */
  readonly head: Sha;
  readonly findings: readonly Finding[];
  /** Of the default branch, newest first, children before parents. */
  readonly commits: readonly Commit[];
  readonly now: Instant;
}

/** Null: it stands as it would be written. */
export function composeProposal(state: LineState, sources: ProposalSources): WriteProposal | null {
  const { step, seen, head, findings, commits, now } = sources;
  const isFileOurs = step.file === "ours";
  const standing = seen.branch?.text ?? null;
  const proposed = renderPolicyFile(findings);
  const file = isFileOurs ? proposed : standing;
  const parsed = file === null ? null : parsePolicy(asFile(file));
  const policy = parsed?.kind === "valid" ? parsed.policy : null;
  const past = policy === null ? null : replayRecent(state, { commits, policy, now });
  const text = isFileOurs && standing !== file ? file : null;
  const said = renderProposal(state, { findings, past, file, isFileTheirs: !isFileOurs }, now);
  const known = seen.pull?.marker ?? null;
  const marker = {
    repositoryId: state.repository.id,
    file: isFileOurs ? digestText(proposed) : (known?.file ?? ""),
    said: digestText(said),
    at: now,
  };
  const isSaid = step.pull !== null && known?.said === marker.said && text === null;
  const isReopened = step.pull?.isClosed === true;
  if (isSaid && !isReopened) return null;
  return {
    kind: "writeProposal",
    branch: PROPOSAL_BRANCH,
    branchSha: seen.branch?.sha ?? null,
    parent: head,
    text,
    number: step.pull?.number ?? null,
    isReopened,
    title: PROPOSAL_TITLE,
    body: step.isTextOurs && !isSaid ? `${said}\n\n${formatProposalMarker(marker)}` : null,
  };
}
