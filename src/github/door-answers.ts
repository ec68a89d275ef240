import { z } from "zod";
import {
  checked,
  inRepository,
  instant,
  nodes,
  ourSuites,
  pull,
  tag,
  who,
  work,
} from "./answers.ts";

/** Shapes of the answers to `door-documents.ts`. */

const refs = z.object({ nodes: nodes(tag) }).nullable();

const comments = z.object({
  nodes: nodes(
    z.object({
      databaseId: z.number().int().nullable(),
      body: z.string(),
      viewerDidAuthor: z.boolean(),
    }),
  ),
});

const reactions = z
  .array(z.object({ content: z.string(), viewerHasReacted: z.boolean() }))
  .nullable();

const words = z.object({
  databaseId: z.number().int().nullable(),
  body: z.string(),
  url: z.string(),
  createdAt: instant,
  lastEditedAt: instant.nullable(),
  author: who,
  repository: z.object({ databaseId: z.number().int().nullable() }),
});

const comment = words.extend({
  kind: z.literal("IssueComment"),
  reactionGroups: reactions,
  issue: z.object({ number: z.number().int() }),
});

const issue = words.extend({
  kind: z.literal("Issue"),
  number: z.number().int(),
  closed: z.boolean(),
});

const subject = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("Issue"), comments }),
  z.object({
    kind: z.literal("PullRequest"),
    comments,
    state: z.string(),
    author: who,
    isCrossRepository: z.boolean(),
    baseRefName: z.string(),
    headRefOid: z.string(),
    headCommit: z.object({
      nodes: nodes(
        z.object({
          commit: z.object({
            oid: z.string(),
            checkSuites: z.object({ nodes: nodes(z.object({ createdAt: instant })) }).nullable(),
          }),
        }),
      ),
    }),
    forced: z.object({ filteredCount: z.number().int() }),
  }),
]);

export type SubjectOfComment = z.infer<typeof subject>;

export const commandAnswer = z.object({
  // Another kind of thing, or nothing: the comment is gone.
  comment: z.union([comment, issue, z.null(), z.object({ kind: z.string() })]),
  commented: z.object({ subject: subject.nullable(), previews: refs }).nullable(),
});
export type CommandAnswer = z.infer<typeof commandAnswer>;

export const previewTalkAnswer = inRepository(
  z.record(
    z.string(),
    z
      .object({
        number: z.number().int(),
        comments: z.object({
          nodes: nodes(
            z.object({
              body: z.string(),
              url: z.string(),
              reactionGroups: z
                .array(
                  z.object({
                    content: z.string(),
                    viewerHasReacted: z.boolean(),
                    reactors: z.object({ totalCount: z.number().int() }),
                  }),
                )
                .nullable(),
            }),
          ),
        }),
      })
      .nullable(),
  ),
);

const policyEntry = z.object({ oid: z.string(), mode: z.number().int() }).nullable();

const openPull = pull.extend({
  additions: z.number().int(),
  deletions: z.number().int(),
  changedFiles: z.number().int(),
  sizeLabels: z.object({ nodes: nodes(z.object({ id: z.string(), name: z.string() })) }).nullable(),
  talk: z.object({ nodes: nodes(z.object({ viewerDidAuthor: z.boolean() })) }),
  tip: z.object({
    nodes: nodes(
      z.object({
        commit: z.object({ oid: z.string(), policy: policyEntry, sized: ourSuites }),
      }),
    ),
  }),
  forked: z.object({
    nodes: nodes(
      z.object({
        commit: z.object({
          parents: z.object({ nodes: nodes(z.object({ policy: policyEntry })) }),
        }),
      }),
    ),
  }),
  state: z.string(),
  isDraft: z.boolean(),
  isCrossRepository: z.boolean(),
  headRefOid: z.string(),
  work: z.object({ nodes: nodes(z.object({ commit: work })) }),
  baseRepository: z
    .object({
      squashMergeAllowed: z.boolean(),
      mergeCommitAllowed: z.boolean(),
      rebaseMergeAllowed: z.boolean(),
      squashMergeCommitMessage: z.string(),
      previews: refs,
    })
    .nullable(),
});

export type OpenPullAnswer = z.infer<typeof openPull>;
export type SizedSuites = z.infer<typeof ourSuites>;

export const openPullsAnswer = inRepository(z.record(z.string(), openPull.nullable()));

export const manifestsAnswer = inRepository(
  z.object({
    tree: z
      .object({ entries: z.array(z.object({ name: z.string(), type: z.string() })).nullish() })
      .nullable(),
    module: z.object({ text: z.string().nullish(), byteSize: z.number().optional() }).nullable(),
  }),
);

export const mergeGroupAnswer = inRepository(
  z.object({
    queue: z
      .object({
        entries: z
          .object({
            nodes: nodes(
              z.object({
                baseCommit: z.object({ oid: z.string() }).nullable(),
                headCommit: z.object({ oid: z.string() }).nullable(),
                pullRequest: z.object({ number: z.number().int() }).nullable(),
              }),
            ),
          })
          .nullable(),
      })
      .nullish(),
    commit: checked.extend({ sized: ourSuites }).nullable(),
  }),
);

export const statusAnswer = inRepository(z.object({ pull: z.object({ comments }).nullable() }));
