import { inertText } from "../inert.ts";
import type { Instant, Sha } from "../state.ts";
import type { Rollback } from "./rollback.ts";

/** What was taken back, prepared anew: a pull that people merge when they have mended it. */
export interface Reland {
  /** Login of who asked for it. */
  readonly by: string;
  readonly branch: string;
  /** Its parent is the merge of the rollback, its files are those from before. Null: not made yet. */
  readonly commit: Sha | null;
  readonly pull: { readonly number: number; readonly url: string } | null;
  /** `asked`: it is being made; `open`: it was opened, and is people's; `refused`: by GitHub. */
  readonly state: "asked" | "open" | "refused";
  /** When it came to this state. */
  readonly since: Instant;
  /** Why it is refused, with GitHub's words; null: it is not. */
  readonly reason: string | null;
}

/** What stands on GitHub of a reland. */
export interface RelandSeen {
  /** Tree of the branch right before the merge of the rollback; null: the merge is gone. */
  readonly before: Sha | null;
  /** What stands under the name of its branch; null: nothing. */
  readonly branch: {
    readonly sha: Sha;
    readonly tree: Sha;
    readonly parents: readonly Sha[];
  } | null;
  /** Newest pull of ours from that branch, whatever became of it; null: there is none. */
  readonly pull: Reland["pull"];
}

export type RelandAct =
  | { readonly kind: "commit"; readonly tree: Sha; readonly parent: Sha }
  | { readonly kind: "branch"; readonly sha: Sha }
  | { readonly kind: "open" };

/** How an act ended. `moved`: something else stands there by now; look again. */
export type RelandEnd =
  | { readonly kind: "commit"; readonly sha: Sha }
  | { readonly kind: "branch" }
  | { readonly kind: "open"; readonly pull: NonNullable<Reland["pull"]> }
  | { readonly kind: "moved" }
  | { readonly kind: "refused"; readonly words: string };

/** Can it be brought back? Its rollback has to be released, by a merge that is known. */
export function offersReland({ restoration }: Rollback): boolean {
  return restoration?.state === "released" && restoration.mergedSha !== null;
}

/** The reland that is to be made, or goes on; null: nobody asked for one, or it is done. */
export function dueReland(rollback: Rollback, now: Instant): Reland | null {
  const { boxes, reland, release } = rollback;
  const asked = boxes?.reland;
  if (asked === undefined || asked.refused !== null || !offersReland(rollback)) return null;
  if (reland !== null && reland.state !== "refused")
    return reland.state === "asked" ? reland : null;
  return {
    by: asked.by.login,
    branch: `smallbatch/reland-${release.tag}`,
    commit: null,
    pull: null,
    state: "asked",
    since: now,
    reason: null,
  };
}

/** As it stands, and what to do next; null: nothing. */
export function judgeReland(
  reland: Reland,
  {
    seen,
    mergedSha,
    now,
  }: { readonly seen: RelandSeen; readonly mergedSha: Sha; readonly now: Instant },
): { readonly reland: Reland; readonly act: RelandAct | null } {
  const { before, branch, pull } = seen;
  if (pull !== null) return { reland: { ...reland, pull, state: "open", since: now }, act: null };
  if (before === null) return { reland: refuseReland(reland, MERGE_GONE, now), act: null };
  if (branch !== null) {
    const isOurs = branch.tree === before && branch.parents.join(" ") === mergedSha;
    if (!isOurs) return { reland: refuseReland(reland, takenWords(reland.branch), now), act: null };
    return { reland: { ...reland, commit: branch.sha }, act: { kind: "open" } };
  }
  const { commit } = reland;
  return {
    reland,
    act:
      commit === null
        ? { kind: "commit", tree: before, parent: mergedSha }
        : { kind: "branch", sha: commit },
  };
}

/** With what came of an act. */
export function hearReland(reland: Reland, end: RelandEnd, now: Instant): Reland {
  switch (end.kind) {
    case "commit":
      return { ...reland, commit: end.sha };
    case "open":
      return { ...reland, pull: end.pull, state: "open", since: now };
    case "refused":
      return refuseReland(reland, end.words, now);
    case "branch":
    case "moved":
      return reland;
  }
}

const REASON_CHARS_MAX = 500;
const MERGE_GONE = "the merge of the rollback is gone";

function takenWords(branch: string): string {
  return `a branch ${branch} stands already, and is not ours: delete or rename it`;
}

function refuseReland(reland: Reland, words: string, now: Instant): Reland {
  return { ...reland, state: "refused", since: now, reason: words.slice(0, REASON_CHARS_MAX) };
}

/** With how its reland stands. Where that was refused, its box can be ticked again. */
export function withReland(rollback: Rollback, reland: Reland): Rollback {
  const { boxes } = rollback;
  const asked = boxes?.reland;
  const changed = { ...rollback, reland, said: null };
  if (reland.state !== "refused" || asked === undefined) return changed;
  return {
    ...changed,
    boxes: { ...boxes, reland: { ...asked, refused: inertText(String(reland.reason)) } },
  };
}
