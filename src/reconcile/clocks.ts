import type {
  ClockForge,
  ClockStore,
  Page,
  Quota,
  ReadingCursor,
  Sightings,
} from "../clocks-port.ts";
import type { RepositoryName } from "../clocks-port.ts";
import { seeIssue } from "../core/clock-records/issue-sighting.ts";
import { seePull } from "../core/clock-records/pull-sighting.ts";
import {
  isBackfilled,
  previousTag,
  seeDirect,
  seeRelease,
  seeRevert,
  seeRollbacks,
  unitsIn,
} from "../core/clock-records/release-sighting.ts";
import type { CarriedCommit, ReleaseRead } from "../core/clock-records/release-sighting.ts";
import type { Instant } from "../core/state.ts";
import { DAY_MS } from "../core/zone.ts";
import type { Clock } from "../ports.ts";

/** What was on its way when the last reading began. */
const OVERLAP_MS = 3_600_000;
/** Of the past, at the start of a repository. */
const FIRST_DAYS = 90;
/** Requests that are left to releases, of those that GitHub answers in an hour. */
const QUOTA_LEFT = 0.25;

const PARTS = ["pulls", "releases", "issues"] as const;

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
  #requests = 0;
  #tags: readonly string[] | null = null;
  #releases: readonly ReleaseRead[] = [];

  constructor(request: ReadingRequest, cursor: ReadingCursor) {
    this.#request = request;
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
      const page = await this.#readPage(part, after);
      this.#requests += 1;
      const done = this.#cursor.done + page.count;
      onPage?.({
        part,
        done,
        total: page.total,
        reachedAt: page.oldestAt,
        since,
        requests: this.#requests,
      });
      const isEnough = page.next === null || (page.oldestAt !== null && page.oldestAt < since);
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

  async #readPage(
    part: ReadingCursor["part"],
    after: string | null,
  ): Promise<Omit<Page<unknown>, "items"> & { readonly count: number }> {
    const { forge, store, clock, repository } = this.#request;
    const at = clock.now();
    if (part === "pulls") {
      const page = await forge.readPulls(repository, after);
      await store.keep(repository.id, this.#seePulls(page, at));
      return { ...page, count: page.items.length };
    }
    if (part === "issues") {
      const page = await forge.readIssues(repository, after);
      const feedback = page.items.flatMap((issue) => seeIssue(issue, at) ?? []);
      await store.keep(repository.id, { feedback });
      return { ...page, count: page.items.length };
    }
    const page = await forge.readReleases(repository, after);
    await store.keep(repository.id, await this.#seeReleases(page.items, at));
    return { ...page, count: page.items.length };
  }

  #seePulls(page: Awaited<ReturnType<ClockForge["readPulls"]>>, at: Instant): Sightings {
    const { repository, branches } = this.#request;
    const fullName = `${repository.owner}/${repository.name}`;
    const pulls = page.items
      .filter(({ baseBranch }) => branches.includes(baseBranch))
      .map((pull) => seePull(pull, { at, fullName }));
    return { pulls, feedback: pulls.flatMap(seeRevert) };
  }

  async #seeReleases(items: readonly ReleaseRead[], at: Instant): Promise<Sightings> {
    const { store, repository } = this.#request;
    this.#releases = [...this.#releases, ...items];
    const { releases: known } = await store.readRows({
      releases: items.map(({ tag }) => ({ repositoryId: repository.id, tag })),
    });
    const seen: Sightings[] = [];
    for (const release of items) {
      const before = known.find(({ tag, sha }) => tag === release.tag && sha === release.sha);
      const isBackfill = isBackfilled(release, this.#releases);
      // A card of ours says it all; what was compared once does not change.
      const isFirst = before?.kind === "first";
      const isKnown = release.card !== null || isFirst || (before?.carries.length ?? 0) > 0;
      const commits = isKnown ? [] : await this.#readCarried(release);
      const compared = isFirst ? null : commits && unitsIn(commits);
      const carries = isKnown && !isFirst ? (before?.carries ?? []) : compared;
      seen.push({
        releases: [seeRelease(release, { at, carries, isBackfill })],
        commits: seeDirect(commits ?? [], at),
        feedback: seeRollbacks(release, at),
      });
    }
    return {
      releases: seen.flatMap(({ releases = [] }) => releases),
      commits: seen.flatMap(({ commits = [] }) => commits),
      feedback: seen.flatMap(({ feedback = [] }) => feedback),
    };
  }

  /** Null: it is the first, or GitHub cannot tell. */
  async #readCarried(release: ReleaseRead): Promise<readonly CarriedCommit[] | null> {
    const { forge, repository } = this.#request;
    if (this.#tags === null) {
      this.#tags = await forge.readTags(repository);
      this.#requests += 1;
    }
    const previous = previousTag(release.tag, this.#tags);
    if (previous === null) return null;
    this.#requests += 1;
    return await forge.readCarried(repository, previous, release.tag);
  }
}

/** Null: there is enough left. */
function waitFor(quota: Quota | null): Instant | null {
  return quota !== null && quota.remaining < quota.limit * QUOTA_LEFT ? quota.resetAt : null;
}
