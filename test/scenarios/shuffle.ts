import {
  array,
  asyncProperty,
  constantFrom,
  integer,
  oneof,
  record,
  type Arbitrary,
  type RunDetails,
} from "fast-check";
import type { Pool } from "pg";
import { compare } from "semver";
import { parseCard } from "../../src/core/card-text.ts";
import { interpretDelivery } from "../../src/github/events.ts";
import { startServer, type Server } from "../../src/server.ts";
import type { Database } from "../../src/store/database.ts";
import { WEBHOOK_PATH } from "../../src/webhooks.ts";
import { Replica } from "../support/replica.ts";
import { HOUR_MS, MINUTE_MS, type Scenario, type Stage } from "../support/scenario.ts";
import { drawLots, formatReplay } from "../support/seed.ts";
import { Mailbox } from "./mailbox.ts";

type State = "pending" | "success" | "failure";

/** `in`: which repository. `pick`: which of those that there are by then, newest first. */
type Step =
  | {
      readonly do: "merge" | "push";
      readonly in: number;
      readonly type: string;
      readonly checks: State | "none";
    }
  | {
      readonly do: "revert";
      readonly in: number;
      readonly pick: number;
      readonly checks: State | "none";
    }
  | { readonly do: "check"; readonly in: number; readonly pick: number; readonly state: State }
  | { readonly do: "work"; readonly in: number; readonly by: "first" | "second" | "both" }
  | { readonly do: "clock"; readonly minutes: number }
  | { readonly do: "sweep" };

/** One story for the shuffle. `mail` decides what becomes of every delivery. */
export interface Shuffle {
  readonly repositories: number;
  readonly mail: number;
  readonly steps: readonly Step[];
}

const whichRepository = integer({ min: 0, max: 2 });
const pick = integer({ min: 0, max: 3 });
const types = constantFrom("fix", "fix", "feat", "docs");
const checks = constantFrom<State | "none">("none", "pending", "success", "success", "failure");
const states = constantFrom<State>("pending", "success", "success", "failure");
const steps: Arbitrary<Step> = oneof(
  {
    weight: 4,
    arbitrary: record({
      do: constantFrom("merge" as const),
      in: whichRepository,
      type: types,
      checks,
    }),
  },
  {
    weight: 1,
    arbitrary: record({
      do: constantFrom("push" as const),
      in: whichRepository,
      type: types,
      checks,
    }),
  },
  {
    weight: 1,
    arbitrary: record({ do: constantFrom("revert" as const), in: whichRepository, pick, checks }),
  },
  {
    weight: 3,
    arbitrary: record({
      do: constantFrom("check" as const),
      in: whichRepository,
      pick,
      state: states,
    }),
  },
  {
    weight: 5,
    arbitrary: record({
      do: constantFrom("work" as const),
      in: whichRepository,
      by: constantFrom("first" as const, "second" as const, "both" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: record({
      do: constantFrom("clock" as const),
      minutes: constantFrom(0.1, 1, 5, 60, 180),
    }),
  },
  { weight: 1, arbitrary: record({ do: constantFrom("sweep" as const) }) },
);
const shuffles: Arbitrary<Shuffle> = record({
  repositories: integer({ min: 1, max: 3 }),
  mail: integer({ min: 1, max: 2 ** 31 - 1 }),
  steps: array(steps, { minLength: 4, maxLength: 24, size: "max" }),
});

/** After `endsAt`, in epoch milliseconds, nothing is played any more: fast-check would cut one off. */
export function shuffleProperty(table: () => Table, endsAt = Infinity) {
  return asyncProperty(shuffles, async (shuffle) => {
    if (Date.now() > endsAt) return;
    await playShuffle(table(), shuffle);
    table().tally.runs += 1;
  });
}

/** What to look at, and how to play it again. */
export function formatFailure(details: RunDetails<[Shuffle]>, seed: number): string {
  const [shuffle] = details.counterexample ?? [];
  return [
    String(details.errorInstance),
    shuffle === undefined ? "" : formatShuffle(shuffle),
    `seed ${seed}, path ${details.counterexamplePath ?? ""}, ${details.numShrinks} times smaller;`,
    formatReplay(seed),
  ].join("\n");
}

function formatShuffle({ repositories, mail, steps: taken }: Shuffle): string {
  const lines = taken.map(({ do: what, ...rest }, index) => {
    const said = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
    return `${String(index + 1).padStart(3)}. ${what} ${said.join(", ")}`;
  });
  return [`${repositories} repositories, mail ${mail}`, ...lines].join("\n");
}

/** What shuffles are played on: a stage, a database and the App's door for deliveries. */
export interface Table {
  readonly stage: Stage;
  readonly database: Database;
  readonly pool: Pool;
  readonly mailbox: Mailbox;
  /** What happened on it so far. */
  readonly tally: { runs: number; units: number; releases: number; looks: number };
  readonly close: () => Promise<void>;
}

const ignore = (): void => undefined;

/** From now on the App hears of everything by the mailbox alone. */
export async function layTable(stage: Stage, database: Database, pool: Pool): Promise<Table> {
  const app = stage.github.github.data.apps.find(({ id }) => id === stage.app.id);
  if (app === undefined) throw new Error("The App is not there.");
  const server: Server = await startServer({
    settings: {
      host: "127.0.0.1",
      port: 0,
      webhookSecrets: [app.webhookSecret],
      appId: app.id,
      hasWebhooks: true,
    },
    database,
    interpret: interpretDelivery,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    now: () => stage.clock.now(),
  });
  const mailbox = new Mailbox();
  app.webhookUrl = await mailbox.open(`${server.url}${WEBHOOK_PATH}`);
  return {
    stage,
    database,
    pool,
    mailbox,
    tally: { runs: 0, units: 0, releases: 0, looks: 0 },
    close: async () => {
      app.webhookUrl = null;
      await mailbox.close();
      await server.close();
    },
  };
}

interface Unit {
  readonly title: string;
  readonly sha: string;
  /** Null: pushed without one. */
  readonly pull: number | null;
  readonly path: string;
}

const PLAIN_FOLDERS = ["src"];
const COMPONENT_FOLDERS = ["src", "packages/a", "packages/b"];
const COMPONENTS = `version: 1
components: [{ name: a, path: packages/a }, { name: b, path: packages/b }]
`;

interface Actor {
  /** Where its units stand, in turn: each in one line. */
  readonly folders: readonly string[];
  readonly scenario: Scenario;
  readonly units: Unit[];
}

/** Wake-ups are followed for so long: a burst beyond the bucket waits two hours a release. */
const SETTLE_MS = 3 * 24 * HOUR_MS;
/** Looks in one convergence; more is a circle. */
const LOOKS_MAX = 200;

async function playShuffle(table: Table, { repositories, mail, steps: taken }: Shuffle) {
  const { stage, database, pool, mailbox } = table;
  const lots = drawLots(mail);
  const first = new Replica({ stage, database, pool });
  const second = new Replica({ stage, database, pool });
  const actors: Actor[] = [];
  try {
    for (let n = 0; n < repositories; n++) {
      // The second one has components beside the rest.
      const folders = n === 1 ? COMPONENT_FOLDERS : PLAIN_FOLDERS;
      const scenario = await stage.open(n === 1 ? { policy: COMPONENTS } : {});
      actors.push({ scenario, units: [], folders });
      await database.repositories.upsert(stage.app.installationId, [labelOf(scenario)]);
    }
    await stage.github.webhooks.idle();
    mailbox.empty();
    for (const step of taken) {
      await takeStep(table, step, { actors, first, second });
      await stage.github.webhooks.idle();
      await mailbox.carry(lots);
    }
    await serveDue(table, actors, first);
    await makeGreen(table, actors);
    await converge(table, actors, [first, second]);
    for (const { scenario, units } of actors) await assertReleased(table, scenario, units);
    const before = await Promise.all(actors.map(({ scenario }) => takePicture(table, scenario)));
    await converge(table, actors, [second]);
    const after = await Promise.all(actors.map(({ scenario }) => takePicture(table, scenario)));
    assertSame("What another sweep changed", after, before);
  } finally {
    await stage.github.webhooks.idle();
    mailbox.empty();
    await pool.query("delete from graphile_worker._private_jobs");
    await pool.query("delete from smallbatch.repository");
    for (const { scenario } of actors) await scenario.discard();
  }
}

function labelOf({ repository, place }: Scenario) {
  const { id, defaultBranch } = repository;
  const { owner, name } = place;
  return { id, nodeId: `R_${id}`, owner, name, isPrivate: false, defaultBranch };
}

async function takeStep(
  { stage, database }: Table,
  step: Step,
  cast: { readonly actors: readonly Actor[]; readonly first: Replica; readonly second: Replica },
): Promise<void> {
  const { actors, first, second } = cast;
  if (step.do === "clock") return stage.clock.advance(step.minutes * MINUTE_MS);
  if (step.do === "sweep") return void (await database.work.enqueueDue(stage.clock.now(), HOUR_MS));
  const actor = actors[step.in % actors.length];
  if (actor === undefined) return;
  const { scenario, units } = actor;
  if (step.do === "work") {
    const at = await first.dueAt(scenario.repository.id);
    if (at === null || at > stage.clock.now()) return;
    const by = { first: [first], second: [second], both: [first, second] }[step.by];
    await Promise.all(by.map((replica) => replica.serve(scenario.repository.id)));
    return;
  }
  if (step.do === "check") {
    const unit = units.at(-1 - (step.pick % Math.max(units.length, 1)));
    if (unit !== undefined) await scenario.status(unit.sha, step.state);
    return;
  }
  const unit = await makeUnit(actor, step);
  if (unit === null) return;
  units.push(unit);
  if (step.checks !== "none") await scenario.status(unit.sha, step.checks);
}

async function makeUnit(
  actor: Actor,
  step: Extract<Step, { do: "merge" | "push" | "revert" }>,
): Promise<Unit | null> {
  const { scenario, units, folders } = actor;
  if (step.do === "revert") return revert(actor, step.pick);
  const path = `${folders[units.length % folders.length]}/unit-${units.length}.js`;
  const title = `${step.type}: unit ${units.length}`;
  if (step.do === "merge") {
    const { number, sha } = await scenario.merge(title, { path });
    return { title, sha, pull: number, path };
  }
  return { title, sha: await scenario.commit(title, { [path]: "// pushed\n" }), pull: null, path };
}

async function revert({ scenario, units }: Actor, chosen: number): Promise<Unit | null> {
  const pulls = units.filter(({ pull }) => pull !== null);
  const reverted = pulls.at(-1 - (chosen % Math.max(pulls.length, 1)));
  if (reverted === undefined) return null;
  const title = `Revert "${reverted.title}"`;
  const { number, sha } = await scenario.merge(title, {
    body: `Reverts acme/${scenario.repository.name}#${reverted.pull}`,
    path: reverted.path,
    text: `// without unit, ${units.length}\n`,
  });
  return { title, sha, pull: number, path: reverted.path };
}

/** Everything there is, and a last fix so that nothing has a reason to stay unreleased. */
async function makeGreen({ stage, mailbox }: Table, actors: readonly Actor[]): Promise<void> {
  for (const { scenario, units, folders } of actors) {
    for (const folder of folders) {
      const title = `fix: the last one in ${folder}`;
      const { number, sha } = await scenario.merge(title, { path: `${folder}/last.js` });
      units.push({ title, sha, pull: number, path: "" });
    }
    for (const unit of units) await scenario.status(unit.sha, "success");
  }
  await stage.github.webhooks.idle();
  mailbox.empty();
}

/** What was heard of is worked on, so that the sweep alone finds what comes after it. */
async function serveDue({ stage }: Table, actors: readonly Actor[], replica: Replica) {
  for (let looks = 0; looks < LOOKS_MAX; looks += 1) {
    const next = await findNext(replica, actors, stage.clock.now());
    if (next === null) return;
    await replica.serve(next.id);
  }
  throw new Error(`There was no end after ${LOOKS_MAX} looks`);
}

/** One sweep, and the wake-ups that follow. */
async function converge(
  { stage, database, tally }: Table,
  actors: readonly Actor[],
  replicas: readonly Replica[],
): Promise<void> {
  const { clock } = stage;
  clock.advance(2 * HOUR_MS);
  await database.work.enqueueDue(clock.now(), HOUR_MS);
  const end = clock.now() + SETTLE_MS;
  for (let looks = 0; ; looks += 1) {
    const [replica = null] = [replicas[looks % replicas.length]];
    const next = replica === null ? null : await findNext(replica, actors, end);
    if (replica === null || next === null) break;
    if (looks === LOOKS_MAX) throw new Error(`There was no end after ${LOOKS_MAX} looks`);
    clock.advance(Math.max(0, next.at - clock.now()));
    await replica.serve(next.id);
    tally.looks += 1;
  }
  clock.advance(end - clock.now());
  await stage.github.webhooks.idle();
}

async function findNext(replica: Replica, actors: readonly Actor[], end: number) {
  let next: { id: number; at: number } | null = null;
  for (const { scenario } of actors) {
    const { id } = scenario.repository;
    const at = await replica.dueAt(id);
    if (at !== null && at <= end && (next === null || at < next.at)) next = { id, at };
  }
  return next;
}

/** Every unit in exactly one release, versions that only rise, tags on the branch, told once. */
async function assertReleased(table: Table, scenario: Scenario, units: readonly Unit[]) {
  const { stage, database } = table;
  const { github } = stage.github;
  const { repository } = scenario;
  const releases = github.data.releases.filter(
    ({ repositoryId }) => repositoryId === repository.id,
  );
  const ours = releases.filter(({ tagName }) => tagName !== "v1.4.2");
  table.tally.units += units.length;
  table.tally.releases += ours.length;
  const cards = ours.map(({ tagName, body }) => ({ tagName, card: parseCard(body ?? "") }));
  const where = new Map<string, string[]>();
  for (const { tagName, card } of cards) {
    for (const { sha } of card?.units ?? []) where.set(sha, [...(where.get(sha) ?? []), tagName]);
  }
  assertSame(
    "Releases that carry each unit",
    units.map(({ title, sha }) => [title, where.get(sha)?.length ?? 0]),
    units.map(({ title }) => [title, 1]),
  );
  const names = releases.map(({ tagName }) => tagName);
  for (const line of ["", "a-", "b-"]) {
    const own = names.filter((name) => name.startsWith(`${line}v`));
    const versions = own.map((name) => name.slice(line.length));
    assertSame("Versions in the order of their releases", versions, versions.toSorted(compare));
  }
  assertSame("Releases of a tag", new Set(names).size, names.length);
  const { tags } = await scenario.world();
  assertSame("Tags and releases", Object.keys(tags).toSorted(), names.toSorted());
  for (const { tagName, card } of cards)
    assertSame(`Commit of ${tagName}`, tags[tagName], card?.sha);
  const head = await scenario.head();
  for (const sha of Object.values(tags)) {
    await github.git.run(repository.id, ["merge-base", "--is-ancestor", sha, head]);
  }
  const told = units
    .filter(({ pull }) => pull !== null)
    .map(({ title, pull }) => [
      title,
      github.data.comments.filter(
        (comment) => comment.repositoryId === repository.id && comment.issueNumber === pull,
      ).length,
    ]);
  assertSame(
    "Pulls that were told more than once",
    told.filter(([, times]) => Number(times) > 1),
    [],
  );
  assertSame("Parked", await database.work.readParked(), []);
}

/** What stands on GitHub about a repository. */
async function takePicture({ stage }: Table, scenario: Scenario): Promise<unknown> {
  const { data } = stage.github.github;
  const { id } = scenario.repository;
  const isOwn = (each: { repositoryId: number | null }): boolean => each.repositoryId === id;
  return structuredClone({
    tags: (await scenario.world()).tags,
    releases: data.releases.filter(isOwn),
    checks: data.checkRuns.filter(isOwn),
    comments: data.comments.filter(isOwn),
  });
}

function assertSame(what: string, seen: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(seen), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${left}, expected ${right}`);
}
