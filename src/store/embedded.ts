import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { CLUSTER_USER, hasCode, inUseError, lastLog, prepareCluster } from "./cluster.ts";
import { readPassword, readPostmaster, recordOwner, runProgram } from "./cluster.ts";
import type { EmbeddedOptions, Place } from "./cluster.ts";
import { embeddedError } from "./postgres-programs.ts";

export interface EmbeddedPostgres {
  /** With user and password; only this machine can connect. */
  readonly url: string;
  /** Where the data really lies: as root it may be elsewhere than asked for. */
  readonly dataDir: string;
  stop(): Promise<void>;
}

const PORT_ATTEMPTS_MAX = 5;
const START_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const POLL_MS = 25;

/**
 * Start PostgreSQL on this machine's loopback, with data in a folder, for as long as this process
 * lives. Throws `store/embedded-failed` with the last lines of its log, also where another process
 * uses the folder.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = await prepareCluster(options);
  const password = await readPassword(place);
  const { child, port } = await startServer(place, options.isDurable);
  const isElsewhere = place.folder !== path.resolve(options.dataDir);
  const stop = async () => {
    await stopServer(child);
    // The caller cannot clear away what it did not choose.
    if (isElsewhere && !options.isDurable) await rm(place.folder, { recursive: true, force: true });
  };
  try {
    await recordOwner(place);
    const url = `postgres://${CLUSTER_USER}:${password}@127.0.0.1:${port}/smallbatch`;
    await createDatabase(url);
    return { url, dataDir: place.folder, stop };
  } catch (error) {
    await stop();
    throw embeddedError(
      `Connecting to the embedded PostgreSQL in ${place.folder} failed; ${await lastLog(place)}`,
      error,
    );
  }
}

async function startServer(
  place: Place,
  isDurable: boolean,
): Promise<{ readonly child: ChildProcess; readonly port: number }> {
  await rm(place.log, { force: true });
  for (let attempt = 1; ; attempt++) {
    const port = await findPort();
    const child = runProgram(place, [
      path.join(place.programs.folder, "bin", "postgres"),
      "-D",
      place.cluster,
      "-p",
      String(port),
      ...serverSettings(isDurable).flatMap((setting) => ["-c", setting]),
    ]);
    // The server must not keep us alive, and ends with us.
    child.unref();
    if (child.stdin instanceof net.Socket) child.stdin.unref();
    child.once("error", () => {});
    if (await becomesReady(child, place, port)) return { child, port };
    const isPortTaken = !(await canListen(port));
    if (attempt < PORT_ATTEMPTS_MAX && isPortTaken) continue;
    await stopServer(child);
    const other = await readPostmaster(place);
    if (other !== null) throw inUseError(place, other);
    throw embeddedError(
      `Starting the embedded PostgreSQL in ${place.folder} failed; ${await lastLog(place)}`,
    );
  }
}

function serverSettings(isDurable: boolean): string[] {
  const settings = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "shared_buffers=32MB",
    // Tests share one server: some start several replicas, and kill them.
    `max_connections=${isDurable ? 100 : 300}`,
    "log_destination=stderr",
    "logging_collector=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "jit=off",
  ];
  return isDurable
    ? settings
    : [...settings, "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
}

/** The server writes its state into `postmaster.pid` itself. */
async function becomesReady(child: ChildProcess, place: Place, port: number): Promise<boolean> {
  const deadline = Date.now() + START_MS_MAX;
  while (isRunning(child) && Date.now() < deadline) {
    const server = await readPostmaster(place);
    // The port tells our server from that of another process which had the folder first.
    if (server?.state === "ready" && server.port === port) return true;
    await sleep(POLL_MS);
  }
  return false;
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function stopServer(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || !isRunning(child)) return;
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.ref();
  child.stdin?.end();
  const group = -child.pid;
  const timer = setTimeout(() => {
    try {
      process.kill(group, "SIGKILL");
    } catch {
      // It ended just now.
    }
  }, STOP_MS_MAX);
  await ended;
  clearTimeout(timer);
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

const DUPLICATE_DATABASE = "42P04";

async function createDatabase(url: string): Promise<void> {
  const client = new Client({ connectionString: url.replace(/\/smallbatch$/, "/postgres") });
  await client.connect();
  try {
    await client.query("create database smallbatch");
  } catch (error) {
    if (!hasCode(error, DUPLICATE_DATABASE)) throw error;
  } finally {
    await client.end();
  }
}
