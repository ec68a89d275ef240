import type pg from "pg";
import type { ClockStore } from "../clocks-port.ts";
import type { Instant } from "../core/state.ts";
import type { Store } from "../ports.ts";
import { ApiTokens } from "./api-tokens.ts";
import { BadgeTokens } from "./badge-tokens.ts";
import { WriteBudget } from "./budget.ts";
import {
  dropCase,
  findCase,
  findNotes,
  keepCase,
  keepSeenNotes,
  readCases,
  readKeptNotes,
} from "./cases.ts";
import { Changelog } from "./changelog.ts";
import { listClockDuties } from "./clock-duties.ts";
import type { ClockDuty } from "./clock-duties.ts";
import { EXPORTED, exportRows, readColumns } from "./clock-export.ts";
import type { ExportedName } from "./clock-export.ts";
import { readClockGauges } from "./clock-gauges.ts";
import type { ClockGauges } from "./clock-gauges.ts";
import { takeClockNews } from "./clock-news.ts";
import type { ClockNews } from "./clock-news.ts";
import { openClockStore } from "./clock-records.ts";
import { openPool, runQuery } from "./connection.ts";
import { closeDeskEdits, readDesk, readDeskBody, writeDesk, writeDeskRisks } from "./desk.ts";
import { askLook, closeCommand, closeLooks, readDoors } from "./doors.ts";
import {
  askDrafts,
  keepDrafts,
  keepWording,
  listDrafts,
  readDrafts,
  readSpent,
  seeDrafts,
} from "./drafts.ts";
import { insertFacts, readTaken, recordTaken } from "./facts.ts";
import { readGauges } from "./gauges.ts";
import type { Gauges } from "./gauges.ts";
import { Inbox } from "./inbox.ts";
import { Installations } from "./installations.ts";
import { readMemory, readPlan, readPlans, recordPlan, writeMemory } from "./lines.ts";
import { migrate } from "./migrate.ts";
import { PageActs } from "./page-acts.ts";
import { Polls } from "./polls.ts";
import {
  findRelease,
  readReleases,
  recordIntent,
  recordPublishChecks,
  recordPublished,
} from "./releases.ts";
import { Repositories } from "./repositories.ts";
import { closeRollbackEdits, readRollbackEdits } from "./rollback-boxes.ts";
import { readSignalFact } from "./signals.ts";
import { Sweeps } from "./sweeps.ts";
import { Viewed } from "./viewed.ts";
import { WebSessions } from "./web-sessions.ts";
import { Work } from "./work.ts";

/** Enough for the web server and as many passes as one process runs; the queue has its own. */
const CONNECTIONS_MAX = 10;

/** One PostgreSQL database. Nothing is connected before the first statement. */
export class Database {
  readonly url: string;
  readonly apiTokens: ApiTokens;
  readonly badgeTokens: BadgeTokens;
  readonly inbox: Inbox;
  readonly installations: Installations;
  readonly pageActs: PageActs;
  readonly polls: Polls;
  readonly repositories: Repositories;
  readonly sweeps: Sweeps;
  readonly viewed: Viewed;
  readonly webSessions: WebSessions;
  readonly work: Work;
  readonly #pool: pg.Pool;

  constructor(url: string, connectionsMax: number) {
    this.url = url;
    this.#pool = openPool(url, connectionsMax);
    this.apiTokens = new ApiTokens(this.#pool);
    this.badgeTokens = new BadgeTokens(this.#pool);
    this.inbox = new Inbox(this.#pool);
    this.installations = new Installations(this.#pool);
    this.pageActs = new PageActs(this.#pool);
    this.polls = new Polls(this.#pool);
    this.repositories = new Repositories(this.#pool);
    this.sweeps = new Sweeps(this.#pool);
    this.viewed = new Viewed(this.#pool);
    this.webSessions = new WebSessions(this.#pool);
    this.work = new Work(this.#pool);
  }

  /** Bring the tables up to date; see `migrate`. */
  async migrate(): Promise<void> {
    await migrate(this.#pool);
  }

  /** Throws `store/unavailable` where PostgreSQL does not answer. */
  async ping(): Promise<void> {
    await runQuery(this.#pool, "answer", "select 1");
  }

  /** What the clocks have on record, over all installations. */
  async readClockGauges(now: Instant): Promise<ClockGauges> {
    return await readClockGauges(this.#pool, now);
  }

  async readGauges(): Promise<Gauges> {
    return await readGauges(this.#pool);
  }

  /** The only way to lines, ledger and facts: every statement carries the installation. */
  forInstallation(installationId: number): Store {
    const sql = this.#pool;
    return {
      readMemory: (line) => readMemory(sql, installationId, line),
      writeMemory: (line, change) => writeMemory(sql, installationId, line, change),
      recordIntent: (release) => recordIntent(sql, installationId, release),
      recordPublished: (line, tag, published) =>
        recordPublished(sql, installationId, line, tag, published),
      recordPublishChecks: (line, tag, checks) =>
        recordPublishChecks(sql, installationId, line, tag, checks),
      readReleases: (line, limit) => readReleases(sql, installationId, line, limit),
      findRelease: (repositoryId, tag) => findRelease(sql, installationId, repositoryId, tag),
      recordFacts: (facts) => insertFacts(sql, installationId, facts),
      recordTaken: (repositoryId, taken) => recordTaken(sql, installationId, repositoryId, taken),
      readTaken: (repositoryId, limit) => readTaken(sql, installationId, repositoryId, limit),
      recordPlan: (line, plan, at) => recordPlan(sql, installationId, line, plan, at),
      readPlan: (line) => readPlan(sql, installationId, line),
      readPlans: (repositoryId) => readPlans(sql, installationId, repositoryId),
      readDoors: (repositoryId, limit) => readDoors(sql, installationId, repositoryId, limit),
      closeCommand: (repositoryId, command) =>
        closeCommand(sql, installationId, repositoryId, command),
      closeLooks: (repositoryId, looks) => closeLooks(sql, installationId, repositoryId, looks),
      askLook: (repositoryId, pull) => askLook(sql, installationId, repositoryId, pull),
      readDesk: (repositoryId) => readDesk(sql, installationId, repositoryId),
      readDeskBody: (repositoryId) => readDeskBody(sql, installationId, repositoryId),
      writeDesk: (repositoryId, change, body = null) =>
        writeDesk(sql, installationId, repositoryId, { change, body }),
      writeDeskRisks: (repositoryId, risks) =>
        writeDeskRisks(sql, installationId, repositoryId, risks),
      closeDeskEdits: (repositoryId, ids) => closeDeskEdits(sql, installationId, repositoryId, ids),
      readRollbackEdits: (repositoryId) => readRollbackEdits(sql, installationId, repositoryId),
      readSignalFact: (repositoryId, since) =>
        readSignalFact(sql, installationId, repositoryId, since),
      closeRollbackEdits: (repositoryId, ids) =>
        closeRollbackEdits(sql, installationId, repositoryId, ids),
      readDrafts: (repositoryId, units) => readDrafts(sql, installationId, repositoryId, units),
      askDrafts: (repositoryId, asked) => askDrafts(sql, installationId, repositoryId, asked),
      keepDrafts: (repositoryId, answers) => keepDrafts(sql, installationId, repositoryId, answers),
      seeDrafts: (repositoryId, seen) => seeDrafts(sql, installationId, repositoryId, seen),
      keepWording: (repositoryId, wording) =>
        keepWording(sql, installationId, repositoryId, wording),
      listDrafts: (repositoryId, since, limit) =>
        listDrafts(sql, installationId, repositoryId, { since, limit }),
      readSpent: (since, unknownUsd) => readSpent(sql, installationId, since, unknownUsd),
      readKeptNotes: (repositoryId, tags) => readKeptNotes(sql, installationId, repositoryId, tags),
      findNotes: (repositoryId, tag) => findNotes(sql, installationId, repositoryId, tag),
      keepSeenNotes: (repositoryId, tag, seen) =>
        keepSeenNotes(sql, installationId, repositoryId, { tag, ...seen }),
      keepCase: (repositoryId, kept) => keepCase(sql, installationId, repositoryId, kept),
      dropCase: (repositoryId, key) => dropCase(sql, installationId, repositoryId, key),
      findCase: (repositoryId, key) => findCase(sql, installationId, repositoryId, key),
      readCases: (repositoryId) => readCases(sql, installationId, repositoryId),
    };
  }

  /** What the clocks were told, of all installations, as taken by who asks. */
  async takeClockNews(now: Instant, limit: number): Promise<readonly ClockNews[]> {
    return await takeClockNews(this.#pool, now, limit);
  }

  /** Repositories, of all installations, whose past the clocks have to read. */
  async listClockDuties(now: Instant, limit: number): Promise<readonly ClockDuty[]> {
    return await listClockDuties(this.#pool, now, limit);
  }

  /** What `exportRows` gives, by name. */
  readonly exported: readonly ExportedName[] = EXPORTED.map(({ name }) => name);

  async readColumns(name: ExportedName): Promise<readonly string[]> {
    return await readColumns(this.#pool, name);
  }

  exportRows(
    name: ExportedName,
    place: { readonly installationId: number; readonly repositoryId: number },
  ): ReturnType<typeof exportRows> {
    return exportRows(this.#pool, name, place);
  }

  /** Ids of all repositories of an installation, also of those that it lost. */
  async listKept(installationId: number): Promise<readonly number[]> {
    const rows = await runQuery<{ id: number }>(
      this.#pool,
      "list repositories",
      "select id from smallbatch.repository where installation_id = $1 order by id",
      [installationId],
    );
    return rows.map(({ id }) => id);
  }

  /** What the clocks read of an installation. */
  clocksOf(installationId: number): ClockStore {
    return openClockStore(this.#pool, installationId);
  }

  changelogOf(installationId: number): Changelog {
    return new Changelog(this.#pool, installationId);
  }

  budget(installationId: number): WriteBudget {
    return new WriteBudget(this.#pool, installationId);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

export function openDatabase(url: string, connectionsMax = CONNECTIONS_MAX): Database {
  return new Database(url, connectionsMax);
}
