import type { Asked } from "../command.ts";
import { judgeAsked } from "../obey.ts";
import { answer } from "../question.ts";
import type { Decision, Question } from "../question.ts";
import type { DeskAct, DeskBox } from "./desk-box.ts";
import { findWaiting } from "./desk-line.ts";
import type { Tick } from "./desk-ticks.ts";

/** What was ticked longer ago, while nobody was here, is ticked again by who still wants it. */
const TICKED_MS_MAX = 24 * 60 * 60_000;

/** What each box asks for, in the words of a comment. */
const ASKED: Readonly<Record<Exclude<DeskAct, "rollback">, Asked>> = {
  publish: { kind: "release", how: "prepared" },
  release: { kind: "release", how: "now" },
  hold: { kind: "hold", reason: "" },
  resume: { kind: "resume", reason: "" },
};

/** Whose tick is obeyed at all? Null: this one's; else why nothing comes of it. */
export function judgeTicker({ by, isKnown }: Pick<Tick, "by" | "isKnown">): string | null {
  if (by === null) return NOBODY;
  if (by.isBot) return IS_BOT;
  return isKnown ? null : STALE;
}

/** Decide about one tick. Of a batch that is another one by now, nothing is done. */
export function judgeTick(question: Question, box: DeskBox): Decision {
  if (question.now - question.said.at > TICKED_MS_MAX) return answer(OLD);
  return isStale(question, box) ? answer(STALE) : judgeAsked(question, askedOf(box));
}

function askedOf({ act, tag = "" }: DeskBox): Asked {
  return act === "rollback" ? { kind: "rollback", tag, reason: "" } : ASKED[act];
}

/** What is merged later joins, as with `/release`, unless it makes another version of it. */
function isStale({ state, now }: Question, { batch }: DeskBox): boolean {
  if (batch === null) return false;
  const isThere = [state.head, ...state.commits].some((commit) => commit?.sha === batch.sha);
  return !isThere || findWaiting(state, now)?.version !== batch.version;
}

/** Why nothing came of a tick. */
export const STALE =
  "what it was drawn for is released, or has changed since. Look at the desk again.";
/** Why nothing came of a tick of which GitHub does not say whose it is. */
const NOBODY = "GitHub does not say who ticked it. Tick it again.";
export const LINE_GONE = "that line is not released any more.";
const OLD = "it was ticked more than a day before it was read. Tick it again if it is meant.";
const IS_BOT = "bots' ticks do nothing.";
export const OVERWRITTEN =
  "its tick was gone before it could be read. Tick it again if it is meant.";
