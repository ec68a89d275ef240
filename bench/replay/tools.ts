import { execFile, spawn } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

const execute = promisify(execFile);

const ROOT = path.join(import.meta.dirname, "..", "..");

/** Installed for this alone: their binaries for other systems are not in every registry. */
const PEERS = path.join(ROOT, ".smallbatch", "bench-peers");
const PACKAGES = [
  "git-cliff@2.14.2",
  "conventional-changelog@8.1.3",
  "conventional-changelog-conventionalcommits@10.4.1",
];

/** Without a network npm would go on trying. */
const INSTALL_MS_MAX = 120_000;

/** Milliseconds after which a tool is stopped. */
export const TIME_MS_MAX = 300_000;

export interface Run {
  /** Null: it was stopped after `TIME_MS_MAX`. */
  readonly ms: number | null;
  readonly stdout: string;
}

/** Null where npm cannot get them, as without a network. */
export async function installPeers(): Promise<string | null> {
  await mkdir(PEERS, { recursive: true });
  const args = ["install", "--prefix", PEERS, "--no-package-lock", "--no-audit", "--no-fund"];
  try {
    await execute("npm", [...args, ...PACKAGES], { cwd: ROOT, timeout: INSTALL_MS_MAX });
    return path.join(PEERS, "node_modules", ".bin");
  } catch {
    return null;
  }
}

/** Run a program in a repository, with its output thrown away unless `isKept`. */
export async function timeProgram(
  folder: string,
  program: string,
  args: readonly string[],
  { isKept = false, env = {} }: { isKept?: boolean; env?: Record<string, string> } = {},
): Promise<Run> {
  const beganAt = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", isKept ? "pipe" : "ignore", "pipe"],
    detached: true,
  });
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
  });
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-2_000);
  });
  let isStopped = false;
  const stop = setTimeout(() => {
    isStopped = true;
    // Its children as well: git-cliff is started by a script.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, TIME_MS_MAX);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  clearTimeout(stop);
  if (isStopped) return { ms: null, stdout };
  if (code !== 0) throw new Error(`${program} ended with ${String(code)}: ${stderr}`);
  return { ms: performance.now() - beganAt, stdout };
}

/** `smallbatch replay --json` as people run it, built; how long it took and its peak of memory. */
export async function timeReplay(
  folder: string,
): Promise<Run & { readonly peakMiB: number; readonly commits: number }> {
  const program = path.join(ROOT, "dist", "cli", "bin.js");
  const report = path.join(ROOT, ".smallbatch", `peak-${process.pid}.txt`);
  const hook = path.join(import.meta.dirname, "..", "processes", "report-peak.ts");
  const args = ["--import", hook, program, "replay", "--repo", folder, "--json"];
  const done = await timeProgram(folder, process.execPath, args, {
    isKept: true,
    env: { BENCH_PEAK_FILE: report },
  });
  const peakMiB = Number(await readFile(report, "utf8")) / 1_024;
  await rm(report);
  const { commits } = JSON.parse(done.stdout) as { commits: number };
  return { ...done, peakMiB, commits };
}
