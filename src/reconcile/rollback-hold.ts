import { findLostHold } from "../core/rollback/rollback-hold.ts";
import type { LineState } from "../core/state.ts";
import type { Store } from "../ports.ts";

interface HoldRequest {
  readonly store: Store;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

/** The states with the holds of rollbacks that the database lost before the desk told of them. */
export async function holdAgain(
  request: HoldRequest,
  [first, ...rest]: readonly [LineState, ...LineState[]],
): Promise<readonly [LineState, ...LineState[]]> {
  const held: [LineState, ...LineState[]] = [await holdLine(request, first)];
  for (const state of rest) held.push(await holdLine(request, state));
  return held;
}

async function holdLine({ store, ensureAlone }: HoldRequest, state: LineState): Promise<LineState> {
  const hold = findLostHold(state.memory);
  if (hold === null) return state;
  ensureAlone();
  await store.writeMemory(state.line, { hold });
  return { ...state, memory: { ...state.memory, hold } };
}
