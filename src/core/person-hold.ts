import { judgeBatch } from "./batch.ts";
import { inertCode, inertText, plainLine } from "./inert.ts";
import type { Memory, PersonHold } from "./memory.ts";
import { formatMinute } from "./moment-reasons.ts";
import { answer } from "./question.ts";
import type { Decision, Question } from "./question.ts";
import { held } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import { passesHold, tellWaiting } from "./rollback/roll-forward.ts";
import type { Subject } from "./subject.ts";

/**
 * A person's word that nothing is released until somebody resumes. It stops what would be released
 * by itself and what was ordered; a release whose tag stands is finished.
 */

/** Null: nobody holds the line. */
export function holdByPerson(subject: Subject): Hold | null {
  const { state, policy } = subject;
  const { hold } = state.memory;
  if (hold === null || passesHold(state)) return null;
  const { units } = judgeBatch(state, policy);
  const count = units.filter(({ cancelledBy }) => cancelledBy === null).length;
  const reason = hold.reason === "" ? "" : ` (${plainLine(hold.reason, 60)})`;
  const what = `by ${plainLine(hold.by, 40)} since ${formatMinute(hold.at)}${reason}`;
  const waiting = tellWaiting(state);
  const detail =
    `${describeHold(hold)}. Merging goes on: the batch has ${count === 1 ? "1 change" : `${count} changes`} ` +
    `by now. ${waiting === null ? "" : `${waiting} `}To let releases go, comment \`/resume\` or tick that box on the ` +
    "release desk (write permission).";
  return held("hold-person", what, [hold.by], detail);
}

/** `mona holds releases since 2026-11-28 03:12 UTC: the API is on fire`, as Markdown. */
export function describeHold({ by, at, reason, url }: PersonHold): string {
  const who = url === null ? inertCode(by) : `[${inertCode(by)}](${url})`;
  const why = reason === "" ? "no reason was given" : inertText(reason);
  return `${who} holds releases since ${formatMinute(at)}: ${why}`;
}

/** A newer hold takes the place of the one before it. */
export function judgeHold({ state, by, said }: Question, reason: string): Decision {
  const { resumedAt } = state.memory;
  // Said before somebody resumed: it was lifted by that, whenever it is heard.
  if (resumedAt !== null && said.at < resumedAt) {
    if (said.isTaken) return { kind: "nothing" };
    return answer("releases were resumed after this was said. Say it again if it is meant.");
  }
  const { hold } = state.memory;
  // A newer one was heard first.
  if (hold !== null && hold.at > said.at) return { kind: "hold", hold };
  const { url, at } = said;
  return { kind: "hold", hold: { by: by.login, reason, url, at } };
}

/** `isBraked`: too many releases were taken back, and nobody resumed since. */
export function judgeResume(
  { state, said, by }: Question,
  { reason, isBraked }: { readonly reason: string; readonly isBraked: boolean },
): Decision {
  const { hold, resumedAt, resumed: known } = state.memory;
  if (hold !== null && hold.at > said.at) {
    if (said.isTaken) return { kind: "nothing" };
    return answer(`${describeHold(hold)}. That is newer than this; say it again if it is meant.`);
  }
  // Once more where it was interrupted before it was shown.
  const isDone = resumedAt !== null && resumedAt >= said.at;
  if (hold === null && !isDone && !isBraked) {
    if (said.isTaken) return { kind: "nothing" };
    return answer("nobody holds releases here by `/hold`. `/why` says what they wait for.");
  }
  const { url, at } = said;
  const own = { by: by.login, reason, url, at };
  const resumed = known !== null && known.at > at ? known : own;
  return { kind: "resume", at: Math.max(at, resumedAt ?? 0), resumed };
}

/**
 * The hold to remember where GitHub shows one that the store does not know, because it was lost or is
 * an old copy. Null: the store knows better.
 */
export function restoreHold(
  { hold, resumedAt }: Pick<Memory, "hold" | "resumedAt">,
  shown: PersonHold,
): PersonHold | null {
  if (hold !== null && hold.at >= shown.at) return null;
  return resumedAt !== null && resumedAt >= shown.at ? null : shown;
}
