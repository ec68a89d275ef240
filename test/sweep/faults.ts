/**
 * What can go wrong with one request to GitHub or one transaction of the store. `before`: it took
 * no effect; `after`: it did, and its answer is lost.
 */
const REQUEST_FAULTS = [
  "502 before",
  "502 after",
  "secondary limit",
  "reset before",
  "reset after",
  "timeout before",
  "timeout after",
  /** Reads answer from the past, from this request on until the App rests. */
  "stale reads",
  /** The worker dies while GitHub has not acted yet, or has. */
  "killed before",
  "killed after",
  /** Every row is gone while the request is on its way, and the worker goes on. */
  "database lost",
  /** The worker dies, and every row is gone. */
  "all lost before",
  "all lost after",
  /** Another replica takes up the same repository while the request is on its way. */
  "second replica",
  /** The connection that holds the lock breaks, and another replica goes first. */
  "lock lost",
] as const;

const TRANSACTION_FAULTS = ["refused", "answer lost", "killed before", "killed after"] as const;

export type RequestFault = (typeof REQUEST_FAULTS)[number];
type TransactionFault = (typeof TRANSACTION_FAULTS)[number];

/** One way for a story to go wrong: this fault at its n-th request or transaction, from 1. */
export type Point =
  | { readonly kind: "request"; readonly nth: number; readonly fault: RequestFault }
  | { readonly kind: "transaction"; readonly nth: number; readonly fault: TransactionFault };

/** Tried at every point, also in the gate; of the others the gate tries a seeded quarter. */
const ALWAYS: readonly string[] = ["502 after", "killed after"];

/** Every point of a story with so many requests and transactions. */
export function listPoints(counts: { requests: number; transactions: number }): Point[] {
  return [
    ...upTo(counts.requests).flatMap((nth) =>
      REQUEST_FAULTS.map((fault) => ({ kind: "request" as const, nth, fault })),
    ),
    ...upTo(counts.transactions).flatMap((nth) =>
      TRANSACTION_FAULTS.map((fault) => ({ kind: "transaction" as const, nth, fault })),
    ),
  ];
}

/** 1, 2, 3... */
function upTo(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** All points with the two faults that are always tried, and about a quarter of the others. */
export function choosePoints(points: readonly Point[], random: () => number): Point[] {
  return points.filter(({ fault }) => ALWAYS.includes(fault) || random() < 1 / 4);
}

export function formatPoint({ kind, nth, fault }: Point): string {
  return `${kind} ${nth}: ${fault}`;
}

/** mulberry32: the same numbers, 0 to 1, for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
