import { redactSource } from "../redact.ts";
import type { DraftAnswer } from "./answer.ts";
import type { EvaluationCase } from "./case.ts";
import type { DraftStyle } from "./draft-style.ts";
import { draftedOf, joinDrafted } from "./drafted-line.ts";
import type { DraftedLine } from "./drafted-line.ts";
import type { RawSource } from "./source.ts";
import type { VerifiedDraft } from "./verify.ts";

/** A draft and what the checks made of it. */
export interface CheckedDraft {
  /** `acme/widgets` */
  readonly repository: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly style: DraftStyle;
  /** As they were sent: cleaned, without what looks like a secret. */
  readonly sources: readonly RawSource[];
  readonly answer: DraftAnswer;
  readonly verified: VerifiedDraft;
}

export interface UnitCase {
  /** The first unit that it is about. */
  readonly unit: string;
  readonly kept: EvaluationCase;
}

/**
 * A case for each sentence that was refused, or one for a draft that was refused whole. It expects
 * nothing: whether the checks were right, a person has to say.
 */
export function casesOfRefused(draft: CheckedDraft): readonly UnitCase[] {
  const { sources, answer, verified } = draft;
  const [first] = sources;
  if (verified.failed !== null && first !== undefined) {
    const title = `A draft was refused: ${verified.failed.reason}`;
    return [{ unit: first.unit, kept: caseOf(draft, { title, sources, answer }) }];
  }
  return verified.lines.flatMap(({ units, rejected }) =>
    units.slice(0, 1).flatMap((unit): UnitCase[] => {
      const line = draftedOf(unit, answer, sources);
      if (rejected === null || line === null) return [];
      const title = `A sentence was refused: ${rejected.reasons.join("; ")}`;
      return [{ unit, kept: caseOf(draft, { title, ...partOf(line, draft) }) }];
    }),
  );
}

/** The sources of one line alone, where it quotes no others; else all of them. */
function partOf(line: DraftedLine, { sources, answer }: CheckedDraft) {
  const isOwn = line.evidence.every(({ unit }) => line.units.includes(unit));
  if (!isOwn) return { sources, answer };
  const own = sources.filter(({ unit }) => line.units.includes(unit));
  return joinDrafted(own, new Map(line.units.map((unit) => [unit, line])));
}

function caseOf(
  { repository, at, style }: CheckedDraft,
  part: {
    readonly title: string;
    readonly sources: readonly RawSource[];
    readonly answer: DraftAnswer;
  },
): EvaluationCase {
  return {
    case: 1,
    kind: "verifier",
    title: part.title,
    from: { by: "rejection", repository, tag: null, at },
    sources: part.sources.map(bare),
    style,
    answer: part.answer,
    recorded: { model: style.model, prompt: null, usage: null, costUsd: null },
    published: null,
    edited: null,
    changes: [],
    expected: {},
  };
}

/** A text that looks written to steer a model: nothing that is drafted of it is published. */
export function caseOfSteering(
  raw: RawSource,
  seen: Pick<CheckedDraft, "repository" | "at" | "style"> & { readonly signal: string },
): EvaluationCase {
  const { repository, at, style, signal } = seen;
  return {
    case: 1,
    kind: "injection",
    title: `${raw.unit} may be written to steer a model: ${signal}`,
    from: { by: "rejection", repository, tag: null, at },
    sources: [withoutSecrets(bare(raw))],
    style,
    answer: null,
    recorded: null,
    published: null,
    edited: null,
    changes: [],
    expected: { rejected: [{ unit: raw.unit }] },
  };
}

/** Signals are found again from the rest. */
function bare({ unit, pull, title, body, labels, commits, files, isTruncated }: RawSource) {
  return { unit, pull, title, body, labels, commits, files, isTruncated };
}

/** Otherwise as it stands: what is hidden in it is what it is about. */
function withoutSecrets(raw: RawSource): RawSource {
  return {
    ...raw,
    title: redactSource(raw.title),
    body: redactSource(raw.body),
    labels: raw.labels.map(redactSource),
    commits: raw.commits.map(redactSource),
    files: raw.files.map((file) => ({
      ...file,
      patch: file.patch === null ? null : redactSource(file.patch),
    })),
  };
}
