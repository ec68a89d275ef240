import { caseOfEdit } from "../core/evidence/edit-case.ts";
import { classifyEdit } from "../core/evidence/edits.ts";
import { judgeNoticed, notesKey } from "../core/evidence/noticed.ts";
import type { KeptNotes } from "../core/evidence/noticed.ts";
import { withoutBanner } from "../core/rollback/banner.ts";
import type { Instant, LineState, ReleaseSeen } from "../core/state.ts";
import type { NotesForge } from "../notes-port.ts";
import type { Store } from "../ports.ts";
import { readReleasedDrafts } from "./released-drafts.ts";

interface NoticeRequest {
  readonly store: Store;
  readonly forge: { readonly notes: NotesForge };
  /** When the looks began: edits that were told of since are of the next one. */
  readonly beganAt: Instant;
}

/**
 * Notes of ours that say something else now than we published: kept as evaluation cases. The text
 * that GitHub showed in the looks decides, so that an edit whose delivery was lost is noticed too.
 * Nothing is written on GitHub: the words are the maintainers' now.
 */
export async function noticeEdits(
  request: NoticeRequest,
  states: readonly LineState[],
): Promise<void> {
  const [root] = states;
  const seen = new Map<string, Seen>();
  for (const state of states) {
    for (const { tag, body } of state.releases) {
      if (body === undefined || seen.has(tag)) continue;
      // That it was rolled back are our words, and no edit.
      seen.set(tag, { state, body: withoutBanner(body) });
    }
  }
  if (root === undefined || seen.size === 0) return;
  const known = await request.store.readKeptNotes(root.repository.id, [...seen.keys()]);
  for (const kept of known) {
    const own = seen.get(kept.tag);
    if (own !== undefined) await notice(request, kept, own);
  }
}

interface Seen {
  readonly state: LineState;
  readonly body: NonNullable<ReleaseSeen["body"]>;
}

async function notice(
  request: NoticeRequest,
  kept: KeptNotes,
  { state, body }: Seen,
): Promise<void> {
  const { store, beganAt } = request;
  const { repository } = state;
  const { tag } = kept;
  const key = notesKey(body);
  const noticed = judgeNoticed(kept, key);
  if (noticed.kind === "nothing") return;
  const own = { kind: "notes", key: tag } as const;
  const seen = { key, at: beganAt, isEditorUnknown: false };
  const keep = (change: { notes?: string | null; isEditorUnknown?: boolean } = {}) =>
    store.keepSeenNotes(repository.id, tag, { ...seen, ...change });
  if (noticed.kind === "bot") {
    const known = await store.findCase(repository.id, own);
    // What a person wrote before it stays a case.
    if ((known?.from.editor ?? null) !== null) return keep();
    await store.dropCase(repository.id, own);
    return keep({ notes: body });
  }
  const published = await store.findNotes(repository.id, tag);
  const release = await store.findRelease(repository.id, tag);
  if (published === null || release === null) return;
  const fullName = `${repository.owner}/${repository.name}`;
  const edit = classifyEdit(published, body, fullName);
  if (edit.changes.length === 0) {
    await store.dropCase(repository.id, own);
    return keep();
  }
  // Somebody was faster with the release, in other words: they are not ours to learn from.
  if (noticed.kind === "first") return keep({ notes: null });
  const { editor } = noticed;
  const made = caseOfEdit({
    ...(await readReleasedDrafts(request, state, release.card)),
    repository: fullName,
    tag,
    at: new Date(beganAt).toISOString(),
    editor,
    published,
    edited: body,
    edit,
  });
  await store.keepCase(repository.id, { ...own, kept: made, at: beganAt });
  await keep({ isEditorUnknown: editor === null });
}
