import { verifyDraft } from "../../../../src/core/evidence/verify.ts";
import { drawLots } from "../../../support/seed.ts";
import type { Batch, Mutated, MutationClass } from "./mutations.ts";
import { drawBatch } from "./mutations.ts";

export interface Score {
  readonly tried: number;
  readonly caught: number;
  /** A few that were not: what the sentence says, of which pull. */
  readonly missed: readonly string[];
}

/** Correct drafts, one a seed: they are drawn once for all classes. */
export function drawBatches(seed: number, count: number): readonly Batch[] {
  return Array.from({ length: count }, (_, at) => drawBatch(drawLots(seed + at)));
}

/** So many drafts made wrong in one way. */
export function score({ mutate }: MutationClass, batches: readonly Batch[], drafts: number): Score {
  let tried = 0;
  let caught = 0;
  const missed: string[] = [];
  const lots = drawLots(batches.length);
  for (let at = 0; tried < drafts && at < 20 * drafts; at += 1) {
    const batch = lots.pick(batches);
    const mutated = mutate(batch, lots);
    if (mutated === null) continue;
    tried += 1;
    if (isCaught(batch, mutated)) caught += 1;
    else missed.push(describe(batch, mutated));
  }
  return { tried, caught, missed };
}

/** The wrong sentence is not published, or not with the wrong category. */
function isCaught({ sources }: Batch, { lines, unit, category }: Mutated): boolean {
  const verified = verifyDraft(sources, { lines: [...lines] });
  if (verified.failed !== null) return true;
  const told = verified.lines.find(({ units }) => unit !== null && units.includes(unit));
  return told !== undefined && (told.text === null || told.category === category);
}

function describe({ pulls, lines: right }: Batch, { lines, unit }: Mutated): string {
  const at = pulls.findIndex(({ source }) => source.unit === unit);
  return `${pulls[at]?.source.title} | ${right[at]?.text} | ${lines[at]?.text}`;
}
