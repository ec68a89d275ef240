/** Passes at the same time in one worker process. */
export const CONCURRENCY = 3;
/** Of all passes, so many fail, a quarter of them so that the repository is parked. */
export const FAILURES_SHARE = 0.05;
/** A pass takes up to so long. */
export const PASS_MS_MAX = 30;
/** First key of the advisory lock that a pass holds; the product's own locks have one key only. */
export const LOCK_SPACE = 77;
