import { promisify } from "node:util";
import { deflateRawSync, inflateRaw } from "node:zlib";
import type { Instant } from "../core/state.ts";
import { keyOfAsk } from "./clock-ask.ts";
import type { ClockAsk } from "./clock-ask.ts";

/**
 * Computes the text of an ask, packed. "person": somebody waits for it; "ahead": nobody does yet.
 */
export type AnswerAsk = (
  ask: ClockAsk,
  asOf: Instant,
  urgency: "person" | "ahead",
) => Promise<Uint8Array<ArrayBuffer>>;

/** Fast and a twelfth of the size: these texts are tables. */
export function packText(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(deflateRawSync(text, { level: 3 }));
}

const unpack = promisify(inflateRaw);

/** Bytes of packed texts, with what was asked: some thousand pages. */
const BYTES_MAX = 32 * 2 ** 20;
const REPOSITORY_BYTES = 200;
/** People who wait for texts that are being computed: as many as are done in some seconds. */
const WAITING_MAX = 32;
const MINUTE_MS = 60_000;
/** After a change, the text from before it is given for so long. */
const STALE_MS_MAX = MINUTE_MS;
/** Clocks that differ by more are wrong. */
const SKEW_MS_MAX = MINUTE_MS;
/** Where nothing changed only ages do; and texts are computed anew long before. */
const AGE_MS_MAX = 60 * MINUTE_MS;

/** Programs ask for several answers, which have to fit together. */
const OF_THE_MINUTE: readonly ClockAsk["show"]["kind"][] = ["report", "list", "compared", "badge"];

/** Whoever came too many asks again after so long. */
export const BUSY_SECONDS = 10;

/** Too many people wait already. */
export class TooManyAsks extends Error {
  override readonly name = "TooManyAsks";
}

export interface KeptText {
  readonly ask: ClockAsk;
  readonly body: Uint8Array<ArrayBuffer> | null;
  readonly asOf: Instant;
  /** When the records changed that it was computed from; null: they did not. */
  readonly changedAt: Instant | null;
  /** Once more then: what changed last may carry the time of a clock ahead of ours. Null: no need. */
  readonly againAt: Instant | null;
  /** What computing it took. */
  readonly costMs: number;
  /** When it could not be computed last; null: it could. */
  readonly failedAt: Instant | null;
}

interface Slot {
  readonly key: string;
  kept: KeptText;
  running: Promise<KeptText> | null;
}

/**
 * What was computed, for whoever asks next. Where somebody tells of changes (`watch`), a text stays
 * until they do; else it is believed within its minute.
 */
export class KeptTexts {
  readonly #answer: AnswerAsk;
  readonly #now: () => Instant;
  /** The one that was asked for last is last. */
  readonly #slots = new Map<string, Slot>();
  #bytes = 0;
  #waiting = 0;
  #isWatched = false;

  constructor(answer: AnswerAsk, now: () => Instant) {
    this.#answer = answer;
    this.#now = now;
  }

  /** From now on changes are told. */
  watch(): void {
    this.#isWatched = true;
  }

  /** Throws TooManyAsks, and what computing throws. */
  async read(ask: ClockAsk): Promise<{ readonly text: string; readonly asOf: Instant }> {
    const slot = this.#slotOf(ask);
    this.#slots.delete(slot.key);
    this.#slots.set(slot.key, slot);
    const kept = this.#isGood(slot.kept) ? slot.kept : await this.#wait(slot);
    const text = (await unpack(kept.body ?? new Uint8Array())).toString("utf8");
    return { text, asOf: kept.asOf };
  }

  /** Compute it before somebody asks. */
  async renew(ask: ClockAsk): Promise<KeptText> {
    return await this.#compute(this.#slotOf(ask), "ahead");
  }

  /** Pages of clocks, those that somebody asked for last at the end. */
  list(): readonly KeptText[] {
    return [...this.#slots.values()].flatMap(({ kept }) => {
      return kept.ask.show.kind === "page" ? [kept] : [];
    });
  }

  /** Their records changed: what was computed from them is old. */
  noteChanges(repositoryIds: ReadonlySet<number>): void {
    const changedAt = this.#now();
    for (const slot of this.#slots.values()) {
      const { ask } = slot.kept;
      if (!ask.repositories.some(({ id }) => repositoryIds.has(id))) continue;
      slot.kept = { ...slot.kept, changedAt: slot.kept.changedAt ?? changedAt };
    }
  }

  /** As if nobody had asked for it yet. */
  expect(ask: ClockAsk): void {
    this.#slotOf(ask);
  }

  forget(ask: ClockAsk): void {
    const slot = this.#slots.get(keyOfAsk(ask));
    if (slot !== undefined) this.#drop(slot);
  }

  #drop(slot: Slot): void {
    this.#slots.delete(slot.key);
    this.#bytes -= bytesOf(slot.kept);
  }

  #slotOf(ask: ClockAsk): Slot {
    const key = keyOfAsk(ask);
    const known = this.#slots.get(key);
    if (known !== undefined) return known;
    const kept = {
      ask,
      body: null,
      asOf: 0,
      changedAt: null,
      againAt: null,
      costMs: 0,
      failedAt: null,
    };
    const slot: Slot = { key, kept, running: null };
    this.#slots.set(key, slot);
    this.#bytes += bytesOf(kept);
    return slot;
  }

  #isGood({ body, asOf, changedAt, ask }: KeptText): boolean {
    if (body === null) return false;
    const now = this.#now();
    if (!this.#isWatched || ask.show.kind !== "page") return minuteOf(asOf) === minuteOf(now);
    return now - (changedAt ?? now) < STALE_MS_MAX && now - asOf < AGE_MS_MAX;
  }

  async #wait(slot: Slot): Promise<KeptText> {
    if (this.#waiting >= WAITING_MAX) throw new TooManyAsks("too many people wait for numbers");
    this.#waiting += 1;
    try {
      return await this.#compute(slot, "person");
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Once at a time, whoever asks. */
  #compute(slot: Slot, urgency: "person" | "ahead"): Promise<KeptText> {
    slot.running ??= this.#run(slot, urgency).finally(() => {
      slot.running = null;
    });
    return slot.running;
  }

  async #run(slot: Slot, urgency: "person" | "ahead"): Promise<KeptText> {
    const { ask, changedAt } = slot.kept;
    // Where changes are told, what was recorded a moment ago is to be seen: no instant before now.
    const now = this.#now();
    const isOfNow = this.#isWatched && !OF_THE_MINUTE.includes(ask.show.kind);
    const asOf = isOfNow ? Math.ceil(now / 1_000) * 1_000 : minuteOf(now);
    const beganAt = performance.now();
    try {
      const body = await this.#answer(ask, asOf, urgency);
      const costMs = performance.now() - beganAt;
      // What changed while it was computed may be missing in it.
      const isNewer = slot.kept.changedAt !== changedAt;
      const stillAt = isNewer ? slot.kept.changedAt : null;
      const againAt = changedAt === null ? null : now + SKEW_MS_MAX;
      const kept = { ask, body, asOf, changedAt: stillAt, againAt, costMs, failedAt: null };
      this.#keep(slot, kept);
      return kept;
    } catch (error) {
      slot.kept = { ...slot.kept, failedAt: now };
      throw error;
    }
  }

  #keep(slot: Slot, kept: KeptText): void {
    if (this.#slots.get(slot.key) !== slot) return;
    this.#bytes += bytesOf(kept) - bytesOf(slot.kept);
    slot.kept = kept;
    for (const other of this.#slots.values()) {
      if (this.#bytes <= BYTES_MAX) return;
      if (other !== slot) this.#drop(other);
    }
  }
}

function bytesOf({ body, ask }: KeptText): number {
  return (body?.length ?? 0) + (1 + ask.repositories.length) * REPOSITORY_BYTES;
}

function minuteOf(at: Instant): Instant {
  return Math.floor(at / MINUTE_MS) * MINUTE_MS;
}
