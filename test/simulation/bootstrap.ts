import { drawLots } from "../support/seed.ts";

/**
 * Intervals of others on the same data, to compare with: a bootstrap that draws whole clusters, and
 * what naive tools do. Written apart from the code under test.
 */

export interface Piece {
  readonly ms: number;
  readonly end: "happened" | "otherwise" | "open";
  readonly repository: string;
  readonly person: string;
}

export interface Ends {
  readonly low: number;
  readonly high: number;
}

/** What is estimated: the time of a share, or the share within a time. */
export type Wanted = { readonly share: number } | { readonly withinMs: number };

interface Table {
  readonly pieces: readonly Piece[];
  readonly repositories: Int32Array;
  readonly people: Int32Array;
}

function tableOf(pieces: readonly Piece[]): Table {
  const inOrder = pieces.toSorted((left, right) => left.ms - right.ms);
  return {
    pieces: inOrder,
    repositories: numbersOf(inOrder.map(({ repository }) => repository)),
    people: numbersOf(inOrder.map(({ person }) => person)),
  };
}

function numbersOf(names: readonly string[]): Int32Array {
  const numbers = new Map([...new Set(names)].map((name, at) => [name, at]));
  return Int32Array.from(names, (name) => Number(numbers.get(name)));
}

/** Aalen and Johansen again, with a weight for each piece. */
function estimate({ pieces }: Table, weights: Float64Array, wanted: Wanted): number {
  let risk = weights.reduce((sum, weight) => sum + weight, 0);
  let [stay, share] = [1, 0];
  for (let at = 0; at < pieces.length;) {
    const ms = Number(pieces[at]?.ms);
    if ("withinMs" in wanted && ms > wanted.withinMs) break;
    let [happened, ended, left] = [0, 0, 0];
    for (; pieces[at]?.ms === ms; at += 1) {
      const weight = Number(weights[at]);
      const end = pieces[at]?.end;
      left += weight;
      if (end !== "open") ended += weight;
      if (end === "happened") happened += weight;
    }
    if (risk <= 0) break;
    share += (stay * happened) / risk;
    stay *= 1 - ended / risk;
    risk -= left;
    if ("share" in wanted && share >= wanted.share - 1e-9) return ms;
  }
  return "share" in wanted ? Infinity : share;
}

/** 95 % by percentiles; "pigeonhole" draws repositories and people, each with its own count. */
export function bootstrap(
  pieces: readonly Piece[],
  wanted: Wanted,
  how: "by repository" | "pigeonhole",
  { draws, seed }: { readonly draws: number; readonly seed: number },
): Ends {
  const lots = drawLots(seed);
  const table = tableOf(pieces);
  const drawn = (of: Int32Array): Float64Array => {
    const count = 1 + of.reduce((most, each) => Math.max(most, each), -1);
    const times = new Float64Array(count);
    for (let each = 0; each < count; each += 1) {
      const at = lots.between(0, count);
      times[at] = Number(times[at]) + 1;
    }
    return times;
  };
  const results = Float64Array.from({ length: draws }, () => {
    const byRepository = drawn(table.repositories);
    const byPerson = how === "pigeonhole" ? drawn(table.people) : null;
    const weights = Float64Array.from(table.repositories, (repository, at) => {
      const person = byPerson === null ? 1 : Number(byPerson[Number(table.people[at])]);
      return Number(byRepository[repository]) * person;
    });
    return estimate(table, weights, wanted);
  }).toSorted();
  return {
    low: Number(results[Math.floor(0.025 * draws)]),
    high: Number(results[Math.ceil(0.975 * draws) - 1]),
  };
}

/** The median of what is done, with the interval of its order, each piece counted for itself. */
export function naiveMedian(pieces: readonly Piece[]): Ends {
  const done = pieces
    .filter(({ end }) => end === "happened")
    .map(({ ms }) => ms)
    .toSorted((left, right) => left - right);
  const reach = (1.96 * Math.sqrt(done.length)) / 2;
  const at = (rank: number): number => Number(done[Math.max(0, Math.min(done.length - 1, rank))]);
  return {
    low: at(Math.floor(done.length / 2 - reach)),
    high: at(Math.ceil(done.length / 2 + reach)),
  };
}
