import type { Level } from "./span.ts";

/** How many standard errors a two-sided interval reaches where there is plenty of data. */
export function normalReach(level: Level): number {
  return level === 0.95 ? 1.959963984540054 : 1.2815515655446004;
}

/** Above, Student's distribution and the normal one differ by less than 1 % of the width. */
const FREEDOM_MAX = 200;

/** Halvings: 64 from [0, 128] leave nothing of a double's precision. */
const HALVINGS = 64;

/** The same with few groups: quantile of Student's t with whole degrees of freedom, at least 1. */
export function studentReach(level: Level, freedom: number): number {
  if (freedom > FREEDOM_MAX) return normalReach(level);
  const whole = Math.max(1, Math.floor(freedom));
  let [low, high] = [0, 128];
  for (let halving = 0; halving < HALVINGS; halving += 1) {
    const middle = (low + high) / 2;
    if (shareWithin(middle, whole) < level) low = middle;
    else high = middle;
  }
  return high;
}

/** P(|t| <= reach): the finite sums for odd and even degrees (Abramowitz & Stegun 26.7.3 and 4). */
function shareWithin(reach: number, freedom: number): number {
  const angle = Math.atan(reach / Math.sqrt(freedom));
  const square = Math.cos(angle) ** 2;
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? Math.cos(angle) : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let at = isOdd ? 3 : 2; at <= freedom - 2; at += 2) {
    term *= ((at - 1) / at) * square;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + Math.sin(angle) * sum) : Math.sin(angle) * sum;
}
