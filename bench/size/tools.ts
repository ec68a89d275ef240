import { spawn } from "node:child_process";

/** Of one program with all that it starts, in milliseconds. */
export interface Cost {
  /** From its start to its end; the machine's other work is in it. */
  readonly wallMs: number;
  /** User and system time of the processor. */
  readonly cpuMs: number;
}

const COST = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)$/m;

/** Run a program with its output thrown away; bash counts the time of children, to 1 ms. */
export async function costOf(program: string, args: readonly string[]): Promise<Cost> {
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >/dev/null';
  const child = spawn("bash", ["-c", script, "bash", program, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  const [, wall, user, system] = COST.exec(said) ?? [];
  // Over the limit `smallbatch size` exits with 1.
  if (wall === undefined || code === null || code > 1) {
    throw new Error(`${program} ended with ${String(code)}: ${said}`);
  }
  return { wallMs: Number(wall) * 1_000, cpuMs: (Number(user) + Number(system)) * 1_000 };
}
