import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildStage, StageClock, type Stage } from "../support/scenario.ts";
import { choosePoints, listPoints, seededRandom } from "./faults.ts";
import { STORIES, type Chapter } from "./stories.ts";
import { formatFailure, sweepStory } from "./sweep.ts";
import { openLockPool, SWEEP_BEGINS_AT, type Ground } from "./troubled-house.ts";

/** A story of three rests has some hundred points. */
const STORY_MS_MAX = 10 * 60_000;

const seed = Number(process.env["SMALLBATCH_TEST_SEED"] ?? 1);

/**
 * The gate's part of the sweep: every request and transaction of each story with the faults that
 * are always tried, and a seeded quarter of the others. `npm run sweep` tries them all.
 */
export function sweepChapter(chapter: Chapter): void {
  const clock = new StageClock(SWEEP_BEGINS_AT);
  const local = useLocalGitHub({ now: () => new Date(clock.now()) });
  const test = useDatabase();
  let stage: Stage | null = null;
  let ground: Ground | null = null;

  beforeAll(async () => {
    stage = await buildStage(local, clock);
    ground = { url: test.url, database: test.database, pool: openLockPool(test.url) };
  });
  afterAll(() => ground?.pool.end());

  describe(`whatever goes wrong on the way (seed ${seed})`, () => {
    it.each(STORIES[chapter].map((story) => ({ name: story.name, story })))(
      "$name ends the same",
      async ({ story }) => {
        if (stage === null || ground === null)
          throw new Error("The stage stands from beforeAll on");
        const random = seededRandom(seed);
        const { tried, failures } = await sweepStory(story, {
          stage,
          ground,
          choose: (counts) => choosePoints(listPoints(counts), random),
        });
        expect(tried).toBeGreaterThan(0);
        expect(failures.map((failure) => formatFailure(story.name, failure))).toEqual([]);
      },
      STORY_MS_MAX,
    );
  });
}
