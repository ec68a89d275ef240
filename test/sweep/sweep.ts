import { isDeepStrictEqual } from "node:util";
import type { Stage } from "../support/scenario.ts";
import { formatPoint, type Point, type Steps } from "./faults.ts";
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
  readonly point: Point;
  /** `POST /repos/acme/widgets/git/refs`, or the store's method. */
  readonly struck: string | null;
  readonly problem: string;
}

export interface SweepOptions {
  readonly stage: Stage;
  readonly ground: Ground;
  /** Of all points of the story, those to try. */
  readonly choose: (steps: Steps) => readonly Point[];
  /** After each point. */
  readonly onTried?: (point: Point, failure: Failure | null) => void;
}

/**
 * Play the story without a fault, and then again with each of the chosen ones: it has to end the
 * same. Throws where the story has no end of its own, i.e. two runs without a fault differ.
 */
export async function sweepStory(story: Story, options: SweepOptions): Promise<Swept> {
  const clean = await runStory(story, null, options);
  const again = await runStory(story, null, options);
  const drift = differences(clean.picture, again.picture);
  if (drift.length > 0) {
    throw new Error(`"${story.name}" ends in different ways without a fault:\n${drift.join("\n")}`);
  }
  const points = options.choose(clean.steps);
  const failures: Failure[] = [];
  for (const point of points) {
    const failure = await tryPoint(story, point, clean.picture, options);
    if (failure !== null) failures.push(failure);
    options.onTried?.(point, failure);
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

/** Null: it ended as without the fault. */
async function tryPoint(
  story: Story,
  point: Point,
  expected: Picture,
  options: SweepOptions,
): Promise<Failure | null> {
  try {
    const { picture, struck } = await runStory(story, point, options);
    if (struck === null) return { point, struck, problem: "the fault never struck" };
    const found = differences(expected, forgiving(picture, expected, point));
    return found.length === 0 ? null : { point, struck, problem: found.join("\n") };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { point, struck: null, problem };
  }
}

/** What a lost database held is lost: the ledger may lack what was released before. */
function forgiving(picture: Picture, expected: Picture, { fault }: Point): Picture {
  if (!fault.includes("lost") || fault === "answer lost" || fault === "lock lost") return picture;
  const isKnown = picture.ledger.every((row) => expected.ledger.includes(row));
  return isKnown ? { ...picture, ledger: expected.ledger } : picture;
}

function differences(expected: Picture, actual: Picture): string[] {
  return (Object.keys(expected) as (keyof Picture)[])
    .filter((part) => !isDeepStrictEqual(expected[part], actual[part]))
    .map((part) => `${part}: expected ${show(expected[part])}\n  but it is ${show(actual[part])}`);
}

function show(value: unknown): string {
  return JSON.stringify(value, null, 1);
}

export function formatFailure(story: string, { point, struck, problem }: Failure): string {
  return `${story} / ${formatPoint(point)} (${struck ?? "?"})\n${problem}`;
}
