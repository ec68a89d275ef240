import type { Instant, Permission } from "../core/state.ts";
import type { Clock } from "../ports.ts";
import type { Granted, ViewedRepositories, ViewedRepository } from "./login-ports.ts";
import { EVIDENCE_MS_MAX } from "./login-publicity.ts";

/** That something is hidden is believed for less: access is given to be used. */
const HIDDEN_MS_MAX = 10_000;
/** Names of one session that are remembered. */
const NAMES_MAX = 1_000;

/** GitHub, asked in the name of one session. Throws what `token` does, and AppError. */
export interface Asker {
  find(owner: string, name: string): Promise<Granted | null>;
  list(): Promise<readonly Granted[]>;
}

interface NameAnswer {
  readonly at: Instant;
  /** Of the row before GitHub was asked; -1: we knew no row. */
  readonly news: number;
  readonly granted: Granted | null;
}

interface ListAnswer {
  readonly at: Instant;
  /** By installation, before GitHub was asked. */
  readonly news: ReadonlyMap<number, number>;
  readonly permissions: ReadonlyMap<number, Granted["permission"]>;
}

/**
 * What GitHub said that one session may see. An answer counts for five minutes, and only until we
 * hear that something changed there.
 */
export class Access {
  readonly #repositories: ViewedRepositories;
  readonly #clock: Clock;
  readonly #names = new Map<string, NameAnswer>();
  #list: ListAnswer | null = null;
  #listing: Promise<ListAnswer> | null = null;

  constructor(repositories: ViewedRepositories, clock: Clock) {
    this.#repositories = repositories;
    this.#clock = clock;
  }

  /**
   * The row that GitHub shows them under this name, with what they may do. A name that we do not know
   * is asked about like any other, so that the time tells nothing.
   */
  async find(
    asker: Asker,
    { owner, name }: { readonly owner: string; readonly name: string },
    known: ViewedRepository | null,
  ): Promise<{ readonly row: ViewedRepository; readonly permission: Permission } | null> {
    const listed = known === null ? null : this.#listed(known);
    if (known !== null && listed !== null) return { row: known, permission: listed };
    const granted = await this.#ask(asker, owner, name, known?.news ?? -1);
    if (granted === null) return null;
    if (granted.id === known?.id) return { row: known, permission: granted.permission };
    // It was renamed, and we have not heard of it; or the name is another one's by now.
    const row = await this.#repositories.find(granted.id);
    const again = row === null ? null : await this.#ask(asker, owner, name, row.news);
    if (row === null || again?.id !== row.id) return null;
    return { row, permission: again.permission };
  }

  /** What they may do in a repository that we know; `none` where it is hidden. */
  async permissionOn(asker: Asker, row: ViewedRepository): Promise<Permission> {
    for (const { granted, at, news } of this.#names.values()) {
      if (granted?.id === row.id && news === row.news && this.#isFresh(at)) {
        return granted.permission;
      }
    }
    const listed = this.#listed(row);
    if (listed !== null) return listed;
    const { permissions, news } = await this.#readList(asker, [row]);
    return newsOf(news, row) === row.news ? (permissions.get(row.id) ?? "none") : "none";
  }

  /** Asked of GitHub now. */
  async permissionNow(asker: Asker, row: ViewedRepository): Promise<Permission> {
    const { owner, name, news } = row;
    this.#names.delete(keyOf(owner, name));
    const granted = await this.#ask(asker, owner, name, news);
    const permission = granted?.id === row.id ? granted.permission : "none";
    if (permission === "none" && this.#listed(row) !== null) this.#list = null;
    return permission;
  }

  /** All that they were given a role in, as far as it is with us. */
  async list(
    asker: Asker,
  ): Promise<readonly { readonly row: ViewedRepository; readonly permission: Permission }[]> {
    const first = await this.#readList(asker, []);
    const rows = await this.#repositories.listByIds([...first.permissions.keys()]);
    const { permissions, news } = await this.#readList(asker, rows);
    return rows.flatMap((row) => {
      const permission = permissions.get(row.id);
      const isGood = permission !== undefined && newsOf(news, row) === row.news;
      return isGood ? [{ row, permission }] : [];
    });
  }

  #isFresh(at: Instant): boolean {
    return this.#clock.now() - at < EVIDENCE_MS_MAX;
  }

  /** Null where the list does not say, or is old. */
  #listed(row: ViewedRepository): Granted["permission"] | null {
    const list = this.#list;
    if (list === null || !this.#isFresh(list.at) || newsOf(list.news, row) !== row.news)
      return null;
    return list.permissions.get(row.id) ?? null;
  }

  /** Read again where it is old, or older than what we heard of one of these. */
  async #readList(asker: Asker, rows: readonly ViewedRepository[]): Promise<ListAnswer> {
    const known = this.#list;
    const isGood =
      known !== null &&
      this.#isFresh(known.at) &&
      rows.every((row) => newsOf(known.news, row) === row.news);
    if (isGood) return known;
    this.#listing ??= this.#askList(asker).finally(() => {
      this.#listing = null;
    });
    return await this.#listing;
  }

  async #askList(asker: Asker): Promise<ListAnswer> {
    const news = await this.#repositories.readNews();
    const at = this.#clock.now();
    const granted = await asker.list();
    const permissions = new Map(granted.map(({ id, permission }) => [id, permission]));
    this.#list = { at, news, permissions };
    return this.#list;
  }

  async #ask(asker: Asker, owner: string, name: string, news: number): Promise<Granted | null> {
    const key = keyOf(owner, name);
    const known = this.#names.get(key);
    const now = this.#clock.now();
    if (known !== undefined && known.news === news) {
      const ageMsMax = known.granted === null ? HIDDEN_MS_MAX : EVIDENCE_MS_MAX;
      if (now - known.at < ageMsMax) return known.granted;
    }
    const granted = await asker.find(owner, name);
    // What GitHub says now wins over what it said before.
    const listed = granted === null ? null : this.#list?.permissions.get(granted.id);
    if (granted !== null && listed !== granted.permission) this.#list = null;
    this.#names.delete(key);
    this.#names.set(key, { at: now, news, granted });
    const [oldest] = this.#names.keys();
    if (this.#names.size > NAMES_MAX && oldest !== undefined) this.#names.delete(oldest);
    return granted;
  }
}

function keyOf(owner: string, name: string): string {
  return `${owner}/${name}`.toLowerCase();
}

function newsOf(news: ReadonlyMap<number, number>, { installationId }: ViewedRepository): number {
  return news.get(installationId) ?? 0;
}
