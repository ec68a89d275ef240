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

/** One way for a story to go wrong: this fault at the n-th request or transaction of a part, from 1. */
export type Point = Step &
  (
    | { readonly kind: "request"; readonly nth: number; readonly fault: RequestFault }
    | { readonly kind: "transaction"; readonly nth: number; readonly fault: TransactionFault }
  );

/** Tried at every request and every write by the gate, too. */
const ALWAYS: readonly string[] = ["502 after", "killed after"];
/** Of transactions that PostgreSQL does not answer. */
const UNANSWERED_SHARE = 1 / 4;
/** Of the rest: more would take the gate beyond its 20 minutes. */
const SHARE = 1 / 16;

/** The work that is due, and what the sweep finds then. */
export const REST_PARTS = 2;

/** One request or transaction of a story. */
export interface Step {
  /** From 1. A rest has `REST_PARTS` of them. */
  readonly part: number;
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
    ...countParts(requests).flatMap((step) =>
      REQUEST_FAULTS.filter((fault) => isOther(fault, step)).map((fault) => ({
        kind: "request" as const,
        fault,
        ...step,
      })),
    ),
    ...countParts(transactions).flatMap((step) =>
      TRANSACTION_FAULTS.filter((fault) => isOther(fault, step)).map((fault) => ({
        kind: "transaction" as const,
        fault,
        ...step,
      })),
    ),
  ];
}

function countParts(steps: readonly Step[]): (Step & { readonly nth: number })[] {
  const counts = new Map<number, number>();
  return steps.map((step) => {
    const nth = (counts.get(step.part) ?? 0) + 1;
    counts.set(step.part, nth);
    return { ...step, nth };
  });
}

/** What the gate tries: all that fails after it was done, and shares of the rest. */
export function choosePoints(points: readonly Point[], lots: Lots): Point[] {
  return points.filter((point) => {
    const share = shareOf(point);
    return share === 1 || lots.chance(share);
  });
}

/** To be killed after reading is to be killed after the write before it, a point of its own. */
function shareOf({ kind, fault, isRead }: Point): number {
  if (ALWAYS.includes(fault) && !(isRead && fault === "killed after")) return 1;
  const isUnanswered = kind === "transaction" && ["refused", "answer lost"].includes(fault);
  return isUnanswered && fault === (isRead ? "refused" : "answer lost") ? UNANSWERED_SHARE : SHARE;
}

/**
 * Points that one run of the story tries, so that the gate has time for more of them. Between two
 * of them lies a whole part in which nothing goes wrong: the App has come to rest, and the sweep has
 * found what was lost, before the next one strikes. A lost database may take longer, and has a run
 * of its own.
 */
export function joinPoints(points: readonly Point[]): Point[][] {
  const losing = points.filter(losesDatabase).map((point) => [point]);
  const rest = points.filter((point) => !losesDatabase(point));
  const joined = [0, 1].flatMap((odd) => {
    const runs: Point[][] = [];
    const counts = new Map<number, number>();
    for (const point of rest.filter(({ part }) => part % 2 === odd)) {
      const at = counts.get(point.part) ?? 0;
      counts.set(point.part, at + 1);
      (runs[at] ??= []).push(point);
    }
    return runs;
  });
  return [...losing, ...joined];
}

/** Every row is gone. */
export function losesDatabase({ fault }: Point): boolean {
  return fault.startsWith("database lost") || fault.startsWith("all lost");
}

export function formatPoint({ part, kind, nth, fault }: Point): string {
  return `part ${part}, ${kind} ${nth}: ${fault}`;
}
