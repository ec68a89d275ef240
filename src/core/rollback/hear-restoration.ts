import type { Sha } from "../state.ts";
import { end, SOON_MS, stay } from "./judge-restoration.ts";
import type { RestorationAct, RestorationQuestion, RestorationSeen } from "./judge-restoration.ts";
import { cutReason, WHY } from "./restoration-words.ts";
import type { Restoration } from "./restoration.ts";

/** GitHub may be slow to show what somebody did first. */
const MOVED_MS_MAX = 60_000;

/** What became of a step of a restoration. */
export type ActEnd =
  /** A tree or a commit was made, or the pull merged by this one. */
  | { readonly kind: "made"; readonly sha: Sha }
  | { readonly kind: "opened"; readonly number: number; readonly url: string }
  /** `inTheWay`: later pulls that changed the same files. */
  | { readonly kind: "done"; readonly inTheWay?: readonly number[] }
  /** GitHub's words. `isForbidden`: a permission is missing, so it is not tried again by itself. */
  | { readonly kind: "refused"; readonly words: string; readonly isForbidden: boolean }
  /** Somebody was there first: what stands is to be read again. */
  | { readonly kind: "moved" };

export interface RestorationHeard {
  readonly restoration: Restoration;
  /** What stands now, to go on with; null: it has to be read again, at `wakeAt`. */
  readonly seen: RestorationSeen | null;
  readonly wakeAt: number | null;
}

/** After a step that ended so. */
export function hearRestoration(
  question: RestorationQuestion,
  act: RestorationAct,
  ended: ActEnd,
): RestorationHeard {
  const { restoration, seen, now } = question;
  const waitMs = Math.min(MOVED_MS_MAX, Math.max(SOON_MS, now - restoration.since));
  const again = { restoration, seen: null, wakeAt: now + waitMs };
  if (ended.kind === "moved") return again;
  if (ended.kind === "refused") return hearRefused(question, act, ended);
  if (ended.kind === "opened") {
    const { number, url } = ended;
    const waiting = stay(question, "waiting", WHY.unknown, SOON_MS);
    return toHeard({ ...waiting, restoration: { ...waiting.restoration, pull: { number, url } } });
  }
  if (ended.kind === "made") return hearMade(question, act, ended.sha);
  switch (act.kind) {
    case "branch":
      // A pull that is there is opened again by the next look.
      if (seen.pull !== null) return again;
      return {
        restoration,
        seen: {
          ...seen,
          branch: { sha: act.sha, tree: seen.wanted ?? "", parents: [], isOurs: true },
        },
        wakeAt: null,
      };
    case "close":
      return toHeard(end(question, null, WHY.nothing));
    case "draft": {
      const conflicted = stay(question, "conflicted", WHY.conflict);
      const inTheWay = ended.inTheWay ?? [];
      return toHeard({ ...conflicted, restoration: { ...conflicted.restoration, inTheWay } });
    }
    case "ready": {
      const waiting = stay(question, "waiting", WHY.unknown, SOON_MS);
      return toHeard({ ...waiting, restoration: { ...waiting.restoration, inTheWay: [] } });
    }
    case "enqueue":
      return toHeard(stay(question, "waiting", WHY.queued));
    case "reopen":
      return toHeard(stay(question, "waiting", WHY.unknown, SOON_MS));
    case "tree":
    case "commit":
    case "open":
    case "merge":
      return again;
  }
}

function hearMade(question: RestorationQuestion, act: RestorationAct, sha: Sha): RestorationHeard {
  const { restoration, seen } = question;
  if (act.kind === "tree") return { restoration, seen: { ...seen, wanted: sha }, wakeAt: null };
  if (act.kind === "merge") return toHeard(end(question, sha, null));
  return { restoration: { ...restoration, commit: sha }, seen, wakeAt: null };
}

/**
 * What cannot be made is for people, by the commands of the issue, until somebody asks again. A merge
 * that GitHub refuses is tried in the next way; then it waits: for reviews, for checks that we cannot
 * see, for a person.
 */
function hearRefused(
  question: RestorationQuestion,
  act: RestorationAct,
  ended: Extract<ActEnd, { kind: "refused" }>,
): RestorationHeard {
  const { restoration, seen } = question;
  const { kind } = act;
  const words = cutReason(ended.words);
  if (act.kind === "merge" && !ended.isForbidden) {
    const refused = [...seen.refused, { method: act.method, words }];
    return { restoration, seen: { ...seen, refused }, wakeAt: null };
  }
  if (kind === "close") return toHeard(end(question, null, WHY.nothing));
  const isMerging = kind === "merge" || kind === "enqueue" || kind === "draft" || kind === "ready";
  const isWaiting = isMerging && !ended.isForbidden;
  return toHeard(stay(question, isWaiting ? "waiting" : "refused", words));
}

function toHeard({
  restoration,
  wakeAt,
}: Pick<RestorationHeard, "restoration" | "wakeAt">): RestorationHeard {
  return { restoration, seen: null, wakeAt };
}
