import { keyOfLine, listTicked, nameBox, readBoxes } from "../core/desk/desk-box.ts";
import { judgeTicker, LINE_GONE, OVERWRITTEN } from "../core/desk/desk-obey.ts";
import { findTicker, findTicks } from "../core/desk/desk-ticks.ts";
import type { Tick } from "../core/desk/desk-ticks.ts";
import { memoryOf } from "../core/question.ts";
import type { Instant, LineState } from "../core/state.ts";
import { DELIVERY_MS } from "./desk-known.ts";
import type { DeskKnown, DeskRequest, Edit } from "./desk-known.ts";
import { hearTick } from "./older-releases.ts";

/** A tick, until a line has answered it. */
interface Asked {
  readonly tick: Tick;
  isAnswered: boolean;
}

/** Asked for by a tick that is heard once more; more were asked for since. */
const TAKEN_MAX = 20;

/** What people ticked on the release desk, in one look at a repository. */
export class TicksOfPass {
  readonly #request: DeskRequest;
  readonly #known: DeskKnown;
  #asked: Asked[] = [];

  constructor(request: DeskRequest, known: DeskKnown) {
    this.#request = request;
    this.#known = known;
  }

  /**
   * Who ticked what, by the deliveries that came and the text as it stands now. `touchedAt`: when
   * somebody edited it, as a glance showed; null: nobody did since we last read it.
   */
  async listen(edits: readonly Edit[], body: string, touchedAt: Instant | null): Promise<void> {
    const { store, repository, clock } = this.#request;
    const known = this.#known;
    const now = clock.now();
    const written = await store.readDeskBody(repository.id);
    const found = findTicks({ written, now: body, edits });
    const doubts = found.doubts.flatMap(({ source }) => {
      if (known.memory.heard.includes(source)) return [];
      const doubt = known.memory.doubts.find((each) => each.source === source);
      // Its delivery may be on its way still, or should have been here long ago.
      return [doubt ?? { source, at: Math.min(now, touchedAt ?? now) }];
    });
    const isDue = ({ at }: { readonly at: Instant }): boolean => now >= at + DELIVERY_MS;
    const proven = found.doubts
      .filter(({ source }) => doubts.some((each) => each.source === source && isDue(each)))
      .map((box): Tick => {
        const ticker = findTicker(box.source, known.seen?.revisions ?? []);
        return { box, isKnown: true, by: ticker?.by ?? null, at: ticker?.at ?? now };
      });
    const lost = found.awaited.filter(isDue);
    this.#asked = [...found.ticks, ...proven].map((tick) => ({ tick, isAnswered: false }));
    const isAwaiting = lost.length < found.awaited.length;
    const rest = doubts.filter((doubt) => !isDue(doubt));
    if (isAwaiting || rest.length > 0) known.wakeAt = now + DELIVERY_MS;
    for (const { box, by } of lost) known.refuse(now, by?.login ?? null, nameBox(box), OVERWRITTEN);
    known.spend(isAwaiting ? listHandled(edits, found.awaited) : edits);
    const heard = this.#asked.map(({ tick }) => tick.box.source);
    known.memory = { ...known.memory, doubts: rest, heard: [...known.memory.heard, ...heard] };
  }

  /** The line as it is to be planned: with what its boxes asked for. */
  async obey(state: LineState): Promise<LineState> {
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
    const known = this.#known;
    const { box, by, at } = tick;
    const said = nameBox(box);
    const { issue } = known.memory;
    const of = box.tag === undefined ? "" : `:${box.tag}`;
    const key = `desk:${at}:${box.act}:${box.line}${of}`;
    // Told once more, by a delivery that came after GitHub's list of edits was asked.
    const before = await store.readTaken(repository.id, TAKEN_MAX);
    if (before.some((each) => each.key === key)) {
      const isStanding = listTicked(known.seen?.body ?? "").includes(box.source);
      if (isStanding) known.memory = { ...known.memory, digest: null };
      return state;
    }
    const refused = judgeTicker(tick);
    if (by === null || issue === null || refused !== null) {
      known.refuse(at, by?.login ?? null, said, refused ?? LINE_GONE);
      return state;
    }
    const permission = await known.permissionOf(by.login);
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
      known.refuse(at, by.login, said, why);
      return state;
    }
    ensureAlone();
    await store.writeMemory(state.line, change);
    const { number, url } = issue;
    const taken = { key, by: by.login, byId: by.id, said, number, url, at };
    await store.recordTaken(repository.id, taken);
    known.memory = { ...known.memory, digest: null };
    return { ...state, memory: await store.readMemory(state.line) };
  }

  /** When every line was asked: those of lines that are gone. */
  refuseRest(): void {
    const now = this.#request.clock.now();
    for (const { tick, isAnswered } of this.#asked) {
      if (isAnswered) continue;
      this.#known.refuse(now, tick.by?.login ?? null, nameBox(tick.box), LINE_GONE);
    }
  }

  /**
   * Are there ticks that were not heard yet? Then the text is left as it is until their deliveries
   * come, or GitHub tells whose they are.
   */
  async isTicked(body: string): Promise<boolean> {
    const { store, repository, clock } = this.#request;
    const known = this.#known;
    const { heard, doubts } = known.memory;
    const ticked = listTicked(body).filter((source) => !heard.includes(source));
    if (ticked.length === 0) return false;
    const boxes = readBoxes((await store.readDeskBody(repository.id)) ?? "");
    const own = ticked.filter((source) => boxes.some((box) => box.source === source));
    if (own.length === 0) return false;
    const at = clock.now();
    await known.keep({
      doubts: own.map((source) => doubts.find((each) => each.source === source) ?? { source, at }),
    });
    known.wakeAt = at + DELIVERY_MS;
    return true;
  }
}

/** Rows of ticks that are not awaited any more; ours tell what became of those that are. */
function listHandled(edits: readonly Edit[], awaited: readonly Tick[]): readonly Edit[] {
  const sources = new Set(awaited.map(({ box }) => box.source));
  return edits.filter(
    ({ ticked, unticked }) => ![...ticked, ...unticked].some((source) => sources.has(source)),
  );
}
