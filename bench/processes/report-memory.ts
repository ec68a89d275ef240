/**
 * Loaded before the App (`node --expose-gc --import …`): on SIGUSR2 it collects garbage and appends
 * what `process.memoryUsage` says then as a line of JSON to the file in `BENCH_MEMORY_FILE`.
 */
import { appendFileSync } from "node:fs";

process.on("SIGUSR2", () => {
  globalThis.gc?.();
  const line = JSON.stringify(process.memoryUsage());
  appendFileSync(process.env["BENCH_MEMORY_FILE"] ?? "/dev/null", `${line}\n`);
});
