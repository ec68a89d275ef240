import type { Awaited } from "./action.ts";
import { findDraft, judgeDraftOf } from "./draft.ts";
import { lineReleases, publishOf } from "./line-releases.ts";
import { namesOf, pendingNames } from "./settle.ts";
import type { Head, Instant } from "./state.ts";
import type { Subject, Verdict } from "./subject.ts";

/** While checks are pending there is one look in so long, however many deliveries come. */
const QUIET_MS = 5_000;

/** No look before, unless deliveries say that nothing is pending any more. Null: none is. */
export function quietUntil(awaits: readonly Awaited[], lookedAt: Instant): Instant | null {
  return awaits.length === 0 ? null : lookedAt + QUIET_MS;
}

/**
 * Commits with checks that are not done: the head, also where something else holds it, and the
 * last release while what it started runs.
 */
export function listAwaited(subject: Subject, verdict: Verdict): readonly Awaited[] {
  return [
    ...awaitedOf(subject.head, verdict.missing),
    ...awaitedDraft(subject),
    ...awaitedPublish(subject),
  ];
}

/** What a draft waits for on its tag's commit, wherever the head is by now. */
function awaitedDraft({ state, policy, now }: Subject): readonly Awaited[] {
  const { unfinished } = state;
  const draft = unfinished === null ? null : findDraft(state, unfinished);
  if (unfinished === null || draft === null) return [];
  const verdict = judgeDraftOf(state, policy, { tag: unfinished, draft, now });
  if (verdict.kind !== "waiting") return [];
  return [{ sha: unfinished.sha, contexts: verdict.names, isHead: false }];
}

/** `missing`: contexts that the head lacks and the plan waits for. Null: it waits for none. */
export function awaitedOf(head: Head, missing: readonly string[] | null): readonly Awaited[] {
  const pending = pendingNames(head.checks);
  if (pending.length === 0 && missing === null) return [];
  const names = [...pending, ...(missing ?? [])].map((name) => ({ name }));
  return [{ sha: head.sha, contexts: namesOf(names), isHead: true }];
}

function awaitedPublish({ state, policy, now }: Subject): readonly Awaited[] {
  const releases = lineReleases(state, policy.tag ?? null);
  const [last] = releases;
  if (last === undefined || last.sha === null) return [];
  const publish = publishOf(releases, last, now);
  if (!("wakeAt" in publish)) return [];
  return [{ sha: last.sha, contexts: publish.names, isHead: false }];
}
