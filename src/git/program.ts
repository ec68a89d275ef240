import { spawn } from "node:child_process";
import { AppError } from "../errors.ts";

/** How git ended, and what it complained about. */
interface GitEnd {
  readonly code: number;
  readonly stderr: string;
}

export interface GitTalk {
  /** What git reads; absent: nothing. */
  readonly input?: string;
  /** `latin1` gives a character a byte. */
  readonly encoding?: "utf8" | "latin1";
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
  { input, encoding = "utf8", index, objects }: GitTalk = {},
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
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    // Git may end before it has read all of it.
    child.stdin?.on("error", () => undefined).end(input);
    let stderr = "";
    child.stdout?.setEncoding(encoding).on("data", onText);
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
