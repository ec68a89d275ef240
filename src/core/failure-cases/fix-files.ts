import { findKind } from "../size/size-kind.ts";
import { DEFAULT_SIZE } from "../size/size-policy.ts";

/** What the files of a fix are: by their names alone, with no attributes of git. */

export type FixPart = "code" | "tests" | "other";

/** Folders of what builds and checks the project, which no user gets. */
const WORKSHOP = /(?:^|\/)(?:\.github|\.gitlab|\.circleci|\.buildkite|\.husky|\.vscode)\//;

/** `tests`: with their snapshots. `other`: documents, lock files, what is generated, workflows. */
export function partOf(path: string): FixPart {
  const { kind } = findKind(path, new Map(), DEFAULT_SIZE);
  if (kind === "tests" || kind === "snapshot") return "tests";
  return kind === "code" && !WORKSHOP.test(path) ? "code" : "other";
}
