import type { Action, Plan, Reason } from "./action.ts";
import { plainLine } from "./inert.ts";
import { toReason } from "./reasons.ts";
import type { LineState } from "./state.ts";

export function withoutHead({
  line,
  repository,
}: LineState): readonly [code: string, text: string] {
  const isOwn = line.branch === repository.defaultBranch;
  return isOwn
    ? ["empty", "the branch has no commit yet"]
    : ["branch-missing", `there is no branch ${plainLine(line.branch, 60)}`];
}

/** Of a line that could not be looked at; the others go on. */
export function planFailure(what: string): Plan {
  const hold = { state: "held", code: "look-failed", what, detail: null, blockedBy: [] } as const;
  return quiet(toReason(hold, true), []);
}

export function idle(state: "archived" | "idle", code: string, text: string): Plan {
  return quiet({ state, code, text, detail: null, blockedBy: [] }, []);
}

export function quiet(reason: Reason, actions: readonly Action[]): Plan {
  return {
    actions,
    reason,
    wakeAt: null,
    awaits: [],
    version: null,
    settledContexts: null,
    announcedTag: null,
    validPolicy: null,
    published: [],
  };
}
