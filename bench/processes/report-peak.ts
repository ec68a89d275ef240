/** Loaded before a command: at its end the peak of its memory, in KiB, is in `BENCH_PEAK_FILE`. */
import { writeFileSync } from "node:fs";

process.on("exit", () => {
  const { maxRSS } = process.resourceUsage();
  writeFileSync(process.env["BENCH_PEAK_FILE"] ?? "/dev/null", String(maxRSS));
});
