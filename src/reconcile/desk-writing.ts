import type { Plan } from "../core/action.ts";
import { keyOfLine } from "../core/desk/desk-box.ts";
import { describeLine } from "../core/desk/desk-line.ts";
import { formatDeskState, keepLine } from "../core/desk/desk-marker.ts";
import type { DeskIssue, DeskMemory } from "../core/desk/desk-memory.ts";
import {
  isDeskDue,
  judgeOff,
  raiseAt,
  raiseKey,
  renderRaised,
  restUntil,
} from "../core/desk/desk-moment.ts";
import { listProblems } from "../core/desk/desk-problems.ts";
import type { DeskLine, DeskView } from "../core/desk/desk-view.ts";
import { DESK_TITLE, renderClosedDesk, renderDesk } from "../core/desk/desk.ts";
import { digest } from "../core/digest.ts";
import { earliest } from "../core/earliest.ts";
import { shownWordings } from "../core/evidence/wording.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Instant, Line, LineState } from "../core/state.ts";
import type { DeskForge } from "../desk-port.ts";
import { AppError, ERROR_TABLE } from "../errors.ts";
import { DELIVERY_MS } from "./desk-known.ts";
import type { DeskRequest } from "./desk-known.ts";
import { readRisks } from "./desk-risks.ts";
import type { DeskOfPass } from "./desk.ts";
import { readDeskNotes, readNews } from "./stand-in.ts";

/** Where GitHub refuses to open the desk, it is asked again after this time. */
const REFUSED_MS = 60 * 60_000;

const AT_ONCE_MS = 1;

interface DeskLook {
  readonly state: LineState;
  readonly plan: Plan;
}

export interface DeskEnd {
  /** The default line first. */
  readonly looks: readonly [DeskLook, ...DeskLook[]];
  readonly failures: readonly { readonly line: Line; readonly error: AppError }[];
  readonly policy: Policy;
  /** Something was released just now: what was observed is old. */
  readonly hasReleased: boolean;
}

interface Writing extends DeskEnd {
  readonly request: DeskRequest;
  readonly desk: DeskForge;
  readonly of: DeskOfPass;
}

/**
 * When every line was looked at and releases are made: write the desk where it says something else
 * than it should. Gives back when to look again; null: nothing is left.
 */
export async function closeDesk(writing: Writing): Promise<Instant | null> {
  const { of, request } = writing;
  const now = request.clock.now();
  try {
    await of.settle(writing.failures.length === 0);
    const wakeAt = await write(writing, now);
    return earliest([of.known.wakeAt, wakeAt]);
  } catch (error) {
    // The desk waits for room in the budget; the lines' own waits must not wait with it.
    if (!(error instanceof AppError) || error.code !== "github/rate-limited") throw error;
    return now + (error.retry.kind === "after" ? error.retry.waitMs : REFUSED_MS);
  }
}

async function write(writing: Writing, now: Instant): Promise<Instant | null> {
  const { of, looks, hasReleased, policy, request } = writing;
  const { memory } = of.known;
  const [{ state: root }] = looks;
  if (root.repository.isArchived) return null;
  if (policy.desk === "off") return switchOff(writing, now);
  const power = judgeOff(memory.off, policy.desk, now);
  if (power === "off") {
    if (memory.off?.why === "disabled") await keepFates(writing, now);
    return sayClosed(writing);
  }
  const isReopening = power === "back";
  if (memory.issue === null && !isDeskDue(looks)) return null;
  const isAsked = memory.digest === null && memory.issue !== null;
  // The next look sees the release that was just made, and says all of it at once.
  if (hasReleased) return isAsked ? now + AT_ONCE_MS : null;
  const rest = isAsked ? null : restUntil(looks, { writtenAt: memory.writtenAt, now });
  // Who ticked a box waits for the tick to go, and what is about to be released is read with it.
  const mayRead = memory.heard.length === 0 && rest === null;
  const { risks, againAt } = await readRisks(request, looks, { known: of.known.risks, mayRead });
  const known = { fates: memory.fates, risks, now };
  const lines = looks.map((look) => describeLine(look, known));
  const notes = await readDeskNotes(request, root, now);
  const view = { ...viewOf(writing, lines), notes };
  const said = notes === null ? [] : [notes];
  const key = digest([view.lines, view.problems, memory.refused, stateOf(writing), ...said]);
  const raising = lines.map((line) => raiseAt(line, memory.raised));
  const isSame = key === memory.digest && !isReopening;
  if (!isSame) {
    if (rest !== null) return rest;
    const end = await bring(writing, { view, key, now, isReopening });
    // Then the check says it, at the next look.
    if (of.known.memory.off?.why === "disabled") return now + AT_ONCE_MS;
    if (end === "refused") return now + REFUSED_MS;
    if (end === "later") return now + DELIVERY_MS;
  }
  const raiseAgainAt = await raise(writing, lines, { raising, now });
  return earliest([raiseAgainAt, rest === null ? againAt : null]);
}

function viewOf({ looks, failures }: Writing, lines: readonly DeskLine[]): DeskView {
  const [{ state: root }] = looks;
  const { id, url } = root.repository;
  return {
    repository: { id, url },
    lines,
    problems: listProblems(
      looks,
      failures.map(({ line, error: { code } }) => ({ line, code, fix: ERROR_TABLE[code] })),
    ),
    news: [],
  };
}

/** The hidden part of the text; it changes where a person decided something. */
function stateOf({ looks, of, desk }: Writing): string {
  const [{ state: root }] = looks;
  const states = looks.map(({ state }) => state);
  const lines = states.flatMap(({ line, memory }) => keepLine(keyOfLine(line), memory) ?? []);
  const kept = { lines, raised: of.known.memory.raised, wordings: shownWordings(states) };
  return formatDeskState(root.repository.id, kept, desk.sign);
}

/** "later": ticks that stand there come first. */
type Brought = "written" | "refused" | "later";

async function bring(
  writing: Writing,
  text: {
    readonly view: DeskView;
    readonly key: string;
    readonly now: Instant;
    readonly isReopening: boolean;
  },
): Promise<Brought> {
  const { request, of } = writing;
  const { key, now, isReopening } = text;
  const news = await readNews({ ...request, memory: of.known.memory });
  const body = `${renderDesk({ ...text.view, news })}\n${stateOf(writing)}\n`;
  const { issue } = of.known.memory;
  const isNew = issue === null || of.known.memory.off?.why === "gone";
  const end = isNew
    ? await open(writing, body)
    : await rewrite(writing, { issue, body, isReopening });
  if (end !== "written") return end;
  const fates = fatesOf(text.view.lines);
  const live = text.view.lines.flatMap((line) => raiseKey(line) ?? []);
  const raised = of.known.memory.raised.filter((each) => live.includes(each));
  request.ensureAlone();
  await of.known.keep({ digest: key, writtenAt: now, off: null, fates, raised, heard: [] }, body);
  return end;
}

function fatesOf(lines: readonly DeskLine[]): DeskMemory["fates"] {
  return Object.fromEntries(
    lines.flatMap(({ releases }) => releases.map(({ tag, fate }) => [tag, fate])),
  );
}

/** The check lists releases too, whose checks nobody reads any more. */
async function keepFates({ of, looks }: Writing, now: Instant): Promise<void> {
  const known = of.known.memory.fates;
  const beside = { fates: known, risks: {}, now };
  const fates = fatesOf(looks.map((look) => describeLine(look, beside)));
  if (digest([fates]) !== digest([known])) await of.known.keep({ fates });
}

async function open(writing: Writing, body: string): Promise<Brought> {
  const { request, desk, of, looks } = writing;
  const [{ state }] = looks;
  const { makingAt } = of.known.memory;
  const now = request.clock.now();
  if (makingAt !== null && now < makingAt + DELIVERY_MS) return "later";
  await of.known.keep({ mustFind: true, makingAt: now });
  request.ensureAlone();
  const made = await desk.create(state.repository, { title: DESK_TITLE, body });
  if (made === "disabled" || made === "refused") {
    const off = { why: "disabled", by: null, at: now } as const;
    await of.known.keep({
      mustFind: false,
      makingAt: null,
      ...(made === "disabled" ? { off } : {}),
    });
    return "refused";
  }
  await of.known.keep({ mustFind: false, makingAt: null, issue: made, off: null }, body);
  request.ensureAlone();
  await desk.pin(state.repository, made);
  return "written";
}

/** Read just before it is written: ticks that were not heard yet come first. */
async function rewrite(
  writing: Writing,
  text: { readonly issue: DeskIssue; readonly body: string; readonly isReopening: boolean },
): Promise<Brought> {
  const { request, desk, of, looks } = writing;
  const [{ state }] = looks;
  const { issue, body, isReopening } = text;
  const seen = await desk.read(state.repository, issue, false);
  if (seen === null || (!seen.isOpen && !isReopening)) {
    const why = seen === null ? "gone" : "closed";
    await of.known.keep({ off: { why, by: null, at: request.clock.now() }, digest: null });
    return "refused";
  }
  if (await of.ticks.isTicked(seen.body)) return "later";
  request.ensureAlone();
  const isDone = await desk.write(state.repository, issue, {
    body,
    isReopening,
    isPatient: of.known.memory.digest !== null,
  });
  return isDone ? "written" : "refused";
}

/** A last text without boxes; it still keeps what people hold, for a database that is new. */
async function sayClosed(writing: Writing): Promise<null> {
  const { of, looks } = writing;
  const { off } = of.known.memory;
  const [{ state }] = looks;
  if (off?.why !== "closed") return null;
  const text = renderClosedDesk(state.repository.id, { by: off.by, isByPolicy: false });
  return sayLast(writing, text, {});
}

async function switchOff(writing: Writing, now: Instant): Promise<null> {
  const { of, looks } = writing;
  const { off } = of.known.memory;
  if (off?.why === "closed") return sayClosed(writing);
  const [{ state }] = looks;
  if (off !== null && off.why !== "policy") return null;
  const text = renderClosedDesk(state.repository.id, { by: null, isByPolicy: true });
  return sayLast(writing, text, { off: off ?? { why: "policy", by: null, at: now } });
}

async function sayLast(writing: Writing, text: string, change: Partial<DeskMemory>): Promise<null> {
  const { of, looks, desk, request } = writing;
  const [{ state }] = looks;
  const { issue } = of.known.memory;
  const body = `${text}\n${stateOf(writing)}\n`;
  const said = digest(["off", body]);
  if (issue === null || of.known.memory.digest === said) return null;
  request.ensureAlone();
  await desk.write(state.repository, issue, { body, isReopening: false, isPatient: true });
  await of.known.keep({ ...change, digest: said }, body);
  return null;
}

/** Once, after a day: kept before it is said, because twice would be once too often. */
async function raise(
  { of, looks, desk, request }: Writing,
  lines: readonly DeskLine[],
  { raising, now }: { readonly raising: readonly (Instant | null)[]; readonly now: Instant },
): Promise<Instant | null> {
  const { issue } = of.known.memory;
  const due = lines.filter((_, at) => (raising[at] ?? Infinity) <= now);
  if (due.length > 0 && issue !== null && of.known.memory.off === null) {
    const [{ state }] = looks;
    await of.known.keep({
      raised: [...of.known.memory.raised, ...due.flatMap((line) => raiseKey(line) ?? [])],
    });
    request.ensureAlone();
    await desk.say(state.repository, issue, renderRaised(due));
    // That it was said stands in the hidden state, for a database that is new.
    return now + AT_ONCE_MS;
  }
  return earliest(raising.filter((at) => at !== null && at > now));
}
