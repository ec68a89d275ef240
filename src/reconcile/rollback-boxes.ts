import { judgeBox } from "../core/rollback/judge-box.ts";
import { findAsker, ROLLBACK_ACTS } from "../core/rollback/rollback-box.ts";
import type { RollbackBoxEdit } from "../core/rollback/rollback-box.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { LineState, Permission } from "../core/state.ts";
import type { RollbackRequest } from "./rollback.ts";

/**
 * Boxes of rollback issues in one look at a repository: what people ticked is kept with its rollback
 * (`Rollback.boxes`), with who it was and what GitHub says that they may. Whoever does what a box
 * says reads it there. Nothing is done here, and no request is made where nobody ticked anything.
 */
export class RollbackBoxesOfPass {
  readonly #request: RollbackRequest;
  #edits: Promise<readonly RollbackBoxEdit[]> | null = null;
  readonly #permissions = new Map<string, Promise<Permission>>();
  /** Rows whose rollback was found: what came of them is kept. */
  readonly #heard = new Set<number>();

  constructor(request: RollbackRequest) {
    this.#request = request;
  }

  /** The line's rollbacks with what was asked of them since. Null: nothing was. */
  async hear(state: LineState): Promise<readonly Rollback[] | null> {
    const { repository, store } = this.#request;
    const rollbacks = state.memory.rollbacks ?? [];
    if (rollbacks.length === 0) return null;
    this.#edits ??= store.readRollbackEdits(repository.id);
    const edits = await this.#edits;
    if (edits.length === 0) return null;
    const heard: Rollback[] = [];
    for (const rollback of rollbacks) heard.push(await this.#ask(state, rollback, edits));
    return heard.every((each, at) => each === rollbacks[at]) ? null : heard;
  }

  async #ask(
    state: LineState,
    rollback: Rollback,
    edits: readonly RollbackBoxEdit[],
  ): Promise<Rollback> {
    const { clock } = this.#request;
    const own = edits.filter(({ number }) => number === rollback.issue?.number);
    for (const { id } of own) this.#heard.add(id);
    // Whatever others made of its text, ours is written anew.
    const isTouched = own.length > 0 && rollback.resumedAt === null && rollback.said !== null;
    let current = isTouched ? { ...rollback, said: null } : rollback;
    for (const act of ROLLBACK_ACTS) {
      const asker = findAsker({ act, tag: rollback.release.tag }, own);
      if (asker === null) continue;
      const permission = await this.#permissionOf(asker.actor.login);
      const context = { state, permission, now: clock.now() };
      const asked = judgeBox({ rollback: current, act }, asker, context);
      if (asked === null) continue;
      // Its issue says it, also where its last word was said.
      current = { ...current, boxes: { ...current.boxes, [act]: asked }, said: null };
    }
    return current;
  }

  /** Asked of GitHub once a pass. */
  #permissionOf(login: string): Promise<Permission> {
    const { forge, repository } = this.#request;
    const known = this.#permissions.get(login) ?? forge.permissionOf(repository, login);
    this.#permissions.set(login, known);
    return known;
  }

  /** When what was heard is kept with the rollbacks. */
  async settle(): Promise<void> {
    const { store, repository, ensureAlone } = this.#request;
    if (this.#heard.size === 0) return;
    ensureAlone();
    await store.closeRollbackEdits(repository.id, [...this.#heard]);
    this.#heard.clear();
  }
}
