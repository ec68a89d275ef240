import { readFile, readdir } from "node:fs/promises";
import path from "node:path";

/** Linux counts in hundredths of a second for every program (USER_HZ). */
const MS_PER_TICK = 10;

/**
 * CPU time so far of an embedded PostgreSQL with all its connections, in milliseconds. Null where the
 * system has no /proc.
 */
export async function readPostgresCpuMs(dataDir: string): Promise<number | null> {
  const pid = (await readFile(path.join(dataDir, "cluster", "postmaster.pid"), "utf8")).split(
    "\n",
  )[0];
  const names = await readdir("/proc").catch(() => null);
  if (names === null) return null;
  let ticks = 0;
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    // After the name in brackets: state, parent, …, user time, system time (proc(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (name === pid || fields[1] === pid) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * MS_PER_TICK;
}
