import { judgeBatch } from "../batch.ts";
import type { Judged } from "../files/files-verdict.ts";
import { judgeNotes } from "./cut-notes.ts";
import type { NotesOrigin } from "./cut-notes.ts";
import type { DraftsWanted } from "./unit-draft.ts";
import { wantDrafts } from "./want-drafts.ts";

/** Code of the reason while a release waits for nothing but drafts of its notes. */
export const DRAFTING = "notes-drafting";

/** For the plan: what to draft, and where the notes of the next release come from. */
interface Drafting {
  readonly drafts?: DraftsWanted;
  readonly notes?: NotesOrigin;
}

/**
 * What was judged, with what to draft for it. A release that could go now waits for that, until its
 * deadline; whatever else holds the line holds it as before.
 */
export function waitForDrafts(judged: Judged): Judged & { readonly drafting: Drafting } {
  const { subject, verdict } = judged;
  const { state, policy, now } = subject;
  if (state.noteDrafts === undefined) return { ...judged, drafting: {} };
  const { cut } = verdict;
  const batch = cut?.batch ?? judgeBatch(state, policy);
  const card = judgeNotes(state, policy, { batch, now })?.card;
  const isEmpty = card === undefined || batch.units.length === 0;
  const notes = isEmpty ? {} : { notes: { source: card.source, reason: card.reason } };
  const drafts = wantDrafts(subject, verdict);
  if (drafts === null) return { ...judged, drafting: notes };
  const underWay = { source: "deterministic", reason: "its lines are being drafted" } as const;
  const drafting = { drafts, notes: underWay };
  if (cut === null) return { ...judged, drafting };
  const text = `releasing ${cut.tag}; its notes are being drafted`;
  const reason = { ...verdict.reason, code: DRAFTING, text };
  const waiting = { ...verdict, reason, cut: null, wakeAt: drafts.deadline };
  return { ...judged, verdict: waiting, drafting };
}
