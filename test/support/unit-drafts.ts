import { judgeBatch } from "../../src/core/batch.ts";
import { seenKeyOf } from "../../src/core/evidence/content-key.ts";
import { draftUnitOf } from "../../src/core/evidence/draft-unit.ts";
import type { NoteLine } from "../../src/core/evidence/note-line.ts";
import type { DraftsSeen, UnitDraft } from "../../src/core/evidence/unit-draft.ts";
import { styleOf } from "../../src/core/policy/policy-notes.ts";
import type { LineState } from "../../src/core/state.ts";
import { nameUnit } from "../../src/core/units.ts";
import { NOON, SECOND } from "./states.ts";

export const USAGE = {
  inputTokens: 900,
  outputTokens: 90,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
};

export function noteLine(change: Partial<NoteLine> = {}): NoteLine {
  return {
    units: ["#2"],
    text: "Widgets close without a pause.",
    grade: "A",
    category: "fix",
    isBreaking: false,
    isSecurity: false,
    source: "claude",
    by: null,
    rejected: null,
    ...change,
  };
}

/** Draft of a unit of the state's batch as it stands now; answered, with a line. */
export function draftOf(
  state: LineState,
  name: string,
  change: Partial<UnitDraft> = {},
): UnitDraft {
  const judged = judgeBatch(state).units.find(({ unit }) => nameUnit(unit) === name);
  const unit = judged === undefined ? null : draftUnitOf(judged);
  const style = styleOf({}, { isPrivate: false });
  return {
    unit: name,
    contentKey: `content of ${name}`,
    seenKey: unit === null || style === null ? "" : seenKeyOf(unit, style),
    purpose: "merge",
    model: "claude-haiku-5-5",
    askedAt: NOON - 20 * SECOND,
    answeredAt: NOON - 18 * SECOND,
    line: noteLine({ units: [name] }),
    failure: null,
    usage: USAGE,
    costUsd: 0.0004,
    ...change,
  };
}

/** The state where somebody drafts, and these drafts are known. */
export function withDrafts(
  state: LineState,
  drafts: readonly UnitDraft[],
  change: Partial<DraftsSeen> = {},
): LineState {
  return { ...state, noteDrafts: { drafts, unable: null, isTried: false, ...change } };
}
