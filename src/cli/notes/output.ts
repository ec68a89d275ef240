import type { BatchUnit } from "../../core/batch.ts";
import type { NoteLine } from "../../core/evidence/note-line.ts";
import { plainLine } from "../../core/inert.ts";
import { renderChanges, sectionOf } from "../../core/notes.ts";
import { nameUnit } from "../../core/units.ts";
import type { LocalDraft } from "./draft.ts";
import type { LocalChanges } from "./read.ts";

export interface LocalNotes {
  readonly changes: LocalChanges;
  /** Null: nobody was asked. */
  readonly draft: LocalDraft | null;
  /** Why titles stand for changes; empty: they do not. */
  readonly reason: string;
  /** Of GitHub, as people open it. */
  readonly serverUrl: string;
}

/** Markdown as on a release's page, without what only GitHub knows. */
export function renderLocalNotes({ changes, draft, serverUrl }: LocalNotes): string {
  const { units, fullName } = changes;
  if (units.length === 0) return "Nothing was merged.";
  const url = fullName === null ? null : `${serverUrl}/${fullName}`;
  return renderChanges(units, publishedOf(units, draft), url);
}

/** Lines with words, whose changes stand under one heading. */
function publishedOf(units: readonly BatchUnit[], draft: LocalDraft | null): readonly NoteLine[] {
  const sections = new Map(units.map((judged) => [nameUnit(judged.unit), sectionOf(judged)]));
  return (draft?.lines ?? []).filter(
    (line) =>
      line.text !== null && new Set(line.units.map((name) => sections.get(name))).size === 1,
  );
}

/** As `--json` prints it; docs/notes.md has its shape. */
export function toJson(notes: LocalNotes): Record<string, unknown> {
  const { changes, draft, reason } = notes;
  const published = publishedOf(changes.units, draft);
  const byUnit = new Map(
    published.flatMap((line) => line.units.map((name) => [name, line] as const)),
  );
  return {
    markdown: renderLocalNotes(notes),
    source: published.length > 0 ? "claude" : "deterministic",
    reason,
    pulls: changes.units.map(({ unit }) => {
      const line = byUnit.get(nameUnit(unit));
      return {
        number: unit.pull?.number ?? null,
        sha: unit.sha,
        grade: line?.grade ?? "C",
        text: line?.text ?? plainLine(unit.title),
      };
    }),
    usage: draft?.usage ?? NOTHING_USED,
    costUsd: draft === null ? 0 : draft.costUsd,
  };
}

const NOTHING_USED = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
