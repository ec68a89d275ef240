import { SLOTS_MAX } from "../core/evidence/answer.ts";
import { judgeCap, monthOf, UNKNOWN_USD } from "../core/evidence/cap.ts";
import { cleanSource } from "../core/evidence/clean.ts";
import { contentKeyOf, seenKeyOf } from "../core/evidence/content-key.ts";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import { draftedOf } from "../core/evidence/drafted-line.ts";
import { shareCost } from "../core/evidence/share-cost.ts";
import type { NoteSource, RawSource } from "../core/evidence/source.ts";
import type { NoDraft, DraftKey, DraftUnit, UnitDraft } from "../core/evidence/unit-draft.ts";
import { noteOf } from "../core/evidence/unit-note.ts";
import type { UnitNote } from "../core/evidence/unit-note.ts";
import { verifyDraft } from "../core/evidence/verify.ts";
import { DRAFT_MS_MIN } from "../core/evidence/want-drafts.ts";
import type { Instant, LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Drafted, Drafter, NotesForge, NotesStore } from "../notes-port.ts";
import type { Clock, RepositoryRef, Store } from "../ports.ts";
import { ensureAlone } from "./apply-plan.ts";
import { keepRefused, keepSteering } from "./draft-cases.ts";

/** Who drafts for a repository. */
export interface Drafting {
  /** Or why nobody does. */
  readonly drafter: Drafter | NoDraft;
  /** What an installation may spend in a month, in dollars. */
  readonly monthlyUsd: number;
}

export interface DraftingRequest {
  readonly forge: { readonly notes: Pick<NotesForge, "readSources"> };
  readonly store: Store;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly drafting: Drafting;
  readonly isAlone?: () => boolean;
}

export interface DraftsAsked {
  readonly units: readonly DraftUnit[];
  readonly style: DraftStyle;
  /** Nothing is waited for after it. */
  readonly deadline: Instant;
  readonly purpose: "pull" | "merge";
}

/** What a unit's line is now; null and a failure: its title. */
export interface UnitDrafted extends Pick<UnitNote, "line" | "failure"> {
  readonly unit: string;
}

type Answer = Parameters<NotesStore["keepDrafts"]>[1][number];

interface Content extends DraftKey, Pick<UnitDraft, "seenKey"> {
  readonly raw: RawSource;
  readonly source: NoteSource;
}

/**
 * Lines for these units: those that are known for their content, and drafts of the others, each
 * asked for and paid once. Ends at the deadline, whoever is slow, and fails only where the database
 * does: what GitHub or Claude fail to do is the reason of a unit.
 */
export async function draftFor(
  request: DraftingRequest,
  state: LineState,
  asked: DraftsAsked,
): Promise<readonly UnitDrafted[]> {
  const { store, clock, repository, drafting } = request;
  const { style, deadline } = asked;
  const fail = (failure: NoDraft): readonly UnitDrafted[] =>
    asked.units.map(({ unit }) => ({ unit, line: null, failure }));
  const { drafter } = drafting;
  if ("code" in drafter) return fail(drafter);
  const spent = await store.readSpent(monthOf(clock.now()), UNKNOWN_USD);
  const cap = judgeCap(spent, drafting.monthlyUsd);
  if (cap !== null) return fail(cap);
  const raw = await readInTime(request, state, asked);
  if (raw === null) return fail(UNREAD);

  const contents = asked.units.flatMap((unit) => contentOf(unit, raw, style));
  const names = contents.map(({ unit }) => unit);
  const before = await store.readDrafts(repository.id, names);
  const known = contents.filter((content) => findContent(before, content) !== undefined);
  await store.seeDrafts(repository.id, known.map(keyOf));
  const open = contents.filter((content) => !known.includes(content));
  if (deadline - clock.now() >= DRAFT_MS_MIN && open.length > 0) {
    ensureAlone(request);
    const { purpose } = asked;
    const asking = { units: open.map(keyOf), purpose, model: style.model, at: clock.now() };
    const fresh = new Set(await store.askDrafts(repository.id, asking));
    await draftAll(
      request,
      drafter,
      open.filter(({ unit }) => fresh.has(unit)),
      asked,
    );
  }
  const after = await store.readDrafts(repository.id, names);
  return contents.map((content) => {
    const draft = findContent(after, content);
    return { unit: content.unit, ...(draft === undefined ? UNASKED : noteOf(draft)) };
  });
}

const UNREAD: NoDraft = { code: "unread", reason: "GitHub did not show the changes in time" };
const UNASKED = {
  line: null,
  failure: { code: "late", reason: "there was no time left for a draft" },
} as const;

function keyOf({ unit, contentKey, seenKey }: Content) {
  return { unit, contentKey, seenKey };
}

function findContent(drafts: readonly UnitDraft[], { unit, contentKey }: DraftKey) {
  return drafts.find((draft) => draft.unit === unit && draft.contentKey === contentKey);
}

function contentOf(unit: DraftUnit, raw: readonly RawSource[], style: DraftStyle): Content[] {
  const own = raw.find((each) => each.unit === unit.unit);
  if (own === undefined) return [];
  const source = cleanSource(own, unit);
  const contentKey = contentKeyOf(source, style);
  return [{ unit: unit.unit, contentKey, seenKey: seenKeyOf(unit, style), raw: own, source }];
}

/** Null where GitHub fails or is too slow; without diffs nothing is read. */
async function readInTime(
  { forge, clock }: DraftingRequest,
  state: LineState,
  { units, style, deadline }: DraftsAsked,
): Promise<readonly RawSource[] | null> {
  const reading = forge.notes.readSources(state, units, style.sends).catch((error: unknown) => {
    if (error instanceof AppError) return null;
    throw error;
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), Math.max(0, deadline - clock.now()));
  });
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** In parts of as many as a request takes. Texts that may be written to steer it are not sent. */
async function draftAll(
  request: DraftingRequest,
  drafter: Drafter,
  contents: readonly Content[],
  { style, deadline }: DraftsAsked,
): Promise<void> {
  const { store, clock, repository } = request;
  const suspected = contents.filter(({ source }) => source.signals.injection.length > 0);
  const parts: (readonly Content[])[] = [];
  const sent = contents.filter((content) => !suspected.includes(content));
  for (let at = 0; at < sent.length; at += SLOTS_MAX) parts.push(sent.slice(at, at + SLOTS_MAX));
  const answers = suspected.map((content) => suspect(content, clock.now()));
  const drafted = await Promise.all(
    parts.map(async (part) => {
      const sources = part.map(({ source }) => source);
      const answer = await drafter.draft({ sources, style, deadline });
      return { part, answer, answers: toAnswers(part, answer, clock.now()) };
    }),
  );
  await store.keepDrafts(repository.id, [...answers, ...drafted.flatMap((each) => each.answers)]);
  const cases = { ...request, style };
  await keepSteering(cases, suspected);
  for (const { part, answer } of drafted) await keepRefused(cases, part, answer);
}

function suspect({ unit, contentKey, source }: Content, at: Instant): Answer {
  const [signal = ""] = source.signals.injection;
  const reason = `its text may be written to steer a model: ${signal}`;
  const failure = { code: "injection-suspected", reason };
  return { unit, contentKey, at, line: null, failure, usage: null, costUsd: 0 };
}

function toAnswers(part: readonly Content[], drafted: Drafted, at: Instant): readonly Answer[] {
  const shares = shareCost(drafted, part.length);
  const sources = part.map(({ source }) => source);
  const verified = drafted.kind === "drafted" ? verifyDraft(sources, drafted.answer) : null;
  return part.map(({ unit, contentKey }, place): Answer => {
    const { usage = null, costUsd = null } = shares[place] ?? {};
    const line = verified?.lines.find(({ units }) => units.includes(unit)) ?? null;
    const failure =
      drafted.kind === "drafted"
        ? (verified?.failed ?? null)
        : { code: drafted.code, reason: drafted.reason };
    const own = drafted.kind === "drafted" ? draftedOf(unit, drafted.answer, sources) : null;
    const kept = own === null ? {} : { drafted: own };
    return { unit, contentKey, at, line, failure, usage, costUsd, ...kept };
  });
}
