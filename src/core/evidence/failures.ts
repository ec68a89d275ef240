/**
 * Why there is no draft of Claude: one sentence each, without a full stop, for cards and checks.
 * Codes are stable. docs/notes.md lists them, and a test holds the two equal.
 */
export const DRAFT_FAILURES = {
  deadline: "Claude did not answer in time",
  unreachable: "Claude could not be reached",
  overloaded: "Claude was overloaded",
  "rate-limited": "Claude's rate limit was reached",
  "spend-limit": "the spend limit of the Claude account was reached",
  "payment-required": "the Claude account could not be billed",
  "key-refused": "Claude refused the key",
  "not-allowed": "the key may not use this model or service",
  "model-not-found": "Claude knows no such model",
  "bad-request": "Claude refused the form of the request",
  "service-error": "Claude answered with an error of its own",
  refused: "Claude declined to answer",
  "cut-off": "Claude's answer was cut off",
  "context-window": "the pulls were longer than the model can read",
  "unknown-stop": "Claude stopped for a reason that is not known here",
  "bad-answer": "Claude's answer was not of the form that was asked for",
  "too-large": "the titles alone were longer than one request may be",
  unexpected: "the request to Claude failed in a way that is not known here",
} as const;

export type DraftFailure = keyof typeof DRAFT_FAILURES;

/** Those that are of no one content: the drafts that follow would fare the same. */
export const OUTAGES: ReadonlySet<string> = new Set<DraftFailure>([
  "deadline",
  "unreachable",
  "overloaded",
  "rate-limited",
  "spend-limit",
  "payment-required",
  "key-refused",
  "not-allowed",
  "model-not-found",
  "bad-request",
  "service-error",
]);
