import type { ActionOf, Making, Reason } from "./action.ts";
import { inertCode } from "./inert.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { held, listNames, toReason } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { EXPECTED_WAIT_MS, compareText, latestChecks, namesOf } from "./settle.ts";
import type { CheckSeen, Instant, LineState, ReleaseSeen, Sha, TagSeen } from "./state.ts";

/** After so long the checks that a draft waits for are named as late; it waits on. */
const OVERDUE_MS = 60 * 60_000;

/** While they run we look again without a hint, in case one was lost: ever less often. */
const LOOK_MS = 5 * 60_000;

export type DraftVerdict =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly names: readonly string[] }
  | {
      readonly kind: "waiting";
      readonly names: readonly string[];
      readonly isOverdue: boolean;
      readonly wakeAt: Instant;
    };

/**
 * Our draft for a tag of ours; null: none stands. Of two, which requests at the same time may have
 * made, the older one.
 */
export function findDraft(
  { releases }: Pick<LineState, "releases">,
  { name }: Pick<TagSeen, "name">,
): ReleaseSeen | null {
  const [first] = releases
    .filter(({ tag, isDraft, isOurs }) => isDraft && isOurs && tag === name)
    .toSorted((left, right) => left.id - right.id);
  return first ?? null;
}

/** Checks on a commit, ours left out. Empty where nobody needed them. */
export function checksOn(
  { head, checksOf }: Pick<LineState, "head" | "checksOf">,
  sha: Sha,
): readonly CheckSeen[] {
  return head?.sha === sha ? head.checks : (checksOf?.[sha] ?? []);
}

/**
 * May a draft be published? `names` are the policy's `publishWhen`, matched exactly; of two Apps
 * that use one name both count. A check that ended before the draft stood may run again for the
 * tag: a minute is left for that to begin.
 */
export function judgeDraft(
  checks: readonly CheckSeen[],
  names: readonly string[],
  { draftedAt, now }: { readonly draftedAt: Instant; readonly now: Instant },
): DraftVerdict {
  const named = latestChecks(checks).filter(({ name }) => names.includes(name));
  const red = namesOf(named.filter(({ state }) => state === "red"));
  if (red.length > 0) return { kind: "failed", names: red };
  const running = named.filter(({ state }) => state === "pending").map(({ name }) => name);
  const absent = names.filter((name) => !named.some((check) => check.name === name));
  const missing = [...new Set([...running, ...absent])].toSorted(compareText);
  if (missing.length > 0) {
    const overdueAt = draftedAt + OVERDUE_MS;
    const lookAt = now + Math.max(LOOK_MS, now - draftedAt);
    const isOverdue = now >= overdueAt;
    const wakeAt = isOverdue ? lookAt : Math.min(lookAt, overdueAt);
    return { kind: "waiting", names: missing, isOverdue, wakeAt };
  }
  const old = namesOf(named.filter(({ startedAt }) => (startedAt ?? 0) < draftedAt));
  const againUntil = draftedAt + EXPECTED_WAIT_MS;
  if (old.length === 0 || now >= againUntil) return { kind: "ready" };
  return { kind: "waiting", names: old, isOverdue: false, wakeAt: againUntil };
}

/** `judgeDraft` of a draft of a line. */
export function judgeDraftOf(
  state: LineState,
  { publishWhen = [] }: Pick<Policy, "publishWhen">,
  its: { readonly tag: TagSeen; readonly draft: ReleaseSeen; readonly now: Instant },
): DraftVerdict {
  const draftedAt = its.draft.draftedAt ?? 0;
  return judgeDraft(checksOn(state, its.tag.sha), publishWhen, { draftedAt, now: its.now });
}

/** The hold of a draft that stands, or is about to: then `url` is null. */
function holdForDraft(
  tag: Pick<TagSeen, "name" | "sha">,
  url: string | null,
  verdict: Exclude<DraftVerdict, { kind: "ready" }>,
): Hold {
  const { names } = verdict;
  const list = listNames(names);
  const commit = inertCode(tag.sha.slice(0, 7));
  const draft = url === null ? "the draft" : `[the draft](${url})`;
  const otherwise =
    `Run it again on ${commit}, or publish ${draft} by hand. To give the version up, delete the ` +
    "draft and the tag: the next release takes it then. What is merged meanwhile waits.";
  if (verdict.kind === "failed") {
    return held("draft-failed", `${tag.name} stays a draft: ${list} failed`, names, otherwise);
  }
  if (verdict.isOverdue) {
    const what = `${tag.name} is still a draft: ${list} did not end within an hour`;
    return held("draft-overdue", what, names, `It waits on. ${otherwise}`);
  }
  const detail =
    `The tag stands on ${commit}. The release is published when the checks of \`publishWhen\` ` +
    "are green there; what is merged meanwhile waits for it.";
  return held("draft-waiting", `${tag.name} is a draft, waiting for ${list}`, names, detail);
}

/** Why a draft of the line is not published yet, and when to look again; null: it is time. */
export function holdDraft(
  its: { readonly state: LineState; readonly policy: Policy; readonly now: Instant },
  tag: TagSeen,
  draft: ReleaseSeen,
): { readonly hold: Hold; readonly wakeAt: Instant | null } | null {
  const verdict = judgeDraftOf(its.state, its.policy, { tag, draft, now: its.now });
  if (verdict.kind === "ready") return null;
  const wakeAt = verdict.kind === "waiting" ? verdict.wakeAt : null;
  return { hold: holdForDraft(tag, draft.url, verdict), wakeAt };
}

/** What the check says of a draft in the moment in which it is made. */
export function draftedReason(
  { tag, sha, publishWhen }: ActionOf<"draftRelease">,
  now: Instant,
): Reason {
  const names = publishWhen.toSorted(compareText);
  const waiting = { kind: "waiting", names, isOverdue: false, wakeAt: now } as const;
  return toReason(holdForDraft({ name: tag, sha }, null, waiting), true);
}

/** How the release is made: at once, as a draft that waits for checks, or out of such a draft. */
export function chooseMaking(
  publish: ActionOf<"publishRelease">,
  { draftId }: Pick<Cut, "draftId">,
  { publishWhen }: Pick<Policy, "publishWhen">,
): Making {
  const { tag, sha, card, isLatest, ...words } = publish;
  if (draftId !== undefined) {
    return { kind: "publishDraft", tag, sha, releaseId: draftId, isLatest, card };
  }
  if (publishWhen === undefined) return publish;
  return { ...words, kind: "draftRelease", tag, sha, card, publishWhen };
}
