import { z } from "zod";
import { contents, instant, nodes, pageInfo, rollup, who } from "./answers.ts";

/** Shapes of the answers to `clock-documents.ts`. */

const names = z.object({ nodes: nodes(z.object({ name: z.string() })) }).nullable();

const quota = z
  .object({ remaining: z.number().int(), limit: z.number().int(), resetAt: instant })
  .nullish();

function pageOf<T extends z.ZodType>(item: T) {
  const page = z.object({ totalCount: z.number().int(), pageInfo, nodes: nodes(item) });
  const repository = z.object({ page: page.nullable(), policy: contents.nullish() });
  return z.object({ rateLimit: quota, repository: repository.nullable() });
}

const commit = z.object({
  oid: z.string(),
  message: z.string(),
  authoredDate: instant,
  author: z
    .object({
      name: z.string().nullable(),
      email: z.string().nullable(),
      user: z.object({ login: z.string(), databaseId: z.number().int().nullable() }).nullable(),
    })
    .nullable(),
  parents: z.object({ totalCount: z.number().int() }),
});

const file = z.object({
  path: z.string(),
  additions: z.number().int(),
  deletions: z.number().int(),
  changeType: z.string(),
});

export const clockPull = z.object({
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  createdAt: instant,
  updatedAt: instant,
  mergedAt: instant.nullable(),
  closedAt: instant.nullable(),
  isDraft: z.boolean(),
  baseRefName: z.string(),
  headRefName: z.string(),
  isCrossRepository: z.boolean(),
  additions: z.number().int(),
  deletions: z.number().int(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  author: who,
  mergedBy: who,
  assignees: z.object({
    nodes: nodes(z.object({ databaseId: z.number().int().nullable() })),
  }),
  labels: names,
  closingIssuesReferences: z.object({ nodes: nodes(z.object({ createdAt: instant })) }).nullable(),
  reviews: z
    .object({
      nodes: nodes(z.object({ state: z.string(), submittedAt: instant.nullable(), author: who })),
    })
    .nullable(),
  timelineItems: z.object({
    nodes: nodes(z.object({ kind: z.string(), createdAt: instant.optional() })),
  }),
  commits: z.object({ nodes: nodes(z.object({ commit })) }),
  files: z.object({ pageInfo, nodes: nodes(file) }).nullable(),
  last: z.object({
    nodes: nodes(
      z.object({
        commit: z.object({ statusCheckRollup: z.object({ state: z.string() }).nullable() }),
      }),
    ),
  }),
});

export const clockPullsAnswer = pageOf(clockPull);

export const clockReleasesAnswer = pageOf(
  z.object({
    tagName: z.string(),
    isDraft: z.boolean(),
    isPrerelease: z.boolean(),
    createdAt: instant,
    publishedAt: instant.nullable(),
    description: z.string().nullable(),
    author: z.object({ databaseId: z.number().int().nullable() }).nullable(),
    tagCommit: z
      .object({ oid: z.string(), committedDate: instant, statusCheckRollup: rollup })
      .nullable(),
  }),
);

export const clockStandingAnswer = z.object({
  repository: z
    .record(z.string(), z.object({ tagName: z.string(), isDraft: z.boolean() }).nullable())
    .nullable(),
});

export const clockDeploymentsAnswer = pageOf(
  z.object({
    databaseId: z.number().int().nullable(),
    commitOid: z.string(),
    environment: z.string().nullable(),
    createdAt: instant,
    statuses: z
      .object({ nodes: nodes(z.object({ state: z.string(), createdAt: instant })) })
      .nullable(),
  }),
);

export const clockIssuesAnswer = pageOf(
  z.object({
    number: z.number().int(),
    title: z.string(),
    body: z.string(),
    createdAt: instant,
    updatedAt: instant,
    closedAt: instant.nullable(),
    stateReason: z.string().nullable(),
    authorAssociation: z.string(),
    viewerDidAuthor: z.boolean(),
    author: who,
    labels: names,
    closedByPullRequestsReferences: z
      .object({ nodes: nodes(z.object({ number: z.number().int() })) })
      .nullable(),
    timelineItems: z.object({
      nodes: nodes(
        z.object({
          kind: z.string(),
          isCrossRepository: z.boolean().optional(),
          canonical: z.object({ number: z.number().int().optional() }).nullish(),
        }),
      ),
    }),
  }),
);

const tagged = z.object({ oid: z.string(), committedDate: instant.optional() });

export const clockTag = z.object({
  name: z.string(),
  target: tagged
    .extend({
      tagger: z.object({ date: instant.nullable() }).nullish(),
      target: tagged.optional(),
    })
    .nullable(),
});

export const clockTagsAnswer = z.object({
  repository: z
    .object({ page: z.object({ pageInfo, nodes: nodes(clockTag) }).nullable() })
    .nullable(),
});

export const clockCarriedAnswer = z.object({
  repository: z
    .object({
      ref: z
        .object({
          compare: z
            .object({
              commits: z.object({
                pageInfo,
                nodes: nodes(
                  z.object({
                    oid: z.string(),
                    message: z.string(),
                    committedDate: instant,
                    parents: z.object({ totalCount: z.number().int() }),
                    associatedPullRequests: z
                      .object({
                        nodes: nodes(
                          z.object({
                            number: z.number().int(),
                            merged: z.boolean(),
                            mergeCommit: z.object({ oid: z.string() }).nullable(),
                          }),
                        ),
                      })
                      .nullable(),
                  }),
                ),
              }),
            })
            .nullable(),
        })
        .nullable(),
    })
    .nullable(),
});
