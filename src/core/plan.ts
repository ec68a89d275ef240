import type { Action, Plan, Reason } from "./action.ts";
import { chooseSubjects, subjectsOf } from "./announce.ts";
import type { Announcement, AnnouncementSubject } from "./announce.ts";
import { awaitedOf, listAwaited } from "./awaits.ts";
import {
  STALE_CHECKS_MAX,
  checkLeft,
  checkMerged,
  checkOn,
  staleChecks,
  writeCheck,
} from "./check-actions.ts";
import { TITLE_CHARS_MAX, digestReason, saysReleased } from "./check.ts";
import { isStandingIn, saidInstead } from "./desk/stand-in.ts";
import { chooseMaking, draftedReason } from "./draft.ts";
import { earliest } from "./earliest.ts";
import { DRAFTING, waitForDrafts } from "./evidence/wait-for-drafts.ts";
import { closeSuperseded, judgeWithFiles } from "./files/files-verdict.ts";
import { inertCode, plainLine } from "./inert.ts";
import { isLatest, lineReleases, publishOf } from "./line-releases.ts";
import { isChannelLine } from "./lines.ts";
import { listPresent } from "./missing.ts";
import { renderNotes, renderReleasedComment } from "./notes.ts";
import { formatPolicyError } from "./policy/policy-errors.ts";
import type { PolicyError } from "./policy/policy-errors.ts";
import { effectivePolicyOf } from "./policy/policy.ts";
import type { EffectivePolicy } from "./policy/policy.ts";
import { listPublishChecks, publishNames } from "./publish.ts";
import { idle, quiet, withoutHead } from "./quiet-plan.ts";
import { releasedReason, toReason } from "./reasons.ts";
import type { ReleasesTold } from "./reasons.ts";
import { makeCard } from "./release-card.ts";
import type { Cut } from "./release-card.ts";
import { renderTakenBackComment, rollsBackOf } from "./rollback/rolled-back.ts";
import { isActing } from "./start.ts";
import type { Head, Instant, LineState } from "./state.ts";
import { subjectOf } from "./subject-of.ts";
import type { Subject, Verdict } from "./subject.ts";
import { judgeLine } from "./verdict.ts";
import { chooseTagFormat, isStable, parseTag } from "./version.ts";

/**
 * What to do about a line, and why. Total: every state has a plan, and a plan without actions has a
 * reason. Nothing is read and nothing is changed here.
 */
export function plan(state: LineState, now: Instant): Plan {
  const { repository, head, policyFile } = state;
  if (repository.isArchived) return idle("archived", "archived", "the repository is archived");
  if (head === null) return idle("idle", ...withoutHead(state));
  const policy = effectivePolicyOf(state);
  if (policy.kind === "invalid") return holdInvalid(state, head, policy.errors);

  const own = subjectOf(state, head, policy, now);
  const judged = waitForDrafts(judgeWithFiles(own, judgeLine));
  const { subject, verdict, action, drafting } = judged;
  const reason = withPolicyErrors(verdict.reason, policy);
  const { cut, earlier: below } = verdict;
  const announcing = announce(subject);
  const actions =
    cut === null
      ? [
          ...(action === null ? checkHead(subject, { ...verdict, reason }) : []),
          ...checkReleased(subject),
          ...announcing.actions,
          ...(action === null ? [] : [action]),
        ]
      : [
          ...release(below?.subject ?? subject, cut, {
            effective: policy,
            owed: announcing.actions,
          }),
          ...(below === undefined ? [] : checkLeft(subject, withPolicyErrors(below.left, policy))),
        ];
  return {
    actions: [...actions, ...closeSuperseded(own)],
    reason,
    wakeAt: earliest([verdict.wakeAt, announcing.wakeAt]),
    awaits: listAwaited(subject, verdict),
    version: verdict.version,
    settledContexts: verdict.settledContexts,
    announcedTag: announcing.announcedTag,
    validPolicy: policy.kind === "valid" ? policyFile : null,
    published: listPublished(subject),
    ...drafting,
  };
}

/** Never the defaults: the line that is wrong may be the one that holds releases back. */
function holdInvalid(state: LineState, head: Head, errors: readonly PolicyError[]): Plan {
  const hold = {
    state: "held",
    code: "policy-invalid",
    what: "the policy file is not valid, and none before it was",
    detail: listErrors(errors),
    blockedBy: [],
  } as const;
  const reason = toReason(hold, state.canRelease);
  const said = { line: state.line, reason, version: null, wakeAt: null };
  const check = writeCheck({ ...said, sha: head.sha, existing: head.ourCheck });
  return { ...quiet(reason, check), awaits: awaitedOf(head, null) };
}

const FALLBACK_NOTE = "; the policy file is not valid, the last good one applies";

function withPolicyErrors(reason: Reason, policy: EffectivePolicy): Reason {
  if (policy.kind !== "fallback") return reason;
  const errors = listErrors(policy.errors);
  return {
    ...reason,
    // A title that is cut at its end must not lose what somebody has to mend.
    text: `${plainLine(reason.text, TITLE_CHARS_MAX - FALLBACK_NOTE.length)}${FALLBACK_NOTE}`,
    detail: reason.detail === null ? errors : `${reason.detail}\n\n${errors}`,
  };
}

function listErrors(errors: readonly PolicyError[]): string {
  return errors.map((error) => `- ${inertCode(formatPolicyError(error))}`).join("\n");
}

/** The check on the head of the batch. Where nothing is released, on merge commits only. */
function checkHead(subject: Subject, verdict: Verdict): readonly Action[] {
  const { state, head } = subject;
  const { reason, version, wakeAt } = verdict;
  if (reason.code === DRAFTING || (reason.state === "idle" && !isStandingIn(state))) return [];
  const isMerge = state.pulls.some(
    ({ mergeSha, baseBranch }) => mergeSha === head.sha && baseBranch === state.line.branch,
  );
  if (!isActing(state) && !isMerge) return [];
  const said = { line: state.line, reason: saidInstead(subject, reason), version, wakeAt };
  return writeCheck({ ...said, sha: head.sha, existing: head.ourCheck });
}

/** The check on the last release, where the head has gone on: publishing may have failed. */
function checkReleased(subject: Subject): readonly Action[] {
  const { state, head, policy, now } = subject;
  const releases = lineReleases(state, policy.tag ?? null);
  const [last] = releases;
  if (!subject.isStarted || last === undefined) return [];
  if (last.sha === null || last.sha === head.sha || last.ourCheck === undefined) return [];
  if (!last.isOurs && last.ourCheck === null) return [];
  const publish = publishOf(releases, last, now);
  const isBad = publish.kind === "failed" || publish.kind === "overdue";
  if (last.ourCheck === null && !isBad) return [];
  const version = parseTag(last.tag, chooseTagFormat(policy.tag ?? null, last.tag));
  const reason = releasedReason(state, last.tag, publish);
  const said = { line: state.line, reason, version, wakeAt: null };
  return writeCheck({ ...said, sha: last.sha, existing: last.ourCheck });
}

/** Also while the next release is cut: it may be the last look at the one before. */
function listPublished({ state, policy }: Subject): Plan["published"] {
  const releases = lineReleases(state, policy.tag ?? null);
  return releases
    .map((own, at) => ({ own, checks: listPublishChecks(own, releases[at + 1] ?? null) }))
    .filter(({ own, checks }) => own.isOurs && checks.length > 0)
    .map(({ own, checks }) => ({ tag: own.tag, checks }));
}

/**
 * The last word on the release before it, then tag, release, check, and, where nothing is to be
 * published after it, the comments. `owed` are comments and checks of the release before. The last
 * word comes first because nobody looks at that release once a newer one stands: said after the
 * new one, it would be lost where the pass dies in between.
 */
function release(
  subject: Subject,
  cut: Cut,
  { effective, owed }: { readonly effective: EffectivePolicy; readonly owed: readonly Action[] },
): readonly Action[] {
  const { state, policy, now } = subject;
  const { tag, sha } = cut;
  const card = makeCard(state, cut, now);
  const publish = {
    kind: "publishRelease" as const,
    tag,
    sha,
    title: tag,
    body: renderNotes(state, cut, policy.card === "body" ? card : null),
    isLatest: isLatest(subject, cut.version),
    isPrerelease: !isStable(cut.version),
    card,
  };
  const [last = null] = lineReleases(state, policy.tag ?? null);
  const isTagged = state.unfinished?.name === tag;
  const making = chooseMaking(publish, cut, policy);
  const isDraft = making.kind === "draftRelease";
  const fate = isDraft
    ? draftedReason(making, now)
    : releasedReason(withCut(state, cut), tag, { kind: "none" });
  const reason = withPolicyErrors(fate, effective);
  const said = { line: state.line, reason, version: cut.version, wakeAt: null };
  const digest = digestReason(state.line, reason, cut.version);
  const stale = isDraft ? [] : staleChecks(state, sha, digest);
  // Its release may have stood before and been told: the next look reads which comments stand.
  const isSilent =
    isDraft || isTagged || isToldLater(subject, cut) || publishNames(last).length > 0;
  const subjects = isSilent ? [] : chooseSubjects(state, subjectsOf(listPresent(state, cut.batch)));
  return [
    ...checkReleased(subject),
    ...owed,
    ...(isTagged ? [] : [{ kind: "createTag" as const, tag, sha }]),
    ...checkMerged(subject, { ...said, sha }),
    making,
    ...writeCheck({ ...said, sha, existing: checkOn(subject, sha) }),
    ...stale.flatMap((each) => writeCheck({ ...said, ...each })),
    // Last, because what is interrupted before them is looked for until they are written.
    ...comments(state, { tag, failed: [], subjects, isFresh: true }),
  ];
}

/** As the next look sees it, so that both say the same. */
function withCut({ repository }: LineState, { tag, rollsBack = [] }: Cut): ReleasesTold {
  return { repository, releases: [{ tag, rollsBack: rollsBack.map(rollsBackOf) }] };
}

/**
 * Nobody is told at once: of prereleases nobody is, and a pull in two components hears of the first
 * one alone, which the next look finds out. It also reads the pulls that a release takes back.
 */
function isToldLater({ state, policy }: Subject, { rollsBack }: Cut): boolean {
  const isRead = policy.components !== undefined || rollsBack !== undefined;
  return policy.comments === "off" || isChannelLine(state.line) || isRead;
}

interface Announcing {
  readonly actions: readonly Action[];
  readonly wakeAt: Instant | null;
  readonly announcedTag: string | null;
}

const NOTHING_SAID: Announcing = { actions: [], wakeAt: null, announcedTag: null };

/**
 * What the newest release still lacks: checks of its earlier commits that say what held them, where
 * the pass that released was interrupted, and comments, once its publish checks are done.
 */
function announce(subject: Subject): Announcing {
  const { announcement } = subject.state;
  if (announcement === null || !isActing(subject.state)) return NOTHING_SAID;
  const repairs = repairChecks(subject, announcement);
  const telling = tell(subject, announcement);
  if (repairs.length === 0) return telling;
  return { ...telling, actions: [...repairs, ...telling.actions], announcedTag: null };
}

function repairChecks(subject: Subject, { tag, sha, checks }: Announcement): readonly Action[] {
  const { state, head, policy } = subject;
  const reason = releasedReason(state, tag, { kind: "none" });
  const version = parseTag(tag, chooseTagFormat(policy.tag ?? null, tag));
  const own = state.releases.find((each) => each.tag === tag);
  // Below the head nobody else says it there, where a pass died before it did.
  const isUnsaid = own?.ourCheck === null && sha !== head.sha && state.appId !== null;
  const unsaid = isUnsaid && checkReleased(subject).length === 0 ? [{ sha, existing: null }] : [];
  const said = { line: state.line, reason, version, wakeAt: null };
  const stale = checks
    .filter(({ sha: at, ourCheck }) => at !== sha && !saysReleased(ourCheck))
    .slice(0, STALE_CHECKS_MAX)
    .map(({ sha: at, ourCheck }) => ({ sha: at, existing: ourCheck }));
  return [...unsaid, ...stale].flatMap((each) => writeCheck({ ...said, ...each }));
}

function tell(subject: Subject, announcement: Announcement): Announcing {
  const { state, policy, now } = subject;
  const { tag } = announcement;
  const done: Announcing = { ...NOTHING_SAID, announcedTag: tag };
  if (policy.comments === "off" || isChannelLine(state.line)) return done;
  const subjects = chooseSubjects(state, announcement.subjects).filter(
    ({ isCommented }) => !isCommented,
  );
  if (subjects.length === 0) return done;
  const releases = lineReleases(state, policy.tag ?? null);
  const own = releases.find((candidate) => candidate.tag === tag);
  const publish = own === undefined ? null : publishOf(releases, own, now);
  if (publish !== null && "wakeAt" in publish) return { ...NOTHING_SAID, wakeAt: publish.wakeAt };
  const failed = publish?.kind === "failed" ? publish.names : [];
  return { ...NOTHING_SAID, actions: comments(state, { tag, failed, subjects, isFresh: false }) };
}

function comments(
  state: LineState,
  said: {
    readonly tag: string;
    readonly failed: readonly string[];
    readonly subjects: readonly AnnouncementSubject[];
    readonly isFresh: boolean;
  },
): readonly Action[] {
  const { tag, failed, subjects, isFresh } = said;
  if (subjects.length === 0) return [];
  const url = `${state.repository.url}/releases/tag/${encodeURIComponent(tag)}`;
  const of = { line: state.line, tag, url };
  const released = renderReleasedComment({ ...of, failed });
  const releasesUrl = `${state.repository.url}/releases/tag`;
  return [
    {
      kind: "announce",
      tag,
      isFresh,
      comments: subjects.map(({ number, nodeId, isPull, takenBack }) => ({
        subject: { number, nodeId, isPull },
        body:
          takenBack === undefined
            ? released
            : renderTakenBackComment({ ...of, bad: takenBack, releasesUrl }),
      })),
    },
  ];
}
