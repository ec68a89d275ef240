import type { Batch } from "../batch.ts";
import type { ReleaseCard } from "../card.ts";
import { plainLine } from "../inert.ts";
import { listPresent } from "../missing.ts";
import { sectionOf } from "../notes.ts";
import { styleOf } from "../policy/policy-notes.ts";
import type { Policy } from "../policy/policy-schema.ts";
import type { Instant, LineState } from "../state.ts";
import { nameUnit } from "../units.ts";
import type { NoteLine } from "./note-line.ts";
import { addCosts } from "./share-cost.ts";
import { shownClaim } from "./shown-claim.ts";
import type { DraftsSeen, NoDraft } from "./unit-draft.ts";
import { listNotes } from "./unit-note.ts";
import type { UnitNote } from "./unit-note.ts";
import { isResting } from "./want-drafts.ts";

type CardNotes = ReleaseCard["notes"];

/** Where notes come from, and why not from Claude; null: they do. */
export type NotesOrigin = Pick<CardNotes, "source" | "reason">;

/** How the units of a release are worded. */
export interface CutNotes {
  /** Lines with words that may be published, each about units of the batch. */
  readonly lines: readonly NoteLine[];
  readonly card: CardNotes;
}

const REASON_CHARS_MAX = 300;

/** Null: nobody drafts here, and nobody said why not. */
export function judgeNotes(
  state: LineState,
  policy: Pick<Policy, "notes">,
  { batch, now }: { readonly batch: Batch; readonly now: Instant },
): CutNotes | null {
  const { noteDrafts } = state;
  if (noteDrafts === undefined) return null;
  const notes = listNotes(state, policy, listPresent(state, batch));
  const lines = linesOf(notes);
  const published = lines.filter(({ text }) => text !== null);
  const isDrafted = published.some(({ source }) => source === "claude");
  return {
    lines: published,
    card: {
      source: isDrafted ? "claude" : "deterministic",
      reason: reasonOf(state, policy, { noteDrafts, notes, published, now }),
      ...(lines.length === 0 ? {} : { lines: lines.map(describeLine) }),
      ...describeCost(noteDrafts, batch),
    },
  };
}

/** Each line once; one about several units only where all have it and stand under one heading. */
function linesOf(notes: readonly UnitNote[]): readonly NoteLine[] {
  const byName = new Map(notes.map((note) => [note.name, note]));
  return notes.flatMap(({ name, line, judged }) => {
    if (line === null || line.units[0] !== name) return [];
    const isWhole = line.units.every((each) => {
      const other = byName.get(each);
      return (
        formOf(other?.line ?? null) === formOf(line) &&
        other !== undefined &&
        sectionOf(other.judged) === sectionOf(judged)
      );
    });
    return isWhole ? [line] : [];
  });
}

function formOf(line: NoteLine | null): string {
  return JSON.stringify([line?.units, line?.text]);
}

function describeLine({ units, grade, source, by, rejected }: NoteLine) {
  const line = { units: [...units], grade, source, ...(by === null ? {} : { by }) };
  if (rejected === null) return line;
  const { text, codes, reasons } = shownClaim(rejected);
  return { ...line, rejected: { text, codes: [...codes], reasons: [...reasons] } };
}

/** All drafts of the release's units: also those that failed, and of contents that changed since. */
function describeCost(
  { drafts }: DraftsSeen,
  { units }: Batch,
): Pick<CardNotes, "usage" | "costUsd" | "model"> {
  const names = new Set(units.map(({ unit }) => nameUnit(unit)));
  const paid = drafts.filter(({ unit, purpose }) => names.has(unit) && purpose !== "person");
  const [newest] = paid;
  return newest === undefined ? {} : { ...addCosts(paid), model: newest.model };
}

/** The first thing that kept a unit from being worded, where one was. */
function reasonOf(
  state: LineState,
  policy: Pick<Policy, "notes">,
  of: {
    readonly noteDrafts: DraftsSeen;
    readonly notes: readonly UnitNote[];
    readonly published: readonly NoteLine[];
    readonly now: Instant;
  },
): string | null {
  const { noteDrafts, notes, published, now } = of;
  const worded = new Set(published.flatMap(({ units }) => units));
  const titled = notes.filter(({ unit, name }) => unit !== null && !worded.has(name));
  const [first] = titled;
  if (first === undefined) return worded.size > 0 ? null : "every change is told by its title";
  if (styleOf(policy, state.repository) === null) return offReason(state, policy);
  const open = titled.some(({ isOpen }) => isOpen);
  const failure = titled.find((note) => note.failure !== null)?.failure ?? null;
  const why = failure ?? (open ? (noteDrafts.unable ?? lateReason(noteDrafts, now)) : APART);
  return plainLine(why.reason, REASON_CHARS_MAX);
}

const APART: NoDraft = {
  code: "apart",
  reason: "changes that were worded together do not stand together",
};

/** Why nothing is sent to Claude, where nothing is. */
export function offReason(
  { repository }: Pick<LineState, "repository">,
  { notes }: Pick<Policy, "notes">,
): string {
  return repository.isPrivate && notes?.claude === undefined
    ? "the repository is private, and its policy does not say what Claude may be sent"
    : "the policy says that nothing is sent to Claude";
}

function lateReason(noteDrafts: DraftsSeen, now: Instant): NoDraft {
  return isResting(noteDrafts, now)
    ? { code: "resting", reason: "Claude did not answer a moment ago, and is not waited for again" }
    : { code: "late", reason: "no draft was there 30 s after the merge, and none is waited for" };
}
