import { dueReland, hearReland, judgeReland, withReland } from "../core/rollback/reland.ts";
import type { Reland } from "../core/rollback/reland.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { RollbackForge } from "../rollback-port.ts";
import type { RollbackRequest } from "./rollback.ts";

/** Commit, branch and pull, and one more look where something stood there. */
const ACTS_MAX = 4;
/** GitHub's lists may be behind. */
const AGAIN_MS = 60_000;

/**
 * Prepare what was taken back anew, where somebody asked for it by a box of the issue. Each step is
 * looked for first, so that what was interrupted goes on, also after the database was lost.
 */
export async function prepareReland(
  {
    request: { clock, ensureAlone },
    forge,
    keep,
  }: {
    readonly request: Pick<RollbackRequest, "clock" | "ensureAlone">;
    readonly forge: Pick<RollbackForge, "reland">;
    readonly keep: (rollback: Rollback) => Promise<unknown>;
  },
  state: LineState,
  rollback: Rollback,
): Promise<Rollback> {
  const due = dueReland(rollback, clock.now());
  const mergedSha = rollback.restoration?.mergedSha ?? null;
  if (due === null || mergedSha === null) return rollback;
  let current = withReland(rollback, due);
  const change = async (reland: Reland): Promise<void> => {
    current = withReland(current, reland);
    await keep(current);
  };
  for (let acts = 0, reland = due; acts < ACTS_MAX; acts += 1) {
    const asked = { state, rollback: current, reland };
    const seen = await forge.reland.see(asked, mergedSha);
    const judged = judgeReland(reland, { seen, mergedSha, now: clock.now() });
    if (judged.act === null) return withReland(current, judged.reland);
    ensureAlone();
    const end = await forge.reland.act({ ...asked, reland: judged.reland }, judged.act);
    reland = hearReland(judged.reland, end, clock.now());
    await change(reland);
    if (reland.state !== "asked" || end.kind === "moved") break;
  }
  return current;
}

/** When to look again, because it is not done; null: it is, or nobody asked. */
export function relandWakeAt({ reland }: Rollback, now: Instant): Instant | null {
  return reland?.state === "asked" ? now + AGAIN_MS : null;
}
