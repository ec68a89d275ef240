import { z } from "zod";

/** Shapes of the answers to `documents.ts`, read before anything is believed. */

export const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

export const who = z
  .object({
    kind: z.string(),
    login: z.string(),
    databaseId: z.number().int().nullish(),
  })
  .nullable();

export type WhoAnswer = z.infer<typeof who>;

/** Where the next page of a list begins. */
export const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() });

/** GitHub's lists may hold nulls where something could not be read. */
export function nodes<T extends z.ZodType>(item: T) {
  return z
    .array(item.nullable())
    .nullable()
    .transform((list) => (list ?? []).filter((entry) => entry !== null));
}

const checkRun = z.object({
  kind: z.literal("CheckRun"),
  databaseId: z.number().int().nullable(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  startedAt: instant.nullable(),
  completedAt: instant.nullable(),
  detailsUrl: z.string().nullable(),
  externalId: z.string().nullable(),
  title: z.string().nullable(),
  checkSuite: z.object({ app: z.object({ databaseId: z.number().int().nullable() }).nullable() }),
});

const statusContext = z.object({
  kind: z.literal("StatusContext"),
  context: z.string(),
  state: z.string(),
  createdAt: instant,
  targetUrl: z.string().nullable(),
});

const context = z.discriminatedUnion("kind", [checkRun, statusContext]);

export type ContextAnswer = z.infer<typeof context>;

export const rollup = z
  .object({ contexts: z.object({ pageInfo, nodes: nodes(context) }) })
  .nullable();

export type RollupAnswer = z.infer<typeof rollup>;

const checkedCommit = z.object({ oid: z.string(), statusCheckRollup: rollup });

export type CheckedCommitAnswer = z.infer<typeof checkedCommit>;

const release = z.object({
  databaseId: z.number().int().nullable(),
  tagName: z.string(),
  isDraft: z.boolean(),
  isPrerelease: z.boolean(),
  isLatest: z.boolean(),
  publishedAt: instant.nullable(),
  updatedAt: instant.optional(),
  url: z.string(),
  description: z.string().nullable(),
  tagCommit: z.object({ oid: z.string() }).nullable(),
});

export type ReleaseAnswer = z.infer<typeof release>;

const object = z.object({ kind: z.string(), oid: z.string() });
const target = object.extend({
  target: object.extend({ target: object.optional() }).optional(),
});

export const tag = z.object({ name: z.string(), target: target.nullable() });

export type TagAnswer = z.infer<typeof tag>;

const tags = z.object({ pageInfo, nodes: nodes(tag) });

export const closedIssue = z.object({
  id: z.string(),
  number: z.number().int(),
  repository: z.object({ nameWithOwner: z.string() }),
});

export const pull = z.object({
  id: z.string(),
  number: z.number().int(),
  title: z.string(),
  body: z.string(),
  merged: z.boolean(),
  mergedAt: instant.nullable(),
  baseRefName: z.string(),
  headRefOid: z.string(),
  mergeCommit: z.object({ oid: z.string() }).nullable(),
  author: who,
  mergedBy: who,
  labels: z.object({ nodes: nodes(z.object({ name: z.string() })) }).nullable(),
  closingIssuesReferences: z
    .object({
      nodes: nodes(closedIssue),
    })
    .nullable(),
  reviews: z
    .object({
      totalCount: z.number().int(),
      nodes: nodes(
        z.object({
          state: z.string(),
          submittedAt: instant.nullable(),
          authorCanPushToRepository: z.boolean(),
          author: who,
          commit: z.object({ oid: z.string() }).nullable(),
        }),
      ),
    })
    .nullable(),
  commits: z.object({
    totalCount: z.number().int(),
    nodes: nodes(z.object({ commit: z.object({ messageHeadline: z.string() }) })),
  }),
});

export type PullAnswer = z.infer<typeof pull>;

const ourRun = z.object({
  databaseId: z.number().int().nullable(),
  externalId: z.string().nullable(),
  title: z.string().nullable(),
  /** Where it was asked for. */
  conclusion: z.string().nullish(),
});

export type OurRunAnswer = z.infer<typeof ourRun>;

export const ourSuites = z
  .object({
    nodes: nodes(z.object({ checkRuns: z.object({ nodes: nodes(ourRun) }).nullable() })),
  })
  .nullable();

export const checked = z.object({ oid: z.string(), checkSuites: ourSuites });

export type CheckedAnswer = z.infer<typeof checked>;

export const work = checked.extend({
  message: z.string(),
  committedDate: instant,
  author: z
    .object({
      name: z.string().nullable(),
      user: z.object({ login: z.string(), databaseId: z.number().int().nullable() }).nullable(),
    })
    .nullable(),
  parents: z.object({ nodes: nodes(z.object({ oid: z.string() })) }),
});

export type WorkAnswer = z.infer<typeof work>;

const commit = work.extend({
  associatedPullRequests: z
    .object({
      nodes: nodes(
        z.object({ number: z.number().int(), merged: z.boolean(), baseRefName: z.string() }),
      ),
    })
    .nullable(),
});

export type CommitAnswer = z.infer<typeof commit>;

const commits = z.object({ pageInfo, nodes: nodes(commit) });

export type CommitsAnswer = z.infer<typeof commits>;

const comparison = z.object({
  status: z.enum(["AHEAD", "BEHIND", "DIVERGED", "IDENTICAL"]),
  aheadBy: z.number().int(),
  behindBy: z.number().int(),
  headTarget: z.object({ oid: z.string() }),
});

const batch = comparison.extend({ commits });

const comparedTag = tag.extend({ compare: batch.nullable() });

export type ComparedTagAnswer = z.infer<typeof comparedTag>;

export const contents = z
  .object({
    kind: z.string(),
    oid: z.string(),
    byteSize: z.number().int().optional(),
    isBinary: z.boolean().nullish(),
    isTruncated: z.boolean().optional(),
    text: z.string().nullish(),
  })
  .nullable();

export type ContentsAnswer = z.infer<typeof contents>;

export function inRepository<T extends z.ZodType>(repository: T) {
  return z.object({ repository });
}

const line = inRepository(
  z.object({
    id: z.string(),
    databaseId: z.number().int(),
    name: z.string(),
    url: z.string(),
    isPrivate: z.boolean(),
    isArchived: z.boolean(),
    owner: z.object({ login: z.string() }),
    defaultBranchRef: z.object({ name: z.string() }).nullable(),
    ref: z
      .object({
        target: object
          .extend({ committedDate: instant.optional(), statusCheckRollup: rollup.optional() })
          .nullable(),
        refUpdateRule: z
          .object({ requiredStatusCheckContexts: nodes(z.string()).nullish() })
          .nullable(),
        rules: z
          .object({
            nodes: nodes(
              z.object({
                type: z.string(),
                parameters: z
                  .object({
                    kind: z.string(),
                    requiredStatusChecks: z.array(z.object({ context: z.string() })).optional(),
                  })
                  .nullable(),
              }),
            ),
          })
          .nullish(),
      })
      .nullable(),
    policyFile: contents,
    proposal: z.object({ target: z.object({ oid: z.string() }).nullable() }).nullish(),
    tags: tags.nullable(),
    releases: z.object({ nodes: nodes(release) }),
    checkedReleases: z.object({
      nodes: nodes(z.object({ tagName: z.string(), tagCommit: checkedCommit.nullable() })),
    }),
    latestRelease: z.object({ tag: comparedTag.nullable() }).nullish(),
    knownBase: comparedTag.nullish(),
    merged: z.object({ nodes: nodes(pull) }),
  }),
);

export type LineAnswer = z.infer<typeof line>["repository"];

/** Null: gone, or not for our eyes. Of something that is no issue any more there is nothing. */
const deskGlance = z.object({
  closed: z.boolean().optional(),
  lastEditedAt: instant.nullish(),
  editor: z.object({ login: z.string() }).nullish(),
  author: z.object({ login: z.string() }).nullish(),
});

export type DeskGlanceAnswer = z.infer<typeof deskGlance>;

export const lineAnswer = line.extend({ desk: deskGlance.nullish() });

export const comparisonAnswer = inRepository(
  z.object({ ref: z.object({ compare: batch.nullable() }).nullable() }),
);

export const historyAnswer = inRepository(
  z.object({
    object: z.object({ history: commits.extend({ totalCount: z.number().int() }) }).nullable(),
  }),
);

export const pathHistoryAnswer = inRepository(
  z.object({
    object: z
      .object({
        history: z.object({
          pageInfo,
          nodes: nodes(
            z.object({
              oid: z.string(),
              committedDate: instant,
              associatedPullRequests: z
                .object({
                  nodes: nodes(z.object({ mergedAt: instant.nullable(), baseRefName: z.string() })),
                })
                .nullable(),
            }),
          ),
        }),
      })
      .nullable(),
  }),
);

export const tagsAnswer = inRepository(z.object({ tags: tags.nullable() }));

export const checksAnswer = inRepository(
  z.object({ object: z.object({ statusCheckRollup: rollup }).nullable() }),
);

export const ancestryAnswer = inRepository(
  z.record(z.string(), tag.extend({ compare: comparison.nullable() }).nullable()),
);

export const contentsAnswer = inRepository(z.record(z.string(), contents));

export const releasesAnswer = inRepository(
  z.record(z.string(), release.extend({ checked: checkedCommit.nullable() }).nullable()),
);

export const olderReleasesAnswer = inRepository(z.record(z.string(), release.nullable()));

export const pullsAnswer = inRepository(z.record(z.string(), pull.nullable()));

export const commitChecksAnswer = inRepository(z.record(z.string(), checkedCommit.nullable()));
