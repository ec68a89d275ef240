import { Command, CommanderError } from "commander";
import { openRedactor } from "../log.ts";
import { obeyNetworkSettings } from "../network.ts";
import { readVersion } from "../version.ts";
import { cardCommand } from "./card.ts";
import { demoCommand } from "./demo.ts";
import { loadEnvironmentFile } from "./environment-file.ts";
import { EXIT, explain } from "./exit.ts";
import { localGitHubCommand } from "./local-github.ts";
import { runCommand } from "./run.ts";
import { serveCommand } from "./serve.ts";
import { setupCommand } from "./setup.ts";
import { whyCommand } from "./why.ts";

// `smallbatch why … | head` closes our output early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.done);
});

/** Every word of an error goes through here: it may quote an address with a password. */
function report(error: unknown): number {
  const { text, exitCode } = explain(error);
  process.stderr.write(openRedactor(process.env)(`smallbatch: ${text}\n`));
  return exitCode;
}

// Node would print the error with all that it carries.
process.on("uncaughtException", (error) => process.exit(report(error)));

const program = new Command("smallbatch")
  .description("Turns every merged pull request into a small, verified, reversible release.")
  .version(readVersion())
  .option("--env-file <file>", "read settings from a file; variables that are set win")
  .configureHelp({ showGlobalOptions: true })
  .hook("preAction", (root) => {
    loadEnvironmentFile(root.opts());
    obeyNetworkSettings(process.env);
  })
  .showHelpAfterError('(add "--help" for usage)')
  .addHelpText(
    "after",
    `
Exit codes: ${EXIT.done} done, ${EXIT.failed} failed, ${EXIT.usage} called wrongly or a wrong setting.
Settings are environment variables, or lines of the file of --env-file: docs/settings.md.`,
  )
  .exitOverride();

for (const command of [
  serveCommand(),
  setupCommand(),
  runCommand(),
  whyCommand(),
  cardCommand(),
  demoCommand(),
  localGitHubCommand(),
]) {
  program.addCommand(command.copyInheritedSettings(program));
}

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  } else {
    process.exitCode = report(error);
  }
}
