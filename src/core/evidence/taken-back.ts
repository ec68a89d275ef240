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

/** What is known of a release, or of units of it. */
interface Seen {
  /** `acme/widgets` */
  readonly repository: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly style: DraftStyle | null;
  readonly drafted: ReadonlyMap<string, DraftedLine>;
  readonly model: string;
  /** Notes of the release; null: not known. */
  readonly published: string | null;
}

/** Did the notes hide the risk? */
export function caseOfTakenBack(
  seen: Seen & { readonly takenBack: TakenBack; readonly source: RawSource },
): EvaluationCase {
  const { takenBack, source } = seen;
  const { tag, by } = takenBack;
  return caseOf(seen, {
    by: "revert",
    tag,
    title: `${source.unit} of ${tag} was taken back by ${by}: did the notes hide the risk?`,
    sources: [source],
  });
}

/** Units that one case holds. */
const SOURCES_MAX = 40;

/**
 * The same of a release that somebody rolled back. Of a single unit it is known to be the one; of
 * several a person has to say which, so nothing is expected. Null: nothing is known of its units.
 */
export function caseOfRolledBack(
  seen: Seen & { readonly tag: string; readonly sources: readonly RawSource[] },
): EvaluationCase | null {
  const { tag, sources } = seen;
  if (sources.length === 0) return null;
  return caseOf(seen, {
    by: "rollback",
    tag,
    title: `${tag} was rolled back: did the notes hide the risk?`,
    sources: sources.slice(0, SOURCES_MAX),
  });
}

function caseOf(
  seen: Seen,
  of: {
    readonly by: "revert" | "rollback";
    readonly tag: string;
    readonly title: string;
    readonly sources: readonly RawSource[];
  },
): EvaluationCase {
  const { repository, at, style, drafted, model, published } = seen;
  const { by, tag, title, sources } = of;
  const joined = joinDrafted(sources, drafted);
  const answer = joined.sources.length > 0 ? joined.answer : null;
  const [only, ...more] = sources;
  return {
    case: 1,
    kind: "rollback",
    title,
    from: { by, repository, tag, at },
    sources: [...sources],
    style,
    answer,
    recorded: answer === null ? null : { model, prompt: null, usage: null, costUsd: null },
    published: published === null ? null : visibleNotes(published),
    edited: null,
    changes: [],
    expected: only === undefined || more.length > 0 ? {} : { risky: [only.unit] },
  };
}
