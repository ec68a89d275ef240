import { keyOfLine, listTicked, nameBox, readBoxes } from "../core/desk/desk-box.ts";
import { tellGlance } from "../core/desk/desk-glance.ts";
import { readDeskState } from "../core/desk/desk-marker.ts";
import type { DeskKept } from "../core/desk/desk-marker.ts";
import { EMPTY_DESK } from "../core/desk/desk-memory.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import { judgeTicker, LINE_GONE, OVERWRITTEN } from "../core/desk/desk-obey.ts";
import type { DeskSeen } from "../core/desk/desk-seen.ts";
import { findTicker, findTicks } from "../core/desk/desk-ticks.ts";
import type { Tick } from "../core/desk/desk-ticks.ts";
import { judgeRight } from "../core/permission.ts";
import { memoryOf } from "../core/question.ts";
import { isActing } from "../core/start.ts";
import type { Instant, LineState, Permission } from "../core/state.ts";
import type { DeskForge, DeskRow } from "../desk-port.ts";
import type { Clock, Forge, LineRequest, RepositoryRef, Store } from "../ports.ts";
import { hearTick } from "./older-releases.ts";
import { readCheckKept, restoreLine } from "./restore.ts";
import { furnish } from "./stand-in.ts";

/** After so long a delivery that is not here is lost: GitHub brings them within seconds. */
export const DELIVERY_MS = 60_000;

/** Refusals that the desk shows. */
const REFUSED_MAX = 5;

export interface DeskRequest {
  readonly forge: Forge;
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

type Edit = DeskRow["edits"][number];

/** A tick, until a line has answered it. */
interface Asked {
  readonly tick: Tick;
  isAnswered: boolean;
}

/** Asked for by a tick that is heard once more; more were asked for since. */
const TAKEN_MAX = 20;

/**
 * The release desk in one look at a repository: what people ticked is given to its line before that
 * is planned. Reads from GitHub only where somebody touched the desk, or the store knows nothing.
 */
export class DeskOfPass {
  readonly #request: DeskRequest;
  readonly #desk: DeskForge;
  #row: DeskRow | null = null;
  #isOpen = false;
  #kept: DeskKept | null = null;
  #asked: Asked[] = [];
  #spent: Edit[] = [];
  /** When somebody edited it, as a glance showed; null: nobody did since we last read it. */
  #touchedAt: Instant | null = null;
  #permissions = new Map<string, Promise<Permission>>();
  /** As changed by what was heard in this pass. */
  memory: DeskMemory = EMPTY_DESK;
  /** The database is new and no desk stands: what people held stands in our checks, if anywhere. */
  #isInChecks = false;
  /** As read in this pass; null: it was not. */
  seen: DeskSeen | null = null;
  /** Look again then; null: nothing is owed. */
  wakeAt: Instant | null = null;

  constructor(request: DeskRequest, desk: DeskForge) {
    this.#request = request;
    this.#desk = desk;
  }

  /**
   * The desk, for a glance at it by the look at the default line; where somebody edited it, with all
   * that it says: who ticks a box does not wait for a request more.
   */
  async known(): Promise<LineRequest["desk"]> {
    const { store, repository } = this.#request;
    if (!this.#isOpen) this.#row = await store.readDesk(repository.id);
    const { memory = EMPTY_DESK, edits = [] } = this.#row ?? {};
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

  /** What was read of releases before this pass. */
  get risks(): DeskRow["risks"] {
    return this.#row?.risks ?? {};
  }

  /** The states as they are to be planned: with what people decided on the desk. */
  async open(states: readonly [LineState, ...LineState[]]): Promise<[LineState, ...LineState[]]> {
    const [first, ...rest] = states;
    if (!this.#isOpen) await this.#hear(first);
    this.#isOpen = true;
    const opened: [LineState, ...LineState[]] = [await this.#obey(await this.#restore(first))];
    for (const state of rest) opened.push(await this.#obey(await this.#restore(state)));
    return opened;
  }

  /** When every order was given to them: with what the check says where no desk does. */
  async furnish(states: readonly [LineState, ...LineState[]]): Promise<typeof states> {
    const { sign } = this.#desk;
    return furnish({ ...this.#request, memory: this.memory, sign }, states);
  }

  async #hear(root: LineState): Promise<void> {
    this.memory = this.#row?.memory ?? EMPTY_DESK;
    // Where nothing was ever released, people may hold releases all the same.
    const { mustFind, makingAt } = this.memory;
    const isNew = this.#row === null ? isActing(root) : mustFind && makingAt === null;
    if (isNew || mustFind) await this.#find(root, isNew);
    const { issue } = this.memory;
    const edits = this.#row?.edits ?? [];
    const own = edits.filter(({ nodeId }) => nodeId === issue?.nodeId);
    this.#spent.push(...edits.filter((edit) => !own.includes(edit)));
    if (issue === null) return;
    const isDoubtful = this.#isDoubtful(this.memory);
    const glance = root.desk ?? null;
    const glanced = glance === null ? this.memory.glanced : tellGlance(glance, this.memory);
    const isNews = glanced !== null && glanced !== this.memory.glanced;
    this.memory = { ...this.memory, glanced };
    if (this.seen === null) {
      if (!own.some(({ isOurs }) => !isOurs) && !isDoubtful && !isNews) {
        this.#spent.push(...own);
        return;
      }
      this.seen =
        root.deskSeen ?? (await this.#desk.read(root.repository, issue, isDoubtful || isNews));
    }
    if (isNews) this.#touchedAt = glance?.editedAt ?? null;
    await this.#live(own);
    if (this.memory.off === null && this.seen !== null) await this.#listen(own, this.seen.body);
    else this.#spent.push(...own);
  }

  /** The database is new, or something was interrupted: GitHub knows. */
  async #find(root: LineState, isNew: boolean): Promise<void> {
    const { store, repository, clock } = this.#request;
    const now = clock.now();
    const found = await this.#desk.find(root.repository);
    if (found === null) {
      const { makingAt } = this.memory;
      const isOnItsWay = makingAt !== null && now < makingAt + DELIVERY_MS;
      this.#isInChecks = isNew;
      return this.keep({ mustFind: isOnItsWay || isNew });
    }
    const { number, nodeId, url, body, isOpen, written } = found;
    this.#kept = readDeskState(body, root.repository.id, this.#desk.sign);
    const off: DeskMemory["off"] = { why: "closed", by: null, at: now };
    await this.keep(
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
    this.#row = await store.readDesk(repository.id);
    this.seen = found;
  }

  async keep(change: Partial<DeskMemory>, body?: string | null): Promise<void> {
    const { store, repository, ensureAlone } = this.#request;
    ensureAlone();
    await store.writeDesk(repository.id, change, body);
    this.memory = { ...this.memory, ...change };
  }

  /** Closed, reopened, deleted or transferred: as it stands now, by whom deliveries say. */
  async #live(edits: readonly Edit[]): Promise<void> {
    const { off } = this.memory;
    const at = this.#request.clock.now();
    const last = (actions: readonly string[]): Edit | null =>
      edits.findLast(({ action, isOurs }) => actions.includes(action) && !isOurs) ?? null;
    if (this.seen === null) {
      const by = last(["deleted", "transferred"])?.actor.login ?? null;
      await this.keep({ off: { why: "gone", by, at } });
    } else if (!this.seen.isOpen) {
      if (off !== null) return;
      const by = last(["closed"])?.actor.login ?? null;
      await this.keep({ off: { why: "closed", by, at }, digest: null });
    } else if (off?.why === "closed") {
      const by = last(["reopened"])?.actor.login ?? this.seen.reopenedBy;
      const permission = by === null ? "none" : await this.permissionOf(by);
      const isAllowed = judgeRight("hold", { login: by ?? "", permission }, null).kind === "may";
      if (isAllowed) await this.keep({ off: null, digest: null });
    }
  }

  /** Asked of GitHub once a pass. */
  async permissionOf(login: string): Promise<Permission> {
    const { forge, repository } = this.#request;
    const known = this.#permissions.get(login) ?? forge.permissionOf(repository, login);
    this.#permissions.set(login, known);
    return known;
  }

  async #listen(edits: readonly Edit[], body: string): Promise<void> {
    const { store, repository, clock } = this.#request;
    const now = clock.now();
    const written = await store.readDeskBody(repository.id);
    const found = findTicks({ written, now: body, edits });
    const doubts = found.doubts.flatMap(({ source }) => {
      if (this.memory.heard.includes(source)) return [];
      const known = this.memory.doubts.find((doubt) => doubt.source === source);
      // Its delivery may be on its way still, or should have been here long ago.
      return [known ?? { source, at: Math.min(now, this.#touchedAt ?? now) }];
    });
    const isDue = ({ at }: { readonly at: Instant }): boolean => now >= at + DELIVERY_MS;
    const proven = found.doubts
      .filter(({ source }) => doubts.some((each) => each.source === source && isDue(each)))
      .map((box): Tick => {
        const ticker = findTicker(box.source, this.seen?.revisions ?? []);
        return { box, isKnown: true, by: ticker?.by ?? null, at: ticker?.at ?? now };
      });
    const lost = found.awaited.filter(isDue);
    this.#asked = [...found.ticks, ...proven].map((tick) => ({ tick, isAnswered: false }));
    const isAwaiting = lost.length < found.awaited.length;
    if (!isAwaiting) this.#spent.push(...edits);
    const rest = doubts.filter((doubt) => !isDue(doubt));
    if (isAwaiting || rest.length > 0) this.wakeAt = now + DELIVERY_MS;
    for (const { box, by } of lost) this.#refuse(now, by?.login ?? null, nameBox(box), OVERWRITTEN);
    if (isAwaiting) await this.#closeHandled(edits, found.awaited);
    const heard = this.#asked.map(({ tick }) => tick.box.source);
    this.memory = { ...this.memory, doubts: rest, heard: [...this.memory.heard, ...heard] };
  }

  /** Rows of ticks that are not awaited any more; ours tell what became of those that are. */
  async #closeHandled(edits: readonly Edit[], awaited: readonly Tick[]): Promise<void> {
    const sources = new Set(awaited.map(({ box }) => box.source));
    this.#spent.push(
      ...edits.filter(
        ({ ticked, unticked }) => ![...ticked, ...unticked].some((source) => sources.has(source)),
      ),
    );
  }

  #refuse(at: Instant, by: string | null, said: string, why: string): void {
    const refused = [{ at, by, said, url: null, refused: why }, ...this.memory.refused];
    this.memory = { ...this.memory, refused: refused.slice(0, REFUSED_MAX), digest: null };
  }

  async #restore(state: LineState): Promise<LineState> {
    const kept = this.#isInChecks ? await readCheckKept(this.#desk, state) : this.#kept;
    return kept === null ? state : restoreLine(this.#request, state, kept);
  }

  async #obey(state: LineState): Promise<LineState> {
    let current = state;
    const key = keyOfLine(state.line);
    for (const asked of this.#asked) {
      if (asked.isAnswered || asked.tick.box.line !== key) continue;
      asked.isAnswered = true;
      current = await this.#answer(current, asked.tick);
    }
    return current;
  }

  async #answer(state: LineState, tick: Tick): Promise<LineState> {
    const { store, clock, repository, ensureAlone } = this.#request;
    const { box, by, at } = tick;
    const said = nameBox(box);
    const { issue } = this.memory;
    const of = box.tag === undefined ? "" : `:${box.tag}`;
    const key = `desk:${at}:${box.act}:${box.line}${of}`;
    // Told once more, by a delivery that came after GitHub's list of edits was asked.
    const before = await store.readTaken(repository.id, TAKEN_MAX);
    if (before.some((each) => each.key === key)) {
      const isStanding = listTicked(this.seen?.body ?? "").includes(box.source);
      if (isStanding) this.memory = { ...this.memory, digest: null };
      return state;
    }
    const refused = judgeTicker(tick);
    if (by === null || issue === null || refused !== null) {
      this.#refuse(at, by?.login ?? null, said, refused ?? LINE_GONE);
      return state;
    }
    const permission = await this.permissionOf(by.login);
    const question = {
      state,
      by: { login: by.login, permission },
      said: { url: issue.url, at, isTaken: false },
      pull: null,
      now: clock.now(),
    };
    const decision = await hearTick(this.#request.forge, question, box);
    const change = memoryOf(decision);
    if (change === null) {
      const why = decision.kind === "answer" ? decision.text : LINE_GONE;
      this.#refuse(at, by.login, said, why);
      return state;
    }
    ensureAlone();
    await store.writeMemory(state.line, change);
    const { number, url } = issue;
    const taken = { key, by: by.login, byId: by.id, said, number, url, at };
    await store.recordTaken(repository.id, taken);
    this.memory = { ...this.memory, digest: null };
    return { ...state, memory: await store.readMemory(state.line) };
  }

  /**
   * When every line was looked at. What was heard is forgotten only when what came of it is kept:
   * interrupted before, it is heard again and comes to the same. `isWhole`: no line failed.
   */
  async settle(isWhole: boolean): Promise<void> {
    const { store, repository, clock } = this.#request;
    if (isWhole && (this.#kept !== null || this.#isInChecks)) await this.keep({ mustFind: false });
    for (const { tick, isAnswered } of this.#asked) {
      if (!isAnswered)
        this.#refuse(clock.now(), tick.by?.login ?? null, nameBox(tick.box), LINE_GONE);
    }
    const known = this.#row?.memory ?? EMPTY_DESK;
    const { refused, doubts, digest, heard, glanced } = this.memory;
    const isSame =
      refused === known.refused &&
      doubts === known.doubts &&
      digest === known.digest &&
      glanced === known.glanced;
    if (!isSame) await this.keep({ refused, doubts, digest, heard, glanced });
    await store.closeDeskEdits(
      repository.id,
      this.#spent.map(({ id }) => id),
    );
  }

  /**
   * Are there ticks that were not heard yet? Then the text is left as it is until their deliveries
   * come, or GitHub tells whose they are.
   */
  async isTicked(now: string): Promise<boolean> {
    const { store, repository, clock } = this.#request;
    const { heard } = this.memory;
    const ticked = listTicked(now).filter((source) => !heard.includes(source));
    if (ticked.length === 0) return false;
    const boxes = readBoxes((await store.readDeskBody(repository.id)) ?? "");
    const own = ticked.filter((source) => boxes.some((box) => box.source === source));
    if (own.length === 0) return false;
    const at = clock.now();
    const { doubts } = this.memory;
    await this.keep({
      doubts: own.map((source) => doubts.find((each) => each.source === source) ?? { source, at }),
    });
    this.wakeAt = at + DELIVERY_MS;
    return true;
  }
}
