import type { Instant } from "../state.ts";
import type { Rollback } from "./rollback.ts";

/**
 * A rollback is feedback that somebody gave explicitly: of all the clocks read, nothing else says so
 * plainly that a release was bad, since when, and when people could take a mended one.
 */
export interface RollbackFact {
  readonly kind:
    | "rollback.asked"
    | "rollback.latest-moved"
    | "rollback.restored"
    | "rollback.released"
    | "rollback.resumed"
    | "rollback.abandoned";
  /** Tag of the release that is taken back. */
  readonly subject: string;
  readonly at: Instant;
  readonly data: Readonly<Record<string, string | null>>;
}

/** What is known of one by now, in order of time. The same moment gives the same fact. */
export function listFacts(rollback: Rollback): readonly RollbackFact[] {
  const { release, good, by, at, url, steps, restoration, resumedAt } = rollback;
  const fact = (
    kind: RollbackFact["kind"],
    when: Instant,
    data: RollbackFact["data"] = {},
  ): RollbackFact => ({ kind, subject: release.tag, at: when, data });
  const { latest } = steps;
  const { state, since = 0, mergedSha = null, releasedTag = null } = restoration ?? {};
  return [
    fact("rollback.asked", at, { by, url }),
    ...(latest?.refused === null
      ? [fact("rollback.latest-moved", latest.at, { to: good?.tag ?? null })]
      : []),
    ...(state === "merged" ? [fact("rollback.restored", since, { sha: mergedSha })] : []),
    ...(state === "released" ? [fact("rollback.released", since, { tag: releasedTag })] : []),
    ...(state === "abandoned" ? [fact("rollback.abandoned", since)] : []),
    ...(resumedAt === null ? [] : [fact("rollback.resumed", resumedAt)]),
  ];
}
