import { z } from "zod";
import { ECOSYSTEMS } from "./packages.ts";

/** The risk as the hidden state of the issue keeps it. */

const listed = z.object({ shown: z.array(z.string()), count: z.number().int() });

export const riskSchema = z.object({
  files: z.number().int().nullable(),
  isWhole: z.boolean(),
  migrations: listed,
  workflows: listed,
  locks: listed,
  changedAgain: listed,
  later: z.array(z.object({ number: z.number().int(), tag: z.string().nullable() })),
  laterCount: z.number().int(),
  isUnexplained: z.boolean(),
  packages: z.array(
    z.object({
      ecosystem: z.enum(ECOSYSTEMS),
      name: z.string(),
      bad: z.tuple([z.string()], z.string()),
      good: z.string().nullable(),
      isLockstep: z.boolean(),
      registry: z.string().nullable(),
    }),
  ),
});
