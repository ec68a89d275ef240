import { spawn, type ChildProcess } from "node:child_process";
import path from "node:path";

const BIN = path.join(import.meta.dirname, "..", "..", "src", "cli", "bin.ts");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves with the first line on standard output that fits; rejects when the command ends. */
  line(pattern: RegExp): Promise<string>;
  /** Send a signal and wait for the end. */
  stop(signal?: NodeJS.Signals): Promise<Finished>;
}

/** Start `smallbatch` as a process of its own, with only these settings. */
export function startCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Running {
  const { PATH = "", HOME = "", TMPDIR = "/tmp", NODE_COMPILE_CACHE = "" } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], {
    env: { PATH, HOME, TMPDIR, NODE_COMPILE_CACHE, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of waiting) look();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = new Promise<Finished>((resolve) => {
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
  return {
    child,
    finished,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = stdout
            .split("\n")
            .slice(0, -1)
            .find((line) => pattern.test(line));
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
        void finished.then(({ code }) => reject(new Error(`ended with ${code}: ${stderr}`)));
      }),
    stop: async (signal = "SIGTERM") => {
      child.kill(signal);
      return finished;
    },
  };
}

/** Run a command to its end. */
export async function runCommand(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return startCommand(args, env).finished;
}
