import { composeProposal } from "../core/proposal/proposal-compose.ts";
import type {
  Asking,
  Invitation,
  ProposalKept,
  Standing,
} from "../core/proposal/proposal-state.ts";
import {
  cannotPropose,
  hasMergedSince,
  isLookDue,
  judgeEligible,
  judgeProposal,
} from "../core/proposal/proposal.ts";
import type { Instant, LineState, Sha } from "../core/state.ts";
import type { Clock, Forge, Outcome, Store } from "../ports.ts";

/** Somebody else was at it: look again soon. */
const AGAIN_MS = 60_000;

interface ProposalRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
  /** Nobody, unless `smallbatch propose` does. */
  readonly asking?: Asking;
}

/** Where the repository stands, and what was done about it. */
export interface ProposalLook {
  readonly standing: Standing;
  /** Null: nothing was to be written. */
  readonly outcome: Outcome | null;
  /** Look again then at the latest; null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
}

/**
 * Offer Smallbatch to a repository that is only watched, once, and keep the offer true while it is
 * open. GitHub decides what stands; the store only saves requests. Null: nobody is to be asked.
 */
export async function lookAtProposal(
  request: ProposalRequest,
  state: LineState,
): Promise<ProposalLook | null> {
  const { clock, asking = "nobody" } = request;
  const now = clock.now();
  const kept = state.memory.proposal;
  const settled = judgeEligible(state);
  if (settled !== null) return settle(request, state, { settled, kept, now });
  const invitation = await request.forge.readInvitation(now);
  if (asking === "nobody" && !isToBeLooked(state, { kept, invitation, now })) {
    return kept === null ? null : rested(kept);
  }
  return look(request, state, { kept, invitation, now });
}

/** As far as is known without asking GitHub for the proposal. */
function isToBeLooked(
  state: LineState,
  {
    kept,
    invitation,
    now,
  }: {
    readonly kept: ProposalKept | null;
    readonly invitation: Invitation | null;
    readonly now: Instant;
  },
): boolean {
  if (invitation === null || !isLookDue(kept, now)) return false;
  if (kept !== null || state.repository.hasProposalBranch === true) return true;
  return invitation.selection === "selected" && hasMergedSince(state, invitation.since);
}

async function look(
  request: ProposalRequest,
  state: LineState,
  {
    kept,
    invitation,
    now,
  }: {
    readonly kept: ProposalKept | null;
    readonly invitation: Invitation | null;
    readonly now: Instant;
  },
): Promise<ProposalLook> {
  const { forge, asking = "nobody" } = request;
  const head = headOf(state);
  const seen = await forge.readProposal(state);
  const step = judgeProposal(seen, { asking, invitation, head, kept, now });
  if (step.kind === "rest") {
    const compared = step.standing.state === "proposed" ? (kept?.head ?? null) : null;
    return keep(request, state, { ...step.standing, head: compared, at: now });
  }
  const action = composeProposal(state, {
    step,
    seen,
    head,
    findings: await forge.examine(state),
    commits: await forge.readPast(state),
    now,
  });
  const standing = { state: "proposed", pull: seen.pull, note: null, head, at: now } as const;
  if (action === null) return keep(request, state, standing);
  request.ensureAlone();
  const outcome = await forge.apply(state, action);
  if (outcome.kind === "done") {
    const { url } = outcome;
    return keep(request, state, { ...standing, pull: numbered(url) ?? seen.pull }, outcome);
  }
  if (outcome.kind === "refused") {
    const cannot = { ...cannotPropose(outcome.message), pull: seen.pull, head: null, at: now };
    return keep(request, state, cannot, outcome);
  }
  return { standing, outcome, wakeAt: now + AGAIN_MS };
}

function headOf({ head }: LineState): Sha {
  // `judgeEligible` says no without one.
  return head?.sha ?? "";
}

/** `https://github.com/acme/widgets/pull/7` */
function numbered(url: string | null): Standing["pull"] {
  const number = /\/pull\/(\d+)$/.exec(url ?? "")?.[1];
  return url === null || number === undefined ? null : { number: Number(number), url };
}

/**
 * The repository says it by itself. A proposal that a policy file has overtaken is closed; while its
 * branch stands, that is looked at once.
 */
async function settle(
  request: ProposalRequest,
  state: LineState,
  {
    settled,
    kept,
    now,
  }: {
    readonly settled: Standing;
    readonly kept: ProposalKept | null;
    readonly now: Instant;
  },
): Promise<ProposalLook> {
  const isStarted = state.policyFile !== null && state.repository.hasProposalBranch === true;
  if (!isStarted || kept?.state === "started") {
    return { standing: settled, outcome: null, wakeAt: null };
  }
  const { pull } = await request.forge.readProposal(state);
  let outcome: Outcome | null = null;
  if (pull?.state === "open") {
    request.ensureAlone();
    outcome = await request.forge.apply(state, { kind: "closeProposal", number: pull.number });
  }
  return keep(request, state, { ...settled, head: null, at: now }, outcome);
}

async function keep(
  { store }: ProposalRequest,
  { line }: LineState,
  proposal: ProposalKept,
  outcome: Outcome | null = null,
): Promise<ProposalLook> {
  await store.writeMemory(line, { proposal });
  return rested(proposal, outcome);
}

function rested({ state, pull, note }: ProposalKept, outcome: Outcome | null = null): ProposalLook {
  return { standing: { state, pull, note }, outcome, wakeAt: null };
}
