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

/** What goes wrong most often: the gate tries a half of these, drawn by lot. */
const USUAL: readonly string[] = ["502 after", "killed after"];
const USUAL_SHARE = 1 / 2;
/** Of the others: what two cores play in the time that the gate has for all stories. */
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
 * What the gate tries: a half of the two usual faults at every request and at every transaction
 * that writes, and a share of the other points. `npm run sweep` tries all.
 */
export function choosePoints(points: readonly Point[], lots: Lots): Point[] {
  const isUsual = ({ kind, fault, isRead }: Point): boolean =>
    USUAL.includes(fault) && (kind === "request" || !isRead);
  return points.filter((point) => lots.chance(isUsual(point) ? USUAL_SHARE : SHARE));
}

export function formatPoint({ kind, nth, fault }: Point): string {
  return `${kind} ${nth}: ${fault}`;
}
