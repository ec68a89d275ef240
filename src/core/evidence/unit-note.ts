import type { BatchUnit } from "../batch.ts";
import { styleOf } from "../policy/policy-notes.ts";
import type { Policy } from "../policy/policy-schema.ts";
import type { LineState } from "../state.ts";
import { nameUnit } from "../units.ts";
import { seenKeyOf } from "./content-key.ts";
import type { DraftStyle } from "./draft-style.ts";
import { draftUnitOf } from "./draft-unit.ts";
import type { NoteLine, RejectedClaim } from "./note-line.ts";
import { shownClaim } from "./shown-claim.ts";
import type { NoDraft, DraftUnit, UnitDraft } from "./unit-draft.ts";

/** What the notes may say of one unit. */
export interface UnitNote {
  readonly name: string;
  readonly judged: BatchUnit;
  /** Null: its title says it all. */
  readonly unit: DraftUnit | null;
  /** Null: nobody worded it, so its title stands. */
  readonly line: NoteLine | null;
  /** Why there is no line, or why its words are not published; null: nothing stands in the way. */
  readonly failure: NoDraft | null;
  /** May a draft be asked for? Not where one was, for this content. */
  readonly isOpen: boolean;
}

/** The notes of these units, in order, as far as they are known. */
export function listNotes(
  state: Pick<LineState, "repository" | "noteDrafts">,
  policy: Pick<Policy, "notes">,
  units: readonly BatchUnit[],
): readonly UnitNote[] {
  const style = styleOf(policy, state.repository);
  const drafts = Map.groupBy(state.noteDrafts?.drafts ?? [], ({ unit }) => unit);
  return units.map((judged): UnitNote => {
    const name = nameUnit(judged.unit);
    const own = drafts.get(name) ?? [];
    const unit = draftUnitOf(judged);
    const worded = own.find(({ purpose, line }) => purpose === "person" && line !== null);
    if (worded !== undefined) return { name, judged, unit, ...noteOf(worded), isOpen: false };
    const known = unit === null || style === null ? undefined : findDraft(own, unit, style);
    if (known !== undefined) return { name, judged, unit, ...noteOf(known), isOpen: false };
    const failure = style !== null && isEnough(own) ? ENOUGH : null;
    const isOpen = style !== null && unit !== null && failure === null;
    return { name, judged, unit, line: null, failure, isOpen };
  });
}

/** Drafts of one unit since it was merged, however often its texts are edited while it waits. */
const MERGED_MAX = 5;

const ENOUGH: NoDraft = {
  code: "enough",
  reason: `its text was edited, and it was drafted ${MERGED_MAX} times since it was merged`,
};

function isEnough(own: readonly UnitDraft[]): boolean {
  return own.filter(({ purpose }) => purpose === "merge").length >= MERGED_MAX;
}

/** The draft of this very content; undefined: none is known. */
export function findDraft(
  drafts: readonly UnitDraft[],
  unit: DraftUnit,
  style: DraftStyle,
): UnitDraft | undefined {
  if (drafts.length === 0) return undefined;
  const seenKey = seenKeyOf(unit, style);
  return drafts.find((draft) => draft.unit === unit.unit && draft.seenKey === seenKey);
}

const LOST: NoDraft = { code: "lost", reason: "a crash lost the draft" };

/** What came of a draft. One that has no answer is not waited for: whoever asked is gone. */
export function noteOf({
  answeredAt,
  line,
  failure,
}: UnitDraft): Pick<UnitNote, "line" | "failure"> {
  if (answeredAt === null) return { line: null, failure: LOST };
  const claim = line?.rejected ?? null;
  const rejected = claim === null ? null : { code: "rejected", reason: whyRejected(claim) };
  return { line, failure: failure ?? rejected };
}

function whyRejected(claim: RejectedClaim): string {
  const [why] = shownClaim(claim).reasons;
  return why === undefined ? "a claim was not published" : `a claim was not published: ${why}`;
}
