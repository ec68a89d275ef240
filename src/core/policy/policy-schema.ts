import { z } from "zod";
import { findSizeConflict, SIZE_EXAMPLES, sizeSchema } from "../size/size-schema.ts";
import { tagForm } from "../tag-form.ts";
import { gatesSchema } from "./gates-schema.ts";
import { BRAKE_EXAMPLES, brakeSchema } from "./policy-brake.ts";
import { deskKey, DOOR_EXAMPLES, mayKey, previewKey } from "./policy-doors.ts";
import type { PolicyExamples } from "./policy-errors.ts";
import { FILES_EXAMPLES, filesSchema } from "./policy-files.ts";
import { channels, components, findLineConflict, linked } from "./policy-lines.ts";
import { MOMENT_EXAMPLES, momentKeys } from "./policy-moments.ts";
import { NOTES_EXAMPLES, notesSchema } from "./policy-notes.ts";
import { PRODUCTION_EXAMPLES, productionSchema } from "./policy-production.ts";
import { ROLLBACK_EXAMPLES, rollbackSchema } from "./policy-rollback.ts";
import { WEEKLY_EXAMPLES, weeklySchema } from "./policy-weekly.ts";

const fields = z.strictObject({
  version: z.literal(1).describe("Version of this file's form."),
  auto: z
    .enum(["none", "patch", "minor", "major"])
    .default("minor")
    .describe("Highest level that is released without a person. Higher ones are prepared."),
  untyped: z
    .literal("patch")
    .optional()
    .describe("Release changes without a type or label as patches, however many there are."),
  versioning: z
    .enum(["conventional", "patch"])
    .default("conventional")
    .describe("How far a merge moves the version: as its title says, or always a patch."),
  base: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("Tag that releases begin after, where the history does not say it by itself."),
  tag: tagForm
    .optional()
    .describe("Form of the tags, with {version} once. Without it: v{version}, or as the base."),
  checks: z
    .enum(["if-any", "required"])
    .default("if-any")
    .describe("Whether a commit without any check may be released."),
  card: z
    .enum(["body", "off"])
    .default("body")
    .describe("Whether the release card stands folded in the release's text."),
  comments: z
    .enum(["on", "off"])
    .default("on")
    .describe("Whether released pull requests and closed issues get one comment."),
  ...momentKeys,
  gates: gatesSchema.optional(),
  files: filesSchema.optional(),
  size: sizeSchema.optional(),
  notes: notesSchema.optional(),
  rollback: rollbackSchema.optional(),
  brake: brakeSchema.optional(),
  may: mayKey,
  preview: previewKey,
  desk: deskKey,
  weekly: weeklySchema.optional(),
  production: productionSchema.optional(),
  channels: channels
    .optional()
    .describe("Branches whose merges become prereleases, such as 1.5.0-next.1 from next."),
  maintenance: z
    .enum(["on", "off"])
    .default("off")
    .describe("Whether branches such as 1.x and 1.2.x release versions of their range."),
  components: components
    .optional()
    .describe("Parts of the repository that are released on their own, each by its path."),
  linked: linked
    .optional()
    .describe("Groups of components that have one version and are released together."),
});

/** Each key is judged by itself first; then what they say about each other. */
export const policySchema = fields.superRefine((policy, context) => {
  const conflict = findLineConflict(policy) ?? findSizeConflict(policy);
  if (conflict !== null) context.addIssue({ code: "custom", ...conflict });
});

export type Policy = z.infer<typeof policySchema>;

/**
 * How each key should look; said with every error on it. One row a key, in the order in which they
 * are listed; a key of a mapping is `window.quiet`, also where the mappings are a list.
 */
export const POLICY_EXAMPLES: PolicyExamples & Readonly<Record<keyof Policy, string>> = {
  version: "version: 1",
  auto: "auto: minor (or none, patch, major)",
  untyped: "untyped: patch",
  versioning: "versioning: conventional (or patch)",
  base: "base: v1.4.2 (the name of a tag)",
  tag: "tag: v{version} (with {version} once)",
  checks: "checks: if-any (or required)",
  card: "card: body (or off)",
  comments: "comments: on (or off)",
  ...MOMENT_EXAMPLES,
  gates: "gates: { agents: human-review }",
  "gates.agents": "agents: human-review (or record, two-reviews)",
  "gates.paths": 'paths: { "infra/**": human-review } (or two-reviews, or logins: [ada, mona])',
  "gates.authorMayMerge": "authorMayMerge: false (or true)",
  ...FILES_EXAMPLES,
  ...SIZE_EXAMPLES,
  ...NOTES_EXAMPLES,
  ...ROLLBACK_EXAMPLES,
  ...BRAKE_EXAMPLES,
  ...DOOR_EXAMPLES,
  ...WEEKLY_EXAMPLES,
  ...PRODUCTION_EXAMPLES,
  channels: "channels: [next, beta] (names of branches)",
  maintenance: "maintenance: off (or on)",
  components: "components: [{name: core, path: packages/core}]",
  "components.name": "name: core",
  "components.path": "path: packages/core",
  "components.tag": "tag: core-v{version} (with {version} once)",
  "components.base": "base: core-v1.4.2 (the name of a tag)",
  linked: "linked: [[core, cli]] (names of components)",
};

/** The policy of a file that holds only `version: 1`. */
export const DEFAULT_POLICY: Policy = policySchema.parse({ version: 1 });

/** JSON Schema of the file, for editors: `docs/schemas/policy.v1.json`. */
export function formatPolicySchema(): Record<string, unknown> {
  return {
    title: "Smallbatch policy, version 1",
    ...z.toJSONSchema(policySchema, { io: "input" }),
  };
}
