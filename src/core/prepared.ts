import type { Batch, BatchUnit } from "./batch.ts";
import { isDependencyUpdate } from "./dependency-bots.ts";
import { isChannelLine } from "./lines.ts";
import type { Order } from "./memory.ts";
import { coversLevel, uncoveredText } from "./order.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { holdForLevel, holdForUntyped } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import { isMostlyUntyped } from "./start.ts";
import type { LineState } from "./state.ts";
import { exceedsLevel } from "./version.ts";

interface Subject {
  readonly state: Pick<LineState, "recentMerges" | "line">;
  readonly policy: Policy;
  readonly order: Order | null;
}

interface Next {
  readonly batch: Batch;
  readonly tag: string;
  readonly lifted: readonly string[];
}

/** Go on where nothing holds it, or where a person let it go, having seen what it is. */
export function letPreparedGo<N extends Next>(subject: Subject, next: N): N | Hold {
  const { order } = subject;
  const lifted = [...next.lifted];
  if (order !== null && next.batch.units.every(({ level }) => level === "none")) {
    lifted.push("rides-along");
  }
  const prepared = holdPrepared(subject, next);
  if (prepared === null) return { ...next, lifted };
  if (coversLevel(order, next.batch)) return { ...next, lifted: [...lifted, prepared.code] };
  if (order === null) return prepared;
  const said = [prepared.detail, uncoveredText(order)].filter((part) => part !== null);
  return { ...prepared, detail: said.join("\n\n") };
}

/** A change that a person has to let go holds all that was merged after it. */
function holdPrepared({ state, policy }: Subject, { batch, tag }: Next): Hold | null {
  // A prerelease is there to be tried; the stable release that follows it is held.
  if (isChannelLine(state.line)) return null;
  const { units } = batch;
  const prepared = judgePrepared(units, policy, isMostlyUntyped(state.recentMerges));
  if (prepared === null) return null;
  return prepared.kind === "level"
    ? holdForLevel(units, prepared.high, { tag, auto: policy.auto })
    : holdForUntyped(units, prepared.untyped, tag);
}

/** Why a batch waits for a person, however green it is. */
type Prepared =
  /** A change that goes further than the policy releases by itself. */
  | { readonly kind: "level"; readonly high: BatchUnit }
  /** Changes that say nothing, where most merges do not. */
  | { readonly kind: "untyped"; readonly untyped: readonly [BatchUnit, ...BatchUnit[]] };

/** Null: nobody needs to look at it. `isHabit`: most merges say nothing (`core/start`). */
export function judgePrepared(
  units: readonly BatchUnit[],
  policy: Pick<Policy, "auto" | "untyped" | "versioning">,
  isHabit: boolean,
): Prepared | null {
  const isPatch = policy.versioning === "patch";
  // Where every merge is a patch, features are too; breaking changes still wait for a person.
  const high = units.find(({ level, from }) =>
    isPatch && from !== "label" && level !== "major"
      ? policy.auto === "none"
      : exceedsLevel(level, policy.auto),
  );
  if (high !== undefined) return { kind: "level", high };
  if (policy.untyped === "patch" || isPatch || !isHabit) return null;
  const [first, ...rest] = units.filter(
    ({ from, cancelledBy, unit }) =>
      from === "untyped" && !cancelledBy && !isDependencyUpdate(unit),
  );
  return first === undefined ? null : { kind: "untyped", untyped: [first, ...rest] };
}
