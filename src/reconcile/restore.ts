import { keyOfLine } from "../core/desk/desk-box.ts";
import { readDeskState } from "../core/desk/desk-marker.ts";
import type { DeskKept } from "../core/desk/desk-marker.ts";
import { keepWording } from "../core/evidence/wording.ts";
import type { Memory } from "../core/memory.ts";
import { restoreHold } from "../core/person-hold.ts";
import type { LineState, OurCheck } from "../core/state.ts";
import type { DeskForge } from "../desk-port.ts";
import type { Store } from "../ports.ts";

/** What people decided, read back from GitHub where the database is new. */

/** What is shown of a line that the store has forgotten. */
export async function restoreLine(
  { store, ensureAlone }: { readonly store: Store; readonly ensureAlone: () => void },
  state: LineState,
  shown: DeskKept,
): Promise<LineState> {
  const kept = shown.lines.find(({ line }) => line === keyOfLine(state.line));
  const { memory } = state;
  const change = {
    ...(kept === undefined ? {} : decisionsOf(kept, memory)),
    ...wordingsOf(shown, memory),
  };
  if (Object.keys(change).length === 0) return state;
  ensureAlone();
  await store.writeMemory(state.line, change);
  return { ...state, memory: { ...memory, ...change } };
}

function decisionsOf(kept: DeskKept["lines"][number], memory: Memory): Partial<Memory> {
  const hold = kept.hold === null ? null : restoreHold(memory, kept.hold);
  return {
    ...(hold === null ? {} : { hold }),
    ...(kept.order === null || memory.order !== null ? {} : { order: kept.order }),
    ...(kept.resumedAt === null || memory.resumedAt !== null ? {} : { resumedAt: kept.resumedAt }),
    ...(kept.resumed === undefined || memory.resumed !== null ? {} : { resumed: kept.resumed }),
  };
}

/** Every line has all of them: which pulls are its own shows when they are merged. */
function wordingsOf({ wordings = [] }: DeskKept, { wordings: known }: Memory): Partial<Memory> {
  const all = wordings.reduce(keepWording, known);
  return all.length === known.length ? {} : { wordings: all };
}

/** The same in our newest check of the line, which says it where there is no desk. */
export async function readCheckKept(desk: DeskForge, state: LineState): Promise<DeskKept | null> {
  const check = newestCheck(state);
  if (check === null) return null;
  const said = await desk.readCheck(state.repository, check.id);
  return readDeskState(said ?? "", state.repository.id, desk.sign);
}

/** Null: none of ours stands. */
function newestCheck({ head, commits, releases }: LineState): OurCheck | null {
  const below = [...commits, ...releases].find((each) => (each.ourCheck ?? null) !== null);
  return head?.ourCheck ?? below?.ourCheck ?? null;
}
