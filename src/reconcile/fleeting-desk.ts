import { EMPTY_DESK } from "../core/desk/desk-memory.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import type { DeskHeard, DeskRow, DeskStore } from "../desk-port.ts";

/** The desk's part of a store that forgets. */
export function fleetingDesk(): { readonly store: DeskStore; hear(heard: DeskHeard): void } {
  let memory: DeskMemory | null = null;
  let text: string | null = null;
  let risks: DeskRow["risks"] = {};
  let edits: DeskRow["edits"] = [];
  let count = 0;
  const store: DeskStore = {
    readDesk: () => Promise.resolve(memory === null ? null : { memory, edits, risks }),
    readDeskBody: () => Promise.resolve(text),
    writeDesk: async (_, change, body) => {
      memory = { ...(memory ?? EMPTY_DESK), ...change };
      text = body ?? text;
    },
    writeDeskRisks: async (_, read) => {
      risks = read;
    },
    closeDeskEdits: async (_, ids) => {
      edits = edits.filter(({ id }) => !ids.includes(id));
    },
  };
  return {
    store,
    hear: (heard) => {
      count += 1;
      edits = [...edits, { id: count, ...heard }];
    },
  };
}
