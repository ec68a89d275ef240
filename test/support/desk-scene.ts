import { listTicked, readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import type { DeskAct } from "../../src/core/desk/desk-box.ts";
import type { Person } from "../../src/local-github/person.ts";
import type { Issue } from "../../src/local-github/world.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import type { FleetingStore } from "../../src/reconcile/fleeting-store.ts";
import type { Reconciled } from "../../src/reconcile/reconcile.ts";
import { act, Hearing } from "./hearing.ts";
import type { Scenario, ScenarioOptions, Stage } from "./scenario.ts";

/** A repository with a release desk, whose loop hears what GitHub tells. */
export class DeskScene {
  readonly scenario: Scenario;
  readonly hearing: Hearing;
  readonly #stage: Stage;
  #store: FleetingStore;

  private constructor(stage: Stage, scenario: Scenario, store: FleetingStore) {
    this.#stage = stage;
    this.scenario = scenario;
    this.hearing = new Hearing(stage, scenario);
    this.#store = store;
  }

  static async open(stage: Stage, options: ScenarioOptions = {}): Promise<DeskScene> {
    const store = fleetingStore();
    return new DeskScene(stage, await stage.open({ desk: true, ...options, store }), store);
  }

  /** A breaking change that is green and prepared, and a desk that says so. */
  static async openPrepared(stage: Stage, options: ScenarioOptions = {}): Promise<DeskScene> {
    const scene = await DeskScene.open(stage, options);
    await scene.scenario.mergeGreen("feat!: rename everything");
    await scene.look();
    return scene;
  }

  /** What was told until now is heard, then one look. */
  async look(options: Parameters<Scenario["look"]>[0] = {}): Promise<Reconciled> {
    await this.hear();
    return this.scenario.look(options);
  }

  async hear(): Promise<void> {
    for (const { interpretation } of await this.hearing.take()) this.#store.hear(interpretation);
  }

  /** Everything that was ever told is told again. */
  hearAgain(): void {
    for (const { interpretation } of this.hearing.all) this.#store.hear(interpretation);
  }

  /** Looks until nothing is owed within a minute. */
  async rest(): Promise<void> {
    const { clock } = this.#stage;
    for (let looks = 0; looks < 20; looks += 1) {
      const { wakeAt } = await this.look();
      if (wakeAt === null || wakeAt > clock.now() + 60_000) return;
      clock.advance(Math.max(1, wakeAt - clock.now()));
    }
    throw new Error("It does not come to rest");
  }

  /** The issues of our bot, oldest first. */
  desks(): readonly Issue[] {
    const { data } = this.#stage.github.github;
    return data.issues.filter(
      (issue) =>
        issue.repositoryId === this.scenario.repository.id &&
        issue.authorAppId !== null &&
        issue.authorAppId !== undefined &&
        issue.pull === undefined,
    );
  }

  desk(): Issue {
    const [desk, ...more] = this.desks();
    if (desk === undefined || more.length > 0) throw new Error(`${more.length} more desks`);
    return desk;
  }

  get body(): string {
    return this.desk().body ?? "";
  }

  /** Our last text, which the store has; boxes that take releases back are left out. */
  acts(): readonly DeskAct[] {
    return readBoxes(this.body).flatMap((box) => (box.act === "rollback" ? [] : [box.act]));
  }

  ticked(): readonly string[] {
    return listTicked(this.body);
  }

  /** As a browser does it: the whole text, with one more tick. */
  async tick(by: Person, wanted: DeskAct): Promise<void> {
    const box = readBoxes(this.body).find((each) => each.act === wanted);
    if (box === undefined) throw new Error(`There is no box to ${wanted}`);
    await this.edit(by, tickBoxes(this.body, [box.source]));
  }

  async edit(by: Person, body: string): Promise<void> {
    await act(this.scenario, by, ["PATCH", `issues/${this.desk().number}`], { body });
  }

  async close(by: Person): Promise<void> {
    await act(this.scenario, by, ["PATCH", `issues/${this.desk().number}`], { state: "closed" });
  }

  async reopen(by: Person): Promise<void> {
    await act(this.scenario, by, ["PATCH", `issues/${this.desk().number}`], { state: "open" });
  }

  /** The database is gone. */
  forget(): void {
    this.scenario.forget();
    this.#store = this.scenario.store as FleetingStore;
  }

  async tags(): Promise<readonly string[]> {
    return Object.keys((await this.scenario.world()).tags);
  }

  /** Requests within `work`: `graphql`, or method and path in the repository. */
  async requestsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
    const { requests } = this.#stage.github;
    const before = requests.length;
    await work();
    return requests
      .slice(before)
      .map(({ method, path }) =>
        path === "/graphql"
          ? "graphql"
          : `${method} ${path.replace(/^\/repos\/[^/]+\/[^/]+\//, "")}`,
      );
  }
}
