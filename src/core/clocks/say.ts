/** Numbers as people say them. */

const STEPS = [
  ["second", 1_000],
  ["minute", 60_000],
  ["hour", 3_600_000],
  ["day", 86_400_000],
  ["week", 7 * 86_400_000],
] as const;

/** Two of a unit and more are said in it: 90 minutes, 36 hours, 10 days. */
const UNIT_MIN = 2;

/** `3 hours`, `1.5 days` below ten where half a unit matters. */
export function sayDuration(ms: number): string {
  const fits = STEPS.filter(([, unitMs]) => ms >= UNIT_MIN * unitMs);
  const [word, unitMs] = fits.at(-1) ?? STEPS[0];
  const exact = ms / unitMs;
  const count = exact < 10 ? Math.round(exact * 2) / 2 : Math.round(exact);
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `1 pull`, `41 pulls` */
export function sayCount(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** `12 %`; below one in a hundred one more digit. */
export function sayShare(share: number): string {
  const percent = share * 100;
  return `${percent > 0 && percent < 1 ? percent.toFixed(1) : Math.round(percent)} %`;
}

/** `3.1`; whole from ten on. */
export function sayNumber(value: number): string {
  return Math.abs(value) < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
