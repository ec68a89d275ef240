/** How long pieces of work waited, in any one unit of time. */
export interface Waits {
  /** Of those that were released. */
  readonly ended: readonly number[];
  /** Of those that still wait: at least so long. */
  readonly open: readonly number[];
}

/**
 * The time after which a share of the work was released, by Kaplan and Meier: what still waits
 * counts as long as it was seen, instead of being left out. Null where less than that share was.
 */
export function waitQuantile({ ended, open }: Waits, share: number): number | null {
  const times = [
    ...ended.map((time) => ({ time, isEnd: true })),
    ...open.map((time) => ({ time, isEnd: false })),
  ].toSorted((left, right) => left.time - right.time || Number(right.isEnd) - Number(left.isEnd));
  let waiting = 1;
  for (const [at, { time, isEnd }] of times.entries()) {
    if (!isEnd) continue;
    waiting *= 1 - 1 / (times.length - at);
    // Rounding must not ask for one more of them.
    if (waiting <= 1 - share + 1e-9) return time;
  }
  return null;
}
