import type { Instant } from "../core/state.ts";
import type { AppError } from "../errors.ts";
import { graphqlErrorSchema } from "./failure.ts";

/**
 * What this GitHub was found to lack, shared by everything in this process that talks to it: an
 * older Enterprise Server refuses a whole document for one field that it does not know.
 */
export interface Features {
  /** Rulesets are asked for from then on again: the server may have been upgraded. */
  rulesFrom: Instant;
}

/** As if nothing was missing. */
export function assumeFeatures(): Features {
  return { rulesFrom: 0 };
}

/** How long something that is missing is not asked for. */
export const MISSING_MS = 24 * 60 * 60_000;

const RULE_FIELDS: ReadonlySet<string> = new Set(["Ref.rules", "Repository.rulesets"]);
const RULE_TYPES: ReadonlySet<string> = new Set([
  "RequiredStatusChecksParameters",
  "PullRequestParameters",
  "TagNamePatternParameters",
]);

/** The server has no rulesets: it knows neither the field nor the type. */
export function lacksRules(error: AppError): boolean {
  const { code, typeName, fieldName } =
    graphqlErrorSchema.safeParse(error.cause).data?.extensions ?? {};
  return (
    (code === "undefinedField" && RULE_FIELDS.has(`${String(typeName)}.${String(fieldName)}`)) ||
    (code === "undefinedType" && RULE_TYPES.has(String(typeName)))
  );
}
