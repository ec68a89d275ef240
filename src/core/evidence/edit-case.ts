import { SLOTS_MAX } from "./answer.ts";
import type { EvaluationCase } from "./case.ts";
import type { DraftStyle } from "./draft-style.ts";
import { joinDrafted } from "./drafted-line.ts";
import type { DraftedLine } from "./drafted-line.ts";
import type { Edit } from "./edits.ts";
import type { RawSource } from "./source.ts";
import { visibleNotes } from "./written-lines.ts";

/** Notes that a maintainer edited, with what they were drafted from. */
export interface EditedNotes {
  /** `acme/widgets` */
  readonly repository: string;
  readonly tag: string;
  /** ISO 8601, UTC: when the edit was seen. */
  readonly at: string;
  /** Login; null: no delivery told of it. */
  readonly editor: string | null;
  /** Of all units of the release. */
  readonly sources: readonly RawSource[];
  readonly style: DraftStyle | null;
  readonly published: string;
  readonly edited: string;
  readonly edit: Edit;
  /** What was drafted of each unit, and by which model; empty: nothing was. */
  readonly drafted: ReadonlyMap<string, DraftedLine>;
  readonly model: string;
}

/**
 * A drafted line that a maintainer saw and left was right; what stands there instead of another is
 * how it should read. Where some units were drafted, the case is about those. Units that the edit
 * touched come first where there are more than one draft takes.
 */
export function caseOfEdit(notes: EditedNotes): EvaluationCase {
  const { edit, style, editor, model } = notes;
  const told = joinDrafted(notes.sources, notes.drafted).sources;
  const isDrafted = told.length > 0;
  const all = isDrafted ? told : notes.sources;
  const touched = new Set(edit.changes.flatMap(({ units }) => units));
  const isTouched = ({ unit }: RawSource): boolean => touched.has(unit);
  const chosen = [...all.filter(isTouched), ...all.filter((source) => !isTouched(source))];
  const kept = new Set(chosen.slice(0, SLOTS_MAX));
  const part = all.filter((source) => kept.has(source));
  const joined = isDrafted ? joinDrafted(part, notes.drafted) : null;
  const { answer = null, sources = part } = joined ?? {};
  const isKept = ({ unit }: { readonly unit: string }): boolean =>
    sources.some((source) => source.unit === unit);
  const left = sources.filter((source) => !isTouched(source)).map(({ unit }) => unit);
  return {
    case: 1,
    kind: "notes",
    title: titleOf(notes),
    from: { by: "edit", repository: notes.repository, tag: notes.tag, at: notes.at, editor },
    sources: [...sources],
    style,
    answer,
    recorded: answer === null ? null : { model, prompt: null, usage: null, costUsd: null },
    published: visibleNotes(notes.published),
    edited: visibleNotes(notes.edited),
    changes: [...edit.changes],
    expected: {
      ...(answer === null || left.length === 0 ? {} : { accepted: left }),
      lines: edit.lines.filter(isKept).map(({ unit, text }) => ({ unit, text })),
    },
  };
}

function titleOf({ tag, editor, edit }: EditedNotes): string {
  const kinds = [...new Set(edit.changes.map(({ kind }) => kind.replace("-", " ")))];
  return `Notes of ${tag}, edited by ${editor ?? "somebody"}: ${kinds.join(", ")}`;
}
