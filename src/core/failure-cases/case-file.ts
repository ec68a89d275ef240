import { z } from "zod";

/**
 * `case.json`: one release that went wrong, and what mended it. Its JSON Schema is published in
 * `docs/schemas/failure-case.v1.json`. Fields are only ever added; `version: 1` names this shape.
 */

const sha = z.string().regex(/^[0-9a-f]{40,64}$/);
const at = z.iso.datetime().describe("ISO 8601, UTC.");

const release = z.strictObject({
  tag: z.string(),
  sha: sha.describe("Commit of the tag."),
  at: at.describe("When the tag was made; of a lightweight tag, when its commit was."),
});

const issue = z.strictObject({
  number: z.number().int(),
  url: z.string(),
  title: z.string().describe("Untrusted text."),
  openedAt: at,
});

export const failureCaseSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().describe("Name of its folder."),
  kind: z
    .enum(["rollback", "revert", "hotfix"])
    .describe(
      "`rollback`: a whole release was taken back. `revert`: released work was. `hotfix`: it was mended soon after by a patch release.",
    ),
  isExplicit: z
    .boolean()
    .describe("Somebody wrote what was taken back or mended. Otherwise it is inferred."),
  evidence: z
    .array(
      z.strictObject({
        sure: z.enum(["explicit", "inferred"]),
        by: z.enum([
          "rollback-commit",
          "reverted-commit",
          "reverted-pull",
          "reverted-title",
          "named-commit",
          "named-pull",
          "named-release",
          "same-lines",
          "issue-names-release",
        ]),
        what: z.string().describe("Commit, pull, tag or files that were named or changed."),
      }),
    )
    .min(1),
  repository: z.string().nullable().describe("`owner/name`; null: the clone does not say."),
  good: release.nullable().describe("The stable release before the bad one; null: there is none."),
  bad: release.describe("The first stable release that held what was wrong."),
  fix: z.strictObject({
    sha: sha.describe("Commit that brought it to the branch."),
    before: sha.describe("Its first parent: the tests of the fix apply there."),
    pull: z.number().int().nullable().describe("Null: none is known."),
    at,
    released: release.nullable().describe("Where it was released first; null: not yet."),
  }),
  tests: z
    .array(z.strictObject({ path: z.string(), change: z.enum(["added", "changed"]) }))
    .describe("Tests that the fix added or changed, by their names."),
  patches: z
    .strictObject({ fix: z.boolean(), tests: z.boolean() })
    .describe("Which of `fix.patch` and `tests.patch` there are; a patch of over 2 MB is not."),
  issues: z
    .array(issue)
    .nullable()
    .describe("Issues that the fix closed; null: GitHub was not asked."),
  checks: z
    .array(z.strictObject({ name: z.string(), conclusion: z.string().nullable() }))
    .nullable()
    .describe("Checks of the bad release's commit; a null conclusion: not done. Null: not known."),
});

export type FailureCase = z.infer<typeof failureCaseSchema>;

export function formatFailureCaseSchema(): Record<string, unknown> {
  return {
    title: "Smallbatch failure case, version 1",
    ...z.toJSONSchema(failureCaseSchema),
  };
}

const NAME_CHARS_MAX = 60;
const SHA_CHARS = 12;

/** A folder's name on every system, and no way out of the folder it is in, whatever the tag says. */
export function nameFolder(tag: string, fix: string): string {
  const plain = tag
    .replaceAll(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[-.]+/, "")
    .slice(0, NAME_CHARS_MAX);
  return `${plain === "" ? "tag" : plain}-${fix.slice(0, SHA_CHARS)}`;
}
