import type { DraftKey, UnitDraft } from "../core/evidence/unit-draft.ts";
import type { NotesStore } from "../notes-port.ts";

const NOTHING = { answeredAt: null, line: null, failure: null, usage: null, costUsd: null };

function keyOf({ unit, contentKey }: DraftKey): string {
  return `${unit} ${contentKey}`;
}

/** The drafts' part of a store that forgets. */
export function fleetingDrafts(): NotesStore {
  const drafts = new Map<string, UnitDraft>();
  const amend = (key: DraftKey, change: Partial<UnitDraft>): void => {
    const known = drafts.get(keyOf(key));
    if (known !== undefined) drafts.set(keyOf(key), { ...known, ...change });
  };
  return {
    readDrafts: (_, units) =>
      Promise.resolve(
        [...drafts.values()]
          .filter(({ unit }) => units.includes(unit))
          .toSorted((left, right) => right.askedAt - left.askedAt),
      ),
    askDrafts: async (_, { units, purpose, model, at }) => {
      const fresh = units.filter((unit) => !drafts.has(keyOf(unit)));
      for (const key of fresh) {
        drafts.set(keyOf(key), { ...key, ...NOTHING, purpose, model, askedAt: at });
      }
      return fresh.map(({ unit }) => unit);
    },
    keepDrafts: async (_, answers) => {
      for (const { unit, contentKey, at, ...answer } of answers) {
        const key = { unit, contentKey };
        if (drafts.get(keyOf(key))?.answeredAt === null) amend(key, { ...answer, answeredAt: at });
      }
    },
    seeDrafts: async (_, seen) => {
      for (const { seenKey, ...key } of seen) amend(key, { seenKey });
    },
    keepWording: async (_, { unit, seenKey, line, at }) => {
      const key = { unit, contentKey: "", seenKey };
      const said = { ...NOTHING, purpose: "person", model: "", costUsd: 0, line } as const;
      drafts.set(keyOf(key), { ...key, ...said, askedAt: at, answeredAt: at });
    },
    listDrafts: (_, since, limit) =>
      Promise.resolve(
        [...drafts.values()]
          .filter(({ askedAt }) => askedAt >= since)
          .toSorted((left, right) => right.askedAt - left.askedAt)
          .slice(0, limit),
      ),
    readSpent: (since, unknownUsd) =>
      Promise.resolve(
        [...drafts.values()]
          .filter(({ askedAt }) => askedAt >= since)
          .reduce((sum, { costUsd }) => sum + (costUsd ?? unknownUsd), 0),
      ),
  };
}
