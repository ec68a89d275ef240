import { earliest } from "../core/earliest.ts";
import { commandsOf, judgeComment } from "../core/obey.ts";
import type { CommentSeen } from "../core/said.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import type { CommandHeard, Doors } from "../doors-port.ts";
import { AppError } from "../errors.ts";
import { AnswersOfPass } from "./answer-commands.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { changesChecks, isFinished, wantsPreview, wantsRollback } from "./heard-words.ts";
import type { Heard, Said } from "./heard-words.ts";
import { inheritHold } from "./inherit.ts";
import { lookAtPulls } from "./open-pulls.ts";
import { listOpening } from "./rollback.ts";
import { takeCommands } from "./take-commands.ts";

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

type States = readonly [LineState, ...LineState[]];

/**
 * What came in by comments and by changes of open pulls, for one look at a repository. Orders are
 * given before their line is planned; all else is done when releases are made.
 */
export class DoorsOfPass {
  readonly #request: DoorsRequest;
  readonly #answers: AnswersOfPass;
  #doors: Doors | null = null;
  #isHeard = false;
  /** The command that was asked for in passing. */
  #passing: CommandHeard | undefined;
  #heard: Heard[] = [];
  /** Something was said that GitHub does not show yet. */
  #isBehind = false;
  /** The default line, which is looked at first. */
  #root: LineState | null = null;

  constructor(request: DoorsRequest) {
    this.#request = request;
    this.#answers = new AnswersOfPass(request);
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
    let opened = await inheritHold(this.#request.store, state, this.#root);
    for (const heard of this.#heard) opened = await takeCommands(this.#request, heard, opened);
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
        await this.#answers.answer(lines, heard);
        await store.closeCommand(repository.id, heard.from);
      }
      if (hasReleased || waiting.some(isFinished)) {
        const isLeft = doors.looks.length > 0 || waiting.length > 0 || this.#isBehind;
        return isLeft ? now + AT_ONCE_MS : null;
      }
      const hasChanged = this.#heard.some(changesChecks);
      const isNews = hasChanged || this.#heard.some(wantsPreview);
      const { looks } = isNews ? await store.readDoors(repository.id, DOORS_MAX) : doors;
      const fresh = hasChanged ? await this.#remember(lines) : lines;
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

  /** With what was kept since they were planned. */
  async #remember(lines: readonly LinePlanned[]): Promise<readonly LinePlanned[]> {
    const { store } = this.#request;
    const remember = async ({ state, ...planned }: LinePlanned): Promise<LinePlanned> => {
      return { ...planned, state: { ...state, memory: await store.readMemory(state.line) } };
    };
    return Promise.all(lines.map(remember));
  }
}

function waitOf(error: unknown): number | null {
  if (!(error instanceof AppError) || error.code !== "github/rate-limited") return null;
  return error.retry.kind === "after" ? error.retry.waitMs : NEXT_MS;
}
