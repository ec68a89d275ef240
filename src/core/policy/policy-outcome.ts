import { nameLine } from "../lines.ts";
import { formatLine } from "../state.ts";
import type { LinePlanned } from "../why.ts";

/** What is merged and not released, under one policy and under another. */

export interface LineOutcome {
  /** Empty for the default line: `core`, `next`, `core, next`. */
  readonly line: string;
  /** Plain sentence without a full stop; null: there is no such line. */
  readonly before: string | null;
  readonly after: string | null;
}

/** What a policy would make of each line, as far as it was looked at. */
export interface Foreseen {
  readonly planned: readonly LinePlanned[];
  /** Lines that were not looked at: too many, or GitHub did not answer for them. */
  readonly unseen: number;
}

/** Lines of which something else is said. Those that nobody looked at are not among them. */
export function compareOutcomes(
  before: readonly LinePlanned[],
  { planned, unseen }: Foreseen,
): readonly LineOutcome[] {
  const [old, fresh] = [byLine(before), byLine(planned)];
  const gone = unseen > 0 ? [] : before.filter(({ state }) => !fresh.has(formatLine(state.line)));
  return [...planned, ...gone]
    .map(({ state: { line, repository } }) => ({
      line: nameLine(line, repository.defaultBranch),
      before: sayPlan(old.get(formatLine(line))),
      after: sayPlan(fresh.get(formatLine(line))),
    }))
    .filter((outcome) => outcome.before !== outcome.after);
}

function byLine(list: readonly LinePlanned[]): ReadonlyMap<string, LinePlanned> {
  return new Map(list.map((each) => [formatLine(each.state.line), each]));
}

/** `v1.3.0 is released`, or the reason why not. */
function sayPlan(planned: LinePlanned | undefined): string | null {
  if (planned === undefined) return null;
  const { code, text } = planned.plan.reason;
  return code === "release" ? `${text.replace(/^releasing /, "")} is released` : text;
}
