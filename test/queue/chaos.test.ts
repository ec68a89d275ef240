import { expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { formatReplay, readSeed } from "../support/seed.ts";
import { runChaos } from "./chaos.ts";

const test = useDatabase();

it("serves every hint, one pass at a time, while processes are killed (see `npm run chaos`)", async () => {
  const seed = readSeed();
  const { overlaps, unserved, deaths, ...counts } = await runChaos({
    url: test.url,
    seed,
    workers: 3,
    repositories: 20,
    hints: 800,
    killEveryMs: 700,
  });
  const replay = formatReplay(seed);
  expect({ replay, overlaps, unserved, deaths }).toEqual({
    replay,
    overlaps: [],
    unserved: [],
    deaths: [],
  });
  expect(counts.kills).toBeGreaterThan(0);
  expect(counts.passes).toBeGreaterThan(20);
}, 120_000);
