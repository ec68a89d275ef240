import type { CaseStore } from "../notes-port.ts";

const nothing = (): Promise<void> => Promise.resolve();

/** The cases' part of a store that forgets: edits are noticed where somebody remembers the notes. */
export function fleetingCases(): CaseStore {
  return {
    readKeptNotes: () => Promise.resolve([]),
    findNotes: () => Promise.resolve(null),
    keepSeenNotes: nothing,
    keepCase: nothing,
    dropCase: nothing,
    findCase: () => Promise.resolve(null),
    readCases: () => Promise.resolve([]),
  };
}
