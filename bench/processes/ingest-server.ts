/**
 * One server of the benchmark: `node ingest-server.ts smallbatch DATABASE_URL` or `bare`. Sends its
 * address to its parent, then the milliseconds of CPU that it took whenever it is asked, and ends
 * with its parent.
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { pino } from "pino";
import { interpretDelivery } from "../../src/github/events.ts";
import { startServer } from "../../src/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { SECRET } from "../ingest/load.ts";

/** The floor: read the body, verify it, forget it. */
async function startBare(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const digest = createHmac("sha256", SECRET).update(Buffer.concat(chunks)).digest("hex");
      const given = Buffer.from(String(request.headers["x-hub-signature-256"]));
      const isSigned = timingSafeEqual(given, Buffer.from(`sha256=${digest}`));
      response.writeHead(isSigned ? 202 : 401, { "Content-Length": 0 });
      response.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

async function startSmallbatch(databaseUrl: string): Promise<string> {
  const { url } = await startServer({
    settings: {
      host: "127.0.0.1",
      port: 0,
      webhookSecrets: [SECRET],
      appId: 1,
      hasWebhooks: true,
      serverUrl: "https://github.com",
    },
    database: openDatabase(databaseUrl),
    interpret: interpretDelivery,
    logger: pino({ level: "error" }),
  });
  return url;
}

const [kind, databaseUrl = ""] = process.argv.slice(2);
const url = kind === "bare" ? await startBare() : await startSmallbatch(databaseUrl);
process.once("disconnect", () => process.exit(0));
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send?.((user + system) / 1_000);
});
process.send?.(url);
