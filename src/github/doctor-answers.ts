import { z } from "zod";
import { inRepository, nodes } from "./answers.ts";

/** Shapes of the answers to `doctor-documents.ts`, read before anything is believed. */

const context = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("CheckRun"),
    name: z.string(),
    checkSuite: z.object({
      app: z.object({ databaseId: z.number().int().nullable(), slug: z.string() }).nullable(),
    }),
  }),
  z.object({ kind: z.literal("StatusContext"), context: z.string() }),
]);

export type ReportAnswer = z.infer<typeof context>;

const commit = z.object({
  oid: z.string(),
  statusCheckRollup: z.object({ contexts: z.object({ nodes: nodes(context) }) }).nullable(),
});

const tagRule = z.object({
  type: z.string(),
  parameters: z
    .object({
      kind: z.string(),
      operator: z.string().optional(),
      pattern: z.string().optional(),
      negate: z.boolean().optional(),
    })
    .nullable(),
});

const ruleset = z.object({
  databaseId: z.number().int().nullable(),
  name: z.string(),
  target: z.string().nullable(),
  enforcement: z.string(),
  conditions: z.object({
    refName: z.object({ include: z.array(z.string()), exclude: z.array(z.string()) }).nullable(),
  }),
  rules: z.object({ nodes: nodes(tagRule) }).nullable(),
});

export type RulesetAnswer = z.infer<typeof ruleset>;

const branchRule = z.object({
  type: z.string(),
  repositoryRuleset: z.object({ name: z.string() }).nullable(),
  parameters: z
    .object({ kind: z.string(), requiredApprovingReviewCount: z.number().int().optional() })
    .nullable(),
});

const branch = z.object({
  refUpdateRule: z
    .object({
      requiredApprovingReviewCount: z.number().int().nullable(),
      viewerCanPush: z.boolean(),
    })
    .nullable(),
  rules: z.object({ nodes: nodes(branchRule) }).nullish(),
  target: z
    .object({ kind: z.string(), history: z.object({ nodes: nodes(commit) }).optional() })
    .nullable(),
});

export type BranchAnswer = z.infer<typeof branch>;

const folder = z
  .object({
    kind: z.string(),
    entries: z
      .array(z.object({ name: z.string(), type: z.string(), size: z.number().int() }))
      .nullish(),
  })
  .nullable();

export type FolderAnswer = z.infer<typeof folder>;

export const doctorAnswer = inRepository(
  z
    .object({
      hasIssuesEnabled: z.boolean(),
      rulesets: z.object({ nodes: nodes(ruleset) }).nullish(),
      ref: branch.nullable(),
    })
    .catchall(folder),
);

export type DoctorAnswer = z.infer<typeof doctorAnswer>["repository"];

export const rulesetAnswer = z.object({
  current_user_can_bypass: z.string().optional(),
});

export const grantAnswer = z.object({ permissions: z.record(z.string(), z.string()) });
