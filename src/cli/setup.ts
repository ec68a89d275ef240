import { randomBytes } from "node:crypto";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { deriveAddresses, isThisMachine, isWebAddress } from "../github/addresses.ts";
import { convertManifestCode, type RegisteredApp } from "../github/app-manifest.ts";
import { readSettings, type Settings } from "../settings.ts";
import { readVersion } from "../version.ts";
import { WEBHOOK_PATH } from "../webhooks.ts";
import { parsePort } from "./port-argument.ts";
import { isExposedToGit, reserveFile } from "./setup/credentials-file.ts";
import { makeManifest, rootOf } from "./setup/manifest.ts";
import { startRegistration } from "./setup/registration.ts";
import { waitForStop } from "./stop.ts";

/** GitHub's limit on the name of an App. */
const NAME_LENGTH_MAX = 34;

interface SetupOptions {
  readonly webhookUrl: string;
  readonly org?: string;
  readonly name?: string;
  readonly observe?: boolean;
  readonly public?: boolean;
  readonly out: string;
  readonly force?: boolean;
  readonly port: number;
  readonly json?: boolean;
}

/** `smallbatch setup`: register an App of one's own on GitHub, and keep its credentials in a file. */
export function setupCommand(): Command {
  return new Command("setup")
    .description("register an App of your own on GitHub, and write its credentials to a file")
    .requiredOption("--webhook-url <url>", "address of your server, as GitHub reaches it", parseUrl)
    .option("--org <login>", "organisation that owns the App (else: you)", parseLogin)
    .option("--name <name>", "name of the App; GitHub lets you change it", parseName)
    .option("--observe", "contents: read only: it plans and says, and releases nothing")
    .option("--public", "let others install it, too")
    .option("--out <file>", "where its credentials go", "smallbatch.env")
    .option("--force", "replace that file")
    .option("--port <n>", "port of the page on 127.0.0.1; 0 takes a free one", parsePort, 0)
    .option("--json", "print JSON, one object a line")
    .addHelpText(
      "after",
      `
It prints one address to open. The page there takes you to GitHub, which asks
once more; then the file is written, which only you can read. On a machine
without a browser, name a port with --port and reach it from yours by ssh -L.
GITHUB_SERVER_URL names another GitHub than github.com.

  smallbatch setup --org acme --webhook-url https://bots.example.com`,
    )
    .action((options: SetupOptions) => setUp(options));
}

async function setUp(options: SetupOptions): Promise<void> {
  const settings = readSettings(process.env);
  const say = options.json === true ? sayJson : sayText;
  const stopped = waitForStop();
  const file = await reserveFile(path.resolve(options.out), { isForced: options.force === true });
  try {
    for (const warning of await listWarnings(options, settings)) warn(warning);
    const name = options.name ?? nameFor(options);
    const registration = await startRegistration({
      serverUrl: settings.serverUrl,
      organization: options.org ?? null,
      port: options.port,
      manifest: (redirectUrl) => manifestFor({ ...options, name }, redirectUrl),
      onCode: async (code) => {
        const userAgent = `smallbatch/${readVersion()}`;
        const app = await convertManifestCode(code, { apiUrl: settings.apiUrl, userAgent });
        await file.fill(renderEnvironment(app, settings, ownUrlOf(options.webhookUrl)));
        return app;
      },
      onStranger: (what) => warn(`${what} came, and was not taken.`),
    });
    try {
      say.begin(registration.url);
      const app = await Promise.race([registration.done, stopped]);
      if (typeof app === "string") process.exitCode = 1;
      else say.end(app, options);
    } finally {
      await registration.close();
    }
  } finally {
    await file.abandon();
  }
}

function manifestFor(options: SetupOptions & { readonly name: string }, redirectUrl: string) {
  return makeManifest({
    name: options.name,
    webhookUrl: options.webhookUrl,
    redirectUrl,
    isPublic: options.public === true,
    observesOnly: options.observe === true,
  });
}

/** Names of Apps are taken once for the whole of a GitHub. */
function nameFor({ org, observe }: SetupOptions): string {
  const name = `smallbatch${observe === true ? "-observe" : ""}`;
  return `${name}-${org ?? randomBytes(3).toString("hex")}`.slice(0, NAME_LENGTH_MAX);
}

async function listWarnings(
  { out, webhookUrl }: SetupOptions,
  { serverUrl }: Settings,
): Promise<readonly string[]> {
  const { protocol, hostname } = new URL(webhookUrl);
  const isNear = isThisMachine(hostname);
  const isNearGitHub = /^https?:\/\/(localhost|127\.|\[::1\])/.test(serverUrl);
  const isExposed = await isExposedToGit(path.resolve(out));
  return [
    ...(isExposed ? [`git does not ignore ${out}: add it to .gitignore before you commit.`] : []),
    ...(isNear && !isNearGitHub ? [`GitHub cannot reach ${hostname}: no webhook will come.`] : []),
    ...(protocol === "http:" && !isNear ? ["webhooks will travel unencrypted (http)."] : []),
  ];
}

function warn(text: string): void {
  process.stderr.write(`Warning: ${text}\n`);
}

const sayText = {
  begin: (url: string) => {
    process.stdout.write(`Open this address in your browser:\n\n  ${url}\n\nWaiting for GitHub…\n`);
  },
  end: (app: RegisteredApp, { out, observe }: SetupOptions) => {
    const third =
      observe === true
        ? "look     the check on merge commits says what it would release"
        : "start    merge .github/smallbatch.yml with the line: version: 1";
    process.stdout.write(
      `
${app.name} is registered: ${app.url}
Its key and secrets are in ${out}, which only you can read.

Next:
  install  ${app.url}/installations/new
  serve    smallbatch serve --env-file ${out}
  ${third}
`,
    );
  },
};

const sayJson: typeof sayText = {
  begin: (open) => process.stdout.write(`${JSON.stringify({ open })}\n`),
  end: (app, { out, observe }) => {
    const { id: appId, name, url } = app;
    const said = { appId, name, url, installUrl: `${url}/installations/new`, file: out };
    process.stdout.write(`${JSON.stringify({ ...said, observesOnly: observe === true })}\n`);
  },
};

const NO_LOGIN =
  "For login, once people open this server by https; add its /login/callback to the App's callback URLs.";

/** Where people open our pages and log in; null where that is not known, or browsers would not. */
function ownUrlOf(webhookUrl: string): string | null {
  const root = rootOf(webhookUrl);
  if (root === null || new URL(root).origin !== root) return null;
  const { protocol, hostname } = new URL(root);
  return protocol === "https:" || isThisMachine(hostname) ? root : null;
}

/**
 * One `NAME=value` a line, without quotes and spaces: shells, Node, Docker, Compose and systemd all
 * read such a file, and alike. Therefore the key is in base64, which the settings take.
 */
function renderEnvironment(
  app: RegisteredApp,
  { serverUrl, apiUrl, graphqlUrl }: Settings,
  ownUrl: string | null,
): string {
  const login = [
    `GITHUB_CLIENT_ID=${app.clientId}`,
    `GITHUB_CLIENT_SECRET=${app.clientSecret}`,
    `SMALLBATCH_URL=${ownUrl ?? "https://smallbatch.example.com"}`,
  ];
  const derived = deriveAddresses({ serverUrl, apiUrl: null, graphqlUrl: null });
  return [
    `# ${app.url}: whoever has this is the App. Keep it secret.`,
    `APP_ID=${app.id}`,
    `PRIVATE_KEY=${Buffer.from(app.privateKey).toString("base64")}`,
    `WEBHOOK_SECRET=${app.webhookSecret}`,
    ...unlessUsual("GITHUB_SERVER_URL", serverUrl, "https://github.com"),
    ...unlessUsual("GITHUB_API_URL", apiUrl, derived.apiUrl),
    ...unlessUsual("GITHUB_GRAPHQL_URL", graphqlUrl, derived.graphqlUrl),
    ...(ownUrl === null
      ? [`# ${NO_LOGIN}`, ...login.map((each) => `# ${each}`)]
      : ["# People log in with these: docs/login.md.", ...login]),
    "",
  ].join("\n");
}

function unlessUsual(name: string, value: string, usual: string): readonly string[] {
  return value === usual ? [] : [`${name}=${value}`];
}

/** `bots.example.com` is enough: https, and the path where our server takes webhooks. */
function parseUrl(text: string): string {
  const address = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (!isWebAddress(address) || new URL(address).hostname === "") {
    throw new InvalidArgumentError("It should look like https://bots.example.com.");
  }
  const url = new URL(address);
  if (url.pathname === "/") url.pathname = WEBHOOK_PATH;
  return url.href;
}

function parseLogin(text: string): string {
  if (/^[a-z\d](?:[a-z\d_-]{0,38})$/i.test(text)) return text;
  throw new InvalidArgumentError("It should be the login of an organisation, such as acme.");
}

function parseName(text: string): string {
  const name = text.trim();
  if (name !== "" && name.length <= NAME_LENGTH_MAX) return name;
  throw new InvalidArgumentError(`It should have 1 to ${NAME_LENGTH_MAX} characters.`);
}
