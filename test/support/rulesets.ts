import type { Ruleset } from "../../src/local-github/world.ts";

/** A ruleset that lets nobody create a tag like those of releases. */
export function tagRuleset(change: Partial<Ruleset> = {}): Ruleset {
  return {
    id: 8,
    name: "tags",
    target: "tag",
    enforcement: "active",
    include: ["refs/tags/v*"],
    rules: [{ type: "creation" }],
    bypassAppIds: [],
    ...change,
  };
}

/** A ruleset over the default branch. */
export function branchRuleset(rules: Ruleset["rules"]): Ruleset {
  const include = ["~DEFAULT_BRANCH"];
  return tagRuleset({ id: 9, name: "main", target: "branch", include, rules });
}
