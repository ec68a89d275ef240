import type pg from "pg";
import { AppError } from "../../src/errors.ts";
import { openGitHub } from "../../src/github/client.ts";
import type { GitHubClient } from "../../src/github/client.ts";
import { openForge } from "../../src/github/forge.ts";
import { openSigner } from "../../src/github/signer.ts";
import { runPasses } from "../../src/queue/pass.ts";
import type { Drafting } from "../../src/reconcile/drafting.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { Database } from "../../src/store/database.ts";
import type { Stage } from "./scenario.ts";
import { A_WEEK } from "./weekly.ts";

/**
 * Stands between a replica and what it calls: the store's transactions, GitHub's requests. `call`
 * does it for real; what is thrown or never resolved instead is what the replica meets.
 */
export type Around = (
  what: { readonly kind: "transaction" | "request"; readonly name: string },
  call: () => Promise<unknown>,
) => Promise<unknown>;

const straight: Around = (_what, call) => call();

/** graphile-worker repeats a job whose task failed after e^n seconds, n being the attempt. */
const JOB_RETRY_MS = 2_718;

/**
 * One replica of the App on the stage's clock: the passes, lock, rows and credentials of the
 * service on a real PostgreSQL. Only the timer of the queue is missing: whoever holds the replica
 * asks `dueAt` and lets the clock go there.
 */
export class Replica {
  readonly #stage: Stage;
  readonly #database: Database;
  readonly #pool: pg.Pool;
  readonly #around: Around;
  readonly #client: GitHubClient;
  readonly #forge: ReturnType<typeof openForge>;
  readonly #drafting: Drafting | null;

  constructor(options: {
    readonly stage: Stage;
    readonly database: Database;
    /** For locks and for looking at the queue's jobs. */
    readonly pool: pg.Pool;
    readonly around?: Around;
    readonly isStartForced?: boolean;
    readonly answerMsMax?: number;
    /** It keeps a release desk. */
    readonly hasDesk?: boolean;
    /** Who drafts notes; nobody when left out. */
    readonly drafting?: Drafting;
  }) {
    const { stage, database, pool, around = straight, isStartForced = false } = options;
    this.#stage = stage;
    this.#database = database;
    this.#pool = pool;
    this.#around = around;
    this.#drafting = options.drafting === undefined ? null : watchDrafts(options.drafting, around);
    const { id: appId, privateKey, installationId } = stage.app;
    const budget = watch(database.budget(installationId), around);
    const client = openGitHub({
      credentials: { kind: "app", appId, privateKey, installationId },
      apiUrl: stage.github.apiUrl,
      graphqlUrl: stage.github.graphqlUrl,
      budget: {
        take: async (writes) => {
          const now = stage.clock.now();
          const taken = await budget.takeWrites(writes, now);
          return taken.kind === "ok" ? null : { waitMs: Math.max(0, taken.until - now) };
        },
        pause: (until) => budget.pauseUntil(until),
      },
      clock: stage.clock,
      userAgent: "smallbatch/test",
      ...(options.answerMsMax === undefined ? {} : { answerMsMax: options.answerMsMax }),
    });
    this.#client = {
      ...client,
      rest: (request) => aroundRequest(around, nameOfRest(request), () => client.rest(request)),
      graphql: (request) =>
        aroundRequest(around, nameOf(request.document), () => client.graphql(request)),
    };
    const sign = options.hasDesk === true ? { sign: openSigner(privateKey) } : {};
    this.#forge = openForge(this.#client, { isStartForced, ...sign });
  }

  /**
   * Take the repository's job from the queue and work on it, as a worker does. "busy": another
   * replica is at it. Errors of the store are the queue's: it tries again.
   */
  async serve(repositoryId: number): Promise<"done" | "busy" | "failed"> {
    await this.#pool.query("delete from graphile_worker._private_jobs where key = $1", [
      keyOf(repositoryId),
    ]);
    const { clock } = this.#stage;
    try {
      const result = await runPasses(
        {
          pool: this.#pool,
          work: watch(this.#database.work, this.#around),
          handler: (...job) => this.#look(...job),
          clock,
          logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
          spread: () => 0.5,
          isStopping: () => false,
        },
        repositoryId,
        { kind: "look" },
      );
      return result.kind;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await this.#database.work.hint(repositoryId, clock.now() + JOB_RETRY_MS);
      return "failed";
    }
  }

  /** When the queue has a job for the repository; null: none. */
  async dueAt(repositoryId: number): Promise<number | null> {
    const { rows } = await this.#pool.query<{ run_at: Date }>(
      "select run_at from graphile_worker.jobs where key = $1 order by run_at limit 1",
      [keyOf(repositoryId)],
    );
    return rows[0]?.run_at.getTime() ?? null;
  }

  async #look(repositoryId: number, installationId: number, isAlone: () => boolean) {
    const repository = await this.#database.repositories.find(repositoryId);
    if (repository === null) return { wakeAt: null };
    return reconcile({
      forge: this.#forge,
      store: watch(this.#database.forInstallation(installationId), this.#around),
      clock: this.#stage.clock,
      repository,
      defaultBranch: repository.defaultBranch,
      isAlone,
      ...(this.#drafting === null ? {} : { drafting: this.#drafting }),
      weekly: A_WEEK,
    });
  }
}

function keyOf(repositoryId: number): string {
  return `repository:${repositoryId}`;
}

function ignore(): void {}

/** `ObserveLine` of `query ObserveLine(...)`. */
function nameOf(document: string): string {
  return /(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? document;
}

function nameOfRest({ method, path, body }: Parameters<GitHubClient["rest"]>[0]): string {
  return `${method} ${path}${body?.["draft"] === true ? " as a draft" : ""}`;
}

async function aroundRequest<T>(around: Around, name: string, call: () => Promise<T>): Promise<T> {
  return (await around({ kind: "request", name }, call)) as T;
}

/** What a dead replica asked of Claude is never answered to it. */
function watchDrafts({ drafter, monthlyUsd }: Drafting, around: Around): Drafting {
  if ("code" in drafter) return { drafter, monthlyUsd };
  const draft: typeof drafter.draft = (request) =>
    aroundRequest(around, "a draft", () => drafter.draft(request));
  return { drafter: { draft }, monthlyUsd };
}

/** The same object, each of whose methods is called through `around`. */
function watch<T extends object>(target: T, around: Around): T {
  return new Proxy(target, {
    get: (object, key) => {
      const value: unknown = Reflect.get(object, key);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) =>
        around({ kind: "transaction", name: String(key) }, async () =>
          Reflect.apply(value, object, args),
        );
    },
  });
}
