import { z } from "zod";
import { checked, closedIssue, inRepository, instant, nodes, pull } from "./answers.ts";

/** Answers about what people and we wrote: comments, labels, earlier pulls of an author. */

const comments = z.object({
  nodes: nodes(
    z.object({
      body: z.string(),
      viewerDidAuthor: z.boolean(),
      author: z.object({ kind: z.string() }).nullable(),
    }),
  ),
});

export type CommentsAnswer = z.infer<typeof comments>;

const subject = pull.extend({
  checked: checked.nullable(),
  comments,
  subjects: z
    .object({
      nodes: nodes(closedIssue.extend({ comments })),
    })
    .nullable(),
});

export type SubjectAnswer = z.infer<typeof subject>;

export const subjectsAnswer = inRepository(z.record(z.string(), subject.nullable()));

export const labelersAnswer = inRepository(
  z.record(
    z.string(),
    z
      .object({
        number: z.number().int(),
        timelineItems: z.object({
          nodes: nodes(
            z.object({
              createdAt: instant.optional(),
              actor: z.object({ kind: z.string(), login: z.string() }).nullish(),
              label: z.object({ name: z.string() }).optional(),
            }),
          ),
        }),
      })
      .nullable(),
  ),
);

export const authorsAnswer = z.record(
  z.string(),
  z.object({
    issueCount: z.number().int(),
    nodes: nodes(z.object({ number: z.number().int().optional() })),
  }),
);
