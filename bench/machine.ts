import { execFile } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { findPrograms } from "../src/store/postgres-programs.ts";

const run = promisify(execFile);

/** What the figures were measured on: name and value. */
export async function describeMachine(): Promise<readonly (readonly [string, string])[]> {
  const cpus = os.cpus();
  const { folder } = await findPrograms();
  const load = os.loadavg().map((value) => value.toFixed(1));
  return [
    ["date", new Date().toISOString().slice(0, 16).replace("T", " ")],
    ["commit", await firstLine("git", ["describe", "--always", "--dirty"])],
    ["processor", `${cpus.length} cores, ${cpus[0]?.model.trim() ?? "unknown"}`],
    ["memory", `${(os.totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ["load before", `${load.join(", ")} (1, 5 and 15 minutes)`],
    ["system", `${os.type()} ${os.release()}`],
    ["Node", process.version],
    ["PostgreSQL", await firstLine(path.join(folder, "bin", "postgres"), ["--version"])],
    ["git", await firstLine("git", ["--version"])],
  ];
}

async function firstLine(program: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await run(program, args, { cwd: import.meta.dirname });
    return stdout.split("\n")[0]?.replace(/^(git version|postgres \(PostgreSQL\)) /, "") ?? "";
  } catch {
    return "unknown";
  }
}
