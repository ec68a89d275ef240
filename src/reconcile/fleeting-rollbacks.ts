import type { RollbackBoxEdit } from "../core/rollback/rollback-box.ts";
import type { Fact } from "../ports.ts";
import type { RollbackBoxHeard, RollbackStore } from "../rollback-port.ts";

/** The rollbacks' part of a store that forgets. */
export function fleetingRollbacks(): {
  readonly store: RollbackStore;
  hear(heard: RollbackBoxHeard): void;
  hearFacts(facts: readonly Fact[]): void;
} {
  let signals = 0;
  let edits: readonly RollbackBoxEdit[] = [];
  let count = 0;
  return {
    store: {
      readSignalFact: () => Promise.resolve(signals === 0 ? null : String(signals)),
      readRollbackEdits: () => Promise.resolve(edits),
      closeRollbackEdits: async (_, ids) => {
        edits = edits.filter(({ id }) => !ids.includes(id));
      },
    },
    hearFacts: (facts) => {
      signals += facts.filter(({ data }) => data["signal"] !== undefined).length;
    },
    hear: (heard) => {
      count += 1;
      edits = [...edits, { id: count, ...heard }];
    },
  };
}
