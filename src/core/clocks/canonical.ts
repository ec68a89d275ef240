import type { Instant } from "../state.ts";
import type { FeedbackRecord } from "./records.ts";
import { keyOfFeedback } from "./row-key.ts";

/** One piece of feedback with all that repeat it. */
export interface Feedback extends FeedbackRecord {
  readonly row: string;
  /** Of the first of them. */
  readonly openedAt: Instant;
  /** People outside who said it, each once. */
  readonly externalIds: readonly number[];
}

/**
 * Duplicates join what they repeat, also through others. One whose original is unknown stands for
 * itself, and so does a circle's first.
 */
export function canonicalFeedback(feedback: readonly FeedbackRecord[]): Feedback[] {
  const byKey = new Map(feedback.map((each) => [keyOfFeedback(each), each]));
  const joined = new Map<FeedbackRecord, FeedbackRecord[]>();
  for (const each of feedback) {
    const original = originalOf(each, byKey);
    joined.set(original, [...(joined.get(original) ?? []), each]);
  }
  return [...joined].map(([original, all]) => ({
    ...original,
    row: keyOfFeedback(original),
    openedAt: Math.min(...all.map(({ openedAt }) => openedAt)),
    reporter: all.some(({ reporter }) => reporter === "external") ? "external" : original.reporter,
    attribution: strongest([original, ...all]),
    externalIds: [
      ...new Set(
        all.flatMap(({ reporter, reporterId }) => {
          return reporter === "external" && reporterId !== null ? [reporterId] : [];
        }),
      ),
    ],
  }));
}

/** Repeats that are followed from one to the next. */
const REPEATS_MAX = 20;

function originalOf(
  feedback: FeedbackRecord,
  byKey: ReadonlyMap<string, FeedbackRecord>,
): FeedbackRecord {
  const passed = [feedback];
  for (let last = feedback; passed.length <= REPEATS_MAX; passed.push(last)) {
    const { repositoryId, duplicateOf } = last;
    const next = duplicateOf === null ? null : byKey.get(`${repositoryId}/${duplicateOf}`);
    if (next === null || next === undefined) return last;
    // A circle: the one with the smallest key stands for all.
    if (passed.includes(next)) return smallest(passed.slice(passed.indexOf(next)));
    last = next;
  }
  return feedback;
}

function smallest(circle: readonly FeedbackRecord[]): FeedbackRecord {
  return circle.reduce((least, each) => (each.key < least.key ? each : least));
}

/** What somebody said goes before what was inferred. */
function strongest(all: readonly FeedbackRecord[]): FeedbackRecord["attribution"] {
  const found = all.flatMap(({ attribution }) => (attribution === null ? [] : [attribution]));
  return found.find(({ tier }) => tier === "explicit") ?? found[0] ?? null;
}
