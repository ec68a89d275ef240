import { asksFor } from "../core/command.ts";
import type { Command } from "../core/command.ts";
import { earliest } from "../core/earliest.ts";
import { judgeUnlisted } from "../core/evidence/wording.ts";
import type { Memory } from "../core/memory.ts";
import { commandsOf, judgeCommand, judgeComment } from "../core/obey.ts";
import { answer, memoryOf, questionOf } from "../core/question.ts";
import type { Decision, Question } from "../core/question.ts";
import type { CommentSeen } from "../core/said.ts";
import { formatLine } from "../core/state.ts";
import type { Instant, LineState } from "../core/state.ts";
import { renderStatus } from "../core/status-comment.ts";
import type { LinePlanned } from "../core/why.ts";
import type { CommandHeard, Doors } from "../doors-port.ts";
import { AppError } from "../errors.ts";
import type { Clock, Forge, RepositoryRef, Store } from "../ports.ts";
import type { Drafting } from "./drafting.ts";
import { isFinished, isForTheEnd, wantsPreview, wantsRollback } from "./heard-words.ts";
import type { Heard, Said } from "./heard-words.ts";
import { inheritHold } from "./inherit.ts";
import { judgeWithOlder } from "./older-releases.ts";
import { lookAtPulls, tagPreview } from "./open-pulls.ts";
import type { Foresee } from "./pull-policies.ts";
import { listOpening, tellTaken } from "./rollback.ts";
import { liftSize } from "./size-exceptions.ts";
import { recordTaken } from "./taken.ts";
import { explain } from "./why.ts";
import { wordLine } from "./wordings.ts";

/** Commands and pulls of one pass; more are taken up by the next one. */
const DOORS_MAX = 10;

/**
 * Releases go first: a burst of pulls leaves time between its passes, and its writes leave room in
 * the budget (`isPatient` of `github/client`).
 */
const NEXT_MS = 15_000;

/** After a release, what open pulls would release is another version: they are looked at anew. */
const AT_ONCE_MS = 1;

/** As for commits of our own: what is not there after so long is gone. */
const BEHIND_MS = 60_000;

export interface DoorsRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
  readonly foresee: Foresee;
  /** Who drafts lines of the notes, or why nobody does. Absent: nobody, and nothing is said of it. */
  readonly drafting?: Drafting;
}

type States = readonly [LineState, ...LineState[]];

/**
 * What came in by comments and by changes of open pulls, for one look at a repository. Orders are
 * given before their line is planned; all else is done when releases are made.
 */
export class DoorsOfPass {
  readonly #request: DoorsRequest;
  #doors: Doors | null = null;
  #isHeard = false;
  /** The command that was asked for in passing. */
  #passing: CommandHeard | undefined;
  #heard: Heard[] = [];
  /** Our comments that are edited in place, of this pass, by number: not in what was read. */
  readonly #statuses = new Map<number, CommentSeen["status"]>();
  /** Something was said that GitHub does not show yet. */
  #isBehind = false;
  #hasNews = false;
  /** The default line, which is looked at first. */
  #root: LineState | null = null;

  constructor(request: DoorsRequest) {
    this.#request = request;
  }

  /** The oldest command, to be read in passing; undefined: there is none, or it was read. */
  async next(): Promise<CommandHeard | undefined> {
    const { store, repository } = this.#request;
    this.#doors ??= await store.readDoors(repository.id, DOORS_MAX);
    this.#passing = this.#isHeard ? undefined : this.#doors.commands[0];
    return this.#passing;
  }

  /** The states as they are to be planned: with the orders that were given to them just now. */
  async open([first, ...rest]: States): Promise<States> {
    if (!this.#isHeard) await this.#hear(first);
    this.#isHeard = true;
    const opened: [LineState, ...LineState[]] = [await this.#open(first)];
    for (const state of rest) opened.push(await this.#open(state));
    return opened;
  }

  async #open(state: LineState): Promise<LineState> {
    const opened = await this.#order(await inheritHold(this.#request.store, state, this.#root));
    this.#root ??= opened;
    return opened;
  }

  async #hear(state: LineState): Promise<void> {
    const { store, repository, forge, clock } = this.#request;
    this.#doors ??= await store.readDoors(repository.id, DOORS_MAX);
    for (const from of this.#doors.commands) {
      const read = from === this.#passing ? state.heard : undefined;
      const comment = read ?? (await forge.readComment(state, from));
      // It is gone, or it was never what the delivery said: nobody is told. GitHub's reads may be
      // behind its writes, and who has just spoken is heard in a moment.
      if (comment === null && clock.now() < from.saidAt + BEHIND_MS) this.#isBehind = true;
      else if (comment === null) await store.closeCommand(repository.id, from);
      else this.#heard.push(await this.#read(state, { from, comment, now: clock.now() }));
    }
  }

  async #read(
    { repository }: LineState,
    { from, comment, now }: { from: CommandHeard; comment: CommentSeen; now: Instant },
  ): Promise<Heard> {
    const whole = judgeComment(comment, now);
    const commands = commandsOf(comment);
    const isAsked = whole === null && commands.some(({ kind }) => kind === "asked");
    const permission = isAsked
      ? await this.#request.forge.permissionOf(this.#request.repository, comment.author.login)
      : "none";
    const said = commands.map((command, at): Said => {
      // A comment as a whole is answered once.
      const decision = whole === null ? null : at === 0 ? whole : ({ kind: "nothing" } as const);
      return { command, decision, elsewhere: null, takenBy: new Set() };
    });
    const branch = comment.pull?.baseBranch ?? repository.defaultBranch;
    return { from, comment, permission, said, isOver: whole !== null, branch };
  }

  /** In the order in which it was said: what resumes may be followed by what releases. */
  async #order(state: LineState): Promise<LineState> {
    const { store, clock } = this.#request;
    const line = formatLine(state.line);
    let current = state;
    for (const heard of this.#heard) {
      if (heard.isOver) continue;
      for (const said of heard.said) {
        // A tag says whose it is, wherever it is named.
        if (heard.branch !== state.line.branch && !asksFor(said.command, "rollback")) continue;
        if (isForTheEnd(said.command) || said.takenBy.has(line)) continue;
        const { comment, permission } = heard;
        const asked = { state: current, permission, now: clock.now() };
        const question = questionOf(comment, asked);
        if (asksFor(said.command, "notes")) {
          if (await this.#word(question, heard, said)) {
            current = { ...current, memory: await store.readMemory(state.line) };
          }
          continue;
        }
        const decision = await judgeWithOlder(this.#request.forge, question, (each) =>
          judgeCommand(each, said.command),
        );
        if (decision.kind === "elsewhere") {
          said.elsewhere ??= decision;
          continue;
        }
        if (decision.kind === "rollBack" && this.#request.forge.rollbacks === undefined) {
          said.decision ??= answer(
            "only an App takes releases back, because it signs what it did.",
          );
          continue;
        }
        const change = memoryOf(decision);
        if (change === null) {
          said.decision ??= decision;
          if (decision.kind === "nothing") await recordTaken(this.#request, heard, said.command);
          continue;
        }
        said.decision = decision;
        await this.#take(current, { decision, change, heard, command: said.command });
        if (decision.kind === "finish") continue;
        said.takenBy.add(line);
        current = { ...current, memory: await store.readMemory(state.line) };
      }
    }
    return current;
  }

  /** Before the line is planned, so that a release that goes now has the words. Was it taken? */
  async #word(question: Question, heard: Heard, said: Said): Promise<boolean> {
    if (said.decision !== null) return false;
    const asked = { command: said.command, commentId: heard.comment.id };
    said.decision = await wordLine(this.#request, question, asked);
    if (said.decision?.kind !== "worded") return false;
    await recordTaken(this.#request, heard, said.command);
    this.#hasNews = true;
    return true;
  }

  /**
   * It is kept first and shown then: what is interrupted between is read again and comes to the same.
   * An order whose reaction GitHub refuses is not given, because nobody could see it there. A hold
   * stands all the same: every check says it.
   */
  async #take(
    state: LineState,
    taken: {
      readonly decision: Decision;
      readonly change: Partial<Memory>;
      readonly heard: Heard;
      readonly command: Command;
    },
  ): Promise<void> {
    const { forge, store, ensureAlone } = this.#request;
    const { decision, change, heard, command } = taken;
    ensureAlone();
    await store.writeMemory(state.line, change);
    // Of a rollback it is shown when it is done: nothing may come before that.
    if (decision.kind === "finish" || decision.kind === "rollBack") return;
    ensureAlone();
    const isShown = await forge.react(state, heard.comment.id, "rocket");
    if (isShown || decision.kind !== "order") await recordTaken(this.#request, heard, command);
    else await store.writeMemory(state.line, { order: null });
  }

  /**
   * When every line was planned: answer what was not taken, make previews, and bring the checks of
   * open pulls up to date. Gives back when to look again; null: nothing is left. `failed`: branches
   * of which a line could not be looked at; what is said to them waits.
   */
  async close(
    lines: readonly LinePlanned[],
    { hasReleased, failed }: { readonly hasReleased: boolean; readonly failed: readonly string[] },
  ): Promise<Instant | null> {
    const { clock, store, repository } = this.#request;
    const now = clock.now();
    const doors = this.#doors;
    if (doors === null) return null;
    const opening = await listOpening(store, lines);
    const waiting = this.#heard.filter(
      (heard) =>
        failed.includes(heard.branch) ||
        heard.said.some(
          ({ decision }) => decision?.kind === "rollBack" && opening.includes(decision.tag),
        ) ||
        // It may be that line's release.
        (failed.length > 0 && wantsRollback(heard)) ||
        isFinished(heard) ||
        (hasReleased && wantsPreview(heard)),
    );
    try {
      for (const heard of this.#heard) {
        // Its version is the one after the release, which the next look sees.
        if (waiting.includes(heard)) continue;
        await this.#finish(lines, heard);
        await store.closeCommand(repository.id, heard.from);
      }
      if (hasReleased || waiting.some(isFinished)) {
        const isLeft = doors.looks.length > 0 || waiting.length > 0 || this.#isBehind;
        return isLeft ? now + AT_ONCE_MS : null;
      }
      const isNews = this.#hasNews || this.#heard.some(wantsPreview);
      const { looks } = isNews ? await store.readDoors(repository.id, DOORS_MAX) : doors;
      const fresh = this.#hasNews ? await this.#remember(lines) : lines;
      const againAt = await lookAtPulls(this.#request, fresh, looks);
      const isLeft = doors.isMore || this.#isBehind;
      return earliest([againAt, isLeft ? now + NEXT_MS : null]);
    } catch (error) {
      // Checks and answers wait for room; the lines' own waits must not wait with them.
      const waitMs = waitOf(error);
      if (waitMs === null) throw error;
      return now + Math.max(waitMs, NEXT_MS);
    }
  }

  /** A size is told by the policy of the root, whatever branch the pull goes into. */
  async #lift(
    root: LineState,
    { comment, permission }: Heard,
    command: Command,
  ): Promise<Decision> {
    const question = questionOf(comment, {
      state: root,
      permission,
      now: this.#request.clock.now(),
    });
    const { id, author } = comment;
    const asked = { command, comment: { id, authorId: author.id } };
    const decision = await liftSize(this.#request, question, asked);
    this.#hasNews ||= decision.kind === "lift";
    return decision;
  }

  /** With what was kept since they were planned. */
  async #remember(lines: readonly LinePlanned[]): Promise<readonly LinePlanned[]> {
    const { store } = this.#request;
    const remember = async ({ state, ...planned }: LinePlanned): Promise<LinePlanned> => {
      return { ...planned, state: { ...state, memory: await store.readMemory(state.line) } };
    };
    return Promise.all(lines.map(remember));
  }

  async #finish(lines: readonly LinePlanned[], heard: Heard): Promise<void> {
    const { forge, clock, ensureAlone } = this.#request;
    const { comment, permission, said } = heard;
    const states = lines.map(({ state }) => state);
    const own = states.find(({ line }) => line.branch === heard.branch);
    const [root] = states;
    const state = own ?? root;
    if (state === undefined || root === undefined) return;
    const answers: { said: string; text: string }[] = [];
    const told: string[] = [];
    const done: string[] = [];
    for (const { command, decision, elsewhere } of said) {
      const question = questionOf(comment, { state, permission, now: clock.now() });
      const isPreviewed = asksFor(command, "preview") && decision === null;
      const answered = decision ?? elsewhere ?? judgeCommand(question, command);
      const end = isPreviewed
        ? await tagPreview(this.#request, question, { command, commentId: comment.id, states })
        : asksFor(command, "size-ok") && decision === null
          ? await this.#lift(root, heard, command)
          : answered.kind === "word"
            ? judgeUnlisted(question)
            : answered;
      if (end.kind === "preview" || end.kind === "lift") {
        await recordTaken(this.#request, heard, command);
      }
      if (end.kind === "rollBack") {
        done.push(await tellTaken(this.#request, states, end.tag));
        await recordTaken(this.#request, heard, command);
      }
      if (end.kind === "answer" || end.kind === "elsewhere")
        answers.push({ said: command.text, text: end.text });
      if (end.kind === "why") told.push(await explain(this.#request, lines, heard));
    }
    if (answers.length === 0 && told.length === 0 && done.length === 0) return;
    const react = async (): Promise<void> => {
      if (comment.issue !== null) return;
      ensureAlone();
      await forge.react(state, comment.id, answers.length === 0 ? "rocket" : "confused");
    };
    // A rocket ends it: what was done is told before.
    if (done.length === 0) await react();
    ensureAlone();
    const { number } = comment;
    const status = this.#statuses.get(number) ?? comment.status;
    const body = renderStatus({ ...comment, status }, { answers, told, done });
    this.#statuses.set(number, await forge.tell(state, { status, number }, body));
    if (done.length > 0) await react();
    if (comment.issue === null) return;
    // It is told before: one that is closed was answered.
    ensureAlone();
    await forge.closeIssue(state, number, answers.length === 0);
  }
}

function waitOf(error: unknown): number | null {
  if (!(error instanceof AppError) || error.code !== "github/rate-limited") return null;
  return error.retry.kind === "after" ? error.retry.waitMs : NEXT_MS;
}
