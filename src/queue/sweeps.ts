import type { Instant } from "../core/state.ts";
import type { Clock, Logger } from "../ports.ts";
import type { QueueDatabase } from "./work-rows.ts";

export interface SweepTurn {
  readonly now: Instant;
  /** When the last one that came to its end had begun; null: none did. */
  readonly previousAt: Instant | null;
  /** Aborted when this process stops: what takes long comes to an early end. */
  readonly signal: AbortSignal;
}

/** A periodic duty. One replica does it per period; after an error the next period repeats it. */
export interface Sweep {
  /** Unique and lasting: it names the duty in the database. */
  readonly name: string;
  readonly periodMs: number;
  /** Turns are asked for this much more often than taken. 4 where left out. */
  readonly asksPerPeriod?: number;
  run(turn: SweepTurn): Promise<void>;
}

/** Turns are asked for this much more often than taken, so that one missed is soon made up for. */
const ASKS_PER_PERIOD = 4;
/** Node's timers hold no more (2^31 - 1 ms, 24.8 days). */
const TIMER_MS_MAX = 2_147_483_647;

export class Sweeps {
  readonly #turns: QueueDatabase["sweeps"];
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(options: {
    readonly turns: QueueDatabase["sweeps"];
    readonly clock: Clock;
    readonly logger: Logger;
  }) {
    this.#turns = options.turns;
    this.#clock = options.clock;
    this.#logger = options.logger;
  }

  /** Begins at once, unless another replica did it less than a period ago. */
  add(sweep: Sweep): void {
    const asks = sweep.asksPerPeriod ?? ASKS_PER_PERIOD;
    this.#repeat(0, sweep.periodMs / asks, () => this.#turn(sweep));
  }

  /** In every replica, without turns; first at once. */
  every(periodMs: number, run: () => Promise<void>): void {
    this.#repeat(0, periodMs, run);
  }

  /** None begins any more; waits for those in flight. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all(this.#running);
  }

  #repeat(delayMs: number, periodMs: number, run: () => Promise<void>): void {
    if (this.#stopping.signal.aborted) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        const running = this.#runOnce(run).finally(() => {
          this.#running.delete(running);
          // A spread keeps replicas that started together from asking together for ever.
          this.#repeat(periodMs * (0.8 + 0.2 * Math.random()), periodMs, run);
        });
        this.#running.add(running);
      },
      Math.min(delayMs, TIMER_MS_MAX),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  async #runOnce(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      this.#logger.warn({ err: error }, "A sweep failed and is repeated.");
    }
  }

  async #turn(sweep: Sweep): Promise<void> {
    const { name, periodMs } = sweep;
    const now = this.#clock.now();
    const turn = await this.#turns.takeTurn(name, periodMs, now);
    if (!turn.isMine) return;
    await sweep.run({ now, previousAt: turn.previousAt, signal: this.#stopping.signal });
    await this.#turns.completeTurn(name, now);
  }
}
