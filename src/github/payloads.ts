import { z } from "zod";

/**
 * The parts of webhook payloads that are read, and no more. Everything else in them is left alone,
 * and a payload that lacks one of these is answered with a note, never with an error.
 */

/** PostgreSQL keeps no NUL in its texts. */
export const text = z.string().transform((value) => value.replaceAll("\0", "\u{fffd}"));

export const instant = z.iso.datetime({ offset: true }).transform((time) => Date.parse(time));

export const person = z.object({ id: z.number().int(), login: text, type: text.optional() });

const listedRepository = z.object({
  id: z.number().int(),
  node_id: text,
  name: text,
  full_name: text,
  private: z.boolean(),
});

const repository = listedRepository.extend({
  owner: z.object({ login: text }),
  default_branch: text.optional(),
});

export type ListedRepository = z.infer<typeof listedRepository>;
export type PayloadRepository = z.infer<typeof repository>;

/** What every delivery may carry. */
export const envelopeSchema = z.object({
  action: text.nullish(),
  installation: z.object({ id: z.number().int() }).nullish(),
  repository: repository.nullish(),
  sender: person.nullish(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

export const pushSchema = z.object({
  ref: text,
  before: text,
  after: text,
  created: z.boolean().optional(),
  deleted: z.boolean().optional(),
  forced: z.boolean().optional(),
  commits: z.array(z.unknown()).optional(),
});

export const pullSchema = z.object({
  pull_request: z.object({
    number: z.number().int(),
    state: text.optional(),
    merged: z.boolean().nullish(),
    draft: z.boolean().nullish(),
    created_at: instant,
    closed_at: instant.nullish(),
    merged_at: instant.nullish(),
    merge_commit_sha: text.nullish(),
    user: person.nullish(),
    merged_by: person.nullish(),
    base: z.object({ ref: text }),
    head: z.object({ ref: text, sha: text }),
    additions: z.number().optional(),
    deletions: z.number().optional(),
    changed_files: z.number().optional(),
    commits: z.number().optional(),
  }),
  label: z.object({ name: text }).optional(),
});

export const reviewSchema = z.object({
  review: z.object({
    id: z.number().int(),
    state: text,
    commit_id: text.nullish(),
    submitted_at: instant.nullish(),
    user: person.nullish(),
  }),
  pull_request: z.object({
    number: z.number().int(),
    merged_at: instant.nullish(),
    state: text.optional(),
    base: z.object({ ref: text }).optional(),
  }),
});

/** Pulls of this repository whose head a check is on; those of forks are left out. */
const pullsOfCheck = z
  .array(z.object({ number: z.number().int(), base: z.object({ ref: text }).optional() }))
  .optional();

export const checkRunSchema = z.object({
  check_run: z.object({
    id: z.number().int(),
    name: text,
    external_id: text.nullish(),
    head_sha: text,
    status: text,
    conclusion: text.nullish(),
    started_at: instant.nullish(),
    completed_at: instant.nullish(),
    app: z.object({ id: z.number().int() }).nullish(),
    check_suite: z.object({ head_branch: text.nullish() }).nullish(),
    pull_requests: pullsOfCheck,
  }),
});

export const checkSuiteSchema = z.object({
  check_suite: z.object({
    id: z.number().int(),
    head_sha: text,
    head_branch: text.nullish(),
    status: text.nullish(),
    conclusion: text.nullish(),
    updated_at: instant.nullish(),
    app: z.object({ id: z.number().int() }).nullish(),
    pull_requests: pullsOfCheck,
  }),
});

export const statusSchema = z.object({
  id: z.number().int(),
  sha: text,
  context: text,
  state: text,
  created_at: instant.nullish(),
  branches: z.array(z.object({ name: text })).optional(),
});

export const issueSchema = z.object({
  issue: z.object({
    number: z.number().int(),
    state_reason: text.nullish(),
    pull_request: z.unknown().optional(),
    user: person.nullish(),
    labels: z.array(z.object({ name: text.nullish() })).nullish(),
  }),
  /** The one that was set or taken off. */
  label: z.object({ name: text }).nullish(),
});

export const commentSchema = issueSchema.extend({
  comment: z.object({
    id: z.number().int(),
    node_id: text.optional(),
    body: text.nullish(),
    user: person.nullish(),
    created_at: instant,
    performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
  }),
});

export const releaseSchema = z.object({
  release: z.object({
    id: z.number().int(),
    tag_name: text,
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: instant.nullish(),
    target_commitish: text.optional(),
  }),
  sender: person.nullish(),
});

export const deploymentStatusSchema = z.object({
  deployment_status: z.object({
    id: z.number().int(),
    state: text,
    created_at: instant,
    environment: text.nullish(),
  }),
  deployment: z.object({ id: z.number().int(), sha: text, ref: text }),
});

export const mergeGroupSchema = z.object({
  merge_group: z.object({ head_sha: text, head_ref: text.optional(), base_ref: text }),
});

export const installationSchema = z.object({
  installation: z.object({
    id: z.number().int(),
    account: z.object({ login: text }).nullish(),
    permissions: z.record(text, text).nullish(),
  }),
  repositories: z.array(listedRepository).nullish(),
});

export const installationRepositoriesSchema = z.object({
  repositories_added: z.array(listedRepository),
  repositories_removed: z.array(z.object({ id: z.number().int() })),
});
