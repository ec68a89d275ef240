import { z } from "zod";
import { duration } from "../duration.ts";
import { DAY_MS } from "../zone.ts";

/** Keys of the policy about taking releases back. */

/** Characters; GitHub takes 65,536, and whoever reads it has the issue besides. */
const AGENT_TEXT_MAX = 2_000;
/** What `core/rollback/agent-comment.ts` fills in. */
const AGENT_WORDS = ["{sha}", "{tag}", "{issue}"];

const agentText = z
  .string()
  .trim()
  .min(1)
  .max(AGENT_TEXT_MAX)
  .refine((text) => !text.includes("<!--"), { error: "a hidden comment is seen by nobody" })
  .refine((text) => (text.match(/\{\w*\}/g) ?? []).every((word) => AGENT_WORDS.includes(word)), {
    error: `the words in braces are ${AGENT_WORDS.join(", ")}`,
  });

const onSignal = z.enum(["off", "suggest", "rollback"]).default("suggest");

/** What is done about a release that looks bad, by what speaks against it. */
const signals = z
  .strictObject({
    publish: onSignal.describe("A check that the release started failed."),
    deployment: onSignal.describe("A deployment of its commit failed."),
    bug: onSignal.describe("An open issue with the label `bug` names it."),
    regression: onSignal.describe(
      "An issue that names it, or a pull request of it, has the label `regression`.",
    ),
  })
  .prefault({})
  .describe(
    "Nothing, a line on the desk, or a rollback by itself, for each sign of a bad release.",
  );

export const rollbackSchema = z
  .strictObject({
    merge: z
      .enum(["auto", "manual"])
      .default("auto")
      .describe("Who merges the pull request that restores the code: Smallbatch, or people."),
    abandonAfter: duration(DAY_MS, 365 * DAY_MS)
      .prefault("14d")
      .describe("Time without a merge after which a rollback counts as abandoned."),
    dispatch: z
      .enum(["on", "off"])
      .default("off")
      .describe(
        "Whether a rollback sends `repository_dispatch` of the type `smallbatch-rollback`.",
      ),
    onSignal: signals,
    agent: agentText
      .optional()
      .describe(
        "Words for a coding agent, which a box of the rollback issue posts there as a comment.",
      ),
  })
  .describe("How a release is taken back. Without it: as its defaults say.");

/** `abandonAfter` in milliseconds. */
export type RollbackPolicy = z.infer<typeof rollbackSchema>;

export const ROLLBACK_EXAMPLES = {
  rollback: "rollback: { merge: manual, abandonAfter: 14d }",
  "rollback.merge": "merge: auto (or manual)",
  "rollback.abandonAfter": "abandonAfter: 14d",
  "rollback.dispatch": "dispatch: off (or on)",
  "rollback.onSignal": "onSignal: { deployment: rollback }",
  "rollback.onSignal.publish": "publish: suggest (or off, rollback)",
  "rollback.onSignal.deployment": "deployment: suggest (or off, rollback)",
  "rollback.onSignal.bug": "bug: suggest (or off, rollback)",
  "rollback.onSignal.regression": "regression: suggest (or off, rollback)",
  "rollback.agent": 'agent: "@my-agent please fix {sha}, see {issue}"',
} as const;

const USUAL = rollbackSchema.parse({});

/** How releases are taken back under a policy; null: there is none. */
export function rollbackPolicyOf(
  policy: { readonly rollback?: RollbackPolicy | undefined } | null,
): RollbackPolicy {
  return policy?.rollback ?? USUAL;
}
