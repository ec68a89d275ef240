import { caseOfSteering, casesOfRefused } from "../core/evidence/claim-case.ts";
import type { DraftStyle } from "../core/evidence/draft-style.ts";
import type { NoteSource, RawSource } from "../core/evidence/source.ts";
import type { DraftKey } from "../core/evidence/unit-draft.ts";
import { verifyDraft } from "../core/evidence/verify.ts";
import type { Drafted } from "../notes-port.ts";
import type { Clock, RepositoryRef, Store } from "../ports.ts";

interface CasesRequest {
  readonly store: Pick<Store, "keepCase">;
  readonly clock: Clock;
  readonly repository: RepositoryRef;
  readonly style: DraftStyle;
}

interface Content extends DraftKey {
  readonly raw: RawSource;
  readonly source: NoteSource;
}

/** Sentences that the checks refused, as evaluation cases: once for each content. */
export async function keepRefused(
  { store, clock, repository, style }: CasesRequest,
  contents: readonly Content[],
  drafted: Drafted,
): Promise<void> {
  if (drafted.kind === "failed") return;
  const now = clock.now();
  const sources = contents.map(({ source }) => source);
  const { answer } = drafted;
  const verified = verifyDraft(sources, answer);
  const at = new Date(now).toISOString();
  const draft = { repository: nameOf(repository), at, style, sources, answer, verified };
  for (const { unit, kept } of casesOfRefused(draft)) {
    const key = keyOf(contents, unit);
    await store.keepCase(repository.id, { kind: kept.kind, key, kept, at: now });
  }
}

/** Texts that look written to steer a model, as evaluation cases: nothing was sent of them. */
export async function keepSteering(
  { store, clock, repository, style }: CasesRequest,
  contents: readonly Content[],
): Promise<void> {
  const now = clock.now();
  for (const { unit, raw, source } of contents) {
    const [signal = ""] = source.signals.injection;
    const seen = { repository: nameOf(repository), at: new Date(now).toISOString(), style, signal };
    const kept = caseOfSteering(raw, seen);
    const key = keyOf(contents, unit);
    await store.keepCase(repository.id, { kind: kept.kind, key, kept, at: now });
  }
}

function nameOf({ owner, name }: RepositoryRef): string {
  return `${owner}/${name}`;
}

function keyOf(contents: readonly Content[], unit: string): string {
  const contentKey = contents.find((content) => content.unit === unit)?.contentKey ?? "";
  return `${unit} ${contentKey}`;
}
