import { execFile, spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const ROOT = path.join(import.meta.dirname, "..");
/** From source, which is never stale, until `buildService` made the program that people run. */
let program = path.join(ROOT, "src", "cli", "bin.ts");
/**
 * As `npm start` and docs/operations.md have it: on a machine with much memory V8 keeps 128 MB for
 * young objects alone, and lets the rest grow fourfold before it looks.
 */
const MEMORY_FLAGS = ["--max-semi-space-size=8", "--max-old-space-size=1024"];
/** As the image and docs/operations.md have it. */
const MEMORY_POOLS = { MALLOC_ARENA_MAX: "2" };
const START_MS_MAX = 30_000;
const POLL_MS = 20;

export interface ServiceProcess {
  readonly pid: number;
  readonly url: string;
  /** With SIGTERM; throws with what it wrote to standard error where it does not exit with 0. */
  stop(): Promise<void>;
}

/** Compile as for a release: a process that strips types carries the compiler in its memory. */
export async function buildService(): Promise<void> {
  await promisify(execFile)("npm", ["run", "build"], { cwd: ROOT });
  program = path.join(ROOT, "dist", "cli", "bin.js");
}

/**
 * `smallbatch serve` as a process of its own, with these settings, ready. Its log is written, as
 * in production, and thrown away.
 */
export async function startServiceProcess(
  settings: Readonly<Record<string, string>>,
  nodeOptions: readonly string[] = [],
): Promise<ServiceProcess> {
  const { PATH = "", HOME = "", TMPDIR = "/tmp" } = process.env;
  const port = await findPort();
  const child = spawn(process.execPath, [...MEMORY_FLAGS, ...nodeOptions, program, "serve"], {
    env: {
      PATH,
      HOME,
      TMPDIR,
      ...MEMORY_POOLS,
      PORT: String(port),
      HOST: "127.0.0.1",
      ...settings,
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  let hasEnded = false;
  const ended = new Promise<number | null>((resolve) => {
    child.once("close", (code) => {
      hasEnded = true;
      resolve(code);
    });
  });
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_MS_MAX;
  while (!(await isReady(url))) {
    if (hasEnded || performance.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`smallbatch serve did not start: ${complaint}`);
    }
    await sleep(POLL_MS);
  }
  return {
    pid: child.pid ?? 0,
    url,
    stop: async () => {
      child.kill("SIGTERM");
      const code = await ended;
      if (code !== 0) throw new Error(`smallbatch serve ended with ${code}: ${complaint}`);
    },
  };
}

async function isReady(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/readyz`)).ok;
  } catch {
    return false;
  }
}

function findPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
