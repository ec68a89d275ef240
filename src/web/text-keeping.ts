import { setTimeout as sleep } from "node:timers/promises";
import type { Instant } from "../core/state.ts";
import type { Logger } from "../ports.ts";
import { askedOf, WINDOWS_DAYS } from "./clock-ask.ts";
import type { AskedRepository, ClockAsk } from "./clock-ask.ts";
import type { KeptText, KeptTexts } from "./kept-texts.ts";

/** A repository whose records changed. */
interface ChangedRepository {
  readonly id: number;
  readonly installationId: number;
  /** How often they did, ever. */
  readonly changes: number;
}

/** What the keeping asks of the store. */
export interface KeepingStore {
  /** Since that instant, the newest change first. */
  listChanged(since: Instant, limit: number): Promise<readonly ChangedRepository[]>;
  /** All that pages may show of an installation. */
  listOf(installationId: number): Promise<readonly AskedRepository[]>;
}

const DAY_MS = 86_400_000;
/** Pages of what changed since then are computed when the process starts, so many at most. */
const FIRST_DAYS = 28;
const REPOSITORIES_MAX = 500;
/** Changes are looked for this often, and longer back: a transaction ends after it began. */
const LOOK_MS = 3_000;
/** What could not be computed is left alone for so long. */
const FAILED_MS = 5 * 60_000;
const OVERLAP_MS = 10 * 60_000;
/** Where nothing changes, the ages of what is open do. */
const RENEW_MS = 30 * 60_000;
/** A text that changes all the time is computed again after as many times of what it takes. */
const PACE = 20;
const PACE_MS_MAX = 40_000;

/**
 * Keeps the pages of clocks ready: computed anew when their records changed, and now and then
 * without that. At most half of one core is used for it, and what people wait for goes first.
 */
export class TextKeeping {
  readonly #texts: KeptTexts;
  readonly #store: KeepingStore;
  readonly #now: () => Instant;
  readonly #serverUrl: string;
  readonly #logger: Pick<Logger, "warn">;
  readonly #stopping = new AbortController();
  readonly #changes = new Map<number, number>();
  readonly #lookMs: number;
  #lookedAt: Instant | null = null;
  #running: Promise<void> | null = null;

  constructor(parts: {
    readonly texts: KeptTexts;
    readonly store: KeepingStore;
    readonly now: () => Instant;
    readonly serverUrl: string;
    readonly logger: Pick<Logger, "warn">;
    /** Between two looks for changes. */
    readonly lookMs?: number;
  }) {
    this.#lookMs = parts.lookMs ?? LOOK_MS;
    this.#texts = parts.texts;
    this.#store = parts.store;
    this.#now = parts.now;
    this.#serverUrl = parts.serverUrl;
    this.#logger = parts.logger;
  }

  start(): void {
    this.#texts.watch();
    this.#running ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let restMs = this.#lookMs;
      try {
        const lookedAt = this.#lookedAt ?? -Infinity;
        if (this.#now() - lookedAt >= this.#lookMs) await this.#look();
        const next = this.#due();
        if (next !== null) restMs = await this.#renew(next);
      } catch (error) {
        const said = "Pages of numbers could not be computed ahead.";
        if (!signal.aborted) this.#logger.warn({ err: error }, said);
      }
      // Aborted: it stops.
      await sleep(restMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  async #look(): Promise<void> {
    const now = this.#now();
    const isFirst = this.#lookedAt === null;
    const since = isFirst ? now - FIRST_DAYS * DAY_MS : now - OVERLAP_MS;
    const rows = await this.#store.listChanged(since, REPOSITORIES_MAX);
    this.#lookedAt = now;
    const changed = rows.filter(({ id, changes }) => this.#changes.get(id) !== changes);
    if (changed.length === 0) return;
    for (const { id, changes } of changed) this.#changes.set(id, changes);
    const ids = new Set(changed.map(({ id }) => id));
    this.#texts.noteChanges(ids);
    const installations = new Set(changed.map(({ installationId }) => installationId));
    for (const id of installations) {
      const shown = askedOf(await this.#store.listOf(id));
      for (const ask of this.#asksOf(id, shown, ids)) this.#texts.expect(ask);
    }
  }

  /** Of each repository, of all together, and of what everybody sees. */
  #asksOf(
    installationId: number,
    shown: readonly AskedRepository[],
    changed: ReadonlySet<number>,
  ): ClockAsk[] {
    const open = shown.filter(({ isPrivate }) => !isPrivate);
    const sets = [
      ...shown.filter(({ id }) => changed.has(id)).map((one) => ({ of: [one], isOne: true })),
      { of: shown, isOne: false },
      ...(open.length < shown.length ? [{ of: open, isOne: false }] : []),
    ].filter(({ of }) => of.length > 0);
    const serverUrl = this.#serverUrl;
    return sets.flatMap(({ of: repositories, isOne }) =>
      WINDOWS_DAYS.map((days) => {
        const show = { kind: "page" } as const;
        return { installationId, repositories, isOne, days, serverUrl, show };
      }),
    );
  }

  /** What changed goes first, then what was never computed, then the oldest; null: nothing. */
  #due(): ClockAsk | null {
    const now = this.#now();
    const all = this.#texts
      .list()
      .filter(({ failedAt }) => failedAt === null || now - failedAt >= FAILED_MS);
    const isDue = ({ changedAt, againAt, asOf, costMs }: KeptText): boolean => {
      if (changedAt === null) return againAt !== null && now >= againAt;
      return now - asOf >= Math.min(PACE_MS_MAX, PACE * costMs);
    };
    const missing = all.find(({ body }) => body === null);
    const changed = all.filter((kept) => kept.body !== null && isDue(kept));
    const old = all.filter(({ body, asOf }) => body !== null && now - asOf >= RENEW_MS);
    const [first] = changed.toSorted((one, other) => {
      return (one.changedAt ?? now) - (other.changedAt ?? now);
    });
    const [oldest] = old.toSorted((one, other) => one.asOf - other.asOf);
    return (first ?? missing ?? oldest)?.ask ?? null;
  }

  /** How long to rest after it. What nobody can be shown any more is forgotten. */
  async #renew(ask: ClockAsk): Promise<number> {
    const shown = new Map(
      (await this.#store.listOf(ask.installationId)).map((one) => [one.id, one]),
    );
    if (ask.repositories.every((one) => isSame(one, shown.get(one.id)))) {
      return (await this.#texts.renew(ask)).costMs;
    }
    this.#texts.forget(ask);
    return 0;
  }
}

function isSame(one: AskedRepository, other: AskedRepository | undefined): boolean {
  return (
    one.owner === other?.owner &&
    one.name === other.name &&
    one.isPrivate === other.isPrivate &&
    one.defaultBranch === other.defaultBranch
  );
}
