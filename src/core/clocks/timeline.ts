import type { Instant } from "../state.ts";
import type { Window } from "./known.ts";

/** Values by an instant of each. */
export interface Timeline<Value> {
  /** Those of the window, in the order that all of them were given in. */
  within(window: Window): readonly Value[];
}

/**
 * One report looks at a hundred windows of the same records, at most of them several times: none is
 * looked up twice. Values without an instant are in none.
 */
export function timelineOf<Value>(
  values: readonly Value[],
  timeOf: (value: Value) => Instant | null,
): Timeline<Value> {
  const times = Float64Array.from(values, (value) => timeOf(value) ?? Number.NaN);
  const found = new Map<string, readonly Value[]>();
  return {
    within: ({ from, to }) => {
      const key = `${from} ${to}`;
      const isIn = (place: number): boolean => {
        return Number(times[place]) >= from && Number(times[place]) < to;
      };
      const own = found.get(key) ?? values.filter((_, place) => isIn(place));
      found.set(key, own);
      return own;
    },
  };
}
