import { judgeSettled } from "../settle.ts";
import type { CheckSeen, Instant, Sha } from "../state.ts";
import { WHY } from "./restoration-words.ts";
import type { Restoration } from "./restoration.ts";
import type { Restore } from "./rollback.ts";

/**
 * What is to be done next so that the code comes back: judged each time anew from what stands on
 * GitHub, so that a pass that ended in between is carried on, and people may help at any step.
 */

export interface RestorationQuestion {
  /** Tag that is taken back. */
  readonly tag: string;
  readonly restore: Restore;
  readonly restoration: Restoration;
  readonly seen: RestorationSeen;
  /** Of the line. */
  readonly branch: string;
  /** What the policy says. */
  readonly merge: "auto" | "manual";
  readonly rules: {
    readonly expected: readonly string[];
    readonly required: readonly string[];
    readonly areChecksRequired: boolean;
  };
  readonly now: Instant;
}

/** What stands on GitHub of a restoration: read in one look, and brought up to date by what we do. */
export interface RestorationSeen {
  /** Commit of the tag that is taken back; null: the tag is gone. */
  readonly bad: CommitSeen | null;
  /** Commit of the tag before it; null: the tag is gone. */
  readonly before: CommitSeen | null;
  /** Does the line's branch hold the tag? What it does not hold, a merge of ours would bring. */
  readonly isOnBranch: boolean;
  /** Does the tag hold the one before it? */
  readonly isAfter: boolean;
  /** Head of the line's branch; null: it is gone. */
  readonly head: CommitSeen | null;
  /** Tree that the code goes back to; null: it is not known yet. */
  readonly wanted: Sha | null;
  /** What stands under the name of our branch; null: nothing. */
  readonly branch: BranchSeen | null;
  /** Newest pull of ours from that branch, else an open or merged one; null: there is none. */
  readonly pull: RestoringPull | null;
  /** By which the repository lets pulls be merged, the one to prefer first. */
  readonly methods: readonly MergeMethod[];
  /** Those of them by which GitHub refused to merge it in this look: a rule of the branch may. */
  readonly refused: readonly MethodRefused[];
}

export type MergeMethod = "squash" | "rebase" | "merge";

interface MethodRefused {
  readonly method: MergeMethod;
  /** GitHub's. */
  readonly words: string;
}

interface CommitSeen {
  readonly sha: Sha;
  readonly tree: Sha;
}

interface BranchSeen extends CommitSeen {
  readonly parents: readonly Sha[];
  /** Made by us over GitHub's API, which signs it. */
  readonly isOurs: boolean;
}

export interface RestoringPull {
  /** Node id. */
  readonly id: string;
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  /** Opened by us. */
  readonly isOurs: boolean;
  readonly createdAt: Instant;
  readonly isDraft: boolean;
  readonly baseBranch: string;
  readonly headSha: Sha;
  /** Null: GitHub is still finding out. */
  readonly hasConflict: boolean | null;
  /** Merged, it would change nothing. Null: GitHub is still finding out. */
  readonly isEmpty: boolean | null;
  /** Why GitHub would refuse to merge it now; null: it would not, or does not say. */
  readonly blocked: "behind" | "blocked" | null;
  readonly reviews: "wanted" | "changes" | null;
  readonly queue: "none" | "in" | "out";
  /** Ours left out. */
  readonly checks: readonly CheckSeen[];
  /** Null: not merged. */
  readonly mergedSha: Sha | null;
}

/** One write, or a few that belong together; each comes to the same when it is done again. */
export type RestorationAct =
  | { readonly kind: "tree"; readonly bad: Sha; readonly before: Sha }
  | { readonly kind: "commit"; readonly tree: Sha; readonly parent: Sha }
  | { readonly kind: "branch"; readonly sha: Sha }
  | { readonly kind: "open" }
  | { readonly kind: "reopen"; readonly pull: RestoringPull }
  /** Nothing is left for it to do. */
  | { readonly kind: "close"; readonly pull: RestoringPull }
  /** As a draft that names what is in the way, and back when nothing is any more. */
  | { readonly kind: "draft" | "ready"; readonly pull: RestoringPull }
  | { readonly kind: "enqueue"; readonly pull: RestoringPull }
  | { readonly kind: "merge"; readonly pull: RestoringPull; readonly method: MergeMethod };

export interface RestorationJudged {
  readonly restoration: Restoration;
  readonly act: RestorationAct | null;
  /** Look again then at the latest; null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
}

/** GitHub finds out within seconds whether a pull can be merged. */
export const SOON_MS = 3_000;
/** People may do something that no webhook tells of: looked for ever less often. */
const PEOPLE_MS = 5 * 60_000;
const PEOPLE_MS_MAX = 6 * 60 * 60_000;

export function judgeRestoration(question: RestorationQuestion): RestorationJudged {
  const { restoration, seen, branch } = question;
  const { pull } = seen;
  if (pull === null) {
    return restoration.pull === null
      ? judgeMaking(question)
      : stay(question, "manual", WHY.lost(restoration.branch));
  }
  const known = withPull(question, pull);
  if (pull.state === "merged") {
    return pull.baseBranch === branch
      ? end(known, pull.mergedSha, null)
      : stay(known, "manual", WHY.merged(pull.baseBranch));
  }
  if (pull.state === "closed") return judgeClosed(known, question, pull);
  if (!pull.isOurs) return stay(known, "manual", WHY.theirs);
  // What GitHub refused is not tried by itself; people may merge it all the same.
  if (restoration.state === "refused") return stay(known, "refused", restoration.reason);
  return judgeOpen(known, pull);
}

/** A database that is new knows our commit by what it is. */
function withPull(question: RestorationQuestion, pull: RestoringPull): RestorationQuestion {
  const { restoration, seen } = question;
  const { number, url } = pull;
  const commit = restoration.commit ?? (isOurCommit(seen) ? seen.branch.sha : null);
  return { ...question, restoration: { ...restoration, commit, pull: { number, url } } };
}

/** The commit on our branch undoes the release, and nothing else, and is by us. */
function isOurCommit(
  seen: RestorationSeen,
): seen is RestorationSeen & { readonly branch: NonNullable<RestorationSeen["branch"]> } {
  const { branch, bad, wanted } = seen;
  if (branch === null || bad === null || !branch.isOurs) return false;
  const [parent, ...others] = branch.parents;
  return parent === bad.sha && others.length === 0 && branch.tree === wanted;
}

function judgeMaking(question: RestorationQuestion): RestorationJudged {
  const { tag, restore, restoration, seen } = question;
  const { bad, before, head, wanted } = seen;
  if (bad === null) return stay(question, "refused", WHY.badGone(tag));
  if (before === null) return stay(question, "refused", WHY.badGone(restore.before));
  if (head === null) return stay(question, "refused", WHY.branchGone(question.branch));
  if (!seen.isOnBranch) return stay(question, "refused", WHY.notOnBranch(tag, question.branch));
  if (!seen.isAfter) return stay(question, "refused", WHY.notAfter(tag, restore.before));
  if (wanted === null) {
    return go(question, { kind: "tree", bad: bad.sha, before: before.sha });
  }
  if (wanted === bad.tree || wanted === head.tree) return end(question, null, WHY.nothing);
  const known = seen.branch?.sha === restoration.commit || isOurCommit(seen);
  if (seen.branch !== null) {
    if (!known) return stay(question, "refused", WHY.taken(restoration.branch));
    return go(withCommit(question, seen.branch.sha), { kind: "open" });
  }
  return restoration.commit === null
    ? go(question, { kind: "commit", tree: wanted, parent: bad.sha })
    : go(question, { kind: "branch", sha: restoration.commit });
}

function withCommit(question: RestorationQuestion, commit: Sha): RestorationQuestion {
  return { ...question, restoration: { ...question.restoration, commit } };
}

/** Who closed it did not want it. Where somebody asked for it again since, it is opened again. */
function judgeClosed(
  question: RestorationQuestion,
  { restoration: before }: RestorationQuestion,
  pull: RestoringPull,
): RestorationJudged {
  const { restoration, seen } = question;
  const isAskedAgain = before.state === "restoring" && before.pull !== null;
  if (!isAskedAgain) {
    return stay(question, "manual", seen.branch === null ? WHY.deleted : WHY.closed);
  }
  if (seen.branch !== null) return go(question, { kind: "reopen", pull });
  return restoration.commit === null
    ? stay(question, "refused", WHY.deleted)
    : go(question, { kind: "branch", sha: restoration.commit });
}

function judgeOpen(question: RestorationQuestion, pull: RestoringPull): RestorationJudged {
  const { restoration, branch, merge } = question;
  const { state } = restoration;
  if (pull.baseBranch !== branch) return stay(question, "manual", WHY.base(pull.baseBranch));
  if (pull.headSha !== restoration.commit) return stay(question, "manual", WHY.pushed);
  if (pull.isEmpty === true) return go(question, { kind: "close", pull });
  if (pull.hasConflict === null) {
    const wait = Math.min(PEOPLE_MS, Math.max(SOON_MS, question.now - pull.createdAt));
    return state === "restoring"
      ? stay(question, "waiting", WHY.unknown, wait)
      : stay(question, state, restoration.reason, wait);
  }
  if (pull.hasConflict) {
    return state === "conflicted"
      ? stay(question, "conflicted", WHY.conflict)
      : go(question, { kind: "draft", pull });
  }
  if (pull.isDraft) {
    return state === "conflicted"
      ? go(question, { kind: "ready", pull })
      : stay(question, "manual", WHY.draft);
  }
  if (merge === "manual") return stay(question, "manual", WHY.policy);
  // Brought up to date it is no longer our very commit. A queue does that by itself.
  if (pull.blocked === "behind" && pull.queue === "none") {
    return stay(question, "manual", WHY.behind);
  }
  return judgeGreen(question, pull);
}

/** It is ours alone and could be merged: is it green, and does nobody object? */
function judgeGreen(question: RestorationQuestion, pull: RestoringPull): RestorationJudged {
  const { rules, now } = question;
  const head = {
    sha: pull.headSha,
    arrivedAt: pull.createdAt,
    checks: pull.checks,
    ourCheck: null,
    requiredContexts: rules.required,
  };
  const settled = judgeSettled(head, rules, now);
  switch (settled.kind) {
    case "red":
      return stay(question, "waiting", WHY.red(settled.names));
    case "running":
      return stay(question, "waiting", WHY.running(settled.names), settled.wakeAt - now);
    case "awaited":
      return stay(question, "waiting", WHY.awaited(settled.names), settled.wakeAt - now);
    case "missing":
      return stay(question, "waiting", WHY.missing(settled.names));
    case "none":
      return stay(question, "waiting", WHY.none);
    case "settled":
      return judgeMergeable(question, pull);
  }
}

function judgeMergeable(question: RestorationQuestion, pull: RestoringPull): RestorationJudged {
  const { restoration, seen } = question;
  if (pull.reviews === "changes") return stay(question, "waiting", WHY.changes);
  if (pull.reviews === "wanted") return stay(question, "waiting", WHY.review);
  if (pull.queue === "in") return stay(question, "waiting", WHY.queued);
  if (pull.queue === "out") {
    const isDropped = restoration.reason === WHY.queued || restoration.reason === WHY.dropped;
    return isDropped
      ? stay(question, "manual", WHY.dropped)
      : go(question, { kind: "enqueue", pull });
  }
  if (pull.blocked === "blocked") return stay(question, "waiting", WHY.blocked);
  const { methods, refused } = seen;
  const method = methods.find((each) => refused.every((tried) => tried.method !== each));
  if (method === undefined) return stay(question, "waiting", WHY.method(refused));
  return go(question, { kind: "merge", pull, method });
}

/** Nothing is done now. `waitMs`: until the next look; left out: people are waited for. */
export function stay(
  question: Pick<RestorationQuestion, "restoration" | "now">,
  state: Restoration["state"],
  reason: string | null,
  waitMs?: number,
): RestorationJudged {
  const { restoration, now } = question;
  const since = restoration.state === state ? restoration.since : now;
  const idle = Math.min(PEOPLE_MS_MAX, Math.max(PEOPLE_MS, now - since));
  const isOver = state === "refused" && restoration.pull === null;
  const wakeAt = isOver ? null : now + Math.max(1, waitMs ?? idle);
  return { restoration: { ...restoration, state, since, reason }, act: null, wakeAt };
}

function go({ restoration }: RestorationQuestion, act: RestorationAct): RestorationJudged {
  return { restoration, act, wakeAt: null };
}

/** It is on the branch. At once it is looked at what is to be released. */
export function end(
  { restoration, now }: Pick<RestorationQuestion, "restoration" | "now">,
  mergedSha: Sha | null,
  reason: string | null,
): RestorationJudged {
  const merged = { ...restoration, state: "merged", since: now, reason, mergedSha } as const;
  return { restoration: merged, act: null, wakeAt: now + 1 };
}
