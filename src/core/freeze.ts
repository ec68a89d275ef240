import type { BatchUnit } from "./batch.ts";
import type { Instant } from "./state.ts";
import { classesOf } from "./unit-class.ts";
import type { UnitClass } from "./unit-class.ts";
import { DAY_MS, instantsOf } from "./zone.ts";
import type { WallTime } from "./zone.ts";

/** One end of a freeze, as people write it. */
export interface FreezeEdge {
  readonly wall: WallTime;
  /** A whole day: it belongs to the freeze, at either end. */
  readonly isDay: boolean;
  /** Milliseconds that its clock is before UTC, where it says so itself; null: the zone's. */
  readonly offsetMs: number | null;
}

/** A time in which nothing is released. */
export interface Freeze {
  readonly from: FreezeEdge;
  readonly to: FreezeEdge;
  /** One that `isZone` took. Absent: the schedule's, else UTC. */
  readonly zone?: string | undefined;
  readonly reason: string;
  /** Changes that are released all the same, with everything merged before them. */
  readonly passes: readonly UnitClass[];
}

export type FreezeVerdict =
  | { readonly kind: "none" }
  | {
      readonly kind: "frozen";
      readonly freeze: Freeze;
      readonly zone: string;
      readonly endsAt: Instant;
    }
  /** There is one, and this change passes it, and with it all of its batch. */
  | {
      readonly kind: "passed";
      readonly freeze: Freeze;
      readonly by: BatchUnit;
      readonly as: UnitClass;
    };

/** Of several freezes the one that ends last counts, among those that nothing passes. */
export function judgeFreezes(
  freezes: readonly Freeze[],
  batch: { readonly units: readonly BatchUnit[]; readonly zone: string },
  now: Instant,
): FreezeVerdict {
  const active = freezes
    .map((freeze) => ({ freeze, ...spanOf(freeze, batch.zone) }))
    .filter(({ beginsAt, endsAt }) => beginsAt <= now && now < endsAt)
    .map((span) => ({ ...span, pass: findPass(span.freeze, batch.units) }))
    .toSorted((left, right) => right.endsAt - left.endsAt);
  const closed = active.find(({ pass }) => pass === null);
  if (closed !== undefined) {
    const { freeze, zone, endsAt } = closed;
    return { kind: "frozen", freeze, zone, endsAt };
  }
  const [open] = active;
  if (open === undefined || open.pass === null) return { kind: "none" };
  return { kind: "passed", freeze: open.freeze, ...open.pass };
}

function findPass(
  freeze: Freeze,
  units: readonly BatchUnit[],
): { readonly by: BatchUnit; readonly as: UnitClass } | null {
  for (const by of units) {
    const as = classesOf(by).find((name) => freeze.passes.includes(name));
    if (as !== undefined && by.cancelledBy === null) return { by, as };
  }
  return null;
}

/** From its first moment to the first that is outside. */
export function spanOf(
  freeze: Freeze,
  lineZone: string,
): { readonly zone: string; readonly beginsAt: Instant; readonly endsAt: Instant } {
  const zone = freeze.zone ?? lineZone;
  const beginsAt = momentsOf(freeze.from, zone)[0];
  const { to } = freeze;
  if (to.isDay) return { zone, beginsAt, endsAt: instantsOf(to.wall + DAY_MS, zone)[0] };
  // Where clocks show the time twice, the freeze lasts until they do so again.
  return { zone, beginsAt, endsAt: Math.max(...momentsOf(to, zone)) };
}

function momentsOf({ wall, offsetMs }: FreezeEdge, zone: string): readonly [Instant, ...Instant[]] {
  return offsetMs === null ? instantsOf(wall, zone) : [wall - offsetMs];
}
