import { z } from "zod";
import { instant, nodes, pageInfo, who } from "./answers.ts";

/** Shapes of the answers to `desk-documents.ts`. */

const desk = z.object({
  kind: z.literal("Issue"),
  id: z.string(),
  number: z.number().int(),
  url: z.string(),
  body: z.string(),
  closed: z.boolean(),
  viewerDidAuthor: z.boolean(),
  repository: z.object({ databaseId: z.number().int().nullable() }),
  userContentEdits: z
    .object({
      nodes: nodes(z.object({ editedAt: instant, diff: z.string().nullable(), editor: who })),
    })
    .nullish(),
  timelineItems: z.object({ nodes: nodes(z.object({ actor: who })) }).nullish(),
});

export const viewerAnswer = z.object({ viewer: z.object({ login: z.string() }) });

export const findDeskAnswer = z.object({
  repository: z
    .object({
      issues: z.object({ pageInfo, nodes: nodes(desk) }),
      oldest: z.object({ nodes: nodes(desk) }),
    })
    .nullable(),
});

/** Another kind of thing, or nothing: it is gone. */
export const deskRead = z.union([desk, z.null(), z.object({ kind: z.string() })]);

export type DeskAnswer = z.infer<typeof deskRead>;

export const readDeskAnswer = z.object({ issue: deskRead });

export const createdIssue = z.object({
  number: z.number().int(),
  node_id: z.string(),
  html_url: z.string(),
});

export const checkSaid = z.object({ output: z.object({ summary: z.string().nullable() }) });
