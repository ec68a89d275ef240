import { OUTAGES } from "../evidence/failures.ts";
import type { NoDraft, UnitDraft } from "../evidence/unit-draft.ts";
import { inertCode, inertText } from "../inert.ts";
import type { Instant } from "../state.ts";
import { formatDay } from "./desk-words.ts";

/** What the desk says of the wording of notes: only what somebody may want to look at. */
export interface DeskNotes {
  /** Pulls whose text may be written to steer the model, the newest first. */
  readonly steering: readonly {
    /** `#12` */
    readonly name: string;
    /** What was found; one sentence without a full stop, which may hold words of others. */
    readonly reason: string;
  }[];
  /** Why nothing is drafted at the moment; null: it is, or nothing had to be. */
  readonly away: { readonly reason: string; readonly since: Instant | null } | null;
}

/** Null: there is nothing to say. `drafts`: of the repository, the newest first. */
export function judgeDeskNotes(
  drafts: readonly UnitDraft[],
  unable: NoDraft | null,
): DeskNotes | null {
  const steering = newestOfEach(drafts).flatMap((draft) => {
    const reason = steeringOf(draft);
    return reason === null ? [] : [{ name: draft.unit, reason }];
  });
  // No key, or a policy that sends nothing, is how somebody wants it.
  const away = unable?.code === "cap" ? { reason: unable.reason, since: null } : findAway(drafts);
  return steering.length === 0 && away === null ? null : { steering, away };
}

/** What a person words is worded, whatever its text says. */
function newestOfEach(drafts: readonly UnitDraft[]): readonly UnitDraft[] {
  const worded = new Set(drafts.flatMap(({ purpose, unit }) => (purpose === "person" ? unit : [])));
  const newest = new Map<string, UnitDraft>();
  for (const draft of drafts) {
    if (!newest.has(draft.unit) && !worded.has(draft.unit)) newest.set(draft.unit, draft);
  }
  return [...newest.values()];
}

const SUSPECTED = "injection-suspected";

function steeringOf({ line, failure }: UnitDraft): string | null {
  if (failure?.code === SUSPECTED) return failure.reason;
  const at = line?.rejected?.codes.indexOf(SUSPECTED) ?? -1;
  return line?.rejected?.reasons[at] ?? null;
}

/** Since the first of those that failed in a row. */
function findAway(drafts: readonly UnitDraft[]): DeskNotes["away"] {
  const ended = drafts.filter(({ purpose, line, failure }) => {
    return purpose !== "person" && (line !== null || failure !== null);
  });
  const failure = ended[0]?.failure ?? null;
  if (failure === null || !isAway(failure)) return null;
  const end = ended.findIndex((draft) => draft.failure === null || !isAway(draft.failure));
  const failed = end === -1 ? ended : ended.slice(0, end);
  return { reason: failure.reason, since: Math.min(...failed.map(({ askedAt }) => askedAt)) };
}

function isAway({ code }: NoDraft): boolean {
  return OUTAGES.has(code);
}

/** Nothing where there is nothing to look at. */
export function renderDeskNotes({ steering, away }: DeskNotes, max: number): readonly string[] {
  const rows = steering.slice(0, max).map(({ name, reason }) => {
    return (
      `- Of ${inertCode(name)} the title is used: ${inertText(reason)}. ` +
      "`/notes` and a text, as a comment there, words it."
    );
  });
  const left = steering.length - rows.length;
  const lines = [
    ...rows,
    ...(left <= 0 ? [] : [`- …and ${left} more`]),
    ...(away === null ? [] : [renderAway(away)]),
  ];
  return lines.length === 0 ? [] : ["### Notes", lines.join("\n")];
}

function renderAway({ since, reason }: NonNullable<DeskNotes["away"]>): string {
  const from = since === null ? "" : ` since ${formatDay(since)}`;
  return `- Titles are used${from}: ${inertText(reason)}.`;
}
