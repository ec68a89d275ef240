/** Shares of what was counted, with what else they could be. */

/** So many of so many. */
export interface Counted {
  readonly of: number;
  readonly hits: number;
}

/** Both ends included, from -1 to 1. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Of 95 %. */
const Z = 1.959_963_984_540_054;

/** Wilson's interval of a share, which holds for small counts too. `of` is above 0. */
export function shareInterval({ of, hits }: Counted): Interval {
  const share = hits / of;
  const center = share + (Z * Z) / (2 * of);
  const spread = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of));
  const whole = 1 + (Z * Z) / of;
  return {
    low: Math.max(0, (center - spread) / whole),
    high: Math.min(1, (center + spread) / whole),
  };
}

/** Newcombe's interval of how much larger the first share is than the second. */
export function differenceInterval(first: Counted, second: Counted): Interval {
  const [one, other] = [first.hits / first.of, second.hits / second.of];
  const [ofOne, ofOther] = [shareInterval(first), shareInterval(second)];
  const difference = one - other;
  return {
    low: difference - Math.hypot(one - ofOne.low, ofOther.high - other),
    high: difference + Math.hypot(ofOne.high - one, other - ofOther.low),
  };
}
