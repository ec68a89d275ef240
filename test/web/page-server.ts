import { startServer } from "../../src/server.ts";
import type { Server, ServerOptions } from "../../src/server.ts";
import type { Database } from "../../src/store/database.ts";
import { openLogin } from "../../src/web/login.ts";
import { deliveryOf } from "../support/deliveries.ts";

function ignore(): void {}

const logger = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * A server that shows pages of a database. Nobody can log in, and GitHub says of everything that it
 * is as the rows say.
 */
export async function startPages(
  database: ServerOptions["database"] & Pick<Database, "viewed" | "webSessions">,
  changes: Partial<ServerOptions> = {},
): Promise<Server> {
  const { viewed } = database;
  return await startServer({
    settings: {
      host: "127.0.0.1",
      port: 0,
      webhookSecrets: ["0123456789abcdef0123456789abcdef"],
      hasWebhooks: true,
      serverUrl: "https://github.com",
      appId: 7,
    },
    database,
    login: openLogin({
      people: null,
      publicGitHub: {
        readPublic: async (id) => (await viewed.listPublic(id)).map((row) => row.id),
        showsToNobody: () => Promise.resolve(true),
      },
      sessions: database.webSessions,
      repositories: viewed,
      clock: { now: () => Date.now() },
      logger,
    }),
    interpret: (_name, _payload, { guid }) => deliveryOf(guid).interpretation,
    logger,
    ...changes,
  });
}
