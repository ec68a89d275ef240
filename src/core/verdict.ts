import type { Reason } from "./action.ts";
import { chooseBase } from "./base.ts";
import { judgeBatch } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { judgeRiding } from "./dependency-bots.ts";
import { holdForGates } from "./gate-hold.ts";
import { addGates, judgeUnits } from "./gated-units.ts";
import { findHeld } from "./hold-label.ts";
import { holdForMissing } from "./missing-hold.ts";
import { botsRideReason, holdForLabel } from "./moment-reasons.ts";
import { judgeMoment } from "./moment.ts";
import { describeOverrides, isForcing, raiseLevel } from "./order.ts";
import type { Policy } from "./policy-schema.ts";
import { letPreparedGo } from "./prepared.ts";
import { judgePublish } from "./publish.ts";
import type { PublishVerdict } from "./publish.ts";
import {
  holdForBase,
  holdForBaseMoved,
  holdForCommits,
  holdForDoubt,
  holdForEarlier,
  holdForGone,
  holdForRefusal,
  holdForTaken,
  observesReason,
  releasedReason,
  ridesAlongReason,
  toReason,
  watchedReason,
} from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { EARLIER_UNITS_MAX, isActing } from "./start.ts";
import type { Head, Instant, LineState, Order, ReleaseSeen, TagSeen } from "./state.ts";
import { chooseTagFormat, formatTag, isStable, nextVersion, parseTag } from "./version.ts";

/** A refusal is not tried again within this time, unless the head moves. */
const REFUSAL_MS = 60 * 60_000;

/** When the tags moved during the observation, or GitHub did not tell all: soon. */
const AGAIN_MS = 60_000;

/** What is decided about a line, before it becomes actions. */
export interface Verdict {
  readonly reason: Reason;
  readonly wakeAt: Instant | null;
  readonly version: string | null;
  readonly settledContexts: readonly string[] | null;
  /** Contexts that the head lacks and that are waited for; empty: any first. Null: no wait. */
  readonly missing: readonly string[] | null;
  /** The release to make now; null: none. */
  readonly cut: Cut | null;
}

/** A line that has a head and a policy, its own or, where it is only watched, the defaults. */
export interface Subject {
  readonly state: LineState;
  readonly head: Head;
  readonly policy: Policy;
  readonly policySha: string | null;
  readonly isStarted: boolean;
  /** What a person asked for by `/release`, if it applies now. */
  readonly order: Order | null;
  readonly now: Instant;
}

/** Release workflows take minutes; a crash of ours may be made up for later. */
const DOUBT_MS = 10 * 60_000;

/** The next release of the line, if everything allows it. */
interface Next {
  readonly batch: Batch;
  readonly version: string;
  readonly tag: string;
  readonly level: Exclude<Batch["level"], "none">;
  /** Rules that the order lifted so far. */
  readonly lifted: readonly string[];
}

/**
 * Published stable releases of the line, newest first. Contexts that gate the branch are never
 * publish checks, also where they ended after a release that a person made: left out here.
 */
export function lineReleases(state: LineState, policyTag: string | null): readonly ReleaseSeen[] {
  const gates = [...(state.memory.settledContexts ?? []), ...(state.head?.requiredContexts ?? [])];
  return state.releases
    .map((release) => ({
      ...release,
      checks: release.checks.filter(({ name }) => !gates.includes(name)),
    }))
    .filter(({ isDraft, isPrerelease, publishedAt, tag }) => {
      const version = parseTag(tag, chooseTagFormat(policyTag, tag));
      const isOut = !isDraft && !isPrerelease && publishedAt !== null;
      return isOut && version !== null && isStable(version);
    })
    .toSorted((left, right) => Number(right.publishedAt) - Number(left.publishedAt));
}

/** How the publish checks of a release stand; `releases` are those of `lineReleases`. */
export function publishOf(
  releases: readonly ReleaseSeen[],
  release: ReleaseSeen,
  now: Instant,
): PublishVerdict {
  return judgePublish(release, releases[releases.indexOf(release) + 1] ?? null, now);
}

/** What to release now, or why not. Who may only observe releases nothing, whatever was judged. */
export function judgeLine(subject: Subject): Verdict {
  const verdict = judge(subject);
  const { cut } = verdict;
  if (cut === null) return verdict;
  if (!subject.state.canRelease) return { ...verdict, reason: observesReason(cut.tag), cut: null };
  return { ...verdict, cut: addGates(cut, judgeUnits(subject, cut.batch)) };
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
  const judged = judgeBatch(state);
  const earlier = holdEarlier(subject, judged);
  if (earlier !== null) return hold(subject, earlier);
  const batch = raiseLevel(judged, subject.order);
  if (batch.level === "none") return nothing(subject, batch);

  const version = subject.order?.version ?? nextVersion(base.version, batch.level);
  const format = chooseTagFormat(subject.policy.tag ?? null, state.baseTag?.name ?? null);
  const tag = formatTag(version, format);
  const named = (subject.order?.version ?? null) === null ? [] : ["version"];
  const asked: Next = { batch, version, tag, level: batch.level, lifted: named };
  const held =
    holdTaken(subject, asked) ??
    holdLabelled(batch) ??
    holdForMissing(state, batch) ??
    holdForGates(judgeUnits(subject, batch), state.repository);
  if (held !== null) return hold(subject, held, { version });
  const next = letPreparedGo(subject, asked);
  if ("what" in next) return hold(subject, next, { version });
  const ridesUntil = ridesAlongUntil(subject, batch);
  if (ridesUntil !== null) {
    const riding = { isActing: isActing(state), ridesUntil };
    return still(botsRideReason(batch.units, riding), version, ridesUntil);
  }
  if (!isStarted) {
    return still(state.canRelease ? watchedReason(tag) : observesReason(tag), version);
  }
  return judgeNow(subject, next);
}

function hold(
  subject: Subject,
  why: Hold,
  known: Partial<Pick<Verdict, "wakeAt" | "version" | "settledContexts" | "missing">> = {},
): Verdict {
  return {
    reason: toReason(why, isActing(subject.state)),
    wakeAt: known.wakeAt ?? null,
    version: known.version ?? null,
    settledContexts: known.settledContexts ?? null,
    missing: known.missing ?? null,
    cut: null,
  };
}

function still(reason: Reason, version: string | null, wakeAt: Instant | null = null): Verdict {
  return { reason, wakeAt, version, settledContexts: null, missing: null, cut: null };
}

/** A tag of ours without its release: a crash came between the two requests. */
function finish(subject: Subject): Verdict | null {
  const { state, policy, policySha, head, now } = subject;
  const { unfinished } = state;
  const version =
    unfinished === null
      ? null
      : parseTag(unfinished.name, chooseTagFormat(policy.tag ?? null, unfinished.name));
  if (unfinished === null || version === null) return null;
  const doubtEndsAt = whenDoubtEnds(state, unfinished, now);
  if (now < doubtEndsAt) {
    return hold(subject, holdForDoubt(unfinished.name), { version, wakeAt: doubtEndsAt });
  }
  const refused = refusal(subject, unfinished.name, unfinished.sha);
  if (refused !== null) return hold(subject, refused.hold, { version, wakeAt: refused.wakeAt });
  const batch = judgeBatch(state);
  const { name: tag } = unfinished;
  const named = subject.order?.version === version ? ["version"] : [];
  const level = batch.level === "none" ? "patch" : batch.level;
  const made = letPreparedGo(subject, { batch, version, tag, level, lifted: named });
  const lifted = "what" in made ? [] : made.lifted;
  const cut: Cut = {
    tag: unfinished.name,
    sha: unfinished.sha,
    version,
    previousTag: state.baseTag?.name ?? null,
    batch,
    level: batch.level,
    checks: head.sha === unfinished.sha ? head.checks : [],
    policySha,
    rules: [{ rule: "unfinished", verdict: "the tag stood already; its release was missing" }],
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

/** Version of the base, null without one; or the hold. */
function judgeBase(subject: Subject): Hold | { readonly version: string | null } {
  const { state, policy } = subject;
  const policyBase = policy.base ?? null;
  const choice = chooseBase({
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

function holdEarlier(subject: Subject, batch: Batch): Hold | null {
  const { state, policy } = subject;
  const { startedAt, baseTag } = state;
  if (startedAt === null || baseTag === null || policy.base !== undefined) return null;
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
  const releases = lineReleases(state, policy.tag ?? null);
  const [last] = releases;
  const publish: PublishVerdict =
    last === undefined ? { kind: "none" } : publishOf(releases, last, now);
  const moment = judgeMoment({ state, head, policy, batch, releases, publish, isForced, now });
  if (moment.kind === "held") return hold(subject, moment.hold, { version, ...moment });
  const { settledContexts } = moment;
  const refused = refusal(subject, tag, head.sha);
  if (refused !== null) {
    const { wakeAt } = refused;
    return hold(subject, refused.hold, { version, wakeAt, settledContexts });
  }
  const previousTag = state.baseTag?.name ?? null;
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
    ],
    overrides: describeOverrides(subject.order, lifted, head.sha),
  };
  const text = `releasing ${tag}`;
  const reason: Reason = { state: "releasing", code: "release", text, detail: null, blockedBy: [] };
  return { reason, wakeAt: null, version, settledContexts, missing: null, cut };
}

function refusal(
  subject: Subject,
  tag: string,
  sha: string,
): { readonly hold: Hold; readonly wakeAt: Instant } | null {
  const known = subject.state.memory.refusal;
  if (known === null || known.tag !== tag || known.sha !== sha) return null;
  const wakeAt = known.at + REFUSAL_MS;
  return subject.now < wakeAt ? { hold: holdForRefusal(known), wakeAt } : null;
}
