import type { Action, Plan } from "../action.ts";
import type { LineState } from "../state.ts";
import type { FilesAction } from "./files-action.ts";
import { renderPullBody } from "./files-words.ts";

interface Planned {
  readonly state: LineState;
  readonly plan: Plan;
}

/**
 * One commit, or one release pull, for all linked components whose files are to be written: the
 * first one makes it, with the changelogs of all. `again` plans a line once more for these writers.
 */
export function shareFiles(
  planned: readonly Planned[],
  again: (state: LineState, writers: readonly string[]) => Plan,
): readonly Planned[] {
  const writing = planned.filter(({ plan }) => findFiles(plan) !== undefined);
  if (writing.length === 0) return planned;
  // Where one is released now, the others follow it there.
  if (planned.some(({ plan }) => plan.actions.some(isMaking))) return planned.map(withoutFiles);
  const writers = writing.map(({ state }) => state.line.component);
  const ready =
    writing.length === planned.length
      ? planned
      : planned.map((own) =>
          writing.includes(own) ? { ...own, plan: again(own.state, writers) } : own,
        );
  const shared = merge(ready.flatMap(({ plan }) => findFiles(plan) ?? []));
  return ready.map((own): Planned => {
    const { state, plan } = withoutFiles(own);
    const isLeader = state.line.component === writers[0];
    return { state, plan: isLeader ? { ...plan, actions: [...plan.actions, ...shared] } : plan };
  });
}

function isFiles(action: Action): action is FilesAction {
  return action.kind === "commitFiles" || action.kind === "writeReleasePull";
}

function isMaking({ kind }: Action): boolean {
  return ["createTag", "publishRelease", "draftRelease", "publishDraft"].includes(kind);
}

function findFiles({ actions }: Plan): FilesAction | undefined {
  return actions.find(isFiles);
}

function withoutFiles({ state, plan }: Planned): Planned {
  return { state, plan: { ...plan, actions: plan.actions.filter((action) => !isFiles(action)) } };
}

/** The first one, with what each of the others brings. */
function merge(all: readonly FilesAction[]): readonly FilesAction[] {
  const changelogs = all.flatMap((action) => action.changelogs);
  const entries = all.flatMap((action) => ("entries" in action ? action.entries : []));
  return all
    .slice(0, 1)
    .map((first) =>
      first.kind === "commitFiles"
        ? { ...first, changelogs }
        : { ...first, changelogs, entries, body: renderPullBody(first, entries) },
    );
}
