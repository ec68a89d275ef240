import type { Lots } from "../support/seed.ts";

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
export type Point = Step &
  (
    | { readonly kind: "request"; readonly nth: number; readonly fault: RequestFault }
    | { readonly kind: "transaction"; readonly nth: number; readonly fault: TransactionFault }
  );

/** Tried at every write that the gate tries anyway. */
const ALWAYS: readonly string[] = ["502 after", "killed after"];
/** Of reads that fail: two cores have no time for all of them. */
const READ_SHARE = 1 / 4;
/** Of all else. */
const SHARE = 1 / 64;

/** One request or transaction of a story. */
export interface Step {
  /** It changes nothing: failing before it and losing its answer are the same then. */
  readonly isRead: boolean;
}

export interface Steps {
  readonly requests: readonly Step[];
  readonly transactions: readonly Step[];
}

/** Of a read the same as another fault. */
const SAME_FOR_READS: readonly string[] = [
  "502 before",
  "reset before",
  "timeout before",
  "killed before",
  "all lost before",
  "answer lost",
];

function isOther(fault: string, { isRead }: Step): boolean {
  return !isRead || !SAME_FOR_READS.includes(fault);
}

/** Every point of a story, each in as many ways as differ. */
export function listPoints({ requests, transactions }: Steps): Point[] {
  return [
    ...requests.flatMap((step, at) =>
      REQUEST_FAULTS.filter((fault) => isOther(fault, step)).map((fault) => ({
        kind: "request" as const,
        nth: at + 1,
        fault,
        isRead: step.isRead,
      })),
    ),
    ...transactions.flatMap((step, at) =>
      TRANSACTION_FAULTS.filter((fault) => isOther(fault, step)).map((fault) => ({
        kind: "transaction" as const,
        nth: at + 1,
        fault,
        isRead: step.isRead,
      })),
    ),
  ];
}

/**
 * What the gate tries: every request and every transaction that writes, with the two faults that
 * are always tried, and shares of reads that fail and of the other points. To be killed after
 * reading is to be killed after the write before it, which is a point of its own.
 */
export function choosePoints(points: readonly Point[], lots: Lots): Point[] {
  return points.filter((point) => {
    const share = shareOf(point);
    return share === 1 || lots.chance(share);
  });
}

function shareOf({ kind, fault, isRead }: Point): number {
  if (!ALWAYS.includes(fault)) return SHARE;
  if (!isRead) return 1;
  return kind === "request" && fault === "502 after" ? READ_SHARE : SHARE;
}

export function formatPoint({ kind, nth, fault }: Point): string {
  return `${kind} ${nth}: ${fault}`;
}
