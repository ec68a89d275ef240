import { createRequire } from "node:module";
import { z } from "zod";

/** Deliveries of one kind and how many of 100 they are. */
export interface Kind {
  readonly event: string;
  readonly share: number;
  readonly bodies: readonly Template[];
}

/** A payload whose ids can be overwritten in place: numbers of a fixed width. */
interface Template {
  readonly bytes: Buffer;
  readonly repositoryAt: readonly number[];
  readonly subjectAt: readonly number[];
}

/** 10 digits: the repository. 15 digits: the check run, status, comment or release. */
export const REPOSITORY_BASE = 9_100_000_000;
export const SUBJECT_BASE = 910_000_000_000_000;

/**
 * What an App hears of a repository with continuous integration: checks most of all. Nobody
 * publishes such shares; ours are those of a pull with five check runs that is merged after two
 * pushes.
 */
const SHARES: Readonly<Record<string, number>> = {
  check_run: 50,
  check_suite: 14,
  pull_request: 12,
  push: 8,
  status: 6,
  issue_comment: 4,
  pull_request_review: 3,
  issues: 2,
  release: 1,
};

const exampleSchema = z.array(
  z.object({
    name: z.string(),
    examples: z.array(z.looseObject({ repository: z.looseObject({ id: z.number() }).optional() })),
  }),
);

/** GitHub's published examples (package @octokit/webhooks-examples, MIT), as they are in size. */
export function readKinds(): readonly Kind[] {
  const require = createRequire(import.meta.url);
  const read: unknown = require("@octokit/webhooks-examples/api.github.com/index.json");
  return exampleSchema
    .parse(read)
    .filter(({ name }) => name in SHARES)
    .map(({ name, examples }) => ({
      event: name,
      share: SHARES[name] ?? 0,
      bodies: examples
        .filter(({ repository }) => repository !== undefined)
        .map((example) => prepare(name, example)),
    }));
}

type Json = Record<string, unknown>;

function prepare(event: string, example: Json): Template {
  const subject = { id: SUBJECT_BASE };
  const body: Json = {
    ...example,
    installation: { id: 1, node_id: "MDIzOkludGVncmF0aW9uSW5zdGFsbGF0aW9uMQ==" },
    repository: { ...object(example["repository"]), id: REPOSITORY_BASE },
  };
  if (event === "check_run") {
    // On the default branch: the checks that a release waits for.
    body["check_run"] = { ...object(example["check_run"]), ...subject, pull_requests: [] };
  } else if (event === "status") Object.assign(body, subject);
  else if (event === "issue_comment") {
    body["comment"] = { ...object(example["comment"]), ...subject };
  } else if (event === "release") body["release"] = { ...object(example["release"]), ...subject };
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    bytes,
    repositoryAt: findAll(bytes, String(REPOSITORY_BASE)),
    subjectAt: findAll(bytes, String(SUBJECT_BASE)),
  };
}

function object(value: unknown): Json {
  return z.looseObject({}).parse(value);
}

function findAll(bytes: Buffer, text: string): readonly number[] {
  const found: number[] = [];
  for (let at = bytes.indexOf(text); at !== -1; at = bytes.indexOf(text, at + 1)) found.push(at);
  return found;
}
