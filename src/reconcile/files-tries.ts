import type { Action, Plan } from "../core/action.ts";
import type { FilesAction } from "../core/files/files-action.ts";
import type { FilesMemory } from "../core/files/files-state.ts";
import { memoryFor } from "../core/files/files-verdict.ts";
import type { Memory } from "../core/memory.ts";
import type { Instant } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import type { Applied } from "./apply-plan.ts";

export function isFilesAction(action: Action): action is FilesAction {
  return action.kind === "commitFiles" || action.kind === "writeReleasePull";
}

/** The branch has a commit that was not seen yet. */
export function isBehind({ action, outcome }: Applied): boolean {
  return action.kind === "commitFiles" && outcome.kind === "conflict";
}

/** What to remember of a try to write the files; null: nothing new. */
export function rememberTry(
  memory: Memory,
  action: Action,
  outcome: Outcome,
  now: Instant,
): FilesMemory | null {
  if (!isFilesAction(action)) return null;
  const known = memoryFor(memory.versionFiles, action.base);
  if (outcome.kind === "conflict" && action.kind === "commitFiles") {
    if (known.movedOff === action.parent) return null;
    return { ...known, moved: known.moved + 1, movedOff: action.parent };
  }
  if (outcome.kind !== "refused") return null;
  const { message } = outcome;
  return action.kind === "commitFiles"
    ? { ...known, refused: message }
    : { ...known, pullRefused: { sha: action.parent, message, at: now } };
}

/** The plan as it is kept for people to read: without the texts of whole files. */
export function withoutTexts(plan: Plan): Plan {
  if (!plan.actions.some(isFilesAction)) return plan;
  const actions = plan.actions.map((action) =>
    isFilesAction(action)
      ? {
          ...action,
          changes: action.changes.map(({ path }) => ({ path, text: "" })),
          changelogs: action.changelogs.map((own) => ({ ...own, text: null })),
        }
      : action,
  );
  return { ...plan, actions };
}
