import { z } from "zod";
import { contents, nodes } from "./answers.ts";
import { author, viewer } from "./version-file-answers.ts";

/** Shapes of the answers to `proposal-documents.ts`. */

const pull = z.object({
  number: z.number().int(),
  url: z.string(),
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  title: z.string(),
  body: z.string(),
  viewerDidAuthor: z.boolean(),
  isCrossRepository: z.boolean(),
  commits: z.object({
    nodes: nodes(
      z.object({
        commit: z.object({
          author,
          parents: z.object({ totalCount: z.number().int() }),
          signature: z.object({ isValid: z.boolean(), wasSignedByGitHub: z.boolean() }).nullable(),
        }),
      }),
    ),
  }),
});

export type ProposalPullAnswer = z.infer<typeof pull>;

export const proposalAnswer = z.object({
  viewer,
  repository: z.object({
    proposals: z.object({ nodes: nodes(pull) }),
    branch: z
      .object({
        target: z
          .object({ kind: z.string(), oid: z.string(), author: author.optional() })
          .nullable(),
        compare: z.object({ behindBy: z.number().int() }).nullable(),
      })
      .nullable(),
    file: contents,
    open: z.object({
      nodes: nodes(
        z.object({
          number: z.number().int(),
          url: z.string(),
          viewerDidAuthor: z.boolean(),
          files: z.object({ nodes: nodes(z.object({ path: z.string() })) }).nullable(),
        }),
      ),
    }),
  }),
});

export type ProposalAnswer = z.infer<typeof proposalAnswer>;
