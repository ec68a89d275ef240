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

/** The server has no rulesets: it knows neither the field nor the type. */
export function lacksRules(error: AppError): boolean {
  const { code, typeName, fieldName } =
    graphqlErrorSchema.safeParse(error.cause).data?.extensions ?? {};
  return (
    (code === "undefinedField" && typeName === "Ref" && fieldName === "rules") ||
    (code === "undefinedType" && typeName === "RequiredStatusChecksParameters")
  );
}
