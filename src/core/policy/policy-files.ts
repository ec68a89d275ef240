import { z } from "zod";
import { POLICY_PATH } from "./policy-errors.ts";

/** Bounds one request: GitHub takes all files of a commit in one. */
const MARKED_MAX = 20;

/** Why a path cannot be written; null: it can. */
function refusePath(path: string): string | null {
  const parts = path.split("/");
  if (path.startsWith("/") || path.includes("\\")) {
    return "a path begins at the root of the repository, without a slash before it";
  }
  if (parts.some((part) => part === "" || part === "." || part === "..")) {
    return "a path has no empty part, `.` or `..`";
  }
  if (/^\.github\/workflows\//i.test(path)) {
    return "files of workflows are never written: that would need one more permission";
  }
  return path === POLICY_PATH ? "the policy never changes itself" : null;
}

const path = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}]*$/u)
  .superRefine((value, context) => {
    const message = refusePath(value);
    if (message !== null) context.addIssue({ code: "custom", message });
  });

/** `files:` of the policy: which files of the repository say the version. */
export const filesSchema = z
  .strictObject({
    package: z
      .enum(["on", "off"])
      .default("off")
      .describe("Write the version into package.json or Cargo.toml and their lock files."),
    marker: z
      .array(path)
      .min(1)
      .max(MARKED_MAX)
      .optional()
      .describe("Text files with a line or block marked x-release-version."),
    changelog: path.optional().describe("Changelog that gets a section for each release."),
    as: z
      .enum(["commit", "pull"])
      .default("commit")
      .describe("A commit on the branch, or a pull request that a person merges."),
  })
  .refine((files) => files.package === "on" || files.marker || files.changelog, {
    error: "it names no file",
  })
  .describe("Files that say the version, written before each release. Without it: none.");

export type PolicyFiles = z.infer<typeof filesSchema>;

export const FILES_EXAMPLES = {
  files: "files: {package: on}",
  "files.package": "package: on (or off)",
  "files.marker": "marker: [README.md, src/version.ts]",
  "files.changelog": "changelog: CHANGELOG.md",
  "files.as": "as: commit (or pull)",
} as const;
