import { isDeepStrictEqual } from "node:util";
import type { Stage } from "../support/scenario.ts";
import { formatPoint, losesDatabase, REST_PARTS, type Point, type Steps } from "./faults.ts";
import type { Picture } from "./picture.ts";
import { runStory } from "./run-story.ts";
import type { Story } from "./stories.ts";
import type { Ground } from "./troubled-house.ts";

/** How a story goes, and ends, when nothing goes wrong. */
export interface Reference {
  readonly steps: Steps;
  readonly picture: Picture;
  /** When its last rest ends there is nothing left to do. False also where nobody looked. */
  readonly isOver: boolean;
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
}

/**
 * Play the story twice without a fault. Throws where it has no end of its own, i.e. the two differ.
 * `mayBeOver`: the second time no more is played than the story itself, to see whether it is over.
 */
export async function playReference(
  story: Story,
  options: SweepOptions & { readonly mayBeOver?: boolean },
): Promise<Reference> {
  const { mayBeOver = false } = options;
  const { steps, picture } = await runStory(story, [], { ...options, isSettled: true });
  const again = await runStory(story, [], { ...options, isSettled: !mayBeOver });
  const isAsLong = (["requests", "transactions"] as const).every(
    (kind) => steps[kind].length === again.steps[kind].length,
  );
  if (!isAsLong) throw new Error(`"${story.name}" has another number of steps each time.`);
  const drift = differences(picture, again.picture);
  if (!mayBeOver && drift.length > 0) {
    throw new Error(`"${story.name}" ends in different ways without a fault:\n${drift.join("\n")}`);
  }
  const { paidTwice } = picture;
  if (paidTwice.length > 0) throw new Error(`"${story.name}" pays twice: ${paidTwice.join()}`);
  return { steps, picture, isOver: mayBeOver && drift.length === 0 };
}

/** Play the story again for each of the runs, with its points: it has to end as the reference. */
export async function sweepRuns(
  story: Story,
  runs: readonly (readonly Point[])[],
  { steps, picture, isOver }: Reference,
  options: SweepOptions,
): Promise<readonly Failure[]> {
  const failures: Failure[] = [];
  const last = Math.max(...steps.requests.map(({ part }) => part));
  for (const points of runs) {
    // What went wrong in the last rest is mended by one more.
    const isSettled = !isOver || points.some(({ part }) => part > last - REST_PARTS);
    failures.push(...(await tryPoints(story, points, picture, { ...options, isSettled })));
  }
  return failures;
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
