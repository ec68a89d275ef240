import { startServer } from "../../src/server.ts";
import type { Server, ServerOptions } from "../../src/server.ts";
import { deliveryOf } from "../support/deliveries.ts";

function ignore(): void {}

/** A server that shows pages of a database. */
export async function startPages(
  database: ServerOptions["database"],
  changes: Partial<ServerOptions> = {},
): Promise<Server> {
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
    interpret: (_name, _payload, { guid }) => deliveryOf(guid).interpretation,
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
    ...changes,
  });
}
