import { clustersOf, clusterVariance } from "./clusters.ts";
import type { Clusters } from "./clusters.ts";
import type { Interval, Level, Span } from "./span.ts";
import { studentReach } from "./student.ts";

/**
 * What share has happened by when, with open work counted as open: the estimator of Aalen and
 * Johansen. Without other ends it is 1 less the survival curve of Kaplan and Meier.
 *
 * Arrays have one entry an instant at which something ended, in order.
 */
export interface Incidence {
  readonly spans: readonly Span[];
  readonly times: Float64Array;
  readonly atRisk: Float64Array;
  /** Share that happened by then. */
  readonly shares: Float64Array;
  readonly clusters: Clusters;
  /** For each span: the last entry not after its end; -1 for none. */
  readonly places: Int32Array;
  /** For each span: how it ended. */
  readonly ends: Int8Array;
  readonly sums: Sums;
}

const OPEN = 0;
const HAPPENED = 1;
const OTHERWISE = 2;

const CODES: Readonly<Record<Span["end"], number>> = {
  open: OPEN,
  happened: HAPPENED,
  otherwise: OTHERWISE,
};

/** Sums up to each entry, of which the influence of a span is made. */
interface Sums {
  /** 1 / (at risk · share that stays): what an end takes from those that stay. */
  readonly leaves: Float64Array;
  /** Σ hazard · leaves. */
  readonly hazards: Float64Array;
  /** Share that still was open before the entry, by the number at risk. */
  readonly steps: Float64Array;
  /** Σ what happened, by the number at risk. */
  readonly happened: Float64Array;
  /** Σ what happened, times the hazards before. */
  readonly mixed: Float64Array;
}

interface Ends {
  happened: number;
  otherwise: number;
}

export function measureIncidence(spans: readonly Span[]): Incidence {
  const ends = new Map<number, Ends>();
  for (const { ms, end } of spans) {
    if (end === "open") continue;
    const known = ends.get(ms) ?? { happened: 0, otherwise: 0 };
    known[end] += 1;
    ends.set(ms, known);
  }
  const inOrder = [...ends].toSorted(([left], [right]) => left - right);
  const times = Float64Array.from(inOrder, ([ms]) => ms);
  const places = Int32Array.from(spans, ({ ms }) => placeOf(times, ms));
  const left = countLeft(places, times.length);
  const sums: Sums = {
    leaves: new Float64Array(times.length),
    hazards: new Float64Array(times.length),
    steps: new Float64Array(times.length),
    happened: new Float64Array(times.length),
    mixed: new Float64Array(times.length),
  };
  const atRisk = new Float64Array(times.length);
  const shares = new Float64Array(times.length);
  let [stay, share, hazards, happened, mixed] = [1, 0, 0, 0, 0];
  for (const [at, [, here]] of inOrder.entries()) {
    const risk = spans.length - Number(left[at]);
    const ended = here.happened + here.otherwise;
    const brought = (stay * here.happened) / risk;
    share += brought;
    happened += brought / risk;
    mixed += brought * hazards;
    // The last ones to end leave nobody behind whose share they could take.
    const leaves = ended === risk ? 0 : 1 / (risk - ended);
    hazards += (ended / risk) * leaves;
    sums.steps[at] = stay / risk;
    stay *= (risk - ended) / risk;
    atRisk[at] = risk;
    shares[at] = share;
    sums.leaves[at] = leaves;
    sums.hazards[at] = hazards;
    sums.happened[at] = happened;
    sums.mixed[at] = mixed;
  }
  const codes = Int8Array.from(spans, ({ end }) => CODES[end]);
  const clusters = clustersOf(spans);
  return { spans, times, atRisk, shares, clusters, places, ends: codes, sums };
}

/** For each entry: how many ended or were last seen before it. */
function countLeft(places: Int32Array, length: number): Float64Array {
  const left = new Float64Array(length);
  // Seen last between two entries: at risk at the earlier one, gone at the later.
  for (const place of places) {
    if (place + 1 < length) left[place + 1] = Number(left[place + 1]) + 1;
  }
  for (let at = 1; at < length; at += 1) left[at] = Number(left[at]) + Number(left[at - 1]);
  return left;
}

/** Last entry whose time is not after `ms`; -1: none. */
function placeOf(times: Float64Array, ms: number): number {
  let [low, high] = [-1, times.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Number(times[middle]) <= ms) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Share that happened within `ms`. */
export function shareWithin(incidence: Incidence, ms: number): number {
  return incidence.shares[placeOf(incidence.times, ms)] ?? 0;
}

/** Products of fractions miss a half by less. */
const ROUNDING = 1e-9;

/** By when the share had happened; null: it never did, as far as is known. */
export function timeOfShare(incidence: Incidence, share: number): number | null {
  const at = firstEntry(incidence, (entry) => {
    return Number(incidence.shares[entry]) >= share - ROUNDING;
  });
  return incidence.times[at] ?? null;
}

/** First entry that fulfils what all later ones fulfil, too; the number of entries: none does. */
function firstEntry({ times }: Incidence, fulfils: (entry: number) => boolean): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fulfils(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Interval of the share that happened within `ms`, by the log-log transform, so that it stays
 * between 0 and 1. Null: nothing or everything happened, which says nothing of the spread.
 */
export function intervalOfShare(incidence: Incidence, ms: number, level: Level): Interval | null {
  return bandOf(incidence, level)(placeOf(incidence.times, ms));
}

/** Tells the interval of the share at an entry. */
function bandOf(incidence: Incidence, level: Level): (entry: number) => Interval | null {
  const { shares, clusters } = incidence;
  // One array for all entries that are asked for: one each would be megabytes a curve.
  const influences = new Float64Array(incidence.places.length);
  return (entry) => {
    const share = shares[entry] ?? 0;
    if (share <= ROUNDING || share >= 1 - ROUNDING) return null;
    fillInfluences(influences, incidence, entry);
    const variance = clusterVariance(influences, clusters);
    const log = Math.log1p(-share);
    const error = Math.sqrt(variance) / ((share - 1) * log);
    const reach = studentReach(level, clusters.freedom) * error;
    const low = 1 - Math.exp(log * Math.exp(-reach));
    const high = 1 - Math.exp(log * Math.exp(reach));
    return { low, high, level };
  };
}

/** How much each span moves the share at an entry: its exact derivative by the span's weight. */
function fillInfluences(influences: Float64Array, incidence: Incidence, entry: number): void {
  const { shares, places, ends, sums } = incidence;
  const reached = Number(shares[entry]);
  influences.fill(0);
  // A plain loop: a report evaluates some thousand bands.
  for (let at = 0; at < influences.length; at += 1) {
    const place = Number(places[at]);
    if (place < 0) continue;
    const until = place < entry ? place : entry;
    let influence = Number(sums.mixed[until]) - Number(sums.happened[until]);
    if (place <= entry) {
      const end = Number(ends[at]);
      const leaves = end === OPEN ? 0 : Number(sums.leaves[place]);
      influence += (Number(sums.hazards[place]) - leaves) * (reached - Number(shares[place]));
      if (end === HAPPENED) influence += Number(sums.steps[place]);
    }
    influences[at] = influence;
  }
}

/**
 * Interval of the time of a share: all times at which the share's own interval holds it (Brookmeyer
 * and Crowley 1982), so that no density has to be estimated.
 */
export function intervalOfTime(incidence: Incidence, share: number, level: Level): Interval {
  const bandAt = bandOf(incidence, level);
  const low = firstEntry(incidence, (entry) => {
    const reached = Number(incidence.shares[entry]);
    return (bandAt(entry)?.high ?? reached) >= share;
  });
  const high = firstEntry(incidence, (entry) => {
    const reached = Number(incidence.shares[entry]);
    return (bandAt(entry)?.low ?? reached) >= share;
  });
  const { times } = incidence;
  return { low: times[low] ?? null, high: times[high] ?? null, level };
}

export interface CurvePoint {
  readonly ms: number;
  readonly share: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly atRisk: number;
}

/** The curve with its band, at no more than `pointsMax` of its entries, the last one among them. */
export function curveOf(incidence: Incidence, level: Level, pointsMax: number): CurvePoint[] {
  const { times, shares, atRisk } = incidence;
  const count = Math.min(pointsMax, times.length);
  const bandAt = bandOf(incidence, level);
  return Array.from({ length: count }, (_, nth) => {
    const entry = Math.ceil(((nth + 1) * times.length) / count) - 1;
    const band = bandAt(entry);
    return {
      ms: Number(times[entry]),
      share: Number(shares[entry]),
      low: band?.low ?? null,
      high: band?.high ?? null,
      atRisk: Number(atRisk[entry]),
    };
  });
}
