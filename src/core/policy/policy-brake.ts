import { z } from "zod";

/** `brake` of the policy: how often releases may be taken back before automatic ones pause. */

const DAYS_MAX = 31;
/** As many releases of a line are read. */
const RELEASES_MAX = 20;

/** So many rollbacks within so many days, or of so many releases. */
type Pace = Readonly<{ rollbacks: number; of: number }>;

/** `2 in 7`; null: `off`. */
function pace(ofMax: number, isAllowed: (one: Pace) => boolean, error: string) {
  return z
    .string()
    .regex(/^(?:off|\d{1,2} in \d{1,2})$/)
    .transform((text): Pace | null => {
      const [rollbacks, of] = text.split(" in ").map(Number);
      return rollbacks === undefined || of === undefined ? null : { rollbacks, of };
    })
    .refine(
      (one) =>
        one === null || (one.rollbacks >= 1 && one.of >= 1 && one.of <= ofMax && isAllowed(one)),
      { error },
    );
}

const rules = z.strictObject({
  days: pace(
    DAYS_MAX,
    ({ rollbacks }) => rollbacks <= RELEASES_MAX,
    `it is at least 1 and at most ${RELEASES_MAX} rollbacks, in 1 to ${DAYS_MAX} days`,
  )
    .prefault("2 in 7")
    .describe("So many rollbacks within so many days pause automatic releases."),
  releases: pace(
    RELEASES_MAX,
    ({ rollbacks, of }) => rollbacks <= of,
    `it is at least 1 rollback in at most ${RELEASES_MAX} releases, and not more of them`,
  )
    .prefault("3 in 20")
    .describe("So many rollbacks among the last so many releases of a line do too."),
});

export const brakeSchema = z
  .union([z.literal("off"), rules])
  .describe("When automatic releases pause because too many were rolled back.");

export type BrakeRules = z.infer<typeof rules>;

export const BRAKE_EXAMPLES = {
  brake: "brake: { days: 2 in 7, releases: 3 in 20 } (or off)",
  "brake.days": "days: 2 in 7 (or off)",
  "brake.releases": "releases: 3 in 20 (or off)",
} as const;

const USUAL = rules.parse({});

/** Null: nothing pauses. */
export function brakeRulesOf(policy: {
  readonly brake?: z.infer<typeof brakeSchema> | undefined;
}): BrakeRules | null {
  const { brake = USUAL } = policy;
  return brake === "off" ? null : brake;
}
