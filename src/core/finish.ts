import type { Reason } from "./action.ts";
import { judgeBatch } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { holdByBrake } from "./brake.ts";
import { judgeChannel } from "./channel.ts";
import { checksOn, findDraft, holdDraft } from "./draft.ts";
import { checksFor } from "./files/files-brought.ts";
import { isChannelLine } from "./lines.ts";
import type { Next } from "./next.ts";
import { describeOverrides } from "./order.ts";
import { holdByPerson } from "./person-hold.ts";
import { letPreparedGo } from "./prepared.ts";
import { holdForDoubt } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { withRollbacks } from "./rollback/roll-forward.ts";
import type { Instant, LineState, TagSeen } from "./state.ts";
import { hold, refusal, still } from "./subject.ts";
import type { Subject, Verdict } from "./subject.ts";
import { chooseTagFormat, levelBetween, parseTag } from "./version.ts";

/** Release workflows take minutes; a crash of ours may be made up for later. */
const DOUBT_MS = 10 * 60_000;

/** A tag of ours without its release: a crash came between the two requests. */
export function finish(subject: Subject): Verdict | null {
  const { state, policy, policySha, now } = subject;
  const { unfinished } = state;
  const version =
    unfinished === null
      ? null
      : parseTag(unfinished.name, chooseTagFormat(policy.tag ?? null, unfinished.name));
  if (unfinished === null || version === null) return null;
  const draft = findDraft(state, unfinished);
  const doubtEndsAt = draft === null ? whenDoubtEnds(state, unfinished, now) : 0;
  if (now < doubtEndsAt) {
    return hold(subject, holdForDoubt(unfinished.name), { version, wakeAt: doubtEndsAt });
  }
  const refused = refusal(subject, unfinished.name, unfinished.sha);
  if (refused !== null) return hold(subject, refused.hold, { version, wakeAt: refused.wakeAt });
  // Without a draft it was to be published when the tag was made, and that is brought to its end.
  const stopped = draft === null ? null : holdByPerson(subject);
  if (stopped !== null) return hold(subject, stopped, { version });
  const waiting = draft === null ? null : holdDraft(subject, unfinished, draft);
  if (waiting !== null) return hold(subject, waiting.hold, { version, wakeAt: waiting.wakeAt });
  const { batch, previous } = unfinishedBatch(subject, unfinished);
  const braked = draft === null ? null : holdByBrake(subject, batch.units);
  if (braked !== null) return hold(subject, braked.hold, { version, wakeAt: braked.wakeAt });
  const format = chooseTagFormat(policy.tag ?? null, unfinished.name);
  const previousVersion = previous === null ? null : parseTag(previous.name, format);
  const { name: tag } = unfinished;
  const named = subject.order?.version === version ? ["version"] : [];
  const made = letPreparedGo(subject, { batch, tag, lifted: named });
  const lifted = "what" in made ? [] : made.lifted;
  const cut: Cut = {
    tag: unfinished.name,
    sha: unfinished.sha,
    version,
    previousTag: previous?.name ?? null,
    batch,
    level: state.linked === null ? batch.level : levelBetween(previousVersion, version),
    checks: checksFor(state, unfinished.sha) ?? checksOn(state, unfinished.sha),
    policySha,
    rules: [{ rule: "unfinished", verdict: "the tag stood already; its release was missing" }],
    ...(draft === null ? {} : { draftId: draft.id }),
    overrides: describeOverrides(subject.order, lifted, unfinished.sha),
  };
  const text = `releasing ${unfinished.name}`;
  const reason: Reason = {
    state: "releasing",
    code: "unfinished",
    text,
    detail: null,
    blockedBy: [],
  };
  return { ...still(reason, version), cut };
}

/** What a tag of ours without its release was to carry, and the tag before it. */
function unfinishedBatch(
  { state, policy }: Subject,
  unfinished: TagSeen,
): { readonly batch: Batch; readonly previous: TagSeen | null } {
  const { baseTag, line } = state;
  const rolled = (batch: Batch) => withRollbacks({ state, policyTag: policy.tag ?? null }, batch);
  if (!isChannelLine(line)) return { batch: rolled(judgeBatch(state, policy)), previous: baseTag };
  const format = chooseTagFormat(policy.tag ?? null, baseTag?.name ?? null);
  const base = baseTag === null ? null : parseTag(baseTag.name, format);
  const { batch, previous } = judgeChannel(state, base, {
    format,
    rules: policy,
    upTo: unfinished,
  });
  return { batch: rolled(batch), previous: previous ?? baseTag };
}

/**
 * Without our stored intent the tag may be a person's, whose workflow is about to make the release:
 * it gets its time, counted from the commit, because a tag has no date of its own. A commit from
 * the future says nothing, and must not hold the line until then.
 */
function whenDoubtEnds(state: LineState, unfinished: TagSeen, now: Instant): Instant {
  const { intent } = state.memory;
  if (intent?.tag === unfinished.name && intent.sha === unfinished.sha) return 0;
  const commit = state.commits.find(({ sha }) => sha === unfinished.sha);
  return commit === undefined || commit.committedAt > now ? 0 : commit.committedAt + DOUBT_MS;
}

/** A linked component goes where another one of its group is: that commit was judged for both. */
export function follow(
  subject: Subject,
  next: Next,
  { sha, components }: NonNullable<Next["follows"]>,
): Verdict {
  const { head, policySha, state } = subject;
  const { version, tag, batch, level, previousTag } = next;
  const refused = refusal(subject, tag, sha);
  if (refused !== null) return hold(subject, refused.hold, { version, wakeAt: refused.wakeAt });
  const others = components.filter((name) => name !== state.line.component);
  const cut: Cut = {
    tag,
    sha,
    version,
    previousTag,
    batch,
    level,
    checks: head.sha === sha ? head.checks : [],
    policySha,
    rules: [{ rule: "linked", verdict: `released together with ${others.join(", ")}` }],
    overrides: describeOverrides(subject.order, next.lifted, sha),
  };
  const text = `releasing ${tag}`;
  return {
    ...still({ state: "releasing", code: "linked", text, detail: null, blockedBy: [] }, version),
    cut,
  };
}
