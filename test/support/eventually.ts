import { setTimeout as sleep } from "node:timers/promises";

const DEADLINE_MS = 20_000;
const POLL_MS = 10;

/** Look again and again until the answer is not null, undefined or false. Fails at the deadline. */
export async function eventually<T>(
  what: string,
  look: () => T | Promise<T>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline)
      throw new Error(`Did not come true within ${deadlineMs / 1_000} s: ${what}`);
    await sleep(POLL_MS);
  }
}
