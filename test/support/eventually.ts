import { setTimeout as sleep } from "node:timers/promises";

const DEADLINE_MS = 20_000;
const POLL_MS = 10;

/** Look again and again until the answer is not null, undefined or false. Fails after 20 s. */
export async function eventually<T>(what: string, look: () => T | Promise<T>): Promise<T> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`Did not come true within 20 s: ${what}`);
    await sleep(POLL_MS);
  }
}
