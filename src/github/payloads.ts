import { z } from "zod";

/**
 * The parts of webhook payloads that are read, and no more. Everything else in them is left alone,
 * and a payload that lacks one of these is answered with a note, never with an error.
 */

const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const person = z.object({ id: z.number().int(), login: z.string(), type: z.string().optional() });

const listedRepository = z.object({
  id: z.number().int(),
  node_id: z.string(),
  name: z.string(),
  full_name: z.string(),
  private: z.boolean(),
});

const repository = listedRepository.extend({
  owner: z.object({ login: z.string() }),
  default_branch: z.string().optional(),
});

export type ListedRepository = z.infer<typeof listedRepository>;
export type PayloadRepository = z.infer<typeof repository>;

/** What every delivery may carry. */
export const envelopeSchema = z.object({
  action: z.string().nullish(),
  installation: z.object({ id: z.number().int() }).nullish(),
  repository: repository.nullish(),
  sender: person.nullish(),
});

export type Envelope = z.infer<typeof envelopeSchema>;

export const pushSchema = z.object({
  ref: z.string(),
  before: z.string(),
  after: z.string(),
  created: z.boolean().optional(),
  deleted: z.boolean().optional(),
  forced: z.boolean().optional(),
  commits: z.array(z.unknown()).optional(),
});

export const pullSchema = z.object({
  pull_request: z.object({
    number: z.number().int(),
    merged: z.boolean().nullish(),
    draft: z.boolean().nullish(),
    created_at: instant,
    closed_at: instant.nullish(),
    merged_at: instant.nullish(),
    merge_commit_sha: z.string().nullish(),
    user: person.nullish(),
    merged_by: person.nullish(),
    base: z.object({ ref: z.string() }),
    head: z.object({ ref: z.string(), sha: z.string() }),
    additions: z.number().optional(),
    deletions: z.number().optional(),
    changed_files: z.number().optional(),
    commits: z.number().optional(),
  }),
  label: z.object({ name: z.string() }).optional(),
});

export const reviewSchema = z.object({
  review: z.object({
    id: z.number().int(),
    state: z.string(),
    commit_id: z.string().nullish(),
    submitted_at: instant.nullish(),
    user: person.nullish(),
  }),
  pull_request: z.object({ number: z.number().int() }),
});

export const checkRunSchema = z.object({
  check_run: z.object({
    id: z.number().int(),
    name: z.string(),
    head_sha: z.string(),
    status: z.string(),
    conclusion: z.string().nullish(),
    started_at: instant.nullish(),
    completed_at: instant.nullish(),
    app: z.object({ id: z.number().int() }).nullish(),
    check_suite: z.object({ head_branch: z.string().nullish() }).nullish(),
    pull_requests: z.array(z.unknown()).optional(),
  }),
});

export const checkSuiteSchema = z.object({
  check_suite: z.object({
    id: z.number().int(),
    head_sha: z.string(),
    head_branch: z.string().nullish(),
    status: z.string().nullish(),
    conclusion: z.string().nullish(),
    updated_at: instant.nullish(),
    app: z.object({ id: z.number().int() }).nullish(),
  }),
});

export const statusSchema = z.object({
  id: z.number().int(),
  sha: z.string(),
  context: z.string(),
  state: z.string(),
  created_at: instant.nullish(),
  branches: z.array(z.object({ name: z.string() })).optional(),
});

export const issueSchema = z.object({
  issue: z.object({
    number: z.number().int(),
    state_reason: z.string().nullish(),
    pull_request: z.unknown().optional(),
    user: person.nullish(),
  }),
});

export const commentSchema = issueSchema.extend({
  comment: z.object({
    id: z.number().int(),
    created_at: instant,
    performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
  }),
});

export const releaseSchema = z.object({
  release: z.object({
    id: z.number().int(),
    tag_name: z.string(),
    draft: z.boolean(),
    prerelease: z.boolean(),
    published_at: instant.nullish(),
    target_commitish: z.string().optional(),
  }),
});

export const deploymentStatusSchema = z.object({
  deployment_status: z.object({
    id: z.number().int(),
    state: z.string(),
    created_at: instant,
    environment: z.string().nullish(),
  }),
  deployment: z.object({ id: z.number().int(), sha: z.string(), ref: z.string() }),
});

export const mergeGroupSchema = z.object({
  merge_group: z.object({ head_sha: z.string(), base_ref: z.string() }),
});

export const installationSchema = z.object({
  installation: z.object({
    id: z.number().int(),
    account: z.object({ login: z.string() }).nullish(),
    permissions: z.record(z.string(), z.string()).nullish(),
  }),
  repositories: z.array(listedRepository).nullish(),
});

export const installationRepositoriesSchema = z.object({
  repositories_added: z.array(listedRepository),
  repositories_removed: z.array(z.object({ id: z.number().int() })),
});
