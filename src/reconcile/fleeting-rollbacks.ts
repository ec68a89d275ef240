import type { RollbackBoxEdit } from "../core/rollback/rollback-box.ts";
import type { RollbackBoxHeard, RollbackStore } from "../rollback-port.ts";

/** The rollbacks' part of a store that forgets. */
export function fleetingRollbacks(): {
  readonly store: RollbackStore;
  hear(heard: RollbackBoxHeard): void;
} {
  let edits: readonly RollbackBoxEdit[] = [];
  let count = 0;
  return {
    store: {
      readRollbackEdits: () => Promise.resolve(edits),
      closeRollbackEdits: async (_, ids) => {
        edits = edits.filter(({ id }) => !ids.includes(id));
      },
    },
    hear: (heard) => {
      count += 1;
      edits = [...edits, { id: count, ...heard }];
    },
  };
}
