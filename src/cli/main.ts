import { obeyNetworkSettings } from "../network.ts";
import { EXIT, explain } from "./exit.ts";

// `smallbatch why … | head` closes our output early: that is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT.done);
});

/**
 * Every word of an error goes through here: it may quote an address with a password. What takes it
 * out reads keys, and takes longer to load than a short command needs.
 */
async function report(error: unknown): Promise<number> {
  const { text, exitCode } = explain(error);
  const { openRedactor } = await import("../redactor.ts");
  process.stderr.write(openRedactor(process.env)(`smallbatch: ${text}\n`));
  return exitCode;
}

// Node would print the error with all that it carries.
process.on("uncaughtException", async (error) => process.exit(await report(error)));

/** What is called after each edit does not wait for the words of all the others to be loaded. */
async function run(words: readonly string[]): Promise<void> {
  if (words[0] === "size") {
    const [{ readSizeWords }, { runSize }] = await Promise.all([
      import("./size/words.ts"),
      import("./size/run.ts"),
    ]);
    const options = readSizeWords(words.slice(1));
    if (options !== null) {
      obeyNetworkSettings(process.env);
      await runSize(options);
      return;
    }
  }
  const { runProgram } = await import("./program.ts");
  await runProgram(words);
}

try {
  await run(process.argv.slice(2));
} catch (error) {
  process.exitCode = await report(error);
}
