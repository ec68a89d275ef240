import { judgeBatch } from "../batch.ts";
import { styleOf } from "../policy/policy-notes.ts";
import { effectivePolicyOf } from "../policy/policy.ts";
import type { LineState } from "../state.ts";
import { subjectOf } from "../subject-of.ts";
import type { DraftStyle } from "./draft-style.ts";
import type { DraftsWanted, DraftUnit } from "./unit-draft.ts";
import { listNotes } from "./unit-note.ts";

/** What a plan wants to be drafted, with what the look has read of it. Null: nothing any more. */
export function unitsToDraft(
  state: LineState,
  { units: names }: Pick<DraftsWanted, "units">,
): { readonly units: readonly DraftUnit[]; readonly style: DraftStyle } | null {
  const effective = effectivePolicyOf(state);
  if (state.head === null || effective.kind === "invalid") return null;
  const { policy } = subjectOf(state, state.head, effective, 0);
  const style = styleOf(policy, state.repository);
  const notes = listNotes(state, policy, judgeBatch(state, policy).units);
  const units = notes.flatMap(({ name, unit }) =>
    unit !== null && names.includes(name) ? [unit] : [],
  );
  return style === null || units.length === 0 ? null : { units, style };
}

/** Names that units of a line may have, for what is known of their drafts. */
export function namesToKnow({
  pulls,
  commits,
}: Pick<LineState, "pulls" | "commits">): readonly string[] {
  // Nothing waits to be released.
  if (commits.length === 0) return [];
  const pushed = commits.filter((commit) => commit.pulls.length === 0);
  return [...pulls.map(({ number }) => `#${number}`), ...pushed.map(({ sha }) => sha.slice(0, 7))];
}
