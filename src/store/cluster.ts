import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, existsSync, openSync } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  readFile,
  realpath,
  rename,
  rm,
  rmdir,
} from "node:fs/promises";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { AppError } from "../errors.ts";
import { embeddedError, findPrograms, identityOf } from "./postgres-programs.ts";
import { isWritable, temporaryFolders } from "./postgres-programs.ts";
import type { Programs } from "./postgres-programs.ts";

export interface EmbeddedOptions {
  /** Made where it is not there yet. Holds the cluster, its password and its log. */
  readonly dataDir: string;
  /** False for tests and the demo: what was written last is lost when the machine stops. */
  readonly isDurable: boolean;
}

/** The database user that owns everything in the cluster. */
export const CLUSTER_USER = "smallbatch";

/** A predecessor that was killed takes a moment to write its last checkpoint. */
const PREDECESSOR_MS_MAX = 20_000;
const POLL_MS = 25;
const LOG_LINES_MAX = 8;

/** A folder with a PostgreSQL cluster of ours. */
export interface Place {
  readonly programs: Programs;
  /** Folder of ours around the cluster. */
  readonly folder: string;
  readonly cluster: string;
  readonly log: string;
}

/**
 * Run the given program and ask it to end (SIGINT: "fast shutdown") as soon as our input closes,
 * which happens when the process that started us ends, however it ends.
 */
const GUARD = `
exec 3<&0 </dev/null
"$@" 3<&- &
server=$!
( read -r line <&3; kill -INT $server ) 2>/dev/null &
watch=$!
exec 3<&-
wait $server
status=$?
kill $watch 2>/dev/null
exit $status
`;

/** Find or make the cluster; afterwards nobody else uses it. */
export async function prepareCluster(options: EmbeddedOptions): Promise<Place> {
  const programs = await findPrograms();
  const folder = await prepareFolder(options, programs);
  const place = {
    programs,
    folder,
    cluster: path.join(folder, "cluster"),
    log: path.join(folder, "postgres.log"),
  };
  await waitForPredecessor(place);
  if (!existsSync(place.cluster)) await createCluster(place, options.isDurable);
  return place;
}

export async function readPassword(place: Place): Promise<string> {
  return await readFile(path.join(place.cluster, "smallbatch-password"), "utf8");
}

/** From now on the folder is this process's. */
export async function recordOwner(place: Place): Promise<void> {
  await writeFile(path.join(place.folder, "owner"), String(process.pid));
}

/** The folder asked for, or another where root's stand-in cannot reach it. */
async function prepareFolder(options: EmbeddedOptions, programs: Programs): Promise<string> {
  const wanted = path.resolve(options.dataDir);
  const { user } = programs;
  const folders = [wanted];
  if (user !== null) {
    // The same folder next time, and never another project's.
    const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
    const parents = options.isDurable ? ["/var/lib", "/var/tmp"] : temporaryFolders();
    folders.push(...parents.map((parent) => path.join(parent, `smallbatch-data-${name}`)));
  }
  let cause: unknown;
  for (const folder of folders) {
    try {
      await mkdir(path.dirname(folder), { recursive: true });
      await mkdir(folder, { mode: 0o700 }).catch(ignoreExisting);
      const { uid } = await lstat(folder);
      // In a folder that everybody may write to, somebody else may have been there first.
      if (uid !== process.getuid?.() && uid !== user?.uid) continue;
      if (user !== null) await chown(folder, user.uid, user.gid);
      await chmod(folder, 0o700);
      if (await isWritable(folder, user)) return await realpath(folder);
      // Leave nothing behind where it was empty.
      await rmdir(folder).catch(() => {});
    } catch (error) {
      cause = error;
    }
  }
  const who = user === null ? "we" : `PostgreSQL, which runs as ${user.name},`;
  throw embeddedError(
    `Placing the embedded PostgreSQL's data: ${who} cannot write to ${folders.join(", ")}`,
    cause,
  );
}

function ignoreExisting(error: unknown): void {
  if (!hasCode(error, "EEXIST")) throw error;
}

async function createCluster(place: Place, isDurable: boolean): Promise<void> {
  const { programs, folder, cluster } = place;
  const fresh = path.join(folder, `cluster-${process.pid}-${randomBytes(4).toString("hex")}`);
  const password = randomBytes(24).toString("base64url");
  const passwordFile = `${fresh}-password`;
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (programs.user !== null) await chown(passwordFile, programs.user.uid, programs.user.gid);
  const args = [
    "-D",
    fresh,
    "-U",
    CLUSTER_USER,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
  ];
  args.push("--encoding=UTF8", "--locale=C", "--no-instructions");
  if (!isDurable) args.push("--no-sync");
  try {
    const child = runProgram(place, [path.join(programs.folder, "bin", "initdb"), ...args]);
    const status = await new Promise<number | null>((resolve) => {
      child.once("error", () => resolve(null));
      child.once("exit", resolve);
    });
    if (status !== 0) {
      throw embeddedError(
        `Creating a PostgreSQL cluster in ${folder} failed; ${await lastLog(place)}`,
      );
    }
    await rename(passwordFile, path.join(fresh, "smallbatch-password"));
    // Complete or not there at all; where another process was faster, its cluster stays.
    if (!existsSync(cluster)) await rename(fresh, cluster);
  } catch (error) {
    if (!existsSync(cluster)) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

/** In a session of its own: Ctrl-C in the terminal is for us, who stop it after our last write. */
export function runProgram(place: Place, command: readonly string[]): ChildProcess {
  const log = openSync(place.log, "a", 0o600);
  try {
    return spawn("/bin/sh", ["-c", GUARD, "sh", ...command], {
      stdio: ["pipe", log, log],
      cwd: place.folder,
      detached: true,
      ...identityOf(place.programs.user),
    });
  } finally {
    closeSync(log);
  }
}

export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** `starting`, `ready`, `stopping` or `standby`. */
  readonly state: string;
}

/**
 * The live server of the cluster; null where none runs. Line 1 is its
 * pid, line 4 its port, line 8 its state.
 */
export async function readPostmaster(place: Place): Promise<Postmaster | null> {
  let lines: string[];
  try {
    lines = (await readFile(path.join(place.cluster, "postmaster.pid"), "utf8")).split("\n");
  } catch {
    return null;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null;
  return { pid, port: Number(lines[3]), state: (lines[7] ?? "").trim() };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hasCode(error, "EPERM");
  }
}

/**
 * A server that outlived its process is about to end: wait for it. One whose process lives is in
 * use. A number that belongs to another program by now is a leftover, which PostgreSQL would refuse.
 */
async function waitForPredecessor(place: Place): Promise<void> {
  const deadline = Date.now() + PREDECESSOR_MS_MAX;
  for (;;) {
    const other = await readPostmaster(place);
    if (other === null) return;
    if (await isAnotherProgram(other.pid)) {
      await rm(path.join(place.cluster, "postmaster.pid"), { force: true });
      return;
    }
    const owner = Number(await readFile(path.join(place.folder, "owner"), "utf8").catch(() => "0"));
    const isOwned = owner > 0 && isAlive(owner);
    if (isOwned || Date.now() > deadline) throw inUseError(place, other);
    await sleep(POLL_MS);
  }
}

async function isAnotherProgram(pid: number): Promise<boolean> {
  try {
    return (await readFile(`/proc/${pid}/comm`, "utf8")).trim() !== "postgres";
  } catch {
    // No /proc on this system: believe the file.
    return false;
  }
}

export function inUseError(place: Place, other: Postmaster): AppError {
  return embeddedError(
    `Starting the embedded PostgreSQL in ${place.folder}: another process uses this folder already (PostgreSQL has process id ${other.pid}); stop it, or choose another SMALLBATCH_DATA_DIR`,
  );
}

/** For messages. */
export async function lastLog(place: Place): Promise<string> {
  const text = await readFile(place.log, "utf8").catch(() => "");
  const lines = text.trimEnd().split("\n").slice(-LOG_LINES_MAX);
  return `the last lines of ${place.log}:\n${lines.join("\n")}`;
}

export function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}
