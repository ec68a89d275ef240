import { isDeepStrictEqual } from "node:util";
import type { Stage } from "../support/scenario.ts";
import {
  formatPoint,
  joinPoints,
  losesDatabase,
  REST_PARTS,
  type Point,
  type Steps,
} from "./faults.ts";
import type { Picture } from "./picture.ts";
import { runStory } from "./run-story.ts";
import type { Story } from "./stories.ts";
import type { Ground } from "./troubled-house.ts";

export interface Swept {
  readonly story: string;
  readonly requests: number;
  readonly transactions: number;
  readonly tried: number;
  /** A fault may shorten a story: points that it never came to, e.g. a second try. */
  readonly failures: readonly Failure[];
}

export interface Failure {
  /** More than one: each of them alone did no harm. */
  readonly points: readonly Point[];
  /** `POST /repos/acme/widgets/git/refs`, or the store's method. */
  readonly struck: string | null;
  readonly problem: string;
}

export interface SweepOptions {
  readonly stage: Stage;
  readonly ground: Ground;
  /** Of all points of the story, those to try. */
  readonly choose: (steps: Steps) => readonly Point[];
  /** Several points in one run, far from each other; each alone when left out. */
  readonly isJoined?: boolean;
}

/**
 * Play the story without a fault, and then again with each of the chosen ones: it has to end the
 * same. Throws where the story has no end of its own, i.e. two runs without a fault differ.
 */
export async function sweepStory(story: Story, options: SweepOptions): Promise<Swept> {
  const clean = await runStory(story, [], { ...options, isSettled: true });
  // Of a story that is over when it ends, no more needs to be played.
  const again = await runStory(story, [], { ...options, isSettled: options.isJoined !== true });
  const drift = differences(clean.picture, again.picture);
  const isOver = options.isJoined === true && drift.length === 0;
  if (options.isJoined !== true && drift.length > 0) {
    throw new Error(`"${story.name}" ends in different ways without a fault:\n${drift.join("\n")}`);
  }
  const { paidTwice } = clean.picture;
  if (paidTwice.length > 0) throw new Error(`"${story.name}" pays twice: ${paidTwice.join()}`);
  const points = options.choose(clean.steps);
  const runs = options.isJoined === true ? joinPoints(points) : points.map((point) => [point]);
  const failures: Failure[] = [];
  const last = Math.max(...clean.steps.requests.map(({ part }) => part));
  for (const run of runs) {
    // What went wrong in the last rest is mended by one more.
    const isSettled = !isOver || run.some(({ part }) => part > last - REST_PARTS);
    const around = { ...options, isSettled };
    failures.push(...(await tryPoints(story, run, clean.picture, around)));
  }
  const { requests, transactions } = clean.steps;
  return {
    story: story.name,
    requests: requests.length,
    transactions: transactions.length,
    tried: points.length,
    failures,
  };
}

/** What the parts of a story found, of which each tried some of its points. */
export function joinParts(parts: readonly Swept[]): Swept {
  const [first] = parts;
  if (first === undefined) throw new Error("There is no part to join.");
  const { story, requests, transactions } = first;
  for (const part of parts) {
    if (part.requests === requests && part.transactions === transactions) continue;
    throw new Error(`"${story}" has another number of steps each time it is played.`);
  }
  return {
    story,
    requests,
    transactions,
    tried: parts.reduce((total, { tried }) => total + tried, 0),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

/** None: it ended as without the faults. Where it did not, each one is tried alone. */
async function tryPoints(
  story: Story,
  points: readonly Point[],
  expected: Picture,
  options: SweepOptions & { readonly isSettled: boolean },
): Promise<readonly Failure[]> {
  const failure = await tryRun(story, points, expected, options);
  if (failure === null) return [];
  if (points.length === 1) return [failure];
  const alone: Failure[] = [];
  for (const point of points) {
    alone.push(...(await tryPoints(story, [point], expected, { ...options, isSettled: true })));
  }
  // A fault may shorten the story, so that it never comes to the next one.
  return alone.length > 0 || failure.isShort ? alone : [failure];
}

async function tryRun(
  story: Story,
  points: readonly Point[],
  expected: Picture,
  options: SweepOptions & { readonly isSettled: boolean },
): Promise<(Failure & { readonly isShort: boolean }) | null> {
  try {
    const { picture, struck } = await runStory(story, points, options);
    const names = points.map((point) => struck.get(point) ?? null);
    const failure = { points, struck: names.join(", "), isShort: names.includes(null) };
    if (failure.isShort) return { ...failure, problem: "the fault never struck" };
    const found = differences(expected, forgiving(picture, expected, points));
    return found.length === 0 ? null : { ...failure, problem: found.join("\n") };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { points, struck: null, problem, isShort: false };
  }
}

/** What a lost database held is lost: the ledger may lack what was released before. */
function forgiving(picture: Picture, expected: Picture, points: readonly Point[]): Picture {
  if (!points.some(losesDatabase)) return picture;
  const isKnown = picture.ledger.every((row) => expected.ledger.includes(row));
  // With the rows of its drafts nobody knows any more what was paid.
  const paid = { ...picture, paidTwice: expected.paidTwice };
  return isKnown ? { ...paid, ledger: expected.ledger } : paid;
}

function differences(expected: Picture, actual: Picture): string[] {
  return (Object.keys(expected) as (keyof Picture)[])
    .filter((part) => !isDeepStrictEqual(expected[part], actual[part]))
    .map((part) => `${part}: expected ${show(expected[part])}\n  but it is ${show(actual[part])}`);
}

function show(value: unknown): string {
  return JSON.stringify(value, null, 1);
}

export function formatFailure(story: string, { points, struck, problem }: Failure): string {
  return `${story} / ${points.map(formatPoint).join(" and ")} (${struck ?? "?"})\n${problem}`;
}
