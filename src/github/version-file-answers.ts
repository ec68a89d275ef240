import { z } from "zod";
import { contents, inRepository, instant, nodes, rollup } from "./answers.ts";

/** Shapes of the answers to `version-file-documents.ts`. */

export const author = z
  .object({
    email: z.string().nullable(),
    user: z.object({ databaseId: z.number().int().nullable() }).nullable(),
  })
  .nullable();

const branch = z.object({
  name: z.string(),
  target: z.object({ kind: z.string(), oid: z.string() }).nullable(),
  associatedPullRequests: z.object({
    nodes: nodes(
      z.object({
        number: z.number().int(),
        state: z.enum(["OPEN", "CLOSED", "MERGED"]),
        title: z.string(),
        body: z.string(),
        viewerDidAuthor: z.boolean(),
        mergeable: z.string(),
        commits: z.object({
          nodes: nodes(
            z.object({
              commit: z.object({ author, parents: z.object({ totalCount: z.number().int() }) }),
            }),
          ),
        }),
      }),
    ),
  }),
});

const openBranch = z.object({
  name: z.string(),
  associatedPullRequests: z.object({
    nodes: nodes(
      z.object({ number: z.number().int(), body: z.string(), viewerDidAuthor: z.boolean() }),
    ),
  }),
});

export type OpenBranchAnswer = z.infer<typeof openBranch>;

export type BranchAnswer = z.infer<typeof branch>;

const commit = z.object({
  kind: z.literal("Commit"),
  oid: z.string(),
  changedFilesIfAvailable: z.number().int().nullable(),
  signature: z.object({ isValid: z.boolean(), wasSignedByGitHub: z.boolean() }).nullable(),
  author,
  parents: z.object({
    nodes: nodes(z.object({ oid: z.string(), committedDate: instant, statusCheckRollup: rollup })),
  }),
});

export type BroughtCommitAnswer = z.infer<typeof commit>;

const pull = z.object({
  number: z.number().int(),
  viewerDidAuthor: z.boolean(),
  changedFiles: z.number().int(),
  files: z.object({ nodes: nodes(z.object({ path: z.string() })) }).nullable(),
  mergeCommit: z.object({ oid: z.string(), statusCheckRollup: rollup }).nullable(),
});

export type BroughtPullAnswer = z.infer<typeof pull>;

export const viewer = z.object({ login: z.string(), databaseId: z.number().int().nullable() });

export type ViewerAnswer = z.infer<typeof viewer>;

/** The parts with a number in their name beside those that are always there. */
export const broughtAnswer = z.object({
  viewer,
  repository: z
    .object({
      branches: z.object({ nodes: nodes(branch) }).nullable(),
      all: z.object({ nodes: nodes(openBranch) }).nullable(),
    })
    .catchall(z.union([commit, pull, z.null()])),
});

export const isPullAnswer = (
  answer: BroughtCommitAnswer | BroughtPullAnswer | null | undefined,
): answer is BroughtPullAnswer => answer !== null && answer !== undefined && "number" in answer;

export const isCommitAnswer = (
  answer: BroughtCommitAnswer | BroughtPullAnswer | null | undefined,
): answer is BroughtCommitAnswer => answer !== null && answer !== undefined && "oid" in answer;

export type AuthorAnswer = z.infer<typeof author>;

export const filesAnswer = inRepository(z.record(z.string(), contents));

export const blobAnswer = z.object({ content: z.string(), encoding: z.literal("base64") });
