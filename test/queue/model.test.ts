import { afterEach, beforeEach, expect, it } from "@jest/globals";
import {
  asyncModelRun,
  asyncProperty,
  check,
  commands,
  defaultReportMessage,
  nat,
  type AsyncCommand,
} from "fast-check";
import { useDatabase } from "../support/database.ts";
import { formatReplay, readSeed } from "../support/seed.ts";
import { Replicas } from "./replicas.ts";

/**
 * The queue under every order of events that fast-check finds: real rows, real locks, real jobs;
 * only the workers are driven by hand, so that nothing depends on who is faster.
 */
const test = useDatabase();
let replicas: Replicas;

beforeEach(() => {
  replicas = new Replicas(test);
});

afterEach(() => replicas.close());

type Step = (world: Replicas) => Promise<void>;

class Command implements AsyncCommand<object, Replicas> {
  readonly #name: string;
  readonly #step: Step;

  constructor(name: string, step: Step) {
    this.#name = name;
    this.#step = step;
  }

  check(): boolean {
    return true;
  }

  async run(_model: object, world: Replicas): Promise<void> {
    await this.#step(world);
    world.assertRight();
  }

  toString(): string {
    return this.#name;
  }
}

/** A step with a number that picks whom it concerns. */
function command(name: string, step: (world: Replicas, pick: number) => Promise<void>) {
  return nat({ max: 5 }).map((pick) => {
    return new Command(`${name}(${pick})`, (world) => step(world, pick));
  });
}

const ends = ["served", "wake", "wait", "failed", "parked"] as const;

const steps = commands(
  [
    command("hint", (world, pick) => world.hint(pick)),
    command("hint", (world, pick) => world.hint(pick)),
    command("hintLater", (world, pick) => world.hintLater(pick)),
    command("takeJob", (world, pick) => world.takeJob(pick)),
    command("takeJob", (world, pick) => world.takeJob(pick)),
    command("takeJob", (world, pick) => world.takeJob(pick)),
    ...ends.map((end) => command(`end as ${end}`, (world, pick) => world.endPass(pick, end))),
    command("end as served", (world, pick) => world.endPass(pick, "served")),
    command("hint at the end", (world, pick) => world.hintAtTheEnd(pick)),
    command("lose the connection", (world, pick) => world.loseConnection(pick)),
    command("kill", (world, pick) => world.kill(pick)),
    command("kill after meeting", (world, pick) => world.killAfterMeeting(pick)),
    command("stop", (world, pick) => world.stop(pick)),
    command("tend", (world, pick) => world.tend(pick)),
    command("clock goes on", (world, pick) => world.advance(10 ** pick * 50)),
    command("sweep", (world) => world.sweep()),
  ],
  { maxCommands: 14, size: "max" },
);

it("lets one pass at a time run and serves every hint without the sweep's help", async () => {
  const seed = readSeed();
  const property = asyncProperty(steps, async (taken) => {
    await replicas.reset();
    await asyncModelRun(() => ({ model: {}, real: replicas }), taken);
    await replicas.converge();
    replicas.assertRight();
  });
  const details = await check(property, {
    seed,
    numRuns: 100,
  });
  const report = [defaultReportMessage(details), details.errorInstance, formatReplay(seed)];
  expect(details.failed ? report.join("\n") : "").toBe("");
  expect(details.numRuns).toBeGreaterThan(10);
}, 120_000);
