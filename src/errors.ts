import { redact } from "./core/redact.ts";

/** What the queue does with an error: give up until a hint, try again later, or at a given time. */
export type Retry =
  | { readonly kind: "never" }
  | { readonly kind: "backoff" }
  | { readonly kind: "after"; readonly waitMs: number };

/** Every operating error, with what a person should do. Listed in `docs/errors.md`. */
export const ERROR_TABLE = {
  "github/unavailable": "GitHub did not answer or failed; it is tried again by itself.",
  "github/rate-limited": "GitHub asked us to wait; it goes on by itself at the named time.",
  "github/unauthorized":
    "GitHub does not accept our credentials: check GITHUB_TOKEN, or APP_ID, the private key and that the App is installed and not suspended.",
  "github/forbidden":
    "The App lacks a permission: an owner accepts the pending permissions of the installation.",
  "github/no-card":
    "Releases that Smallbatch makes carry a card, but for those under `card: off` in the policy: check the tag's name (docs/release-card.md).",
  "github/not-found":
    "The repository is gone or the App cannot see it: check its name and the App's list of repositories.",
  "github/rejected":
    "GitHub understood the request and refused it; its words stand in the message.",
  "github/too-many-tags":
    "No version is among the newest tags, and older ones are not read: write `base: <tag>` in `.github/smallbatch.yml`.",
  "github/unexpected":
    "GitHub answered something we do not understand: please report it with the request id.",
  "network/certificate-untrusted":
    "The server's certificate is not trusted here: set NODE_EXTRA_CA_CERTS to the file with your authority's certificate (docs/networks.md).",
  "network/proxy-refused":
    "The proxy did not let the request through: check HTTPS_PROXY, its user and password, and NO_PROXY (docs/networks.md).",
  "setup/failed": "The App could not be set up: the message says what is left to do.",
  "settings/invalid":
    "A setting is missing or wrong: correct the named environment variable, here or in the file of --env-file.",
  "store/unavailable": "PostgreSQL did not answer: check DATABASE_URL and that it runs.",
  "store/migration-failed":
    "The database could not be brought up to date and stays as it was: PostgreSQL's words stand in the message.",
  "store/moved":
    "The repository belongs to another installation by now; it is looked at again by itself.",
  "store/embedded-failed":
    "The embedded PostgreSQL did not start: read the named log, or set DATABASE_URL.",
  "usage/invalid": "The command was called wrongly: see --help.",
  "git/unusable": "The local repository cannot be read as it is: the message says what to do.",
  "git/incomplete":
    "The size is unknown, because a part of the repository is not here: the message says how to get it.",
  "git/failed": "The git program failed: its words stand in the message.",
} as const;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** Null: it is none of them. */
export function findErrorCode(text: string | null): ErrorCode | null {
  return text !== null && isErrorCode(text) ? text : null;
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}

/** An operating error: converted once at the edge, from status and headers, never from text. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;

  /** `message`: what we tried, on what, and what came back. What looks like a secret is taken out. */
  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly retry: Retry; readonly cause?: unknown },
  ) {
    super(redact(message), { cause: options.cause });
    this.name = "AppError";
    this.code = code;
    this.retry = options.retry;
  }
}

/** A bug, not an operating error: stops the job, is recorded and shown. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant broken: ${message}`);
}
