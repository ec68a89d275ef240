import { describeLine } from "../../src/core/desk/desk-line.ts";
import type { DeskLine, DeskView, ReleaseFate } from "../../src/core/desk/desk-view.ts";
import { plan } from "../../src/core/plan.ts";
import type { LineState } from "../../src/core/state.ts";
import { NOON } from "./states.ts";

/** A state as the desk shows it, planned first. */
export function deskLine(
  state: LineState,
  now = NOON,
  fates: Readonly<Record<string, ReleaseFate>> = {},
): DeskLine {
  return describeLine({ state, plan: plan(state, now) }, { fates, risks: {}, now });
}

/** A desk of these lines, with nothing to mend and no news unless given. */
export function deskView(lines: readonly DeskLine[], change: Partial<DeskView> = {}): DeskView {
  const repository = { id: 42, url: "https://github.com/acme/widgets" };
  return { repository, lines, problems: [], news: [], ...change };
}
