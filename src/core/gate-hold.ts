import { REVIEWED_LABEL } from "./gate.ts";
import type { GateJudgement } from "./gate.ts";
import type { GatedUnit } from "./gated-units.ts";
import { inertCode } from "./inert.ts";
import { listNames } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Repository } from "./state.ts";
import { nameUnit } from "./units.ts";

/** Rows of what is missing that a hold shows; the rest is counted. */
const ROWS_MAX = 20;

function isOpen({ verdict }: GateJudgement): boolean {
  return verdict === "failed" || verdict === "unknown";
}

/** Holds the release, never the merge: names what is missing, who could give it, and how. */
export function holdForGates(
  judged: readonly GatedUnit[],
  repository: Pick<Repository, "owner" | "name">,
): Hold | null {
  const held = judged.filter(({ judgements }) => judgements.some(isOpen));
  if (held.length === 0) return null;
  const names = held.map(({ unit }) => nameUnit(unit));
  const open = held.flatMap(({ unit, judgements }) =>
    judgements.filter(isOpen).map((own) => ({ unit, own })),
  );
  const rules = [...new Set(open.map(({ own }) => own.rule))];
  const rows = open
    .slice(0, ROWS_MAX)
    .map(({ unit, own }) => `- ${nameUnit(unit)}, ${inertCode(own.rule)}: ${own.text}.`);
  const left = open.length - rows.length;
  const more = left > 0 ? [`- …and ${left} more`] : [];
  const verb = names.length === 1 ? "needs a review" : "need reviews";
  return {
    state: "held",
    code: "gate",
    what: `${listNames(names)} ${verb} (${listNames(rules)})`,
    detail: [...rows, ...more, "", explainHow(held, repository)].join("\n"),
    blockedBy: names,
  };
}

function explainHow(
  held: readonly GatedUnit[],
  { owner, name }: Pick<Repository, "owner" | "name">,
): string {
  const pulls = held.flatMap(({ unit }) => unit.pull ?? []);
  const number = pulls.find(({ isOpen: isUnmerged }) => isUnmerged !== true)?.number ?? null;
  const unmerged = pulls.filter(({ isOpen: isUnmerged }) => isUnmerged === true);
  const ahead = unmerged.map((pull) => `#${pull.number} can be approved before it is merged. `);
  const command = inertCode(`gh pr review ${number} --approve --repo ${owner}/${name}`);
  const merged =
    `GitHub's page of a merged pull request takes no approval. Approve it by ${command}, or, with ` +
    `write permission, give it the label ${inertCode(REVIEWED_LABEL)}. `;
  const hasPush = held.some(({ unit }) => unit.pull === null);
  const push =
    "What was pushed without a pull request: revert it and bring it by one, or tag a commit " +
    "after it by hand. ";
  return (
    `${ahead.join("")}${number === null ? "" : merged}${hasPush ? push : ""}` +
    "Merging goes on; the rules stand under `gates` in `.github/smallbatch.yml`."
  );
}
