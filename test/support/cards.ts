import type { ReleaseCard } from "../../src/core/card.ts";

type Unit = ReleaseCard["units"][number];

/** A unit of a card that says nothing but what is given. */
function unitOf(change: Partial<Unit>): Unit {
  return {
    pull: null,
    sha: "a".repeat(40),
    title: "fix: x",
    level: "patch",
    levelFrom: "title",
    author: { id: 1, login: "alice", isBot: false },
    mergedBy: null,
    mergedAt: "2026-01-05T00:00:00.000Z",
    reviews: [],
    agents: [],
    closes: [],
    cancelledBy: null,
    ...change,
  };
}

/** A release card that says nothing but what is given. */
export function cardOf(
  change: Partial<Omit<ReleaseCard, "units">> & { readonly units?: readonly Partial<Unit>[] } = {},
): ReleaseCard {
  const { units = [], ...rest } = change;
  return {
    card: 1,
    repository: { id: 42, name: "acme/widgets" },
    line: { branch: "main", component: "", channel: "stable" },
    version: "1.4.2",
    tag: "v1.4.2",
    sha: "e".repeat(40),
    previousTag: "v1.4.1",
    level: "patch",
    decidedAt: "2026-01-05T00:00:00.000Z",
    units: units.map(unitOf),
    checks: [],
    rules: [],
    overrides: [],
    notes: { source: "deterministic", reason: null },
    policySha: null,
    rollbackTarget: null,
    ...rest,
  };
}
