import type { BatchUnit } from "../../core/batch.ts";
import { SLOTS_MAX } from "../../core/evidence/answer.ts";
import { cleanSource } from "../../core/evidence/clean.ts";
import type { DraftCost, DraftUsage } from "../../core/evidence/draft-cost.ts";
import type { DraftStyle } from "../../core/evidence/draft-style.ts";
import { draftUnitOf } from "../../core/evidence/draft-unit.ts";
import type { NoteLine } from "../../core/evidence/note-line.ts";
import { addCosts } from "../../core/evidence/share-cost.ts";
import type { NoteSource } from "../../core/evidence/source.ts";
import { verifyDraft } from "../../core/evidence/verify.ts";
import { readPatches } from "../../git/patches.ts";
import type { CommitPatches } from "../../git/patches.ts";
import type { Drafter } from "../../notes-port.ts";
import type { LocalChanges } from "./read.ts";

/** Nobody waits for a release here, and an answer for forty changes takes its time. */
const DRAFT_MS = 90_000;

export interface LocalDraft {
  /** Of all that was sent, and of what was not because it looks like an instruction. */
  readonly lines: readonly NoteLine[];
  /** Why some lines are titles; each once. */
  readonly reasons: readonly string[];
  /** Null: no request was answered with its use. */
  readonly usage: DraftUsage | null;
  /** Dollars, as far as prices and bills are known; null: none is. */
  readonly costUsd: number | null;
}

/** Cleaned sources of all changes whose title does not say it all. */
export async function readLocalSources(
  { folder, units }: Pick<LocalChanges, "folder" | "units">,
  sends: DraftStyle["sends"],
): Promise<readonly NoteSource[]> {
  const wanted = units.flatMap((judged) => {
    const unit = draftUnitOf(judged);
    return unit === null ? [] : [{ judged, unit }];
  });
  const brought = wanted.flatMap(({ judged: { unit } }) =>
    unit.commits.filter(({ sha }) => sha === unit.sha),
  );
  const patches = await readPatches(folder, sends === "diffs" ? brought : []);
  return wanted.map(({ judged, unit }) => {
    const { files, isTruncated } = patches.get(judged.unit.sha) ?? NO_FILES;
    return cleanSource({ ...unit, ...textsOf(judged), files, isTruncated }, unit);
  });
}

const NO_FILES: CommitPatches = { files: [], isTruncated: false };

/** Git has no descriptions of pulls: that of a squash or a merge is the rest of its message. */
function textsOf({ unit }: BatchUnit): { readonly body: string; readonly commits: string[] } {
  const own = unit.commits.find(({ sha }) => sha === unit.sha)?.message ?? "";
  const rest = own.split("\n").slice(1).join("\n").trim();
  const body = unit.kind === "merge" ? rest.replace(unit.title, "").trim() : rest;
  const side = unit.commits.filter(({ sha }) => sha !== unit.sha);
  return { body, commits: side.map(({ message }) => message) };
}

/** Drafts in parts of as many as a request takes, one after the other. */
export async function draftLocally(
  drafter: Drafter,
  sources: readonly NoteSource[],
  style: DraftStyle,
  now: () => number,
): Promise<LocalDraft> {
  const suspected = sources.filter(({ signals }) => signals.injection.length > 0);
  const sent = sources.filter((source) => !suspected.includes(source));
  const lines: NoteLine[] = [];
  const reasons = suspected.map(
    ({ unit, signals }) =>
      `${unit} was not sent, because its text may be written to steer a model: ${signals.injection[0]}`,
  );
  const costs: DraftCost[] = [];
  for (let at = 0; at < sent.length; at += SLOTS_MAX) {
    const part = sent.slice(at, at + SLOTS_MAX);
    const drafted = await drafter.draft({ sources: part, style, deadline: now() + DRAFT_MS });
    costs.push(drafted);
    if (drafted.kind === "failed") {
      reasons.push(`${drafted.reason} (${drafted.code})`);
      // What did not answer at all would not answer the next part either.
      if (drafted.usage === null) break;
      continue;
    }
    const verified = verifyDraft(part, drafted.answer);
    lines.push(...verified.lines);
    if (verified.failed !== null) reasons.push(verified.failed.reason);
    reasons.push(...verified.lines.flatMap(rejectionOf));
  }
  const { usage, costUsd } = costs.length === 0 ? NOTHING_ASKED : addCosts(costs);
  return { lines, reasons: [...new Set(reasons)], usage, costUsd };
}

const NOTHING_ASKED = { usage: null, costUsd: 0 };

function rejectionOf({ units, rejected }: NoteLine): readonly string[] {
  if (rejected === null) return [];
  return [`a line about ${units.join(", ")} was not published: ${rejected.reasons.join("; ")}`];
}
