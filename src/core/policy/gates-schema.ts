import { z } from "zod";
import { explainGlob } from "../glob.ts";

/** Rules for paths in one policy. */
const PATHS_MAX = 20;
/** People named for one pattern. */
const LOGINS_MAX = 20;

/** Logins of GitHub; those of a company's own users have an underscore. */
const login = z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,60}[A-Za-z0-9])?$/);

const pathRule = z.union([
  z.enum(["human-review", "two-reviews"]),
  z.array(login).min(1).max(LOGINS_MAX),
]);

/** Who has to have seen what, before it is released. */
export const gatesSchema = z
  .strictObject({
    agents: z
      .enum(["record", "human-review", "two-reviews"])
      .default("record")
      .describe("Reviews that a change needs where a coding agent was seen at work."),
    paths: z
      .record(z.string(), pathRule)
      .superRefine((paths, context) => {
        const patterns = Object.keys(paths);
        if (patterns.length > PATHS_MAX) {
          const message = `${patterns.length} patterns, more than ${PATHS_MAX}`;
          context.addIssue({ code: "custom", message });
        }
        for (const pattern of patterns) {
          const wrong = explainGlob(pattern);
          if (wrong === null) continue;
          const message = `the pattern ${wrong}`;
          context.addIssue({ code: "custom", path: [pattern], message, params: { at: "key" } });
        }
      })
      .default({})
      .describe("Reviews that a change needs where it touches these paths, by pattern."),
    authorMayMerge: z
      .boolean()
      .default(true)
      .describe("Whether a change that its own author merged needs no other person's approval."),
  })
  .describe("Reviews without which a change is not released.");

export type Gates = z.infer<typeof gatesSchema>;
export type PathRule = z.infer<typeof pathRule>;

/** Does any gate ask for something? */
export function hasGates({ agents, paths, authorMayMerge }: Gates): boolean {
  return agents !== "record" || Object.keys(paths).length > 0 || !authorMayMerge;
}
