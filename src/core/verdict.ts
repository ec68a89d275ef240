import type { Reason } from "./action.ts";
import { chooseBase } from "./base.ts";
import { judgeBatch } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { addBrake, holdByBrake } from "./brake.ts";
import { judgeRiding } from "./dependency-bots.ts";
import { judgeNotes } from "./evidence/cut-notes.ts";
import { finish, follow } from "./finish.ts";
import { holdForGates } from "./gate-hold.ts";
import { addGates, judgeUnits } from "./gated-units.ts";
import { findHeld } from "./hold-label.ts";
import { noRootReason, withUnknownFiles } from "./line-reasons.ts";
import { lineReleases, publishOf } from "./line-releases.ts";
import { hasRoot } from "./lines.ts";
import { holdForMissing } from "./missing-hold.ts";
import { botsRideReason, holdForLabel } from "./moment-reasons.ts";
import { judgeMoment } from "./moment.ts";
import { orEarlier } from "./newest-green.ts";
import { judgeNext } from "./next.ts";
import type { Next } from "./next.ts";
import { describeOverrides, isForcing } from "./order.ts";
import { holdByPerson } from "./person-hold.ts";
import { letPreparedGo } from "./prepared.ts";
import type { PublishVerdict } from "./publish.ts";
import {
  holdForBase,
  holdForBaseMoved,
  holdForCommits,
  holdForEarlier,
  holdForGone,
  holdForTaken,
  observesReason,
  releasedReason,
  ridesAlongReason,
  watchedReason,
} from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { addRolledBack, describeForward, listForward } from "./rollback/roll-forward.ts";
import { EARLIER_UNITS_MAX, isActing } from "./start.ts";
import type { Instant } from "./state.ts";
import { hold, refusal, still } from "./subject.ts";
import type { Subject, Verdict } from "./subject.ts";
import { chooseTagFormat, parseTag } from "./version.ts";

/** When the tags moved during the observation, or GitHub did not tell all: soon. */
const AGAIN_MS = 60_000;

/** What to release now, or why not. Who may only observe releases nothing, whatever was judged. */
export function judgeLine(subject: Subject): Verdict {
  const verdict = orEarlier(subject, judge(subject), judge);
  const { cut, earlier } = verdict;
  if (cut === null) return verdict;
  if (!subject.state.canRelease) return { ...verdict, reason: observesReason(cut.tag), cut: null };
  const judged = earlier?.subject ?? subject;
  const whole = addNotes(addGates(cut, judgeUnits(judged, cut.batch)), judged);
  return { ...verdict, cut: addRolledBack(addBrake(whole, judged), judged.state) };
}

function addNotes(cut: Cut, { state, policy, now }: Subject): Cut {
  const notes = judgeNotes(state, policy, { batch: cut.batch, now });
  return notes === null ? cut : { ...cut, notes };
}

/** The judges, in order; the first that objects decides. */
function judge(subject: Subject): Verdict {
  const { state, isStarted, now } = subject;
  if (state.commitCount > state.commits.length) return hold(subject, holdForCommits(state));
  const finishing = isStarted ? finish(subject) : null;
  if (finishing !== null) return finishing;

  const base = judgeBase(subject);
  if ("what" in base) {
    const isPassing = base.code === "base-moved" || base.code === "base-unknown";
    return hold(subject, base, isPassing ? { wakeAt: now + AGAIN_MS } : {});
  }
  const earlier = holdEarlier(subject);
  if (earlier !== null) return hold(subject, earlier);
  const verdict = judgeBatchOf(subject, base.version);
  const { unitFiles } = state;
  if (unitFiles === undefined || subject.policy.components === undefined) return verdict;
  const { units } = judgeBatch(state, subject.policy);
  return { ...verdict, reason: withUnknownFiles(verdict.reason, units, unitFiles) };
}

/** `base`: version that the release follows; null: it is the first. */
function judgeBatchOf(subject: Subject, base: string | null): Verdict {
  const { state, family, isStarted } = subject;
  const judged = judgeNext(subject, base);
  if (judged.kind === "hold") return hold(subject, judged.hold, { version: judged.version });
  if (base === null && !hasRoot(family, state.tags)) {
    const { units } = judged.kind === "next" ? judged.next.batch : judged.batch;
    if (units.length > 0) return still(noRootReason(units), null);
  }
  if (judged.kind === "nothing") return nothing(subject, judged.batch);
  const { version, tag } = judged.next;
  const { batch } = judged.next;
  const held =
    holdTaken(subject, judged.next) ??
    (judged.next.follows === null ? holdByPerson(subject) : null) ??
    holdLabelled(batch) ??
    holdForMissing(subject, batch) ??
    holdForGates(judgeUnits(subject, batch), state.repository);
  if (held !== null) return hold(subject, held, { version });
  const next = letPreparedGo(subject, judged.next);
  if ("what" in next) return hold(subject, next, { version });
  const ridesUntil = ridesAlongUntil(subject, batch);
  if (ridesUntil !== null) {
    const riding = { isActing: isActing(state), ridesUntil };
    return still(botsRideReason(batch.units, riding), version, ridesUntil);
  }
  const braked = next.follows === null ? holdByBrake(subject, batch.units) : null;
  if (braked !== null) return hold(subject, braked.hold, { version, wakeAt: braked.wakeAt });
  if (!isStarted) {
    return still(state.canRelease ? watchedReason(tag) : observesReason(tag), version);
  }
  return next.follows === null ? judgeNow(subject, next) : follow(subject, next, next.follows);
}

/** Version of the base, null without one; or the hold. */
function judgeBase(subject: Subject): Hold | { readonly version: string | null } {
  const { state, policy } = subject;
  const policyBase = policy.base ?? null;
  const choice = chooseBase({
    family: subject.family,
    tags: state.tags,
    policyTag: policy.tag ?? null,
    policyBase,
    // Whoever observed has asked for it.
    absent: policyBase === null ? [] : [policyBase],
  });
  if (choice.kind === "hold" || choice.kind === "ask") return holdForBase(choice);
  const tag = choice.kind === "base" ? choice.tag : null;
  if (tag?.sha !== state.baseTag?.sha) return holdForBaseMoved();
  return { version: choice.kind === "base" ? choice.version : null };
}

function holdEarlier(subject: Subject): Hold | null {
  const { state, policy } = subject;
  const { startedAt, baseTag } = state;
  if (startedAt === null || baseTag === null || policy.base !== undefined) return null;
  const batch = judgeBatch(state, policy);
  const earlier = batch.units.filter(({ unit }) => unit.at < startedAt);
  return earlier.length > EARLIER_UNITS_MAX ? holdForEarlier(earlier, baseTag.name) : null;
}

function nothing(subject: Subject, batch: Batch): Verdict {
  const { state, head, policy, now } = subject;
  if (batch.units.length > 0) {
    return still(ridesAlongReason(batch.units, isActing(state)), null);
  }
  const releases = lineReleases(state, policy.tag ?? null);
  // Made by hand, it ends what our check there says was held.
  const own = releases.find(
    ({ sha, isOurs }) => sha === head.sha && (isOurs || head.ourCheck !== null),
  );
  if (own !== undefined) {
    const publish = publishOf(releases, own, now);
    const version = parseTag(own.tag, chooseTagFormat(policy.tag ?? null, own.tag));
    const wakeAt = "wakeAt" in publish ? publish.wakeAt : null;
    return still(releasedReason(state, own.tag, publish), version, wakeAt);
  }
  const since = state.baseTag === null ? "since the start" : `since ${state.baseTag.name}`;
  const text = `nothing merged ${since}`;
  return still({ state: "idle", code: "nothing-merged", text, detail: null, blockedBy: [] }, null);
}

/** A version is given once: another branch may have it, or a person took its release away. */
function holdTaken({ state, policy }: Subject, { tag, version }: Next): Hold | null {
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  const other = state.tags.find(({ name }) => parseTag(name, format) === version);
  if (other !== undefined) return holdForTaken(other);
  return state.memory.announcedTag === tag ? holdForGone(tag) : null;
}

function holdLabelled({ units }: Batch): Hold | null {
  const held = findHeld(units);
  return held === null ? null : holdForLabel(units, held);
}

/** Dependency updates alone wait for company. Null: there is something else, or it is time. */
function ridesAlongUntil({ policy, order, now }: Subject, { units }: Batch): Instant | null {
  return policy.bots === "release" || order !== null ? null : judgeRiding(units, now);
}

/** Everything is decided but the moment. */
function judgeNow(subject: Subject, next: Next): Verdict {
  const { state, head, policy, policySha, now } = subject;
  const { version, tag, batch } = next;
  const isForced = isForcing(subject.order);
  const isForward = listForward(state).length > 0;
  const releases = lineReleases(state, policy.tag ?? null);
  const [last] = releases;
  const publish: PublishVerdict =
    last === undefined ? { kind: "none" } : publishOf(releases, last, now);
  const times = { isForced, isForward, now };
  const moment = judgeMoment({ state, head, policy, batch, releases, publish, ...times });
  if (moment.kind === "held") return hold(subject, moment.hold, { version, ...moment });
  const { settledContexts } = moment;
  const refused = refusal(subject, tag, head.sha);
  if (refused !== null) {
    const { wakeAt } = refused;
    return hold(subject, refused.hold, { version, wakeAt, settledContexts });
  }
  const { previousTag } = next;
  const lifted = [...next.lifted, ...moment.lifted];
  const cut: Cut = {
    tag,
    sha: head.sha,
    version,
    previousTag,
    batch,
    level: next.level,
    checks: head.checks,
    policySha,
    rules: [
      { rule: "base", verdict: previousTag ?? "none: the first release" },
      { rule: "level", verdict: `${next.level}, up to ${policy.auto} by itself` },
      ...moment.rules,
      ...describeForward(state, moment.lifted),
    ],
    overrides: describeOverrides(subject.order, lifted, head.sha),
  };
  const text = `releasing ${tag}`;
  const reason: Reason = { state: "releasing", code: "release", text, detail: null, blockedBy: [] };
  return { reason, wakeAt: null, version, settledContexts, missing: null, cut };
}
