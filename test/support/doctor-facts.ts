import type { DoctorFacts } from "../../src/core/doctor-facts.ts";
import type { TagSeen } from "../../src/core/state.ts";
import { sha } from "./states.ts";

/** A tag on the branch. */
export function v(name: string): TagSeen {
  return { name, sha: sha(1), isAncestor: true };
}

/** acme/widgets after v1.4.2, with nothing that is special about it. */
export function doctorFacts(change: Partial<DoctorFacts> = {}): DoctorFacts {
  return {
    branch: "main",
    policy: null,
    base: { kind: "base", tag: v("v1.4.2"), version: "1.4.2" },
    tags: ["v1.4.2"],
    merges: Array.from({ length: 12 }, () => ({ title: "fix: stop shrinking", labels: [] })),
    files: { paths: [], texts: new Map() },
    components: null,
    github: {
      hasIssues: true,
      commits: [{ sha: sha(2), contexts: [{ name: "test", isJob: true }] }],
      required: [],
      branchRules: { rulesets: [], reviews: 0, mayPush: null },
      tagRulesets: [],
      granted: null,
    },
    ...change,
  };
}
