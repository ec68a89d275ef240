import { judgeBatch } from "../core/batch.ts";
import type { BatchUnit } from "../core/batch.ts";
import type { Command } from "../core/command.ts";
import { cleanSource } from "../core/evidence/clean.ts";
import { sourceUnitOf } from "../core/evidence/draft-unit.ts";
import type { NoteLine } from "../core/evidence/note-line.ts";
import type { RawSource } from "../core/evidence/source.ts";
import type { DraftUnit, UnitDraft } from "../core/evidence/unit-draft.ts";
import { verifyWording } from "../core/evidence/verify.ts";
import {
  judgeWording,
  keepWording,
  livingWordings,
  wordingKeyOf,
} from "../core/evidence/wording.ts";
import type { Wording } from "../core/evidence/wording.ts";
import { judgeCommand } from "../core/obey.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { previewPull } from "../core/pulls/pull-preview.ts";
import type { Decision, Question } from "../core/question.ts";
import type { LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { NotesForge } from "../notes-port.ts";
import { ensureAlone } from "./apply-plan.ts";
import type { DoorsRequest } from "./doors-request.ts";

/**
 * What people want lines of the notes to say: `/notes`. The words are kept with the line of releases
 * and shown, hidden, on the desk; the store's row of the unit has what came of them.
 */

interface Asking extends Pick<DoorsRequest, "store" | "repository"> {
  readonly forge: { readonly notes: Pick<NotesForge, "readSources"> };
  readonly isAlone?: () => boolean;
}

/**
 * `/notes`: the pull is read, the words are held against it, kept and shown. Null: this line will
 * not release it.
 */
export async function wordLine(
  request: DoorsRequest,
  question: Question,
  asked: { readonly command: Command; readonly commentId: number },
): Promise<Decision | null> {
  const { store, forge, repository } = request;
  const { state, pull, by } = question;
  const decided = judgeCommand(question, asked.command);
  if (decided.kind !== "word" || pull === null) return decided;
  const unit = pull.isOpen ? await readOpenUnit(request, question) : findUnit(state, pull.number);
  if (unit === null) return null;
  const { text } = decided;
  const line = await verify(request, state, { unit, text, by: by.login });
  const decision = judgeWording(question, text, { pull: pull.number, line });
  if (decision.kind !== "worded" || line === null) return decision;
  await keepOnLines(request, state, decision.wording);
  await keepLine(request, { wording: decision.wording, unit, line });
  if (pull.isOpen)
    await store.askLook(repository.id, { number: pull.number, branch: pull.baseBranch });
  // Last: what is interrupted before it is done once more.
  request.ensureAlone();
  await forge.react(state, asked.commentId, "rocket");
  return decision;
}

/** As it would be merged; null: it is gone, or no change of this line. */
async function readOpenUnit(
  { forge, clock }: DoorsRequest,
  { state, pull }: Question,
): Promise<DraftUnit | null> {
  const [seen] = pull === null ? [] : await forge.readOpenPulls(state, [pull.number]);
  const preview = seen === undefined ? null : previewPull(state, seen, clock.now());
  return preview === null || preview === "invalid" ? null : sourceUnitOf(preview.unit);
}

function findUnit(state: LineState, number: number): DraftUnit | null {
  const found = unitsOf(state).find(({ unit }) => unit.pull?.number === number);
  return found === undefined ? null : sourceUnitOf(found);
}

function unitsOf(state: LineState): readonly BatchUnit[] {
  const policy = policyIn(effectivePolicyOf(state)) ?? DEFAULT_POLICY;
  return judgeBatch(state, policy).units;
}

/**
 * Nothing of it is sent anywhere: the whole pull is read, whatever the policy lets Claude see. Null:
 * GitHub does not show it. There are diffs that it never shows, and whoever opened such a pull may
 * say `/notes`: no release may wait for that.
 */
async function verify(
  { forge }: Pick<Asking, "forge">,
  state: LineState,
  { unit, text, by }: { readonly unit: DraftUnit; readonly text: string; readonly by: string },
): Promise<NoteLine | null> {
  const read = async (): Promise<readonly RawSource[] | null> =>
    forge.notes.readSources(state, [unit], "diffs").catch((error: unknown) => {
      if (error instanceof AppError && error.code === "github/unavailable") return null;
      throw error;
    });
  // Once more: nobody has to say it again because one answer was lost.
  const [source] = (await read()) ?? (await read()) ?? [];
  if (source === undefined) return null;
  const line = verifyWording(cleanSource(source, unit), text, by);
  // Of what was refused, too, the check says whose words they are.
  return { ...line, by };
}

/** By the lines of the branch, one of which will release it, and by the root, which restores it. */
async function keepOnLines(
  { store, repository, ensureAlone: ensure }: DoorsRequest,
  { line: own }: LineState,
  wording: Wording,
): Promise<void> {
  const planned = await store.readPlans(repository.id);
  const others = planned.map(({ line }) => line).filter((line) => line.branch === own.branch);
  for (const line of [own, ...others]) {
    const { wordings } = await store.readMemory(line);
    ensure();
    await store.writeMemory(line, { wordings: keepWording(wordings, wording) });
  }
}

async function keepLine(
  request: Asking,
  { wording, unit, line }: { wording: Wording; unit: DraftUnit; line: NoteLine },
): Promise<void> {
  const { store, repository } = request;
  const seenKey = wordingKeyOf(wording, unit);
  ensureAlone(request);
  await store.keepWording(repository.id, { unit: unit.unit, seenKey, line, at: wording.at });
}

/** Units of a line that people have words for. */
export function unitsWorded(state: LineState): readonly DraftUnit[] {
  const wordings = livingWordings(state);
  if (wordings.length === 0) return [];
  const units = unitsOf(state).map(sourceUnitOf);
  return units.filter((unit) => wordings.some(({ pull }) => pull === unit.pull));
}

/**
 * Hold people's words against what their pulls have become, where that is not known: after a push,
 * and where the words were read back from GitHub. One request for each page of such a pull's files.
 * Gives back the drafts with what came of it, and without words of which that is not known. `known`:
 * those of these units, and perhaps of others.
 */
export async function renewWordings(
  request: Asking,
  state: LineState,
  { units, known }: { readonly units: readonly DraftUnit[]; readonly known: readonly UnitDraft[] },
): Promise<readonly UnitDraft[]> {
  const wordings = livingWordings(state);
  const renewed: string[] = [];
  const unread: string[] = [];
  for (const unit of units) {
    const wording = wordings.find(({ pull }) => pull === unit.pull);
    if (wording === undefined || isHeld(known, unit, wording)) continue;
    const line = await verify(request, state, { unit, ...wording });
    if (line !== null) await keepLine(request, { wording, unit, line });
    (line === null ? unread : renewed).push(unit.unit);
  }
  const { store, repository } = request;
  const fresh = renewed.length === 0 ? [] : await store.readDrafts(repository.id, renewed);
  const rest = known.filter(({ unit }) => !renewed.includes(unit));
  return [
    ...fresh,
    ...rest.filter(({ unit, purpose }) => purpose !== "person" || !unread.includes(unit)),
  ];
}

/** Are these words held against this very content already? */
function isHeld(known: readonly UnitDraft[], unit: DraftUnit, wording: Wording): boolean {
  const key = wordingKeyOf(wording, unit);
  return known.some(
    (each) => each.unit === unit.unit && each.purpose === "person" && each.seenKey === key,
  );
}
