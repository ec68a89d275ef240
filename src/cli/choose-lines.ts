import { nameLine } from "../core/lines.ts";
import { AppError } from "../errors.ts";
import type { LineLook } from "../reconcile/line-pass.ts";

/** The default line and those that have something to say, or the one that is named. */
export function chooseLines(looks: readonly LineLook[], name: string | null): readonly LineLook[] {
  if (name === null) return looks;
  const found = looks.filter((look) => nameOf(look) === name);
  if (found.length > 0) return found;
  throw new AppError(
    "usage/invalid",
    `There is no line "${name}"; the lines are ${looks.map(nameOf).join(", ")}`,
    { retry: { kind: "never" } },
  );
}

function nameOf({ state }: LineLook): string {
  return nameLine(state.line, state.repository.defaultBranch) || state.line.branch;
}
