import { seeAgents } from "./agents.ts";
import type { Batch } from "./batch.ts";
import type { ReleaseCard } from "./card.ts";
import { judgeGates, REVIEWED_LABEL } from "./gate.ts";
import type { GatedChange, GateJudgement, GateVerdict } from "./gate.ts";
import { hasGates } from "./policy/gates-schema.ts";
import type { Policy } from "./policy/policy-schema.ts";
import type { Cut } from "./release-card.ts";
import type { LineState } from "./state.ts";
import { nameUnit } from "./units.ts";
import type { Unit } from "./units.ts";

/** A unit of the batch with how each gate stands for it. */
export interface GatedUnit {
  readonly unit: Unit;
  readonly judgements: readonly GateJudgement[];
}

/**
 * The gates of every unit that the release would carry; what a revert takes back is left out with
 * its revert. Empty where the policy has no gate.
 */
export function judgeUnits(
  { state, policy }: { readonly state: Pick<LineState, "unitFiles">; readonly policy: Policy },
  { units }: Batch,
): readonly GatedUnit[] {
  const { gates } = policy;
  const { unitFiles = [] } = state;
  if (gates === undefined || !hasGates(gates)) return [];
  return units
    .filter(({ cancelledBy, cancels }) => cancelledBy === null && cancels.length === 0)
    .map(({ unit }) => {
      const number = unit.pull?.number ?? null;
      const files = unitFiles.find(({ pull, sha }) =>
        number === null ? sha === unit.sha : pull === number,
      );
      return { unit, judgements: judgeGates(toChange(unit), files ?? null, gates) };
    });
}

function toChange(unit: Unit): GatedChange {
  const { pull, author, at, sha } = unit;
  const agents = seeAgents(unit);
  if (pull === null) {
    const nobody = { mergedBy: null, reviews: [], reviewCount: 0, labels: [] };
    return { ...nobody, number: null, author, mergedAt: at, headSha: sha, agents };
  }
  const merge = pull.isOpen === true ? { mergedAt: null, mergedBy: null } : {};
  return { ...pull, ...merge, author, agents };
}

/** The gates of one unit for the card; nothing where the policy has none. */
export function describeGates(
  judged: readonly GatedUnit[],
  unit: Unit,
): Pick<ReleaseCard["units"][number], "rules"> {
  const own = judged.find((each) => each.unit.sha === unit.sha);
  if (own === undefined) return {};
  return {
    rules: own.judgements.map(({ rule, verdict, by, vouchedBy }) => ({
      rule,
      verdict,
      by: vouchedBy === null ? [...by] : [...by, vouchedBy],
    })),
  };
}

/** What the card says of the gates: how many stand how, and who vouched by label. */
export function addGates(cut: Cut, gates: readonly GatedUnit[]): Cut {
  if (gates.length === 0) return cut;
  return {
    ...cut,
    gates,
    rules: [...cut.rules, ...countGates(gates)],
    overrides: [...cut.overrides, ...describeVouched(gates)],
  };
}

/** `3 passed, 1 not-applicable` */
function countGates(judged: readonly GatedUnit[]): ReleaseCard["rules"] {
  const counts = new Map<GateVerdict, number>();
  for (const { verdict } of judged.flatMap(({ judgements }) => judgements)) {
    counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  }
  const verdict = [...counts].map(([word, count]) => `${count} ${word}`).join(", ");
  return [{ rule: "gates", verdict }];
}

/** Who vouched for what would not have passed else. */
function describeVouched(judged: readonly GatedUnit[]): ReleaseCard["overrides"] {
  return judged.flatMap(({ unit, judgements }) =>
    judgements.flatMap(({ rule, vouchedBy }) => {
      if (vouchedBy === null) return [];
      const why = `label ${REVIEWED_LABEL} on ${nameUnit(unit)}`;
      return [{ rule: `gates: ${rule}`, by: vouchedBy, why, sha: unit.sha }];
    }),
  );
}
