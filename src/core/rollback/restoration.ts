import type { Instant, Sha } from "../state.ts";

/** How far the code of a release that is rolled back has come on its way back, by our own pull. */
export interface Restoration {
  /** Our branch, on which the commit stands. */
  readonly branch: string;
  /** The commit we made: its parent is that of the bad tag. Null: it is not made yet. */
  readonly commit: Sha | null;
  /** Null: it is not opened yet. */
  readonly pull: { readonly number: number; readonly url: string } | null;
  readonly state: RestorationState;
  /** When it came to this state. */
  readonly since: Instant;
  /** Why it stands where it stands, with GitHub's words where it said any; null: nothing to say. */
  readonly reason: string | null;
  /** Later merged pulls that changed the same files, newest first. Empty: none, or not looked for. */
  readonly inTheWay: readonly number[];
  /** Commit on the line's branch that brought it; null: not merged yet, or nothing was to be undone. */
  readonly mergedSha: Sha | null;
  /** Release that carries it; null: none yet. */
  readonly releasedTag: string | null;
}

/**
 * - `restoring`: commit, branch and pull are being made.
 * - `conflicted`: later work changed the same lines; the pull is a draft, and a person resolves it.
 * - `waiting`: for checks, reviews or the merge queue.
 * - `manual`: people merge it, because the policy says so, or somebody pushed, closed or deleted it.
 * - `merged`: the code is back on the branch; a release is to carry it.
 * - `released`: one does.
 * - `abandoned`: nobody finished it in time.
 * - `refused`: GitHub refused a step; `/rollback` said again tries it once more.
 */
type RestorationState =
  | "restoring"
  | "conflicted"
  | "waiting"
  | "manual"
  | "merged"
  | "released"
  | "abandoned"
  | "refused";

/** Of the restoration of a release. Nothing of ours deletes it. */
function restorationBranch(tag: string): string {
  return `${RESTORATION_BRANCHES}${tag}`;
}

const RESTORATION_BRANCHES = "smallbatch/rollback-";

export function isRestorationBranch(branch: string): boolean {
  return branch.startsWith(RESTORATION_BRANCHES);
}

export function beginRestoration(tag: string, now: Instant): Restoration {
  return {
    branch: restorationBranch(tag),
    commit: null,
    pull: null,
    state: "restoring",
    since: now,
    reason: null,
    inTheWay: [],
    mergedSha: null,
    releasedTag: null,
  };
}

/** Is it still looked after, whoever goes on? */
export function isRestoring({ state, pull }: Restoration): boolean {
  return state === "refused" ? pull !== null : RUNNING.includes(state);
}

const RUNNING: readonly RestorationState[] = ["restoring", "conflicted", "waiting", "manual"];
const STOPPED: readonly RestorationState[] = ["manual", "refused", "abandoned"];

/** Somebody asks for it once more. Null: it goes on already, or is over. */
export function retryRestoration(
  restoration: Restoration | null,
  now: Instant,
): Restoration | null {
  if (restoration === null || !STOPPED.includes(restoration.state)) return null;
  return { ...restoration, state: "restoring", since: now, reason: null };
}
