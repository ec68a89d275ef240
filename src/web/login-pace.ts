import type { Clock } from "../ports.ts";

interface Pace {
  /** So many at once. */
  readonly burst: number;
  /** And then one in so many milliseconds. */
  readonly perMs: number;
}

/** A company behind one address logs in on Monday morning; a program that guesses takes more. */
const LOGINS: Pace = { burst: 60, perMs: 1_000 };
/** Addresses that are remembered. */
const ADDRESSES_MAX = 10_000;

/**
 * How often one address may begin or end a login: each end of one costs GitHub two requests. The API
 * has a pace of its own.
 */
export class LoginPace {
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #left = new Map<string, { count: number; at: number }>();

  constructor(clock: Clock, pace: Pace = LOGINS) {
    this.#clock = clock;
    this.#pace = pace;
  }

  /** False: not now. */
  take(address: string): boolean {
    const now = this.#clock.now();
    const { burst, perMs } = this.#pace;
    const known = this.#left.get(address) ?? { count: burst, at: now };
    const count = Math.min(burst, known.count + Math.max(0, now - known.at) / perMs);
    this.#left.delete(address);
    this.#left.set(address, { count: count < 1 ? count : count - 1, at: now });
    const [oldest] = this.#left.keys();
    if (this.#left.size > ADDRESSES_MAX && oldest !== undefined) this.#left.delete(oldest);
    return count >= 1;
  }
}
