import { z } from "zod";

/**
 * The release card: the versioned record of one release. Its JSON Schema is published in
 * `docs/schemas/release-card.v1.json`. Fields are only ever added; `card: 1` names this shape.
 */

const actor = z.object({ id: z.number().int().nullable(), login: z.string(), isBot: z.boolean() });

const unit = z.object({
  pull: z.number().int().nullable().describe("Pull request; null for a commit pushed without one."),
  sha: z.string().describe("Commit on the branch that brought the unit."),
  title: z.string().describe("Title as it stood at the cut. Untrusted text."),
  level: z.enum(["major", "minor", "patch", "none"]),
  levelFrom: z
    .enum(["label", "title", "commits", "breaking-body", "stock-label", "revert", "untyped"])
    .describe("Which rule decided the level."),
  author: actor,
  mergedBy: actor.nullable(),
  mergedAt: z.string().describe("ISO 8601, UTC."),
  reviews: z.array(z.object({ login: z.string(), state: z.string(), sha: z.string().nullable() })),
  agents: z
    .array(z.object({ name: z.string(), evidence: z.string() }))
    .describe("Coding agents seen at work, at least; each with the evidence."),
  closes: z.array(z.number().int()),
  cancelledBy: z.string().nullable().describe("Unit that reverts this one in the same batch."),
  isMissing: z
    .literal(true)
    .optional()
    .describe("Merged, but its change is not at the commit; somebody said to go on without it."),
  rules: z
    .array(
      z.object({
        rule: z.string(),
        verdict: z.enum(["passed", "failed", "not-applicable", "unknown"]),
        by: z.array(z.string()).describe("Logins of who approved it or vouched for it."),
      }),
    )
    .optional()
    .describe("Gates of the policy, judged for this unit. Absent where the policy has none."),
});

const noteLine = z.object({
  units: z.array(z.string()).describe("Units that it is about, such as `#12`."),
  grade: z
    .enum(["A", "B", "C"])
    .describe("A: quotes and words are in the sources. B: the words are. C: the title stands."),
  source: z.enum(["claude", "person", "title"]),
  by: z.string().optional().describe("Login of who worded it."),
  rejected: z
    .object({
      text: z.string().describe("A claim that was not published. Untrusted text."),
      codes: z.array(z.string()),
      reasons: z.array(z.string()),
    })
    .optional(),
});

const notes = z.object({
  source: z
    .enum(["deterministic", "claude"])
    .describe("Who worded the lines: titles and people, or for one at least Claude."),
  reason: z
    .string()
    .nullable()
    .describe("Why Claude worded none of them, or not all; null: it did, or nobody asked it."),
  lines: z.array(noteLine).optional().describe("Lines that were drafted or worded, with grades."),
  usage: z
    .object({
      inputTokens: z.number().int(),
      outputTokens: z.number().int(),
      cacheReadTokens: z.number().int(),
      cacheWriteTokens: z.number().int(),
    })
    .nullable()
    .optional()
    .describe("Tokens of all drafts of these units, also of those that failed."),
  costUsd: z
    .number()
    .nullable()
    .optional()
    .describe("What they cost, in dollars; null: not known."),
  model: z.string().optional().describe("Id of the model that was asked last."),
});

export const releaseCardSchema = z.object({
  card: z.literal(1),
  repository: z.object({ id: z.number().int(), name: z.string() }),
  line: z.object({ branch: z.string(), component: z.string(), channel: z.string() }),
  version: z.string(),
  tag: z.string(),
  sha: z.string(),
  previousTag: z.string().nullable(),
  level: z.enum(["major", "minor", "patch", "none"]),
  decidedAt: z.string().describe("ISO 8601, UTC."),
  units: z.array(unit),
  checks: z
    .array(z.object({ name: z.string(), state: z.enum(["green", "red", "pending"]) }))
    .describe("Checks of the commit at the cut; empty means that there were none."),
  rules: z
    .array(z.object({ rule: z.string(), verdict: z.string() }))
    .describe("Rules judged before the cut, and how."),
  overrides: z.array(
    z.object({
      rule: z.string(),
      by: z.string(),
      why: z.string(),
      sha: z.string(),
      pull: z.number().int().optional().describe("Of an exception from the size limit."),
      url: z.string().nullable().optional().describe("Where it was said; null: not known."),
    }),
  ),
  previews: z
    .array(
      z.object({
        pull: z.number().int(),
        tags: z.array(z.string()),
        comments: z.array(
          z.object({ url: z.string(), reactions: z.record(z.string(), z.number().int()) }),
        ),
      }),
    )
    .optional()
    .describe("What /preview made of pulls of the batch, and what people felt about it."),
  notes,
  policySha: z.string().nullable().describe("Blob of the policy file; null without one."),
  rollbackTarget: z.string().nullable().describe("Tag that a rollback of this release returns to."),
  rollsBack: z
    .array(
      z.object({
        tag: z.string(),
        pulls: z.array(z.number().int()).describe("What it brought, as far as it is known."),
        by: z.string().describe("Login of who took it back."),
        reason: z.string().describe("Untrusted text; empty where none was given."),
        issue: z.number().int().nullable(),
      }),
    )
    .optional()
    .describe("Releases whose code it takes back. Absent: it takes nothing back."),
});

export type ReleaseCard = z.infer<typeof releaseCardSchema>;
