import type { Pool } from "pg";
import { interpretDelivery } from "../../src/github/events.ts";
import { startServer, type Server } from "../../src/server.ts";
import type { Database } from "../../src/store/database.ts";
import { WEBHOOK_PATH } from "../../src/webhooks.ts";
import type { Stage } from "../support/scenario.ts";
import { Mailbox } from "./mailbox.ts";
import { Witness } from "./witness.ts";

/** What shuffles are played on: a stage, a database and the App's door for deliveries. */
export interface Table {
  readonly stage: Stage;
  readonly database: Database;
  readonly pool: Pool;
  readonly mailbox: Mailbox;
  readonly witness: Witness;
  readonly tally: Tally;
  readonly close: () => Promise<void>;
}

/** What happened on a table so far. */
interface Tally {
  runs: number;
  units: number;
  releases: number;
  looks: number;
  /** What people did that only people of some world do, by its name. */
  readonly deeds: Map<string, number>;
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
      serverUrl: "https://github.com",
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
    witness: new Witness(stage),
    tally: { runs: 0, units: 0, releases: 0, looks: 0, deeds: new Map() },
    close: async () => {
      app.webhookUrl = null;
      await mailbox.close();
      await server.close();
    },
  };
}
