import type { DoctorFacts, GitHubFacts } from "../../src/core/doctor/doctor-facts.ts";
import { diagnose } from "../../src/core/doctor/doctor.ts";
import type { Finding } from "../../src/core/doctor/finding.ts";
import type { TagSeen } from "../../src/core/state.ts";
import { sha } from "./states.ts";

/** A tag on the branch. */
export function v(name: string): TagSeen {
  return { name, sha: sha(1), isAncestor: true };
}

const GITHUB: GitHubFacts = {
  hasIssues: true,
  commits: [{ sha: sha(2), contexts: [{ name: "test", isJob: true }] }],
  required: [],
  branchRules: { rulesets: [], reviews: 0, mayPush: null },
  tagRulesets: [],
  missing: [],
};

/** acme/widgets after v1.4.2, with nothing that is special about it. */
export function doctorFacts(change: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    branch: "main",
    policy: null,
    base: { kind: "base", tag: v("v1.4.2"), version: "1.4.2" },
    tags: ["v1.4.2"],
    merges: Array.from({ length: 12 }, () => ({ title: "fix: stop shrinking", labels: [] })),
    files: filesOf({}),
    github: GITHUB,
    ...change,
  };
}

/** Texts by path; null: one that was not read. `members`: manifests of workspaces among them. */
export function filesOf(
  texts: Readonly<Record<string, string | null>>,
  members: readonly string[] = [],
): DoctorFacts["files"] {
  return { paths: Object.keys(texts), texts: new Map(Object.entries(texts)), members };
}

export function githubFacts(change: Partial<GitHubFacts>): { readonly github: GitHubFacts } {
  return { github: { ...GITHUB, ...change } };
}

/** Undefined: the table has no such line. */
export function findOf(
  name: Finding["name"],
  change: Partial<DoctorFacts> = {},
): Finding | undefined {
  return diagnose(doctorFacts(change)).find((finding) => finding.name === name);
}
