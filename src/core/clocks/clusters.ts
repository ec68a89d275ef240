import type { Span } from "./span.ts";

/**
 * Which spans belong together, as numbers. With two ways to belong (repository and person) the
 * third entry has what belongs together both ways.
 */
export interface Clusters {
  /** For each way: the cluster of each span. */
  readonly of: readonly Int32Array[];
  readonly counts: readonly number[];
  /** Degrees of freedom of a variance estimated from them, at least 1. */
  readonly freedom: number;
}

export function clustersOf(spans: readonly Span[]): Clusters {
  const ways = spans[0]?.groups.length ?? 0;
  if (ways === 0) {
    const each = Int32Array.from(spans, (_, at) => at);
    return { of: [each], counts: [spans.length], freedom: Math.max(1, spans.length - 1) };
  }
  const numbered = Array.from({ length: ways }, (_, way) => {
    return numberNames(spans.map(({ groups }) => String(groups[way])));
  });
  const freedoms = numbered.map(({ of, count }) => effectiveCount(of, count) - 1);
  const freedom = Math.max(1, Math.min(...freedoms));
  const [one, other] = numbered;
  if (one === undefined || other === undefined) return { ...listed(numbered), freedom };
  const both = numberNames(
    Array.from(one.of, (cluster, at) => cluster * other.count + Number(other.of[at])),
  );
  return { ...listed([...numbered, both]), freedom };
}

interface Numbered {
  readonly of: Int32Array;
  readonly count: number;
}

function listed(numbered: readonly Numbered[]): Pick<Clusters, "of" | "counts"> {
  return { of: numbered.map(({ of }) => of), counts: numbered.map(({ count }) => count) };
}

function numberNames(names: readonly (string | number)[]): Numbered {
  const numbers = new Map<string | number, number>();
  const of = Int32Array.from(names, (name) => {
    const known = numbers.get(name) ?? numbers.size;
    numbers.set(name, known);
    return known;
  });
  return { of, count: numbers.size };
}

/** As many equal clusters would say as much: one large among many small ones counts for little. */
function effectiveCount(of: Int32Array, count: number): number {
  const sizes = new Float64Array(count);
  for (const cluster of of) sizes[cluster] = Number(sizes[cluster]) + 1;
  const squares = sizes.reduce((sum, size) => sum + size * size, 0);
  return of.length ** 2 / squares;
}

/**
 * Variance of a sum of influences (the infinitesimal jackknife), sandwiched by cluster and raised
 * for their number; two ways add up, less what both count (Cameron, Gelbach, Miller 2011). Never
 * below that of one way alone.
 */
export function clusterVariance(influences: Float64Array, clusters: Clusters): number {
  const variances = clusters.of.map((of, way) => {
    const count = Number(clusters.counts[way]);
    return count < 2 ? 0 : (count / (count - 1)) * sumSquares(influences, of, count);
  });
  const [first = 0, second = 0, both = 0] = variances;
  return Math.max(first, second, first + second - both);
}

function sumSquares(influences: Float64Array, of: Int32Array, count: number): number {
  const sums = new Float64Array(count);
  for (let at = 0; at < of.length; at += 1) {
    const cluster = Number(of[at]);
    sums[cluster] = Number(sums[cluster]) + Number(influences[at]);
  }
  return sums.reduce((sum, each) => sum + each * each, 0);
}
