import type { Examined } from "../examined.ts";
import { inertCode } from "../inert.ts";
import { lastCommits, listCode, listWords } from "./finding-words.ts";
import { fine, todo } from "./finding.ts";
import type { Finding } from "./finding.ts";
import { takesBranch } from "./workflow-starts.ts";

/** Where people read and steer what happens. */
export function judgeIssues({ github }: Examined): Finding | null {
  if (github === null) return null;
  if (github.hasIssues) return fine("issues", "Issues are on: the release desk is one of them");
  return todo("issues", "Issues are off, so there is no release desk", {
    todo: "Switch them on (Settings, General, Features), or read the checks, which say the same.",
  });
}

/** A workflow that never ran where it should have: Actions are off, or need somebody's consent. */
export function judgeActions({ github, workflows, branch }: Examined): Finding | null {
  if (github === null) return null;
  const expected = workflows.filter((own) => takesBranch(own, branch));
  if (expected.length === 0) {
    return fine("Actions", `No workflow runs on pushes to ${inertCode(branch)}`);
  }
  const { commits } = github;
  const hasRun = commits.some(({ contexts }) => contexts.some(({ isJob }) => isJob));
  if (hasRun || commits.length === 0) return fine("Actions", "GitHub Actions run here");
  const files = listCode(expected.map(({ file }) => file));
  const what = `${files} left no check on ${lastCommits(commits.length)}`;
  return todo("Actions", what, {
    todo: "Actions seem to be off: switch them on (Settings, Actions, General), or a release starts no workflow either.",
  });
}

/** What an owner has not granted, and what that costs. */
export function judgePermissions({ github }: Examined): Finding | null {
  if (github === null) return null;
  const { missing } = github;
  if (missing === null) {
    return {
      ...fine("permissions", "Looked with a token, so nobody knows what the App may"),
      state: "unknown",
    };
  }
  if (missing.length === 0) return fine("permissions", "The App has all that it asks for");
  const costs = missing.map(({ permission, cost }) => `${inertCode(permission)} (${cost})`);
  return todo("permissions", `Not granted: ${listWords(costs)}`, {
    todo: "An owner grants it on the App's installation page (Settings, GitHub Apps, Configure).",
  });
}
