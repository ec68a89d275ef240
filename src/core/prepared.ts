import type { Batch } from "./batch.ts";
import { coversLevel, uncoveredText } from "./order.ts";
import type { Policy } from "./policy-schema.ts";
import { holdForLevel, holdForUntyped } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import { isMostlyUntyped } from "./start.ts";
import type { LineState, Order } from "./state.ts";
import { exceedsLevel } from "./version.ts";

interface Subject {
  readonly state: Pick<LineState, "recentMerges">;
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
  return { ...prepared, detail: `${prepared.detail ?? ""}\n\n${uncoveredText(order)}`.trim() };
}

/** A change that a person has to let go holds all that was merged after it. */
function holdPrepared({ state, policy }: Subject, { batch, tag }: Next): Hold | null {
  const { units } = batch;
  const high = units.find(({ level }) => exceedsLevel(level, policy.auto));
  if (high !== undefined) return holdForLevel(units, high, { tag, auto: policy.auto });
  const untyped = units.filter(({ from, cancelledBy }) => from === "untyped" && !cancelledBy);
  const isAllowed = policy.untyped === "patch" || !isMostlyUntyped(state.recentMerges);
  const [first, ...rest] = untyped;
  if (isAllowed || first === undefined) return null;
  return holdForUntyped(units, [first, ...rest], tag);
}
