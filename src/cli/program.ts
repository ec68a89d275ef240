import { Command, CommanderError } from "commander";
import { obeyNetworkSettings } from "../network.ts";
import { readVersion } from "../version.ts";
import { loadEnvironmentFile } from "./environment-file.ts";
import { EXIT } from "./exit.ts";

/** Only the one that is asked for is loaded: some bring a server with them. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  serve: async () => (await import("./serve.ts")).serveCommand(),
  setup: async () => (await import("./setup.ts")).setupCommand(),
  run: async () => (await import("./run.ts")).runCommand(),
  propose: async () => (await import("./propose.ts")).proposeCommand(),
  why: async () => (await import("./why.ts")).whyCommand(),
  card: async () => (await import("./card.ts")).cardCommand(),
  policy: async () => (await import("./policy.ts")).policyCommand(),
  replay: async () => (await import("./replay.ts")).replayCommand(),
  size: async () => (await import("./size.ts")).sizeCommand(),
  notes: async () => (await import("./notes.ts")).notesCommand(),
  eval: async () => (await import("./eval.ts")).evalCommand(),
  cases: async () => (await import("./cases.ts")).casesCommand(),
  backfill: async () => (await import("./backfill.ts")).backfillCommand(),
  export: async () => (await import("./export.ts")).exportCommand(),
  tokens: async () => (await import("./tokens.ts")).tokensCommand(),
  doctor: async () => (await import("./doctor.ts")).doctorCommand(),
  demo: async () => (await import("./demo.ts")).demoCommand(),
  "local-github": async () => (await import("./local-github.ts")).localGitHubCommand(),
};

/** Obeys any words; throws what went wrong, but for words that it explained itself. */
export async function runProgram(words: readonly string[]): Promise<void> {
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
Settings are environment variables, or lines of the file that --env-file
names: docs/settings.md.`,
    )
    .exitOverride();

  const asked = Object.keys(COMMANDS).filter((name) => words.includes(name));
  for (const name of asked.length === 0 ? Object.keys(COMMANDS) : asked) {
    const command = await COMMANDS[name]?.();
    if (command === undefined) continue;
    program.addCommand(command.copyInheritedSettings(program));
    for (const part of command.commands) part.copyInheritedSettings(command);
  }

  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
  }
}
