import type { ReleaseCard } from "../core/card.ts";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import type { DraftedLine } from "../core/evidence/drafted-line.ts";
import { sourcesOfCard } from "../core/evidence/released-sources.ts";
import type { RawSource } from "../core/evidence/source.ts";
import { styleOf } from "../core/policy/policy-notes.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import type { LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { NotesForge } from "../notes-port.ts";
import type { Store } from "../ports.ts";

/** Units whose files are read again for one case: each takes a request or more. */
const FILES_READ_MAX = 10;

export interface ReleasedDrafts {
  readonly sources: readonly RawSource[];
  readonly style: DraftStyle | null;
  /** The last draft of each unit, as it was before it was checked; empty: nothing was drafted. */
  readonly drafted: ReadonlyMap<string, DraftedLine>;
  /** Of the newest of them; empty: there is none. */
  readonly model: string;
}

/**
 * What a release was drafted from, as far as it is known. GitHub is asked for nothing but the files
 * of what was drafted with its diff, and where it does not answer they are left out.
 */
export async function readReleasedDrafts(
  { store, forge }: { readonly store: Store; readonly forge: { readonly notes: NotesForge } },
  state: LineState,
  card: ReleaseCard,
): Promise<ReleasedDrafts> {
  const sources = sourcesOfCard(card, state.pulls);
  const style = styleOf(policyIn(effectivePolicyOf(state)) ?? DEFAULT_POLICY, state.repository);
  const names = sources.map(({ unit }) => unit);
  const drafts = await store.readDrafts(state.repository.id, names);
  const drafted = new Map<string, DraftedLine>();
  // The newest first.
  for (const { unit, drafted: line } of drafts) {
    if (line !== undefined && !drafted.has(unit)) drafted.set(unit, line);
  }
  const model = drafts.find((draft) => draft.drafted !== undefined)?.model ?? "";
  const found = { style, drafted, model };
  if (style?.sends !== "diffs" || drafted.size === 0) return { ...found, sources };
  const units = sources
    .filter(({ unit }) => drafted.has(unit))
    .flatMap((source) => {
      const pull = state.pulls.find(({ number }) => number === source.pull);
      return pull === undefined ? [] : [{ ...source, sha: pull.headSha, isBreaking: [] }];
    })
    .slice(0, FILES_READ_MAX);
  try {
    const read = await forge.notes.readSources(state, units, "diffs");
    const byName = new Map(read.map((source) => [source.unit, source]));
    return { ...found, sources: sources.map((source) => byName.get(source.unit) ?? source) };
  } catch (error) {
    if (error instanceof AppError) return { ...found, sources };
    throw error;
  }
}
