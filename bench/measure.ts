/** Progress on standard error: standard output holds the tables alone. */
export function progress(text: string): void {
  process.stderr.write(`  ${text}\n`);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear between neighbours; NaN of nothing. `q`: 0 to 1. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at - Math.floor(at));
}

/** `12 (11..14)`: median, smallest and largest; one figure where all are the same. */
export function formatSpread(values: readonly number[], digits = 0): string {
  const text = (value: number) => value.toFixed(digits);
  const [low, high] = [text(Math.min(...values)), text(Math.max(...values))];
  return low === high ? low : `${text(median(values))} (${low}..${high})`;
}
