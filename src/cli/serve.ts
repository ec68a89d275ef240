import { Command } from "commander";
import { openLogger } from "../log.ts";
import { startService } from "../service.ts";
import { readSettings } from "../settings.ts";
import { waitForStop } from "./stop.ts";

/** `smallbatch serve`: the App, until it is stopped. */
export function serveCommand(): Command {
  return new Command("serve")
    .description("run the App: webhooks, queue, worker and sweeps")
    .option("--json", "log JSON (it always does)")
    .addHelpText(
      "after",
      `
Needs APP_ID, WEBHOOK_SECRET, and PRIVATE_KEY or PRIVATE_KEY_PATH: "smallbatch
setup" writes them to smallbatch.env, for --env-file. Without DATABASE_URL it
brings its own PostgreSQL, in .smallbatch/.

Webhooks arrive at /api/github/webhooks; /livez and /readyz tell how it is.
Where GitHub cannot reach it, SMALLBATCH_WEBHOOKS=off lets it ask instead
(docs/networks.md). With ANTHROPIC_API_KEY, Claude words notes (docs/notes.md).

SIGTERM: /readyz says 503, deliveries are taken for SMALLBATCH_DRAIN_SECONDS
more, what runs comes to its end, and it exits 0. More: docs/deploying.md`,
    )
    .action(async () => {
      const settings = readSettings(process.env, "serve");
      const logger = openLogger(settings.logLevel, process.env);
      const stopped = waitForStop();
      const service = await startService(settings, { logger });
      logger.info({ url: service.url }, `Smallbatch listens on ${service.url}`);
      const notes =
        settings.claudeKey === null
          ? "Notes are made of titles: ANTHROPIC_API_KEY is not set."
          : "Notes are worded by Claude where a policy lets them be.";
      logger.info({ claude: settings.claudeKey === null ? null : settings.claudeUrl }, notes);
      const signal = await stopped;
      logger.info({ signal }, "Stopping: no new deliveries; what runs comes to its end.");
      await service.stop();
      logger.info({}, "Stopped.");
    });
}
