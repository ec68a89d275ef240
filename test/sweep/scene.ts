import type { Database } from "../../src/store/database.ts";
import { Hearing } from "../support/hearing.ts";
import type { Replica } from "../support/replica.ts";
import { MINUTE_MS, type Scenario, type Stage } from "../support/scenario.ts";

/**
 * Each rest takes this long on the clock, whatever went wrong in it, so that a story has the same
 * timeline with and without a fault. Longer than any wait that one fault can cause: 60 s where
 * GitHub asks for it, ten minutes for a tag without a release and without memory.
 */
const REST_MS = 30 * MINUTE_MS;

/** The repository of a story that looks more often within a rest goes round in circles. */
const LOOKS_MAX = 60;

/** What a story is played on: people and their repository, and the App that comes to rest. */
export class Scene {
  readonly stage: Stage;
  readonly scenario: Scenario;
  readonly #house: House;
  #hearing: Hearing | null = null;

  constructor(stage: Stage, scenario: Scenario, house: House) {
    this.stage = stage;
    this.scenario = scenario;
    this.#house = house;
  }

  /** From now on the App hears what GitHub tells, and is told again what it has lost. */
  listen(): void {
    this.#hearing = new Hearing(this.stage, this.scenario);
  }

  /** As the service does every two minutes: what never arrived, or is gone, is delivered again. */
  async #hear(): Promise<void> {
    if (this.#hearing === null) return;
    const { inbox } = this.#house.database;
    await this.#hearing.take();
    const { all } = this.#hearing;
    const known = await inbox.findKnown(all.map(({ guid }) => guid));
    // At once, as they come: the inbox keeps them in this order, in few transactions.
    const missing = all.filter(({ guid }) => !known.has(guid));
    await Promise.all(missing.map((delivery) => inbox.recordDelivery(delivery)));
  }

  /**
   * The App hears that something happened and works until nothing is due; then the sweep comes by,
   * as it does in a service where nobody hears anything. Always `spanMs` on the clock.
   */
  async rest(spanMs = REST_MS): Promise<void> {
    const { clock } = this.stage;
    const { database } = this.#house;
    const { id } = this.scenario.repository;
    const end = clock.now() + spanMs;
    await this.#hear();
    await database.work.hint(id, null);
    await this.#serveUntil(end);
    clock.advance(end - clock.now());
    await this.#sweep();
    await this.#serveUntil(clock.now());
  }

  /** A last rest after the story, for what went wrong at its very end: nothing happens any more. */
  async settle(): Promise<void> {
    await this.#house.calm();
    await this.#serveUntil(this.stage.clock.now());
    await this.rest();
  }

  /** What is due until then, in its time. */
  async #serveUntil(end: number): Promise<void> {
    const { clock } = this.stage;
    const { id } = this.scenario.repository;
    for (let looks = 0; ; looks += 1) {
      const at = await this.#house.replica.dueAt(id);
      if (at === null || at > end) return this.#house.calm();
      if (looks === LOOKS_MAX) throw new Error(`It does not come to rest in ${LOOKS_MAX} looks`);
      clock.advance(Math.max(0, at - clock.now()));
      await this.#hear();
      await this.#house.serve(id);
    }
  }

  /** What GitHub lists for the installation is made known again, and looked at. */
  async #sweep(): Promise<void> {
    const { stage, scenario } = this;
    const { database } = this.#house;
    const { id, defaultBranch } = scenario.repository;
    const { owner, name } = scenario.place;
    const label = { id, nodeId: `R_${id}`, owner, name, isPrivate: false, defaultBranch };
    await database.repositories.upsert(stage.app.installationId, [label]);
    await this.#hear();
    await database.work.enqueueDue(stage.clock.now(), 0);
  }
}

/** The App of a scene: its database and its replicas, of which faults may take one away. */
export interface House {
  readonly database: Database;
  readonly replica: Replica;
  /** One job of the queue, with whatever goes wrong in it. */
  serve(repositoryId: number): Promise<void>;
  /** Nothing goes wrong any more until the next rest. */
  calm(): Promise<void>;
}
