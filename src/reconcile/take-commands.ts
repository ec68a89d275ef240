import { asksFor } from "../core/command.ts";
import type { Command } from "../core/command.ts";
import type { Memory } from "../core/memory.ts";
import { judgeCommand } from "../core/obey.ts";
import { answer, memoryOf, questionOf } from "../core/question.ts";
import type { Decision, Question } from "../core/question.ts";
import { formatLine } from "../core/state.ts";
import type { LineState } from "../core/state.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { isForTheEnd } from "./heard-words.ts";
import type { Heard, Said } from "./heard-words.ts";
import { judgeWithOlder } from "./older-releases.ts";
import { recordTaken } from "./taken.ts";
import { wordLine } from "./wordings.ts";

/**
 * The line as it is to be planned, with what one comment asks of it. In the order in which it was
 * said: what resumes may be followed by what releases.
 */
export async function takeCommands(
  request: DoorsRequest,
  heard: Heard,
  state: LineState,
): Promise<LineState> {
  const { store, clock, forge } = request;
  const { comment, permission } = heard;
  if (heard.isOver) return state;
  const line = formatLine(state.line);
  let current = state;
  for (const said of heard.said) {
    // A tag says whose it is, wherever it is named.
    if (heard.branch !== state.line.branch && !asksFor(said.command, "rollback")) continue;
    if (isForTheEnd(said.command) || said.takenBy.has(line)) continue;
    const asked = { state: current, permission, now: clock.now() };
    const question = questionOf(comment, asked);
    if (asksFor(said.command, "notes")) {
      if (await word(request, question, heard, said)) {
        current = { ...current, memory: await store.readMemory(state.line) };
      }
      continue;
    }
    const decision = await judgeWithOlder(forge, question, (each) =>
      judgeCommand(each, said.command),
    );
    if (decision.kind === "elsewhere") {
      said.elsewhere ??= decision;
      continue;
    }
    if (decision.kind === "rollBack" && forge.rollbacks === undefined) {
      said.decision ??= answer("only an App takes releases back, because it signs what it did.");
      continue;
    }
    const change = memoryOf(decision);
    if (change === null) {
      said.decision ??= decision;
      if (decision.kind === "nothing") await recordTaken(request, heard, said.command);
      continue;
    }
    said.decision = decision;
    await take(request, current, { decision, change, heard, command: said.command });
    if (decision.kind === "finish") continue;
    said.takenBy.add(line);
    current = { ...current, memory: await store.readMemory(state.line) };
  }
  return current;
}

/** Before the line is planned, so that a release that goes now has the words. Was it taken? */
async function word(
  request: DoorsRequest,
  question: Question,
  heard: Heard,
  said: Said,
): Promise<boolean> {
  if (said.decision !== null) return false;
  const asked = { command: said.command, commentId: heard.comment.id };
  said.decision = await wordLine(request, question, asked);
  if (said.decision?.kind !== "worded") return false;
  await recordTaken(request, heard, said.command);
  return true;
}

/**
 * It is kept first and shown then: what is interrupted between is read again and comes to the same.
 * An order whose reaction GitHub refuses is not given, because nobody could see it there. A hold
 * stands all the same: every check says it.
 */
async function take(
  request: DoorsRequest,
  state: LineState,
  taken: {
    readonly decision: Decision;
    readonly change: Partial<Memory>;
    readonly heard: Heard;
    readonly command: Command;
  },
): Promise<void> {
  const { forge, store, ensureAlone } = request;
  const { decision, change, heard, command } = taken;
  ensureAlone();
  await store.writeMemory(state.line, change);
  // Of a rollback it is shown when it is done: nothing may come before that.
  if (decision.kind === "finish" || decision.kind === "rollBack") return;
  ensureAlone();
  const isShown = await forge.react(state, heard.comment.id, "rocket");
  if (isShown || decision.kind !== "order") await recordTaken(request, heard, command);
  else await store.writeMemory(state.line, { order: null });
}
