import { generateKeyPairSync, randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import type { BenchPostgres } from "../postgres.ts";
import { startServiceProcess, type ServiceProcess } from "../service.ts";
import { startCannedGitHub, type CannedGitHub } from "./github.ts";
import { STATE_PATH } from "./world.ts";
import type { CannedState, CannedWorld } from "./world.ts";

const POLL_MS = 50;
const SETTLE_MS_MAX = 300_000;

/** Replicas of the App on one database and one canned GitHub. */
export interface Fleet {
  readonly replicas: readonly ServiceProcess[];
  readonly github: CannedGitHub;
  readonly webhookSecret: string;
  readonly databaseUrl: string;
  /** A connection of the bench's own. */
  readonly sql: Client;
  setState(state: CannedState): Promise<void>;
  /** Wait until nobody is owed a look. Throws where somebody is parked. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

let databases = 0;

/** Started, and every repository of the world looked at once. */
export async function startFleet(
  postgres: BenchPostgres,
  world: CannedWorld,
  options: {
    readonly replicas: number;
    readonly nodeOptions?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Fleet> {
  databases += 1;
  const databaseUrl = await postgres.create(`fleet_${databases}`);
  const github = await startCannedGitHub(world);
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const webhookSecret = randomBytes(32).toString("hex");
  const settings = {
    APP_ID: String(world.appId),
    PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    WEBHOOK_SECRET: webhookSecret,
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: github.url,
    GITHUB_GRAPHQL_URL: `${github.url}/graphql`,
    DATABASE_URL: databaseUrl,
    ...options.env,
  };
  const replicas: ServiceProcess[] = [];
  const sql = new Client({ connectionString: databaseUrl });
  const stop = async () => {
    await sql.end();
    for (const replica of replicas) await replica.stop();
    await github.stop();
  };
  try {
    await sql.connect();
    for (let replica = 0; replica < options.replicas; replica += 1) {
      replicas.push(await startServiceProcess(settings, options.nodeOptions));
    }
    const count = world.installations.reduce((sum, each) => sum + each.repositories, 0);
    await waitFor(github, "every repository to be looked at once", async () => {
      // The first look writes a check, and GitHub accepts 80 writes a minute: not measured here.
      await sql.query("delete from smallbatch.write_budget");
      const { rows } = await sql.query<{ seen: number }>(
        "select count(last_reconciled_at)::int as seen from smallbatch.repository",
      );
      return rows[0]?.seen === count;
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    replicas,
    github,
    webhookSecret,
    databaseUrl,
    sql,
    setState: async (state) => {
      await fetch(`${github.url}${STATE_PATH}`, { method: "PUT", body: state });
    },
    settle: () => settle(github, sql),
    stop,
  };
}

async function settle(github: CannedGitHub, sql: Client): Promise<void> {
  await waitFor(github, "nobody to be owed a look", async () => {
    const { rows } = await sql.query<{ owed: number; parked: number }>(
      `select count(*) filter (where served < generation)::int as owed,
        count(parked_at)::int as parked from smallbatch.repository`,
    );
    const { owed = 0, parked = 0 } = rows[0] ?? {};
    if (parked > 0) throw new Error(`${parked} repositories are parked`);
    return owed === 0;
  });
}

async function waitFor(
  github: CannedGitHub,
  what: string,
  look: () => Promise<boolean>,
): Promise<void> {
  const deadline = performance.now() + SETTLE_MS_MAX;
  while (!(await look())) {
    github.check();
    if (performance.now() > deadline) throw new Error(`Waited too long for ${what}`);
    await sleep(POLL_MS);
  }
}
