/**
 * GitHub's primary limit: requests an hour for each token. GitHub allows 60 without a token; here
 * they share one window of the same size, because a page in a browser has no token.
 */
const REQUESTS_PER_HOUR = 5_000;
const WINDOW_SECONDS = 3_600;

export type RateResource = "core" | "graphql";

export interface Rate {
  limit: number;
  used: number;
  remaining: number;
  /** Epoch seconds. */
  reset: number;
  resource: RateResource;
}

export class RateLimits {
  readonly #windows = new Map<string, { used: number; reset: number }>();

  /** `key` is the token's text, or null without one. */
  peek(key: string | null, resource: RateResource, now: Date): Rate {
    const limit = REQUESTS_PER_HOUR;
    const window = this.#window(key, resource, now);
    return {
      limit,
      used: window.used,
      remaining: Math.max(0, limit - window.used),
      reset: window.reset,
      resource,
    };
  }

  /** Counts `cost` requests (a negative number gives them back); false when the limit is used up. */
  take(key: string | null, resource: RateResource, now: Date, cost = 1): boolean {
    if (cost > 0 && this.peek(key, resource, now).remaining < cost) return false;
    this.#window(key, resource, now).used += cost;
    return true;
  }

  #window(key: string | null, resource: RateResource, now: Date): { used: number; reset: number } {
    const id = `${resource} ${key ?? ""}`;
    const seconds = Math.floor(now.getTime() / 1_000);
    const found = this.#windows.get(id);
    if (found !== undefined && found.reset > seconds) return found;
    const fresh = { used: 0, reset: seconds + WINDOW_SECONDS };
    this.#windows.set(id, fresh);
    return fresh;
  }
}
