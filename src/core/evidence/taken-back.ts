import { readClaim } from "../reverts.ts";
import type { LineState } from "../state.ts";
import { joinUnits, nameUnit } from "../units.ts";
import type { EvaluationCase } from "./case.ts";
import type { DraftStyle } from "./draft-style.ts";
import { joinDrafted } from "./drafted-line.ts";
import type { DraftedLine } from "./drafted-line.ts";
import type { RawSource } from "./source.ts";
import { visibleNotes } from "./written-lines.ts";

/** A unit of a release that a later one takes back. */
export interface TakenBack {
  readonly tag: string;
  /** Number of the pull that is taken back. */
  readonly pull: number;
  /** Name of the unit that does: `#14`. */
  readonly by: string;
}

const MAY_REVERT = /revert|reapply/i;

/**
 * Released pulls that merged, unreleased work takes back, by number or by the commit of their
 * merge. Where none of the texts says so, nothing is computed.
 */
export function findTakenBack(
  state: Pick<LineState, "commits" | "pulls" | "releases" | "repository" | "line">,
): readonly TakenBack[] {
  const { commits, pulls, releases, repository, line } = state;
  const mayRevert =
    commits.some(({ message }) => MAY_REVERT.test(message)) ||
    pulls.some(({ title, body }) => MAY_REVERT.test(title) || MAY_REVERT.test(body));
  if (!mayRevert) return [];
  const fullName = `${repository.owner}/${repository.name}`;
  return joinUnits(commits, pulls, line.branch).flatMap((unit) => {
    const claim = readClaim(unit, fullName);
    if (claim === null) return [];
    const named = pulls.filter(({ mergeSha }) =>
      claim.shas.some((sha) => mergeSha.startsWith(sha)),
    );
    const numbers = new Set([...claim.pulls, ...named.map(({ number }) => number)]);
    return [...numbers].flatMap((pull) =>
      releases
        .filter(({ isDraft, cardPulls }) => !isDraft && (cardPulls ?? []).includes(pull))
        .slice(0, 1)
        .map(({ tag }) => ({ tag, pull, by: nameUnit(unit) })),
    );
  });
}

/** Did the notes hide the risk? */
export function caseOfTakenBack(seen: {
  readonly takenBack: TakenBack;
  /** `acme/widgets` */
  readonly repository: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly source: RawSource;
  readonly style: DraftStyle | null;
  readonly drafted: ReadonlyMap<string, DraftedLine>;
  readonly model: string;
  /** Notes of the release; null: not known. */
  readonly published: string | null;
}): EvaluationCase {
  const { takenBack, repository, at, source, style, drafted, model, published } = seen;
  const { tag, by } = takenBack;
  const joined = joinDrafted([source], drafted);
  const answer = joined.sources.length > 0 ? joined.answer : null;
  return {
    case: 1,
    kind: "rollback",
    title: `${source.unit} of ${tag} was taken back by ${by}: did the notes hide the risk?`,
    from: { by: "revert", repository, tag, at },
    sources: [source],
    style,
    answer,
    recorded: answer === null ? null : { model, prompt: null, usage: null, costUsd: null },
    published: published === null ? null : visibleNotes(published),
    edited: null,
    changes: [],
    expected: { risky: [source.unit] },
  };
}
