import { isDefaultLine } from "../core/lines.ts";
import type { PersonHold } from "../core/memory.ts";
import type { LineState } from "../core/state.ts";
import type { Store } from "../ports.ts";

/**
 * A line that is seen for the first time is held where its branch is: a component or a channel that the
 * policy just brought, or the default branch under its new name. `root`: the default line; null: this
 * is it.
 */
export async function inheritHold(
  store: Store,
  state: LineState,
  root: LineState | null,
): Promise<LineState> {
  const { memory, line } = state;
  if (memory.headSeen !== null || memory.hold !== null || memory.resumedAt !== null) return state;
  const hold = root === null ? await findRenamed(store, state) : holdOfBranch(root, line.branch);
  if (hold === null) return state;
  await store.writeMemory(line, { hold });
  return { ...state, memory: { ...memory, hold } };
}

function holdOfBranch({ line, memory }: LineState, branch: string): PersonHold | null {
  return line.branch === branch ? memory.hold : null;
}

/** Lines are kept under the names of their branches. One query, at the first look at a repository. */
async function findRenamed(store: Store, state: LineState): Promise<PersonHold | null> {
  const { line, repository, maintenanceBranches } = state;
  const known = await store.readPlans(line.repositoryId);
  for (const { line: other } of known) {
    const wasDefault = isDefaultLine({ ...other, branch: line.branch }, repository.defaultBranch);
    if (!wasDefault || maintenanceBranches.includes(other.branch)) continue;
    const { hold } = await store.readMemory(other);
    if (hold !== null) return hold;
  }
  return null;
}
