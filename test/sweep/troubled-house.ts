import { Pool } from "pg";
import { AppError } from "../../src/errors.ts";
import type { FaultHandle, RequestFault as LocalFault } from "../../src/local-github/faults.ts";
import type { Exchange } from "../../src/local-github/server.ts";
import type { Drafting } from "../../src/reconcile/drafting.ts";
import type { Database } from "../../src/store/database.ts";
import { Replica, type Around } from "../support/replica.ts";
import type { Stage } from "../support/scenario.ts";
import type { Point, RequestFault, Step, Steps } from "./faults.ts";
import type { House } from "./scene.ts";

/**
 * Far ahead of the real clock, by which PostgreSQL says when a hint came: what is queued "now" is
 * then due in the story, too.
 */
export const SWEEP_BEGINS_AT = "2036-01-07T12:00:00Z";

/** The client of a run with a timeout gives up as soon as this. */
const ANSWER_MS_MAX = 300;
/** Reads are so much older than the world, in a story whose clock stands still while we work. */
const STALE_SECONDS = 60;
/** On a busy machine a connection that is told to end does so after a while. */
const BREAK_MS_MAX = 10_000;
/** Another process finds what a killed one left after this (`queue/queue.ts`). */
const TEND_MS = 5_000;

/** PostgreSQL of a run, shared by the runs of a process. */
export interface Ground {
  readonly url: string;
  readonly database: Database;
  /** For locks. A killed replica takes its connections with it: then there is a new one. */
  pool: Pool;
  /** What the local GitHub answered, one after the other. */
  readonly answered: readonly Asked[];
}

export type Asked = Pick<Step, "isRead">;

/** A read changes nothing that lasts: queries, and a token, which ends by itself. */
export function describeExchange({ method, path, requestBody }: Exchange): Asked {
  if (path.endsWith("/access_tokens")) return { isRead: true };
  const isQuery = path.endsWith("/graphql") && !/\bmutation\b/.test(requestBody);
  return { isRead: isQuery || method === "GET" };
}

export function openLockPool(url: string): Pool {
  const pool = new Pool({ connectionString: url, max: 8 });
  pool.on("error", ignore);
  pool.on("connect", (client) => client.on("error", ignore));
  return pool;
}

const UNKNOWN: Asked = { isRead: false };

function ignore(): void {}

const never = (): Promise<never> => new Promise(() => undefined);

/**
 * The App of one run of a story, and what goes wrong in it: one thing at most in each part. Requests
 * are counted where they arrive, at the local GitHub; transactions where the loop asks for them.
 */
export class TroubledHouse implements House {
  readonly #stage: Stage;
  readonly #ground: Ground;
  readonly #points: readonly Point[];
  readonly #repositoryId: number;
  readonly #hasDesk: boolean;
  readonly #drafting: Drafting | null;
  #first: Replica;
  #second: Replica;
  #requests: Step[] = [];
  #transactions: Step[] = [];
  #part = 1;
  /** What was struck by each. */
  readonly #struck = new Map<Point, string>();
  #trouble: FaultHandle | null = null;
  /** What the first replica asked last before a fault struck, of GitHub or of the store. */
  readonly #asked = { request: "", transaction: "" };
  /** Replicas of a generation before this one are dead. */
  #generation = 0;
  #die: () => void = () => undefined;

  constructor(options: {
    readonly stage: Stage;
    readonly ground: Ground;
    readonly repositoryId: number;
    /** None: all goes well. */
    readonly points: readonly Point[];
    readonly hasDesk: boolean;
    readonly drafting?: Drafting;
  }) {
    this.#stage = options.stage;
    this.#ground = options.ground;
    this.#points = options.points;
    this.#repositoryId = options.repositoryId;
    this.#hasDesk = options.hasDesk;
    this.#drafting = options.drafting ?? null;
    this.#first = this.#build();
    this.#second = this.#build();
  }

  get database(): Database {
    return this.#ground.database;
  }

  /** What the first replica did so far. */
  get steps(): Steps {
    return { requests: [...this.#requests], transactions: [...this.#transactions] };
  }

  /** `POST /repos/…` or the store's method by point; the story did not come to those without. */
  get struck(): ReadonlyMap<Point, string> {
    return this.#struck;
  }

  get replica(): Replica {
    return this.#first;
  }

  async serve(repositoryId: number): Promise<void> {
    const { faults } = this.#stage.github;
    const rest = { match: {}, when: "before", how: "502" } as const;
    const counter = faults.failRequest({ ...rest, nth: Number.MAX_SAFE_INTEGER });
    const { length: answered } = this.#ground.answered;
    const due = this.#due("request");
    this.#trouble = due === null ? null : this.#arm(due);
    const death = new Promise<"dead">((resolve) => {
      this.#die = () => resolve("dead");
    });
    try {
      const end = await Promise.race([this.#first.serve(repositoryId), death]);
      if (end === "dead") await this.#restart();
    } finally {
      const steps = this.#ground.answered.slice(answered, answered + counter.matched);
      // What was never answered is of a run with a fault, whose steps nobody asks for.
      const unanswered = counter.matched - steps.length;
      const all = [...steps, ...Array.from({ length: unanswered }, () => UNKNOWN)];
      this.#requests.push(...all.map((step) => ({ ...step, part: this.#part })));
      counter.remove();
      if (due !== null && this.#hasFired()) this.#struck.set(due, this.#asked.request);
      this.#trouble?.remove();
      this.#trouble = null;
    }
  }

  async calm(): Promise<void> {
    if (this.#has("stale reads")) await this.#stage.github.faults.staleReads(0);
    this.#part += 1;
  }

  #has(fault: string): boolean {
    return this.#points.some((point) => point.fault.startsWith(fault));
  }

  #hasFired(): boolean {
    return (this.#trouble?.fired ?? 0) > 0;
  }

  /** What goes wrong in this part, and has not yet. */
  #due<Kind extends Point["kind"]>(kind: Kind): (Point & { readonly kind: Kind }) | null {
    const isDue = (point: Point): point is Point & { readonly kind: Kind } =>
      point.kind === kind && point.part === this.#part && !this.#struck.has(point);
    return this.#points.find(isDue) ?? null;
  }

  #build(): Replica {
    const born = this.#generation;
    const isFirst = (): boolean => this.#first === replica;
    const around: Around = async ({ kind, name }, call) => {
      if (born < this.#generation) return never();
      if (isFirst() && !this.#hasFired()) this.#asked[kind] = name;
      const answer =
        kind === "transaction" && isFirst() ? await this.#transact(name, call) : await call();
      return born < this.#generation ? never() : answer;
    };
    const replica = new Replica({
      stage: this.#stage,
      database: this.#ground.database,
      pool: this.#ground.pool,
      around,
      hasDesk: this.#hasDesk,
      ...(this.#drafting === null ? {} : { drafting: this.#drafting }),
      ...(this.#has("timeout") ? { answerMsMax: ANSWER_MS_MAX } : {}),
    });
    return replica;
  }

  async #transact(name: string, call: () => Promise<unknown>): Promise<unknown> {
    this.#transactions.push({ isRead: /^(read|find|beginWork)/.test(name), part: this.#part });
    const point = this.#due("transaction");
    if (point === null || point.nth !== this.#countOf(this.#transactions)) return call();
    this.#struck.set(point, name);
    if (point.fault === "answer lost" || point.fault === "killed after") await call();
    if (point.fault === "killed before" || point.fault === "killed after") {
      await this.#kill();
      return never();
    }
    throw new AppError("store/unavailable", `PostgreSQL did not answer: ${name}`, {
      retry: { kind: "backoff" },
    });
  }

  /** Of this part. */
  #countOf(steps: readonly Step[]): number {
    return steps.filter(({ part }) => part === this.#part).length;
  }

  /** The fault at GitHub that is due. */
  #arm(point: Point & { readonly kind: "request" }): FaultHandle {
    return this.#stage.github.faults.failRequest({
      match: {},
      nth: point.nth - this.#countOf(this.#requests),
      when: point.fault.endsWith("after") ? "after" : "before",
      how: this.#howOf(point.fault),
    });
  }

  #howOf(fault: RequestFault): LocalFault["how"] {
    switch (fault) {
      case "502 before":
      case "502 after":
        return "502";
      case "secondary limit":
        return "403-secondary";
      case "reset before":
      case "reset after":
        return "reset";
      case "timeout before":
      case "timeout after":
        return { hold: never };
      case "stale reads":
        return { hold: () => this.#stage.github.faults.staleReads(STALE_SECONDS) };
      case "killed before":
        return {
          hold: async () => {
            await this.#kill();
            return never();
          },
        };
      case "killed after":
        return { hold: () => this.#kill() };
      case "database lost":
        return { hold: () => this.#loseDatabase() };
      case "all lost before":
        return {
          hold: async () => {
            await this.#loseDatabase();
            await this.#kill();
            return never();
          },
        };
      case "all lost after":
        return {
          hold: async () => {
            await this.#loseDatabase();
            await this.#kill();
          },
        };
      case "second replica":
        return { hold: () => this.#second.serve(this.#repositoryId) };
      case "lock lost":
        return { hold: () => this.#loseLock() };
    }
  }

  /**
   * Comments and drafts that are on their way when the lock is lost have no name by which GitHub
   * could refuse a second one: the other replica goes after them. Everything else it does first.
   */
  async #loseLock(): Promise<void> {
    await this.#breakConnections();
    if (/^AddComments$| as a draft$|\/issues\/\d+\/comments$/.test(this.#asked.request)) return;
    await this.#second.serve(this.#repositoryId);
  }

  /** What `truncate` does, which would make some hundred files anew for the few rows of a story. */
  async #loseDatabase(): Promise<void> {
    await this.#ground.pool.query(`do $$
      declare
        tables text[] := array(
          select format('%I.%I', schemaname, tablename) from pg_tables
          where schemaname = 'smallbatch' and tablename <> 'smallbatch_migration'
          order by tablename
        );
        name text;
      begin
        -- No trigger: neither of references, nor those that note what changed.
        set local session_replication_role = replica;
        execute 'lock table ' || array_to_string(tables, ', ');
        foreach name in array tables loop
          execute 'delete from ' || name;
        end loop;
      end $$`);
  }

  /** They are gone afterwards, and their locks with them. */
  async #breakConnections(): Promise<void> {
    await this.#ground.pool.query(
      `select pg_terminate_backend(pid, $1) from pg_locks
      where locktype = 'advisory' and granted and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`,
      [BREAK_MS_MAX],
    );
  }

  async #kill(): Promise<void> {
    this.#generation += 1;
    await this.#breakConnections();
    this.#die();
  }

  /** Connections that the dead one held are never given back: the pool goes with it. */
  async #restart(): Promise<void> {
    // It ends when they are given back, but closes the idle ones now: thousands of workers die.
    void this.#ground.pool.end();
    this.#ground.pool = openLockPool(this.#ground.url);
    this.#first = this.#build();
    this.#second = this.#build();
    const at = this.#stage.clock.now() + TEND_MS;
    await this.#ground.database.work.hint(this.#repositoryId, at);
  }
}
