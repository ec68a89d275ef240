import { judgeBatch } from "../batch.ts";
import { withRollbacks } from "../rollback/roll-forward.ts";
import { isActing } from "../start.ts";
import type { Instant } from "../state.ts";
import type { Subject, Verdict } from "../subject.ts";
import { OUTAGES } from "./failures.ts";
import type { DraftsSeen, DraftsWanted } from "./unit-draft.ts";
import { listNotes } from "./unit-note.ts";

/** No release waits for a draft longer than this after the merge. */
const WAIT_MS = 30_000;

/** With less left nothing is asked for: it would be paid, and come too late. */
export const DRAFT_MS_MIN = 5_000;

/** So long after Claude failed to answer nothing is waited for again. */
export const REST_MS = 5 * 60_000;

/** Units of one release that are asked for; more than five requests are not made at once. */
const UNITS_MAX = 200;

/**
 * Units whose lines are to be drafted now; null: none. Whatever holds the line, so that they are
 * there when it goes; the release itself waits for them only until the deadline.
 */
export function wantDrafts(subject: Subject, { cut }: Pick<Verdict, "cut">): DraftsWanted | null {
  const { state, policy, head, now } = subject;
  const { noteDrafts: seen } = state;
  if (seen === undefined || seen.unable !== null || seen.isTried) return null;
  // What a draft of a release says stands already.
  if (!isActing(state) || cut?.draftId !== undefined) return null;
  const deadline = Math.min(head.arrivedAt, now) + WAIT_MS;
  if (deadline - now < DRAFT_MS_MIN || isResting(seen, now)) return null;
  const rolled = { state, policyTag: policy.tag ?? null };
  const { units } = cut?.batch ?? withRollbacks(rolled, judgeBatch(state, policy));
  const names = listNotes(state, policy, units).flatMap(({ isOpen, name }) => (isOpen ? name : []));
  return names.length === 0 ? null : { units: names.slice(0, UNITS_MAX), deadline };
}

/** Did Claude fail a moment ago? Then the merges that follow do not wait for it one by one. */
export function isResting({ drafts }: Pick<DraftsSeen, "drafts">, now: Instant): boolean {
  return drafts.some(
    ({ askedAt, failure }) =>
      failure !== null && OUTAGES.has(failure.code) && now - askedAt < REST_MS,
  );
}
