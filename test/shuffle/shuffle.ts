import { asyncProperty, sample, type Arbitrary } from "fast-check";
import { Replica } from "../support/replica.ts";
import { HOUR_MS, MINUTE_MS, type Scenario } from "../support/scenario.ts";
import { drawLots } from "../support/seed.ts";
import { makeGreen, takeStep } from "./people.ts";
import { assertReleased } from "./released.ts";
import { shufflesOf, type Shuffle, type Step } from "./steps.ts";
import type { Table } from "./table.ts";
import { assertSame, type Actor } from "./world.ts";
import { findWorld, WORLDS } from "./worlds.ts";

/** A failure is made smaller for so long. */
const SHRINK_MS = 30_000;

/**
 * `world`: of the first repository. After `endsAt`, in epoch milliseconds, nothing is played any
 * more: fast-check would cut one off.
 */
export function shuffleProperty(table: () => Table, world: string, endsAt = Infinity) {
  let until = endsAt;
  return asyncProperty(storiesOf(world), async (shuffle) => {
    if (Date.now() > until) return;
    try {
      await new Game(table(), shuffle).play();
    } catch (error) {
      if (until === endsAt) until = Date.now() + SHRINK_MS;
      throw error;
    }
    table().tally.runs += 1;
  });
}

function storiesOf(world: string): Arbitrary<Shuffle> {
  return shufflesOf(
    world,
    WORLDS.map(({ name }) => name),
  );
}

/**
 * The story at a path of a seed, alone: `check` would go on with all that it could be shrunk to,
 * where it is mended by now.
 */
export async function replayShuffle(
  table: Table,
  world: string,
  at: { readonly seed: number; readonly path: string },
): Promise<void> {
  const [shuffle] = sample(storiesOf(world), { ...at, numRuns: 1 });
  if (shuffle === undefined) throw new Error(`Seed ${at.seed} has no path ${at.path}`);
  await new Game(table, shuffle).play();
  table.tally.runs += 1;
}

/** Wake-ups are followed for so long: a burst beyond the bucket waits two hours a release. */
const SETTLE_MS = 3 * 24 * HOUR_MS;
/** Looks in one convergence; more is a circle. */
const LOOKS_MAX = 200;
/** Times that people are asked for something in the end; more is a circle, too. */
const ASKED_MAX = 12;

/** One shuffle on a table. */
class Game {
  readonly #table: Table;
  readonly #shuffle: Shuffle;
  readonly #actors: Actor[] = [];
  readonly #first: Replica;
  readonly #second: Replica;

  constructor(table: Table, shuffle: Shuffle) {
    this.#table = table;
    this.#shuffle = shuffle;
    const { stage, database, pool } = table;
    this.#first = new Replica({ stage, database, pool });
    this.#second = new Replica({ stage, database, pool });
  }

  async play(): Promise<void> {
    try {
      await this.#open();
      await this.#tumble();
      await this.#end();
    } catch (error) {
      const told = this.#actors.map(
        ({ world, scenario, journal }) =>
          `${scenario.repository.name}, ${world.name}:\n  ${journal.join("\n  ")}`,
      );
      throw new Error(`${String(error)}\n${told.join("\n")}`, { cause: error });
    } finally {
      await this.#clear();
    }
  }

  async #open(): Promise<void> {
    const { stage, database, mailbox, witness } = this.#table;
    const lots = drawLots(this.#shuffle.mail + 1);
    for (const name of this.#shuffle.worlds) {
      const world = findWorld(name);
      const scenario = await stage.open({ policy: world.policy });
      const seat = { world, stage, scenario, lots };
      const actor: Actor = { ...seat, units: [], said: [], byHand: new Set(), journal: [] };
      if (world.files !== undefined) {
        const title = "chore: begin";
        const sha = await scenario.commit(title, world.files);
        actor.units.push({ title, sha, pull: null, paths: Object.keys(world.files) });
      }
      this.#actors.push(actor);
      await database.repositories.upsert(stage.app.installationId, [labelOf(scenario)]);
    }
    await stage.github.webhooks.idle();
    mailbox.empty();
    witness.watch(this.#actors);
  }

  /** The steps, and between them deliveries as the mailbox has it. */
  async #tumble(): Promise<void> {
    const { stage, mailbox, witness } = this.#table;
    const lots = drawLots(this.#shuffle.mail);
    for (const step of this.#shuffle.steps) {
      await this.#take(step);
      witness.assertLawful();
      await stage.github.webhooks.idle();
      await mailbox.carry(lots);
    }
  }

  /** What was heard of is worked on, then all is green, and one sweep has to find the rest. */
  async #end(): Promise<void> {
    const { stage, database, mailbox, tally } = this.#table;
    await this.#serveDue();
    for (const actor of this.#actors) await makeGreen(actor);
    await this.#lose();
    await this.#converge([this.#first, this.#second]);
    await this.#askPeople();
    for (const actor of this.#actors) {
      const { releases } = await assertReleased(actor, mailbox.heardComments);
      tally.units += actor.units.length;
      tally.releases += releases.length;
    }
    assertSame("Parked", await database.work.readParked(), []);
    const before = await this.#takePictures();
    await this.#converge([this.#second]);
    assertSame("What another sweep changed", await this.#takePictures(), before);
    await stage.github.webhooks.idle();
  }

  async #clear(): Promise<void> {
    const { stage, pool, mailbox, witness } = this.#table;
    witness.watch([]);
    await stage.github.webhooks.idle();
    mailbox.empty();
    await pool.query("delete from graphile_worker._private_jobs");
    await pool.query("delete from smallbatch.repository");
    const { data } = stage.github.github;
    for (const { scenario } of this.#actors) {
      const forks = data.repositories.filter((each) => each.forkOfId === scenario.repository.id);
      data.repositories = data.repositories.filter((each) => !forks.includes(each));
      for (const fork of forks) await stage.github.github.git.remove(fork.id);
      await scenario.discard();
    }
  }

  async #take(step: Step): Promise<void> {
    const { stage, database, tally } = this.#table;
    if (step.do === "clock") return stage.clock.advance(step.minutes * MINUTE_MS);
    if (step.do === "sweep") {
      return void (await database.work.enqueueDue(stage.clock.now(), HOUR_MS));
    }
    const actor = this.#actors[step.in % this.#actors.length];
    if (actor === undefined) return;
    if (step.do === "work") return this.#work(actor, step.by);
    const done = await takeStep(actor, step);
    if (done === null) return;
    actor.journal.push(done);
    const [name = ""] = done.split(":");
    if (step.do === "deed") tally.deeds.set(name, (tally.deeds.get(name) ?? 0) + 1);
  }

  async #work({ scenario, journal }: Actor, by: "first" | "second" | "both"): Promise<void> {
    const { id } = scenario.repository;
    const at = await this.#first.dueAt(id);
    if (at === null || at > this.#table.stage.clock.now()) return;
    const replicas = { first: [this.#first], second: [this.#second] };
    const chosen = by === "both" ? [this.#first, this.#second] : replicas[by];
    await Promise.all(chosen.map((replica) => replica.serve(id)));
    journal.push(`  the App looked: ${scenario.check(await scenario.head())?.title ?? "no check"}`);
  }

  /** What was heard of is worked on, so that the sweep alone finds what comes after it. */
  async #serveDue(): Promise<void> {
    const { clock } = this.#table.stage;
    for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
      const next = await this.#findNext(this.#first, clock.now());
      if (next === null) return;
      await this.#first.serve(next.id);
    }
    throw new Error(`There was no end after ${LOOKS_MAX} looks`);
  }

  /** Of what happened now no delivery arrives any more. */
  async #lose(): Promise<void> {
    const { stage, mailbox } = this.#table;
    await stage.github.webhooks.idle();
    mailbox.empty();
  }

  /** People do what they are asked for, and each time one sweep is enough to go on from there. */
  async #askPeople(): Promise<void> {
    for (let times = 0; ; times += 1) {
      let isAsked = false;
      for (const actor of this.#actors) {
        const asked = (await actor.world.askPerson?.(actor)) ?? null;
        if (asked === null) continue;
        isAsked = true;
        actor.journal.push(`done what was asked for: ${asked}`);
      }
      if (!isAsked) return;
      if (times === ASKED_MAX) throw new Error(`People were asked ${ASKED_MAX} times`);
      await this.#lose();
      await this.#converge([this.#first, this.#second]);
    }
  }

  /** One sweep, and the wake-ups that follow. */
  async #converge(replicas: readonly Replica[]): Promise<void> {
    const { stage, database, tally, witness } = this.#table;
    const { clock } = stage;
    clock.advance(2 * HOUR_MS);
    await database.work.enqueueDue(clock.now(), HOUR_MS);
    const end = clock.now() + SETTLE_MS;
    for (let looks = 0; ; looks += 1) {
      const [replica = null] = [replicas[looks % replicas.length]];
      const next = replica === null ? null : await this.#findNext(replica, end);
      if (replica === null || next === null) break;
      if (looks === LOOKS_MAX) throw new Error(`There was no end after ${LOOKS_MAX} looks`);
      clock.advance(Math.max(0, next.at - clock.now()));
      await replica.serve(next.id);
      witness.assertLawful();
      tally.looks += 1;
    }
    clock.advance(end - clock.now());
    await stage.github.webhooks.idle();
  }

  async #findNext(replica: Replica, end: number): Promise<{ id: number; at: number } | null> {
    let next: { id: number; at: number } | null = null;
    for (const { scenario } of this.#actors) {
      const { id } = scenario.repository;
      const at = await replica.dueAt(id);
      if (at !== null && at <= end && (next === null || at < next.at)) next = { id, at };
    }
    return next;
  }

  /** What stands on GitHub about the repositories. */
  async #takePictures(): Promise<unknown> {
    const { data } = this.#table.stage.github.github;
    const pictures: unknown[] = [];
    for (const { scenario } of this.#actors) {
      const { id } = scenario.repository;
      const isOwn = (each: { repositoryId: number | null }): boolean => each.repositoryId === id;
      pictures.push({
        head: await scenario.head(),
        tags: (await scenario.world()).tags,
        releases: data.releases.filter(isOwn),
        checks: data.checkRuns.filter(isOwn),
        comments: data.comments.filter(isOwn),
        reactions: data.reactions.filter(isOwn),
        pulls: data.issues.filter(isOwn),
      });
    }
    return structuredClone(pictures);
  }
}

function labelOf({ repository, place }: Scenario) {
  const { id, defaultBranch } = repository;
  const { owner, name } = place;
  return { id, nodeId: `R_${id}`, owner, name, isPrivate: false, defaultBranch };
}
