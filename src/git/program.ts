import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { AppError } from "../errors.ts";

/** How git ended, and what it complained about. */
interface GitEnd {
  readonly code: number;
  readonly stderr: string;
}

export interface GitTalk {
  /** What git reads; absent: nothing. */
  readonly input?: string;
  /** Another index than the repository's own. */
  readonly index?: string;
  /** Absent: the repository's own. */
  readonly objects?: ObjectFolders;
}

/** Objects are written to the one and read from both. */
export interface ObjectFolders {
  readonly own: string;
  readonly other: string;
}

/** An `import` of it would load its streams and promises as well, which takes longer than one file. */
const { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } =
  process.getBuiltinModule("node:fs");

/** Read-only, in English, without questions, replaced objects or fetches on demand. */
const ENVIRONMENT = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

/** Where git would look instead of the folder; set inside of hooks. */
const PLACES = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_NAMESPACE",
];

/** Characters of git's complaints that are kept. */
const STDERR_CHARS_MAX = 10_000;

/**
 * Run git in a folder and read what it prints as it comes. Throws `git/failed` where git cannot be
 * started; how it ended is for the caller to judge.
 */
export function runGit(
  folder: string,
  args: readonly string[],
  onText: (chunk: string) => void,
  talk: GitTalk = {},
): Promise<GitEnd> {
  return startGit(folder, args, talk, (output) => output.setEncoding("utf8").on("data", onText));
}

/** The same in bytes. */
function readGit(
  folder: string,
  args: readonly string[],
  onBytes: (chunk: Buffer) => void,
  talk: GitTalk = {},
): Promise<GitEnd> {
  return startGit(folder, args, talk, (output) => output.on("data", onBytes));
}

/**
 * The same where an answer decides what is asked next: `begin` says how answers are read, and ends
 * the input when there is no more to ask.
 */
export function converseWithGit(
  folder: string,
  args: readonly string[],
  begin: (input: Writable) => (chunk: Buffer) => void,
): Promise<GitEnd> {
  return startGit(folder, args, { input: null }, (output, input) => {
    if (input !== null) output.on("data", begin(input));
  });
}

/**
 * The same for much of it. Git writes 4 KB at a time, and to wake for each at the end of a pipe takes
 * longer than to read it; a file, which has no name any more, is looked at now and then.
 */
export async function readGitByFile(
  folder: string,
  args: readonly string[],
  onBytes: (chunk: Buffer) => void,
  talk: GitTalk = {},
): Promise<GitEnd> {
  const file = openNameless();
  if (file === null) return readGit(folder, args, onBytes, talk);
  let at = 0;
  const read = (): void => {
    for (let left = fstatSync(file).size - at; left > 0;) {
      const chunk = Buffer.allocUnsafe(Math.min(left, CHUNK_BYTES_MAX));
      const bytes = readSync(file, chunk, 0, chunk.length, at);
      at += bytes;
      left -= bytes;
      onBytes(chunk.subarray(0, bytes));
    }
  };
  const timer = setInterval(read, LOOK_MS);
  try {
    const end = await startGit(folder, args, talk, file);
    read();
    return end;
  } finally {
    clearInterval(timer);
    closeSync(file);
  }
}

const CHUNK_BYTES_MAX = 1_048_576;
const LOOK_MS = 10;

/** Null: no file can be written here. */
function openNameless(): number | null {
  try {
    const folder = mkdtempSync(join(tmpdir(), "smallbatch-git-"));
    try {
      return openSync(join(folder, "output"), "wx+", 0o600);
    } finally {
      rmSync(folder, { recursive: true });
    }
  } catch {
    return null;
  }
}

/** `input`: null leaves it open for whoever listens. */
type StartTalk = Omit<GitTalk, "input"> & { readonly input?: string | null };

/** `output`: a file, or who listens. */
function startGit(
  folder: string,
  args: readonly string[],
  { input, index, objects }: StartTalk,
  output: number | ((output: Readable, input: Writable | null) => void),
): Promise<GitEnd> {
  const env = { ...process.env, ...ENVIRONMENT };
  for (const name of PLACES) Reflect.deleteProperty(env, name);
  if (index !== undefined) Object.assign(env, { GIT_INDEX_FILE: index });
  if (objects !== undefined) {
    // In quotes, because a colon would part two folders.
    const other = `"${objects.other.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
    const places = { GIT_OBJECT_DIRECTORY: objects.own, GIT_ALTERNATE_OBJECT_DIRECTORIES: other };
    Object.assign(env, places);
  }
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["-C", folder, ...args], {
      env,
      stdio: [
        input === undefined ? "ignore" : "pipe",
        typeof output === "number" ? output : "pipe",
        "pipe",
      ],
    });
    // Git may end before it has read all of it.
    child.stdin?.on("error", () => undefined);
    if (input !== null) child.stdin?.end(input);
    if (child.stdout !== null && typeof output === "function") output(child.stdout, child.stdin);
    let stderr = "";
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      stderr = (stderr + chunk).slice(0, STDERR_CHARS_MAX);
    });
    child.on("error", (cause) => {
      const message = `could not start the git program: ${cause.message}`;
      reject(new AppError("git/failed", message, { retry: { kind: "never" }, cause }));
    });
    child.on("close", (code) => resolve({ code: code ?? 1, stderr: stderr.trim() }));
  });
}

/** The same for short answers. */
export async function askGit(
  folder: string,
  args: readonly string[],
  talk: GitTalk = {},
): Promise<GitEnd & { readonly stdout: string }> {
  let stdout = "";
  const take = (chunk: string): void => {
    stdout += chunk;
  };
  const end = await runGit(folder, args, take, talk);
  return { ...end, stdout: stdout.trimEnd() };
}
