import { tellGlance } from "../core/desk/desk-glance.ts";
import { readDeskState } from "../core/desk/desk-marker.ts";
import type { DeskKept } from "../core/desk/desk-marker.ts";
import { EMPTY_DESK } from "../core/desk/desk-memory.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import { judgeRight } from "../core/permission.ts";
import { isActing } from "../core/start.ts";
import type { LineState } from "../core/state.ts";
import type { DeskForge } from "../desk-port.ts";
import type { LineRequest } from "../ports.ts";
import { DELIVERY_MS, DeskKnown } from "./desk-known.ts";
import type { DeskRequest, Edit } from "./desk-known.ts";
import { TicksOfPass } from "./desk-ticks.ts";
import { readCheckKept, restoreLine } from "./restore.ts";
import { furnish } from "./stand-in.ts";

/**
 * The release desk in one look at a repository: what people ticked is given to its line before that
 * is planned. Reads from GitHub only where somebody touched the desk, or the store knows nothing.
 */
export class DeskOfPass {
  readonly #request: DeskRequest;
  readonly #desk: DeskForge;
  readonly known: DeskKnown;
  readonly ticks: TicksOfPass;
  #isOpen = false;
  /** What its text keeps of every line, for a database that is new; null: it was not looked for. */
  #kept: DeskKept | null = null;
  /** The database is new and no desk stands: what people held stands in our checks, if anywhere. */
  #isInChecks = false;

  constructor(request: DeskRequest, desk: DeskForge) {
    this.#request = request;
    this.#desk = desk;
    this.known = new DeskKnown(request);
    this.ticks = new TicksOfPass(request, this.known);
  }

  /**
   * The desk, for a glance at it by the look at the default line; where somebody edited it, with all
   * that it says: who ticks a box does not wait for a request more.
   */
  async glance(): Promise<LineRequest["desk"]> {
    if (!this.#isOpen) await this.known.read();
    const { memory = EMPTY_DESK, edits = [] } = this.known.row ?? {};
    const { issue, off } = memory;
    if (issue === null || (off !== null && off.why !== "closed")) return undefined;
    const { nodeId } = issue;
    const isTouched = edits.some((edit) => edit.nodeId === nodeId && !edit.isOurs);
    return { nodeId, isRead: !this.#isOpen && (isTouched || this.#isDoubtful(memory)) };
  }

  #isDoubtful({ doubts }: DeskMemory): boolean {
    const now = this.#request.clock.now();
    return doubts.some(({ at }) => now >= at + DELIVERY_MS);
  }

  /** The states as they are to be planned: with what people decided on the desk. */
  async open(states: readonly [LineState, ...LineState[]]): Promise<[LineState, ...LineState[]]> {
    const [first, ...rest] = states;
    if (!this.#isOpen) await this.#hear(first);
    this.#isOpen = true;
    const { ticks } = this;
    const opened: [LineState, ...LineState[]] = [await ticks.obey(await this.#restore(first))];
    for (const state of rest) opened.push(await ticks.obey(await this.#restore(state)));
    return opened;
  }

  /** When every order was given to them: with what the check says where no desk does. */
  async furnish(states: readonly [LineState, ...LineState[]]): Promise<typeof states> {
    const { sign } = this.#desk;
    return furnish({ ...this.#request, memory: this.known.memory, sign }, states);
  }

  async #hear(root: LineState): Promise<void> {
    const { known } = this;
    known.memory = known.row?.memory ?? EMPTY_DESK;
    // Where nothing was ever released, people may hold releases all the same.
    const { mustFind, makingAt } = known.memory;
    const isNew = known.row === null ? isActing(root) : mustFind && makingAt === null;
    if (isNew || mustFind) await this.#find(root, isNew);
    const { issue } = known.memory;
    const edits = known.row?.edits ?? [];
    const own = edits.filter(({ nodeId }) => nodeId === issue?.nodeId);
    known.spend(edits.filter((edit) => !own.includes(edit)));
    if (issue === null) return;
    const isDoubtful = this.#isDoubtful(known.memory);
    const glance = root.desk ?? null;
    const glanced = glance === null ? known.memory.glanced : tellGlance(glance, known.memory);
    const isNews = glanced !== null && glanced !== known.memory.glanced;
    known.memory = { ...known.memory, glanced };
    if (known.seen === null) {
      if (!own.some(({ isOurs }) => !isOurs) && !isDoubtful && !isNews) return known.spend(own);
      known.seen =
        root.deskSeen ?? (await this.#desk.read(root.repository, issue, isDoubtful || isNews));
    }
    await this.#live(own);
    if (known.memory.off !== null || known.seen === null) return known.spend(own);
    await this.ticks.listen(own, known.seen.body, isNews ? (glance?.editedAt ?? null) : null);
  }

  /** The database is new, or something was interrupted: GitHub knows. */
  async #find(root: LineState, isNew: boolean): Promise<void> {
    const { known } = this;
    const now = this.#request.clock.now();
    const found = await this.#desk.find(root.repository);
    if (found === null) {
      const { makingAt } = known.memory;
      const isOnItsWay = makingAt !== null && now < makingAt + DELIVERY_MS;
      this.#isInChecks = isNew;
      return known.keep({ mustFind: isOnItsWay || isNew });
    }
    const { number, nodeId, url, body, isOpen, written } = found;
    this.#kept = readDeskState(body, root.repository.id, this.#desk.sign);
    const off: DeskMemory["off"] = { why: "closed", by: null, at: now };
    await known.keep(
      {
        issue: { number, nodeId, url },
        mustFind: true,
        makingAt: null,
        digest: null,
        off: isOpen ? null : off,
        raised: this.#kept?.raised ?? [],
      },
      written,
    );
    // With what was heard before anything was known.
    await known.read();
    known.seen = found;
  }

  /** Closed, reopened, deleted or transferred: as it stands now, by whom deliveries say. */
  async #live(edits: readonly Edit[]): Promise<void> {
    const { known } = this;
    const { seen } = known;
    const { off } = known.memory;
    const at = this.#request.clock.now();
    const last = (actions: readonly string[]): Edit | null =>
      edits.findLast(({ action, isOurs }) => actions.includes(action) && !isOurs) ?? null;
    if (seen === null) {
      const by = last(["deleted", "transferred"])?.actor.login ?? null;
      await known.keep({ off: { why: "gone", by, at } });
    } else if (!seen.isOpen) {
      if (off !== null) return;
      const by = last(["closed"])?.actor.login ?? null;
      await known.keep({ off: { why: "closed", by, at }, digest: null });
    } else if (off?.why === "closed") {
      const by = last(["reopened"])?.actor.login ?? seen.reopenedBy;
      const permission = by === null ? "none" : await known.permissionOf(by);
      const isAllowed = judgeRight("hold", { login: by ?? "", permission }, null).kind === "may";
      if (isAllowed) await known.keep({ off: null, digest: null });
    }
  }

  async #restore(state: LineState): Promise<LineState> {
    const kept = this.#isInChecks ? await readCheckKept(this.#desk, state) : this.#kept;
    return kept === null ? state : restoreLine(this.#request, state, kept);
  }

  /**
   * When every line was looked at. What was heard is forgotten only when what came of it is kept:
   * interrupted before, it is heard again and comes to the same. `isWhole`: no line failed.
   */
  async settle(isWhole: boolean): Promise<void> {
    if (isWhole && (this.#kept !== null || this.#isInChecks))
      await this.known.keep({ mustFind: false });
    this.ticks.refuseRest();
    await this.known.save();
  }
}
