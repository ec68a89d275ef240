import { plainLine } from "../inert.ts";
import type { Instant, LineState, Sha } from "../state.ts";
import { digestText } from "./proposal-marker.ts";
import type { Asking, Invitation, ProposalKept, ProposalSeen, Standing } from "./proposal-state.ts";

/** Branch of ours that carries the proposal. Nothing of ours ever moves it back or deletes it. */
export const PROPOSAL_BRANCH = "smallbatch/propose";

/** A proposal is rewritten at most this often: each edit may reach who watches the repository. */
export const RENEW_MS = 6 * 60 * 60_000;

/** How long a look at GitHub holds, by what it brought. */
const LOOK_MS: Readonly<Record<Standing["state"], number>> = {
  watched: 0,
  proposed: 10 * 60_000,
  answered: 60 * 60_000,
  declined: 60 * 60_000,
  unasked: RENEW_MS,
  cannot: 60 * 60_000,
  started: 0,
};

type Eligible = Pick<
  LineState,
  "repository" | "head" | "policyFile" | "isStartForced" | "canRelease"
>;

function standing(
  state: Standing["state"],
  note: string | null = null,
  pull: Standing["pull"] = null,
): Standing {
  return { state, note, pull };
}

/** What the repository itself says already; null: a proposal may be made. */
export function judgeEligible(state: Eligible): Standing | null {
  if (state.repository.isArchived) return standing("cannot", "the repository is archived");
  if (state.policyFile !== null) return standing("started");
  if (state.isStartForced) return standing("started", "SMALLBATCH_START=now starts every one");
  if (state.head === null) return standing("cannot", "the branch has no commit yet");
  if (state.canRelease) return null;
  return standing(
    "cannot",
    "this App only observes (contents: read), so there is nothing to start",
  );
}

/** Is it time to look at GitHub, as far as is known without? */
export function isLookDue(kept: ProposalKept | null, now: Instant): boolean {
  return kept === null || now >= kept.at + LOOK_MS[kept.state];
}

/** Was a pull merged into the default branch since the App was installed? */
export function hasMergedSince({ pulls, line }: LineState, since: Instant): boolean {
  return pulls.some((pull) => pull.baseBranch === line.branch && pull.mergedAt >= since);
}

export type ProposalStep =
  | { readonly kind: "rest"; readonly standing: Standing }
  /** Write it, or what of it is missing. */
  | {
      readonly kind: "write";
      /** Null opens one. */
      readonly pull: { readonly number: number; readonly isClosed: boolean } | null;
      /** Theirs: somebody changed it, and it stays. */
      readonly file: "ours" | "theirs";
      /** May the text be written? False: somebody took our marker out of it. */
      readonly isTextOurs: boolean;
    };

function rest(...said: Parameters<typeof standing>): ProposalStep {
  return { kind: "rest", standing: standing(...said) };
}

/** What to do about a repository that has no policy file, from what stands on GitHub. */
export function judgeProposal(
  seen: ProposalSeen,
  {
    asking,
    invitation,
    head,
    kept,
    now,
  }: {
    readonly asking: Asking;
    readonly invitation: Invitation | null;
    /** Head of the default branch. */
    readonly head: Sha;
    readonly kept: ProposalKept | null;
    readonly now: Instant;
  },
): ProposalStep {
  const { pull, branch, rival } = seen;
  if (pull?.state === "open") {
    const isRecent = pull.marker !== null && now < pull.marker.at + RENEW_MS;
    const isSame = kept?.state === "proposed" && kept.head === head;
    if (asking === "nobody" && (isRecent || isSame)) return rest("proposed", null, pull);
    const own = ownership(seen);
    if (own.file === "theirs" && !own.isTextOurs) return rest("proposed", null, pull);
    return { kind: "write", pull: { number: pull.number, isClosed: false }, ...own };
  }
  if (pull !== null && asking !== "again") {
    const isMerged = pull.state === "merged";
    const note = isMerged ? "it was merged, and the policy file was taken away since" : null;
    return rest("declined", note, pull);
  }
  if (rival !== null) {
    return rest("answered", `#${rival.number} of somebody else stands in its place`, rival);
  }
  if (pull?.state === "merged" && branch !== null) {
    const what = `branch ${PROPOSAL_BRANCH} of the merged #${pull.number} still stands: delete it first`;
    return rest("cannot", what, pull);
  }
  if (pull !== null && branch !== null) {
    return { kind: "write", pull: { number: pull.number, isClosed: true }, ...ownership(seen) };
  }
  if (branch !== null && !branch.isOurs) {
    return rest("cannot", `branch ${PROPOSAL_BRANCH} is somebody else's: rename or delete it`);
  }
  if (asking === "nobody" && invitation?.selection !== "selected") return rest("unasked");
  return { kind: "write", pull: null, file: "ours", isTextOurs: true };
}

/** A file with commits of others, and a text without our marker, are somebody's own. */
function ownership({
  pull,
  branch,
}: ProposalSeen): Pick<Extract<ProposalStep, { kind: "write" }>, "file" | "isTextOurs"> {
  const marker = pull?.marker ?? null;
  const text = branch?.text ?? null;
  const isAsWritten = text !== null && marker?.file === digestText(text);
  const isOurs = pull?.hands === "ours" || (pull?.hands === "unproven" && isAsWritten);
  return { file: isOurs && branch !== null ? "ours" : "theirs", isTextOurs: marker !== null };
}

/** GitHub forbade it: a person has to act. */
export function cannotPropose(message: string): Standing {
  return standing("cannot", `GitHub refused it: ${plainLine(message, 200)}`);
}
