import { spawn } from "node:child_process";
import { AppError } from "../errors.ts";

export interface GitResult {
  code: number;
  stdout: Buffer;
  stderr: string;
}

export interface GitRunOptions {
  input?: string | Buffer;
  env?: Record<string, string>;
}

/** Git must not see the settings of the machine, or results would differ from place to place. */
const CLEAN_ENVIRONMENT: Record<string, string> = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
};

export function gitEnvironment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    ...(PATH === undefined ? {} : { PATH }),
    ...(HOME === undefined ? {} : { HOME }),
    ...(TMPDIR === undefined ? {} : { TMPDIR }),
    ...CLEAN_ENVIRONMENT,
    ...extra,
  };
}

/** Throws `git/failed` where there is no such program. */
export function runGit(
  args: readonly string[],
  cwd: string,
  options: GitRunOptions = {},
): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", args, { cwd, env: gitEnvironment(options.env) });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (cause) => {
      reject(
        new AppError("git/failed", `Starting git ${args[0]}: ${cause.message}`, {
          retry: { kind: "never" },
          cause,
        }),
      );
    });
    child.on("close", (code) => {
      resolve({
        code: code ?? 1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    });
    // A program that ends before it has read everything is not an error of its own.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}

/** Throws `git/failed` with the words of git. */
export function requireSuccess(
  result: GitResult,
  args: readonly string[],
  repositoryId: number,
): GitResult {
  if (result.code === 0) return result;
  const words = result.stderr.trim() || result.stdout.toString("utf8").trim();
  throw new AppError(
    "git/failed",
    `Running git ${args[0]} in repository ${repositoryId}: exit code ${result.code}, ${words}`,
    { retry: { kind: "never" } },
  );
}
