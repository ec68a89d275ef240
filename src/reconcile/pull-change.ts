import type { OpenPull } from "../core/pulls/open-pull.ts";
import { AttributeRules } from "../core/size/attributes.ts";
import type { Change } from "../core/size/size.ts";
import type { LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { PullChange } from "../size-port.ts";
import type { DoorsRequest } from "./doors-request.ts";

/** `moved`: the pull has another head by now. `unanswered`: GitHub did not list its files. */
export async function readChange(
  { forge }: DoorsRequest,
  state: LineState,
  pull: OpenPull,
): Promise<PullChange | "moved" | "unanswered"> {
  try {
    return (await forge.sizes.read(state, pull)) ?? "moved";
  } catch (error) {
    // GitHub may never manage to compare what is huge: that must not keep others from their checks.
    if (error instanceof AppError && error.code === "github/unavailable") return "unanswered";
    throw error;
  }
}

/** As it is measured. */
export function withAttributes(change: PullChange): PullChange & Change {
  const rules = new AttributeRules(change.attributeFiles);
  return { ...change, attributesOf: (path) => rules.of(path) };
}
