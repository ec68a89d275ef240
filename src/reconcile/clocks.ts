import type {
  ClockForge,
  ClockStore,
  Quota,
  ReadingCursor,
  ReadingPart,
  RepositoryName,
} from "../clocks-port.ts";
import type { Instant } from "../core/state.ts";
import { DAY_MS } from "../core/zone.ts";
import type { Clock } from "../ports.ts";
import { PartReader } from "./clock-parts.ts";
import type { PageKept } from "./clock-parts.ts";

/** What was on its way when the last reading began. */
const OVERLAP_MS = 3_600_000;
/** Of the past, at the start of a repository. */
const FIRST_DAYS = 90;
/** Requests that are left to releases, of those that GitHub answers in an hour. */
const QUOTA_LEFT = 0.25;

const PARTS: readonly ReadingPart[] = ["pulls", "releases", "issues", "deployments"];

export interface ReadingRequest {
  readonly forge: ClockForge;
  readonly store: ClockStore;
  readonly clock: Clock;
  readonly repository: RepositoryName;
  /** Branches whose merges are released. */
  readonly branches: readonly string[];
  /** From then on; absent: what changed since the last reading, or the last 90 days. */
  readonly since?: Instant;
  /** Pages that are read at most; the next reading goes on. */
  readonly pagesMax: number;
  /** False: stop after this page. */
  readonly mayGoOn?: () => boolean;
  readonly onPage?: (progress: ReadingProgress) => void;
}

export interface ReadingProgress {
  readonly part: ReadingCursor["part"];
  /** Items of the part that were read. */
  readonly done: number;
  /** Of the whole list: no more than these are to be read. */
  readonly total: number;
  /** When the last item that was read changed; null: there was none. */
  readonly reachedAt: Instant | null;
  readonly since: Instant;
  readonly requests: number;
}

/** How a reading ended. */
export type ReadingEnd =
  | { readonly kind: "done"; readonly since: Instant; readonly requests: number }
  /** There is more; the store knows where it goes on. */
  | { readonly kind: "more"; readonly since: Instant; readonly requests: number }
  /** GitHub's requests of this hour are to be left to releases. */
  | {
      readonly kind: "wait";
      readonly until: Instant;
      readonly since: Instant;
      readonly requests: number;
    };

/**
 * Read the past of a repository from GitHub, the newest first, and keep it. What was interrupted goes
 * on where it stopped; what was read twice is kept once.
 */
export async function readPast(request: ReadingRequest): Promise<ReadingEnd> {
  const { store, clock, repository } = request;
  const [known] = await store.readCoverage([repository.id]);
  if (known === undefined) return { kind: "done", since: clock.now(), requests: 0 };
  const reading = new Reading(request, beginAt(known, request.since, clock.now()));
  const end = await reading.run();
  if (end.kind === "done") {
    const { since, beganAt } = reading;
    await store.keepReading(repository.id, { knownSince: since, readAt: beganAt, cursor: null });
  }
  return end;
}

/** Where a reading begins: one that was interrupted goes on, if it goes back as far as is wanted. */
function beginAt(
  known: { readonly cursor: ReadingCursor | null; readonly readAt: Instant | null },
  wanted: Instant | undefined,
  now: Instant,
): ReadingCursor {
  const { cursor, readAt } = known;
  if (cursor !== null && cursor.since <= (wanted ?? cursor.since)) return cursor;
  const usual = readAt === null ? now - FIRST_DAYS * DAY_MS : readAt - OVERLAP_MS;
  return { since: wanted ?? usual, beganAt: now, part: "pulls", after: null, done: 0 };
}

class Reading {
  readonly #request: ReadingRequest;
  #cursor: ReadingCursor;
  readonly #pages: PartReader;
  #requests = 0;

  constructor(request: ReadingRequest, cursor: ReadingCursor) {
    this.#request = request;
    this.#pages = new PartReader(request);
    this.#cursor = cursor;
  }

  get since(): Instant {
    return this.#cursor.since;
  }

  get beganAt(): Instant {
    return this.#cursor.beganAt;
  }

  async run(): Promise<ReadingEnd> {
    const { store, repository, pagesMax, mayGoOn = () => true, onPage } = this.#request;
    for (;;) {
      const { part, after, since } = this.#cursor;
      const page = await this.#pages.read(part, after);
      this.#requests += page.requests;
      const done = this.#cursor.done + page.count;
      onPage?.({
        part,
        done,
        total: page.total,
        reachedAt: page.oldestAt,
        since,
        requests: this.#requests,
      });
      const isEnough = reaches(page, since);
      const following = PARTS[PARTS.indexOf(part) + 1];
      if (isEnough && following === undefined) return this.#end("done");
      this.#cursor =
        isEnough && following !== undefined
          ? { ...this.#cursor, part: following, after: null, done: 0 }
          : { ...this.#cursor, after: page.next, done };
      await store.keepReading(repository.id, { cursor: this.#cursor });
      const until = waitFor(page.quota);
      if (until !== null) return { ...this.#end("more"), kind: "wait", until };
      if (this.#requests >= pagesMax || !mayGoOn()) return this.#end("more");
    }
  }

  #end<K extends "done" | "more">(
    kind: K,
  ): { readonly kind: K; readonly since: Instant; readonly requests: number } {
    return { kind, since: this.since, requests: this.#requests };
  }
}

/**
 * Read one part as far as it changed since, and keep it. False: not to the end, because there is more
 * than is read at once or GitHub's requests are to be left to releases.
 */
export async function readPart(
  request: Pick<ReadingRequest, "forge" | "store" | "clock" | "repository" | "branches">,
  { part, since }: { readonly part: ReadingPart; readonly since: Instant },
  pagesMax: number,
): Promise<boolean> {
  const pages = new PartReader(request);
  let after: string | null = null;
  for (let count = 1; count <= pagesMax; count += 1) {
    const page = await pages.read(part, after);
    if (reaches(page, since - OVERLAP_MS)) return true;
    if (waitFor(page.quota) !== null) return false;
    after = page.next;
  }
  return false;
}

/** Does the list hold nothing more that changed since? */
function reaches({ next, oldestAt }: PageKept, since: Instant): boolean {
  return next === null || (oldestAt !== null && oldestAt < since);
}

/** Null: there is enough left. */
function waitFor(quota: Quota | null): Instant | null {
  return quota !== null && quota.remaining < quota.limit * QUOTA_LEFT ? quota.resetAt : null;
}
