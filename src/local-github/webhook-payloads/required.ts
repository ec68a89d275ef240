import type { EventDetail } from "../world-event.ts";

/** A part that an event of its kind must bring. Throws where it is missing, which is a bug. */
export function required<K extends keyof EventDetail>(
  detail: EventDetail,
  part: K,
): NonNullable<EventDetail[K]> {
  const value = detail[part];
  if (value === undefined || value === null) throw new Error(`An event lacks its ${part}.`);
  return value;
}
