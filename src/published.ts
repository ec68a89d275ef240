import { checksOn } from "./core/draft.ts";
import { checksFor } from "./core/files/files-brought.ts";
import type { Instant } from "./core/state.ts";
import type { Clock, Forge } from "./ports.ts";

export interface Published {
  readonly at: Instant;
  /** When the last check of its commit ended, as GitHub told; null: it has none. */
  readonly greenAt: Instant | null;
}

/**
 * A forge that tells of each release that is published through it, at once or from a draft. Told is
 * when it is done: what comes after it in a pass may fail, and the next pass finds it published.
 * One that was found published is left out: whoever did it told of it.
 */
export function noticePublished(
  forge: Forge,
  clock: Clock,
  notice: (published: Published) => void,
): Forge {
  return {
    ...forge,
    apply: async (state, action) => {
      const outcome = await forge.apply(state, action);
      const isPublishing = action.kind === "publishRelease" || action.kind === "publishDraft";
      if (isPublishing && outcome.kind === "done" && outcome.how === "made") {
        const checks = checksFor(state, action.sha) ?? checksOn(state, action.sha);
        const ends = checks.flatMap(({ endedAt }) => endedAt ?? []);
        notice({ at: clock.now(), greenAt: ends.length === 0 ? null : Math.max(...ends) });
      }
      return outcome;
    },
  };
}
