import type { PublishCheck } from "./action.ts";
import { EXPECTED_WAIT_MS, latestChecks, namesOf } from "./settle.ts";
import type { CheckSeen, CheckState, Instant, ReleaseSeen } from "./state.ts";

/** The next release of the line waits this long for checks that a release started, not longer. */
const PUBLISH_WAIT_MS = 60 * 60_000;

const RUNNING_LOOK_MS = 5 * 60_000;

/** How the checks that a release started on its commit stand: npm, images, pages. */
export type PublishVerdict =
  /** There are none, and none was expected or came. */
  | { readonly kind: "none" }
  /** Seen after the last release and not here yet. */
  | { readonly kind: "awaited"; readonly names: readonly string[]; readonly wakeAt: Instant }
  | { readonly kind: "running"; readonly names: readonly string[]; readonly wakeAt: Instant }
  /** Still running after an hour: nothing waits for them any longer. */
  | { readonly kind: "overdue"; readonly names: readonly string[] }
  | { readonly kind: "failed"; readonly names: readonly string[] }
  | { readonly kind: "published"; readonly names: readonly string[] };

/** What begins later than this after a release was started by something else, such as a nightly run. */
const STARTED_BY_RELEASE_MS = 60 * 60_000;

/**
 * Split the checks on a release's commit into those of the commit and those that the release
 * started. The card says which ones were there before; without one, the time of publication does.
 * What began long after the release is neither, unless its name is `expected`: publishing that is
 * run again.
 */
export function splitChecks(
  release: Pick<ReleaseSeen, "cardChecks" | "publishedAt" | "checks">,
  expected: readonly string[] = [],
): {
  readonly commit: readonly CheckSeen[];
  readonly publish: readonly CheckSeen[];
} {
  const { cardChecks, publishedAt } = release;
  const isAfter = (check: CheckSeen): boolean =>
    cardChecks === null
      ? publishedAt !== null && check.startedAt !== null && check.startedAt >= publishedAt
      : !cardChecks.includes(check.name);
  const isLate = ({ startedAt }: CheckSeen): boolean =>
    startedAt !== null && startedAt > (publishedAt ?? startedAt) + STARTED_BY_RELEASE_MS;
  return {
    commit: release.checks.filter((check) => !isAfter(check)),
    publish: release.checks.filter(
      (check) => isAfter(check) && (!isLate(check) || expected.includes(check.name)),
    ),
  };
}

/** Names of the checks that a release started, sorted. Null: there is no such release. */
export function publishNames(release: ReleaseSeen | null): readonly string[] {
  return release === null ? [] : namesOf(splitChecks(release).publish);
}

/**
 * The checks that a release started as the ledger keeps them: of several of one name, by two Apps,
 * the worst. In order of name.
 */
export function listPublishChecks(
  release: ReleaseSeen,
  previous: ReleaseSeen | null,
): readonly PublishCheck[] {
  const checks = latestChecks(splitChecks(release, publishNames(previous)).publish);
  const has = (name: string, state: CheckState): boolean =>
    checks.some((check) => check.name === name && check.state === state);
  return namesOf(checks).map((name) => ({
    name,
    state: has(name, "red") ? "red" : has(name, "pending") ? "pending" : "green",
  }));
}

/** `previous` is the line's release before `release`: what it started is expected again. */
export function judgePublish(
  release: ReleaseSeen,
  previous: ReleaseSeen | null,
  now: Instant,
): PublishVerdict {
  const publishedAt = release.publishedAt ?? 0;
  const expected = publishNames(previous);
  const checks = latestChecks(splitChecks(release, expected).publish);
  const running = namesOf(checks.filter(({ state }) => state === "pending"));
  if (running.length > 0) {
    if (now >= publishedAt + PUBLISH_WAIT_MS) return { kind: "overdue", names: running };
    const wakeAt = Math.min(now + RUNNING_LOOK_MS, publishedAt + PUBLISH_WAIT_MS);
    return { kind: "running", names: running, wakeAt };
  }
  const present = namesOf(checks);
  const awaited = expected.filter((name) => !present.includes(name));
  if (awaited.length > 0 && now < publishedAt + EXPECTED_WAIT_MS) {
    return { kind: "awaited", names: awaited, wakeAt: publishedAt + EXPECTED_WAIT_MS };
  }
  const failed = namesOf(checks.filter(({ state }) => state === "red"));
  if (failed.length > 0) return { kind: "failed", names: failed };
  return present.length === 0 ? { kind: "none" } : { kind: "published", names: present };
}
