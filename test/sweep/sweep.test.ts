import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { run } from "../support/run.ts";
import { buildStage, StageClock, type Stage } from "../support/scenario.ts";
import { readSeed } from "../support/seed.ts";
import { STORIES } from "./stories.ts";
import { sweepStory } from "./sweep.ts";
import {
  describeExchange,
  openLockPool,
  SWEEP_BEGINS_AT,
  type Asked,
  type Ground,
} from "./troubled-house.ts";

/** The whole gate has 20 minutes on two cores. */
const SWEEP_MS_MAX = 18 * 60_000;

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
    "$name always ends the same",
    async ({ story }) => {
      if (stage === null || ground === null) throw new Error("The stage stands from beforeAll on");
      const swept = await sweepStory(story, { stage, ground, choose: () => [] });
      expect(swept.requests).toBeGreaterThan(5);
      expect(swept.transactions).toBeGreaterThan(10);
    },
  );
});

describe("whatever goes wrong on the way,", () => {
  it(
    "every story ends the same",
    async () => {
      // Always the same share unless another one is asked for: a gate that changes says little.
      const seed = String(readSeed(1));
      const main = path.join(import.meta.dirname, "main.ts");
      const said = await run(process.execPath, [main, "--gate", "--seed", seed], {
        cwd: import.meta.dirname,
      });
      expect(said).toMatch(/^[1-9]\d{2,} points tried, all ended as without the fault/m);
    },
    SWEEP_MS_MAX,
  );
});
