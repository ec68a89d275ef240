import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildStage, StageClock, type Stage } from "../support/scenario.ts";
import type { Steps } from "./faults.ts";
import { runStory } from "./run-story.ts";
import { STORIES, type Story } from "./stories.ts";
import { playReference, type SweepOptions } from "./sweep.ts";
import {
  describeExchange,
  openLockPool,
  SWEEP_BEGINS_AT,
  type Asked,
  type Ground,
} from "./troubled-house.ts";

const clock = new StageClock(SWEEP_BEGINS_AT);
const answered: Asked[] = [];
const local = useLocalGitHub({
  now: () => new Date(clock.now()),
  onExchange: (exchange) => answered.push(describeExchange(exchange)),
});
const test = useDatabase();
let stage: Stage | null = null;
let ground: Ground | null = null;

beforeAll(async () => {
  stage = await buildStage(local, clock);
  const pool = openLockPool(test.url);
  ground = { url: test.url, database: test.database, pool, answered };
});
afterAll(() => ground?.pool.end());

describe("without a fault, and as GitHub describes itself,", () => {
  it.each(STORIES.map((story) => ({ name: story.name, story })))(
    "$name comes to its end",
    async ({ story }) => {
      if (stage === null || ground === null) throw new Error("The stage stands from beforeAll on");
      const { steps } = await playOnceOrTwice(story, { stage, ground });
      expect(steps.requests.length).toBeGreaterThan(5);
      expect(steps.transactions.length).toBeGreaterThan(10);
    },
  );
});

/** That it always ends the same the sweep says itself, of each story that the gate has time for. */
async function playOnceOrTwice(story: Story, options: SweepOptions): Promise<{ steps: Steps }> {
  if (story.isLong === true) return playReference(story, options);
  return runStory(story, [], { ...options, isSettled: true });
}
