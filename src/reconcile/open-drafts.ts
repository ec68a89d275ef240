import { offReason } from "../core/evidence/cut-notes.ts";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import { draftUnitOf, sourceUnitOf } from "../core/evidence/draft-unit.ts";
import type { DraftUnit, UnitDraft } from "../core/evidence/unit-draft.ts";
import { findDraft, noteOf } from "../core/evidence/unit-note.ts";
import { DRAFT_MS_MIN, isResting, REST_MS } from "../core/evidence/want-drafts.ts";
import { judgeDrafting, listDraftedBefore } from "../core/evidence/when.ts";
import type { DraftingFacts, DraftingVerdict, Readiness } from "../core/evidence/when.ts";
import { livingWordings } from "../core/evidence/wording.ts";
import { styleOf } from "../core/policy/policy-notes.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import type { PullNotes } from "../core/pulls/pull-notes.ts";
import type { PullPreview } from "../core/pulls/pull-preview.ts";
import { judgeSettled } from "../core/settle.ts";
import type { Instant, LineState, Permission } from "../core/state.ts";
import type { DoorsRequest } from "./doors-request.ts";
import { draftFor } from "./drafting.ts";
import type { DraftingRequest } from "./drafting.ts";
import { renewWordings } from "./wordings.ts";

/** What all drafts of open pulls of one look may take: releases of the repository wait behind it. */
export const OPEN_DRAFTS_MS = 30_000;

/** Where GitHub did not show the pull, or too late: nothing was asked of Claude. */
const AGAIN_MS = 60_000;

/** Newest drafts of a repository, whatever they are of. */
const DRAFTS_SEEN_MAX = 20;

/** Where there was no time left in this look. */
const NEXT_MS = 15_000;

export interface PullNotesSeen extends PullNotes {
  /** Look at the pull again then; null: only as it changes. */
  readonly wakeAt: Instant | null;
}

interface Subject {
  readonly state: LineState;
  readonly pull: OpenPull;
  readonly preview: PullPreview;
  /** No draft is waited for after it. */
  readonly deadline: Instant;
}

/**
 * How the line of an open pull would be worded: by a person, by a draft of this very content, or by
 * one that is made now. Null: nobody words notes here.
 */
export async function wordPull(
  request: DoorsRequest,
  subject: Subject,
): Promise<PullNotesSeen | null> {
  const { store, repository, clock, drafting } = request;
  const { state, preview } = subject;
  if (drafting === undefined) return null;
  const unit = sourceUnitOf(preview.unit);
  const known = await store.readDrafts(repository.id, [unit.unit]);
  const drafts = await renewWordings(request, state, { units: [unit], known });
  const worded = drafts.find(({ purpose, line }) => purpose === "person" && line !== null);
  if (worded !== undefined) return { line: worded.line, waits: null, wakeAt: null };
  if (livingWordings(state).some(({ pull }) => pull === unit.pull)) {
    return title(
      "GitHub did not show the changes to hold its words against",
      clock.now() + AGAIN_MS,
    );
  }
  const policy = policyIn(effectivePolicyOf(state)) ?? DEFAULT_POLICY;
  const style = styleOf(policy, state.repository);
  if (style === null) return title(offReason(state, policy));
  const unable = "code" in drafting.drafter ? drafting.drafter : (state.noteDrafts?.unable ?? null);
  if (draftUnitOf(preview.unit) === null) return title("its title says it all");
  const own = findDraft(drafts, unit, style);
  if (own !== undefined) return noteToSay(noteOf(own));
  if (unable !== null) return title(unable.reason);
  return draft({ ...request, drafting }, subject, { unit, style, drafts });
}

function title(waits: string, wakeAt: Instant | null = null): PullNotesSeen {
  return { line: null, waits, wakeAt };
}

/** A line says itself why it is a title. */
function noteToSay({ line, failure }: ReturnType<typeof noteOf>): PullNotesSeen {
  return { line, waits: line === null ? (failure?.reason ?? null) : null, wakeAt: null };
}

async function draft(
  request: DoorsRequest & Pick<DraftingRequest, "drafting">,
  subject: Subject,
  about: {
    readonly unit: DraftUnit;
    readonly style: DraftStyle;
    readonly drafts: readonly UnitDraft[];
  },
): Promise<PullNotesSeen> {
  const { clock } = request;
  const { unit, style } = about;
  const { state, deadline } = subject;
  const seen = await seeAgain(request, subject, about);
  if (seen !== null) return seen;
  const verdict = await judge(request, subject, about.drafts);
  if (verdict === null) return title("its head moved while it was read", clock.now() + NEXT_MS);
  if (verdict.kind === "wait") return title(verdict.reason, verdict.wakeAt);
  if (await isOut(request)) {
    return title("Claude did not answer a moment ago", clock.now() + REST_MS);
  }
  if (deadline - clock.now() < DRAFT_MS_MIN) {
    return title("other pull requests are drafted first", clock.now() + NEXT_MS);
  }
  const asked = { units: [unit], style, deadline, purpose: "pull" } as const;
  const [drafted] = await draftFor(request, state, asked);
  if (drafted === undefined) return title("it could not be read");
  const isUnread = drafted.failure !== null && UNKNOWN.has(drafted.failure.code);
  return { ...noteToSay(drafted), wakeAt: isUnread ? clock.now() + AGAIN_MS : null };
}

/** Did a draft of the repository fail a moment ago? Then not every pull waits for the next to fail. */
async function isOut({ store, repository, clock }: DoorsRequest): Promise<boolean> {
  const now = clock.now();
  const drafts = await store.listDrafts(repository.id, now - REST_MS, DRAFTS_SEEN_MAX);
  return isResting({ drafts }, now);
}

/** Long enough to read the pull, and too short for anything to be asked of Claude. */
const SEEING_MS = DRAFT_MS_MIN - 1;

/** Drafted before, it may have changed in nothing that counts: a label, a rebase. Null: it did. */
async function seeAgain(
  request: DraftingRequest,
  { state }: Subject,
  {
    unit,
    style,
    drafts,
  }: {
    readonly unit: DraftUnit;
    readonly style: DraftStyle;
    readonly drafts: readonly UnitDraft[];
  },
): Promise<PullNotesSeen | null> {
  if (drafts.every(({ purpose }) => purpose === "person")) return null;
  const deadline = request.clock.now() + SEEING_MS;
  const [seen] = await draftFor(request, state, {
    units: [unit],
    style,
    deadline,
    purpose: "pull",
  });
  const isKnown = seen !== undefined && !UNKNOWN.has(seen.failure?.code ?? "");
  return isKnown ? noteToSay(seen) : null;
}

/** Of `draftFor`, where no draft of this content is known. */
const UNKNOWN: ReadonlySet<string> = new Set(["late", "unread", "cap"]);

/** Asks GitHub for no more than the verdict needs; null: the head moved meanwhile. */
async function judge(
  { forge, clock, repository }: DoorsRequest,
  { state, pull }: Subject,
  drafts: readonly UnitDraft[],
): Promise<Exclude<DraftingVerdict, { kind: "ask" }> | null> {
  const past = listDraftedBefore(drafts);
  let authorPermission: Permission | null = null;
  let readiness: Readiness | null = null;
  for (;;) {
    const facts: DraftingFacts = { pull, authorPermission, readiness };
    const verdict = judgeDrafting(facts, past, clock.now());
    if (verdict.kind !== "ask") return verdict;
    if (verdict.what === "author") {
      authorPermission = await forge.permissionOf(repository, pull.author.login);
    } else {
      const read = await forge.notes.readReadiness(state, pull);
      if (read === null) return null;
      const { checks, arrivedAt, hasConflict } = read;
      const requiredContexts = state.head?.requiredContexts ?? [];
      const head = { sha: pull.headSha, arrivedAt, checks, ourCheck: null, requiredContexts };
      const rules = { expected: state.memory.settledContexts ?? [], areChecksRequired: false };
      readiness = { settled: judgeSettled(head, rules, clock.now()), arrivedAt, hasConflict };
    }
  }
}
