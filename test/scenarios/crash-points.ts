import { Client } from "pg";
import { eventually } from "../support/eventually.ts";
import type { LocalGitHubFixture } from "../support/local-github.ts";

/** What a worker can be kept from: a request that is held, or a statement that waits for a lock. */
export interface CrashPoint {
  readonly name: string;
  /** Held for good, or until `statement` is blocked. Null: a webhook brings the worker there. */
  readonly request: {
    readonly method?: string;
    readonly path?: RegExp;
    readonly graphql?: string;
    readonly when: "before" | "after";
  } | null;
  /** What a transaction of ours does, so that a statement of the worker has to wait for it. */
  readonly block?: { readonly sql: string; readonly statement: RegExp };
}

const TOKEN = { method: "POST", path: /\/access_tokens$/ };
const TAG = { method: "POST", path: /\/git\/refs$/ };
const RELEASE = { method: "POST", path: /\/releases$/ };
const CHECK = { method: "POST", path: /\/check-runs$/ };
const OBSERVE = { graphql: "ObserveLine" };
const COMMENTS = { graphql: "AddComments" };

/** A row that the worker is about to insert: it waits until ours is taken back. */
const SAME_LINE = `insert into smallbatch.line
  (installation_id, repository_id, branch, component, channel)
  select installation_id, id, 'main', '', 'stable' from smallbatch.repository where id = $1`;
const SAME_INTENT = `insert into smallbatch.release
  (installation_id, repository_id, branch, component, channel, tag, sha, card, state)
  select installation_id, id, 'main', '', 'stable', 'v1.0.1', '', '{}', 'intended'
  from smallbatch.repository where id = $1`;
const RELEASE_ROW = `select 1 from smallbatch.release where repository_id = $1 for update`;
const REPOSITORY_ROW = `select 1 from smallbatch.repository where id = $1 for no key update`;

/** In the order of a pass. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  {
    name: "a delivery is being recorded",
    request: null,
    block: { sql: REPOSITORY_ROW, statement: /smallbatch\.keep_deliveries/ },
  },
  { name: "a token is to be minted", request: { ...TOKEN, when: "before" } },
  { name: "a token is minted", request: { ...TOKEN, when: "after" } },
  { name: "the line is to be observed", request: { ...OBSERVE, when: "before" } },
  { name: "the line is observed", request: { ...OBSERVE, when: "after" } },
  {
    name: "the plan is being recorded",
    request: { ...OBSERVE, when: "after" },
    block: { sql: SAME_LINE, statement: /insert into smallbatch\.line/ },
  },
  {
    name: "the intent is being written",
    request: { ...OBSERVE, when: "after" },
    block: { sql: SAME_INTENT, statement: /insert into smallbatch\.release/ },
  },
  { name: "the tag is to be made", request: { ...TAG, when: "before" } },
  { name: "the tag is made", request: { ...TAG, when: "after" } },
  { name: "the release is to be published", request: { ...RELEASE, when: "before" } },
  { name: "the release is published", request: { ...RELEASE, when: "after" } },
  {
    name: "the release is being recorded",
    request: { ...RELEASE, when: "after" },
    block: { sql: RELEASE_ROW, statement: /update smallbatch\.release/ },
  },
  { name: "the check is to be written", request: { ...CHECK, when: "before" } },
  { name: "the check is written", request: { ...CHECK, when: "after" } },
  { name: "comments are to be written", request: { ...COMMENTS, when: "before" } },
  { name: "comments are written", request: { ...COMMENTS, when: "after" } },
  {
    name: "the end of the pass is being written",
    request: { ...COMMENTS, when: "after" },
    block: { sql: REPOSITORY_ROW, statement: /smallbatch\.serve/ },
  },
];

/** A transaction that makes one statement of the worker wait. */
class Block {
  readonly #client: Client;
  #pid = 0;

  constructor(url: string) {
    this.#client = new Client({ connectionString: url });
  }

  async begin(sql: string, repositoryId: number): Promise<void> {
    await this.#client.connect();
    const { rows } = await this.#client.query<{ pid: number }>("select pg_backend_pid() as pid");
    this.#pid = rows[0]?.pid ?? 0;
    await this.#client.query("begin");
    await this.#client.query(sql, [repositoryId]);
  }

  async waited(name: string, statement: RegExp): Promise<void> {
    await eventually(`the worker waits: ${name}`, async () => {
      // Inside a transaction activity is shown as it was at the first look.
      await this.#client.query("select pg_stat_clear_snapshot()");
      // Behind us, or behind one who waits for us: another replica may have come first.
      const { rows } = await this.#client.query<{ query: string }>(
        `with recursive waiting as (
          select $1::integer as pid
          union
          select a.pid from pg_stat_activity a join waiting w on w.pid = any(pg_blocking_pids(a.pid))
        )
        select query from pg_stat_activity join waiting using (pid)`,
        [this.#pid],
      );
      return rows.some(({ query }) => statement.test(query));
    });
  }

  /** What it did is taken back. */
  async end(): Promise<void> {
    await this.#client.end();
  }
}

export interface Reached {
  /** Resolves when the worker is at the point. */
  readonly reached: Promise<void>;
  /** To be called when the worker is dead: what it waited for is gone. */
  end(): Promise<void>;
}

/** Keep a worker at a point of its pass over a repository. */
export function keepAt(
  point: CrashPoint,
  place: {
    readonly github: LocalGitHubFixture;
    readonly databaseUrl: string;
    readonly repositoryId: number;
    /** Brings the worker to a point without a request. */
    readonly act: () => Promise<void>;
  },
): Reached {
  const { github, databaseUrl, repositoryId, act } = place;
  const { name, request, block: blocking } = point;
  const block = blocking === undefined ? null : new Block(databaseUrl);
  const { promise: held, resolve: hold } = Promise.withResolvers<void>();
  const { promise: letGo, resolve: go } = Promise.withResolvers<void>();
  const fault =
    request === null
      ? null
      : github.faults.failRequest({
          match: { ...request, repositoryId },
          when: request.when,
          // Also when it is tried again: 10 s after it was held the worker gives it up.
          times: Infinity,
          how: {
            hold: () => {
              hold();
              return letGo;
            },
          },
        });
  const reach = async (): Promise<void> => {
    if (request !== null) await held;
    if (block === null || blocking === undefined) return;
    await block.begin(blocking.sql, repositoryId);
    fault?.remove();
    go();
    const acting = act();
    await block.waited(name, blocking.statement);
    await acting;
  };
  return {
    reached: reach(),
    end: async () => {
      fault?.remove();
      await block?.end();
    },
  };
}
