import { caseOfRolledBack, caseOfTakenBack, findTakenBack } from "../core/evidence/taken-back.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { NotesForge } from "../notes-port.ts";
import type { Store } from "../ports.ts";
import { readReleasedDrafts } from "./released-drafts.ts";

/**
 * Released work that is taken back by what was merged since: a case each, once. Looked at while the
 * revert is not released itself, so that every look before that may be the one that keeps it.
 */
export async function keepTakenBack(
  request: {
    readonly store: Store;
    readonly forge: { readonly notes: NotesForge };
    readonly now: Instant;
  },
  states: readonly LineState[],
): Promise<void> {
  const { store, now } = request;
  for (const state of states) {
    const { repository } = state;
    for (const takenBack of findTakenBack(state)) {
      const { tag, pull } = takenBack;
      const own = { kind: "rollback", key: `#${pull} of ${tag}` } as const;
      if ((await store.findCase(repository.id, own)) !== null) continue;
      const release = await store.findRelease(repository.id, tag);
      if (release === null) continue;
      const units = release.card.units.filter((unit) => unit.pull === pull);
      const released = await readReleasedDrafts(request, state, { ...release.card, units });
      const [source] = released.sources;
      if (source === undefined) continue;
      const kept = caseOfTakenBack({
        ...released,
        takenBack,
        source,
        repository: `${repository.owner}/${repository.name}`,
        at: new Date(now).toISOString(),
        published: await store.findNotes(repository.id, tag),
      });
      await store.keepCase(repository.id, { ...own, kept, at: now });
    }
  }
}

/**
 * Releases that are being rolled back: a case each, once. Looked at while the rollback goes on, so
 * that every look before its end may be the one that keeps it.
 */
export async function keepRolledBack(
  request: Parameters<typeof keepTakenBack>[0],
  states: readonly LineState[],
): Promise<void> {
  const { store, now } = request;
  for (const state of states) {
    const { repository } = state;
    const running = (state.memory.rollbacks ?? []).filter(({ resumedAt }) => resumedAt === null);
    for (const { tag } of running.map(({ release }) => release)) {
      const { card } = (await store.findRelease(repository.id, tag)) ?? {};
      if (card === undefined) continue;
      const [only, ...more] = card.units;
      // A single pull may have been reverted as well: that is one case.
      const isOne = only !== undefined && only.pull !== null && more.length === 0;
      const key = isOne ? `#${only.pull} of ${tag}` : `rollback of ${tag}`;
      const own = { kind: "rollback", key } as const;
      if ((await store.findCase(repository.id, own)) !== null) continue;
      const kept = caseOfRolledBack({
        ...(await readReleasedDrafts(request, state, card)),
        tag,
        repository: `${repository.owner}/${repository.name}`,
        at: new Date(now).toISOString(),
        published: await store.findNotes(repository.id, tag),
      });
      if (kept !== null) await store.keepCase(repository.id, { ...own, kept, at: now });
    }
  }
}
