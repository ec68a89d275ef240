import { Command, InvalidArgumentError, Option } from "commander";
import { PROFILE_NAMES, type ProfileName } from "../local-github/profile.ts";
import { parsePort } from "./port-argument.ts";
import { waitForStop } from "./stop.ts";

function parseWebAddress(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidArgumentError("It should look like http://127.0.0.1:3000/api/github/webhooks.");
}

/** `smallbatch local-github`: a local GitHub with one organisation, until it is stopped. */
export function localGitHubCommand(): Command {
  return new Command("local-github")
    .description("start a local GitHub on real git, and print where it is as one line of JSON")
    .option("--port <n>", "port to listen on; 0 takes a free one", parsePort, 0)
    .option("--state <dir>", "folder that keeps everything between two starts")
    .option("--repo <path>", "a local git repository to start from, instead of the example")
    .option("--webhook-url <url>", "where the App's webhooks go", parseWebAddress)
    .addOption(
      new Option("--profile <name>", "github.com, or an Enterprise Server (docs/ghes.md)")
        .choices(PROFILE_NAMES)
        .default("github"),
    )
    .option("--json", "print JSON (it always does)")
    .addHelpText(
      "after",
      `
The line of JSON: url, apiUrl, graphqlUrl, gitUrl, appId, privateKeyPath,
webhookSecret, clientId, clientSecret, installationId, repository
("owner/name"), and users: admin, maintain, write, triage, read and outsider,
each { login, token }. People who log in come back to the webhooks' server.
It stays up until Ctrl-C or SIGTERM. More: docs/local-github.md`,
    )
    .action(async (options: LocalGitHubArguments) => {
      // Loaded here alone: the App itself must not carry it in memory.
      const { openExample } = await import("../local-github/example.ts");
      const example = await openExample({
        port: options.port,
        stateDir: options.state ?? null,
        repositoryPath: options.repo ?? null,
        webhookUrl: options.webhookUrl ?? null,
        profile: options.profile,
      });
      process.stdout.write(`${JSON.stringify(example.address)}\n`);
      await waitForStop();
      await example.close();
    });
}

interface LocalGitHubArguments {
  readonly port: number;
  readonly state?: string;
  readonly repo?: string;
  readonly webhookUrl?: string;
  readonly profile: ProfileName;
}
