import type { Plan } from "./action.ts";
import { judgeBatch } from "./batch.ts";
import { inertCode, plainLine } from "./inert.ts";
import { nameLine, policyOf } from "./lines.ts";
import { formatMinute } from "./moment-reasons.ts";
import { DEFAULT_POLICY } from "./policy/policy-schema.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { effectivePolicyOf } from "./policy/policy.ts";
import { sentenceOfPull } from "./pulls/pull-check.ts";
import type { Previewed } from "./pulls/pull-preview.ts";
import type { LineState } from "./state.ts";

/** A line as it was planned just now. */
export interface LinePlanned {
  readonly state: LineState;
  readonly plan: Plan;
}

/** Lines of a branch that are explained; of more only the number is said. */
const LINES_MAX = 10;
const TEXT_CHARS_MAX = 400;

/** Why each line of a branch stands where it stands: rows of a Markdown list. */
export function explainLines(lines: readonly LinePlanned[]): readonly string[] {
  const rows = lines.slice(0, LINES_MAX).map(explainLine);
  const left = lines.length - rows.length;
  return left === 0 ? rows : [...rows, `- and ${left} more lines`];
}

function explainLine({ state, plan }: LinePlanned): string {
  const { reason, wakeAt } = plan;
  const name = nameLine(state.line, state.repository.defaultBranch);
  const which = name === "" ? "" : `${inertCode(name)}: `;
  const again =
    wakeAt === null ? [] : [`It is looked at again at ${formatMinute(wakeAt)} at the latest.`];
  const said = [`${plainLine(reason.text, TEXT_CHARS_MAX)}.`, reason.detail, ...again];
  const text = said.filter((part) => part !== null).join("\n\n");
  // What follows the first line belongs to the same row of the list.
  return `- ${which}${text.replaceAll(/\n(?=[^\n])/g, "\n  ")}`;
}

/** Where a merged pull stands, in one sentence of Markdown. */
export function placeMerged(lines: readonly LinePlanned[], number: number): string {
  const places = lines.flatMap(({ state, plan }) => {
    const release = state.releases.find(({ cardPulls }) => cardPulls?.includes(number) === true);
    if (release !== undefined) return [`it was released in ${inertCode(release.tag)}`];
    const { units } = judgeBatch(state, rulesOf(state));
    const own = units.find(({ unit }) => unit.pull?.number === number);
    if (own === undefined) return [];
    if (own.cancelledBy !== null) return ["it and what reverts it cancel each other"];
    const version = plan.version === null ? "" : `, ${inertCode(plan.version)}`;
    return [`it is in the next release${version}, and ${levelOf(own.level)}`];
  });
  const [first] = places;
  return first ?? "it is in none of the releases that were read, and in no next one";
}

function rulesOf(state: LineState): Policy {
  const effective = effectivePolicyOf(state);
  const policy = "policy" in effective ? effective.policy : DEFAULT_POLICY;
  return policyOf(policy, state.line, state.repository.defaultBranch);
}

function levelOf(level: string): string {
  return level === "none" ? "rides along with other work" : `asks for a ${level} one`;
}

/** Where an open pull stands, in one sentence. */
export function placeOpen(judged: readonly Previewed[]): string {
  const previews = judged.filter((preview) => preview !== "invalid");
  return previews.length === 0
    ? "what it would release cannot be said now"
    : `merged and green, it ${sentenceOfPull(previews)}`;
}
