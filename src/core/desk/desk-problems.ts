import type { Plan } from "../action.ts";
import { nameLine } from "../lines.ts";
import { formatPolicyError } from "../policy/policy-errors.ts";
import { effectivePolicyOf } from "../policy/policy.ts";
import type { Line, LineState } from "../state.ts";
import type { DeskProblem } from "./desk-view.ts";

/** A line that could not be looked at. */
export interface LineFailed {
  readonly line: Line;
  /** Word of `docs/errors.md`; messages differ from look to look. */
  readonly code: string;
  /** What to do, as in `docs/errors.md`. */
  readonly fix: string;
}

/** What a person has to mend, in order of lines. */
export function listProblems(
  looks: readonly { readonly state: LineState; readonly plan: Plan }[],
  failures: readonly LineFailed[],
): readonly DeskProblem[] {
  const [root] = looks;
  const defaultBranch = root?.state.repository.defaultBranch ?? "";
  const policy = root === undefined ? null : effectivePolicyOf(root.state);
  const errors = policy === null || !("errors" in policy) ? [] : policy.errors;
  return [
    ...errors.map((error) => ({
      where: "",
      what: formatPolicyError(error),
      fix: "Until then the last good policy applies, or nothing is released where there is none.",
    })),
    ...failures.map(({ line, code, fix }) => ({
      where: nameLine(line, defaultBranch),
      what: `it could not be looked at (${code})`,
      fix,
    })),
  ];
}
