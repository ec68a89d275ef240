import { z } from "zod";
import { isUnique } from "./policy-lines.ts";

/** `production` of the policy: the environments whose deployments say when people have something. */

/** GitHub's longest name of an environment, in characters. */
const NAME_MAX = 255;
const NAMES_MAX = 50;

export const productionSchema = z
  .array(
    z
      .string()
      .max(NAME_MAX)
      .regex(/^\S(?:.*\S)?$/),
  )
  .max(NAMES_MAX)
  .refine(isUnique, { error: "each environment stands once" })
  .describe(
    "Environments whose deployments make a release usable. Without it: those called production, prod or live.",
  );

/** Row of `POLICY_EXAMPLES`. */
export const PRODUCTION_EXAMPLES = {
  production: "production: [shop-eu, shop-us] (names of environments, or [] for none)",
} as const;
