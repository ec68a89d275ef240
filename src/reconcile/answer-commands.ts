import { asksFor } from "../core/command.ts";
import type { Command } from "../core/command.ts";
import { judgeUnlisted } from "../core/evidence/wording.ts";
import { judgeCommand } from "../core/obey.ts";
import { questionOf } from "../core/question.ts";
import type { Decision } from "../core/question.ts";
import type { CommentSeen } from "../core/said.ts";
import type { LineState } from "../core/state.ts";
import { renderStatus } from "../core/status-comment.ts";
import type { LinePlanned } from "../core/why.ts";
import type { DoorsRequest } from "./doors-request.ts";
import type { Heard } from "./heard-words.ts";
import { tagPreview } from "./open-pulls.ts";
import { tellTaken } from "./rollback.ts";
import { liftSize } from "./size-exceptions.ts";
import { recordTaken } from "./taken.ts";
import { explain } from "./why.ts";

/** Answers to comments, in one look at a repository. */
export class AnswersOfPass {
  readonly #request: DoorsRequest;
  /** Our comments that are edited in place, of this pass, by number: not in what was read. */
  readonly #statuses = new Map<number, CommentSeen["status"]>();

  constructor(request: DoorsRequest) {
    this.#request = request;
  }

  /**
   * When every line was planned: say what came of a comment, and do what is asked of planned lines.
   * A lifted size is kept with the command: what the checks of open pulls say follows from it.
   */
  async answer(lines: readonly LinePlanned[], heard: Heard): Promise<void> {
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
    for (const each of said) {
      const { command, decision, elsewhere } = each;
      const question = questionOf(comment, { state, permission, now: clock.now() });
      const isPreviewed = asksFor(command, "preview") && decision === null;
      const answered = decision ?? elsewhere ?? judgeCommand(question, command);
      const end = isPreviewed
        ? await tagPreview(this.#request, question, { command, commentId: comment.id, states })
        : asksFor(command, "size-ok") && decision === null
          ? await lift(this.#request, root, heard, command)
          : answered.kind === "word"
            ? judgeUnlisted(question)
            : answered;
      if (end.kind === "lift") each.decision = end;
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

/** A size is told by the policy of the root, whatever branch the pull goes into. */
async function lift(
  request: DoorsRequest,
  root: LineState,
  { comment, permission }: Heard,
  command: Command,
): Promise<Decision> {
  const question = questionOf(comment, {
    state: root,
    permission,
    now: request.clock.now(),
  });
  const { id, author } = comment;
  const asked = { command, comment: { id, authorId: author.id } };
  return liftSize(request, question, asked);
}
