import { setTimeout as sleep } from "node:timers/promises";
import type { RequestFailure } from "./failure.ts";

/** Again, where it cannot have been billed. */
const AGAIN_MAX = 2;

/** Where the service does not say how long; it doubles. */
const AGAIN_MS = 500;

/** Longer is not waited, whatever the service asks: the release goes out without a draft. */
const WAIT_MS_MAX = 10_000;

export type Asked =
  | { readonly kind: "answered"; readonly body: unknown }
  | { readonly kind: "failed"; readonly failure: RequestFailure };

/**
 * Asks, and once more or twice where nothing was billed and it is worth it. The SDK would do it,
 * but waits as long as the service says, up to weeks, and repeats what waiting does not mend.
 */
export async function askPatiently(
  ask: () => Promise<unknown>,
  judge: (error: unknown) => RequestFailure,
  { signal, leftMs }: { readonly signal: AbortSignal; readonly leftMs: () => number },
): Promise<Asked> {
  for (let again = 0; ; again += 1) {
    try {
      return { kind: "answered", body: await ask() };
    } catch (error) {
      const failure = judge(error);
      const waitMs = failure.waitMs ?? AGAIN_MS * 2 ** again;
      const isWorthIt = failure.canRepeat && again < AGAIN_MAX && waitMs <= WAIT_MS_MAX;
      if (!isWorthIt || waitMs >= leftMs()) return { kind: "failed", failure };
      // The deadline may come while we wait: what is asked then fails at once, as the deadline.
      await sleep(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
