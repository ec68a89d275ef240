import type { Policy } from "../../core/policy/policy-schema.ts";
import type { Instant } from "../../core/state.ts";
import { readHistory } from "../../git/history.ts";
import type { HistoryFound } from "../../git/history.ts";
import { openBranch } from "../../git/repository.ts";
import type { LocalBranch } from "../../git/repository.ts";
import type { Progress } from "./progress.ts";

export interface ReplayAsked {
  readonly folder: string;
  readonly branch: string | null;
  readonly from: string | null;
  readonly to: string | null;
  /** Null: the defaults. `name` heads its column. */
  readonly policy: { readonly name: string; readonly policy: Policy } | null;
  /** Name of a component of the policy; empty: the whole repository. */
  readonly component: string;
  /** What the numbers are compared around; absent: nothing. */
  readonly splitAt?: Instant;
}

/** A branch and all that git says of it. */
export interface LocalRead extends HistoryFound {
  readonly local: LocalBranch;
  readonly readMs: number;
}

/** Throws `git/unusable` where it cannot be read whole. */
export async function readLocal(asked: ReplayAsked, progress: Progress): Promise<LocalRead> {
  const beganAt = performance.now();
  const local = await openBranch({ folder: asked.folder, ref: asked.branch, to: asked.to });
  const found = await readHistory(local, {
    hasPaths: (asked.policy?.policy.components ?? []).length > 0,
    hasAuthors: asked.splitAt !== undefined,
    onProgress: (read) => progress.reading(read),
  });
  return { ...found, local, readMs: performance.now() - beganAt };
}
