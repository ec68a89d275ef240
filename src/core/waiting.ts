/** How long pieces of work waited, in any one unit of time. */
export interface Waits {
  /** Of those that were released. */
  readonly ended: readonly number[];
  /** Of those that still wait: at least so long. */
  readonly open: readonly number[];
}

/**
 * The times after which shares of the work were released, by Kaplan and Meier: what still waits
 * counts as long as it was seen, instead of being left out. `shares`: 0 to 1, ascending. Null where
 * less than that share was released.
 */
export function waitQuantiles(waits: Waits, shares: readonly number[]): (number | null)[] {
  const ended = Float64Array.from(waits.ended).toSorted();
  const open = Float64Array.from(waits.open).toSorted();
  const found: number[] = [];
  let waiting = 1;
  let gone = 0;
  for (const [at, time] of ended.entries()) {
    // At the same time the end comes first.
    while (Number(open[gone]) < time) gone += 1;
    waiting *= 1 - 1 / (ended.length - at + open.length - gone);
    // Rounding must not ask for one more of them.
    while (waiting <= 1 - Number(shares[found.length]) + 1e-9) found.push(time);
  }
  return shares.map((_, at) => found[at] ?? null);
}
