import type { Clock } from "../ports.ts";

/** A company behind one address logs in on Monday morning; a program that guesses takes more. */
const BURST = 60;
const PER_MS = 1_000;
/** Addresses that are remembered. */
const ADDRESSES_MAX = 10_000;

/** How often one address may begin or end a login: each end of one costs GitHub two requests. */
export class LoginPace {
  readonly #clock: Clock;
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False: not now. */
  take(address: string): boolean {
    const now = this.#clock.now();
    const known = this.#left.get(address) ?? { count: BURST, at: now };
    const count = Math.min(BURST, known.count + Math.max(0, now - known.at) / PER_MS);
    this.#left.delete(address);
    this.#left.set(address, { count: count < 1 ? count : count - 1, at: now });
    const [oldest] = this.#left.keys();
    if (this.#left.size > ADDRESSES_MAX && oldest !== undefined) this.#left.delete(oldest);
    return count >= 1;
  }
}
