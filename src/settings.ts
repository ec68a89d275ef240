import { z } from "zod";
import { AppError } from "./errors.ts";
import {
  deriveAddresses,
  isGitHubsOwn,
  isThisMachine,
  isWebAddress,
  protocolOf,
} from "./github/addresses.ts";
import { readPrivateKey } from "./github/private-key.ts";
import { SETTINGS } from "./settings-table.ts";

type SettingName = (typeof SETTINGS)[number]["name"];

export interface Settings {
  /** Null where it is not set. */
  readonly appId: number | null;
  /** PEM with real line breaks; null where neither variable is set. */
  readonly privateKey: string | null;
  /** Newest first; empty without WEBHOOK_SECRET. */
  readonly webhookSecrets: readonly string[];
  /** False: no delivery is taken, and the poll finds everything. */
  readonly hasWebhooks: boolean;
  /** How people log in; null: nobody can. */
  readonly login: LoginSettings | null;
  /** This server as people open it: an origin, without a trailing slash. Null: not told. */
  readonly ownUrl: string | null;
  readonly port: number;
  readonly host: string;
  /** After SIGTERM: not ready any more, and still accepting. */
  readonly drainSeconds: number;
  /** Null: metrics are not served. */
  readonly metricsPort: number | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  /** Without a trailing slash, like the two others. */
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  readonly token: string | null;
  /** Null: Claude is not asked. */
  readonly claudeKey: string | null;
  /** Without a trailing slash. */
  readonly claudeUrl: string;
  /** Dollars that drafts of one installation may cost in a month. */
  readonly claudeMonthlyUsd: number;
  /** Null: the embedded server. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  /** Job of GitHub Actions that this process runs in; absent outside of it. */
  readonly ownJob?: string;
  /** "now": every repository is started, with or without a policy file. */
  readonly start: "now" | null;
  readonly sweepMinutes: number;
  /** False: GitHub has no limits, as an Enterprise Server whose administrator set none. */
  readonly hasWriteLimits: boolean;
  /** Repositories at the same time in one process. */
  readonly concurrency: number;
}

interface LoginSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** This server as people open it: an origin, without a trailing slash. */
  readonly ownUrl: string;
}

/** Settings of the commands that ask GitHub as the App. */
export interface AppSettings extends Settings {
  readonly appId: number;
  readonly privateKey: string;
}

/** Settings of `smallbatch serve`: nothing that it needs is missing. */
export type ServeSettings = AppSettings;

/** Settings of the commands that use a plain token. */
export interface TokenSettings extends Settings {
  readonly token: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const SECRET_CHARS_MIN = 16;
/** pino's. */
const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `it is not a whole number; it should be one from ${min} to ${max}`)
    .transform(Number)
    .refine((n) => n >= min && n <= max, `it should be a whole number from ${min} to ${max}`);

const webAddress = (example: string) =>
  z
    .string()
    .refine(isWebAddress, `it is not a web address; it should look like ${example}`)
    .transform((url) => url.replace(/\/+$/, ""));

const secret = z
  .string()
  .refine(
    (text) => text !== "development" && text.length >= SECRET_CHARS_MIN,
    `it can be guessed; it should be at least ${SECRET_CHARS_MIN} random characters, for example the output of openssl rand -hex 32`,
  );

const CLAUDE_URL = "https://api.anthropic.com";

const OWN_URL_EXAMPLE = "https://smallbatch.example.com";

/** Login takes all three. */
const LOGIN_NAMES = ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET", "SMALLBATCH_URL"] as const;

const schema = z.object({
  APP_ID: wholeNumber(1, Number.MAX_SAFE_INTEGER).optional(),
  PRIVATE_KEY: z.string().optional(),
  PRIVATE_KEY_PATH: z.string().optional(),
  WEBHOOK_SECRET: secret.optional(),
  SMALLBATCH_WEBHOOK_SECRET_PREVIOUS: secret.optional(),
  SMALLBATCH_WEBHOOKS: z.enum(["on", "off"], { error: "it should be on or off" }).default("on"),
  SMALLBATCH_URL: webAddress(OWN_URL_EXAMPLE)
    .refine((url) => new URL(url).origin === url, `it should end with the host: ${OWN_URL_EXAMPLE}`)
    .refine(
      (url) => protocolOf(url) === "https:" || isThisMachine(new URL(url).hostname),
      "browsers keep nobody logged in without https; it should begin with https://",
    )
    .optional(),
  GITHUB_CLIENT_ID: z
    .string()
    .regex(/^[\w.-]{1,100}$/, "it is no client id; it should be one word, as in the App's settings")
    .optional(),
  GITHUB_CLIENT_SECRET: secret.optional(),
  PORT: wholeNumber(0, 65_535).default(3_000),
  HOST: z.string().default("localhost"),
  SMALLBATCH_DRAIN_SECONDS: wholeNumber(0, 25).default(0),
  SMALLBATCH_METRICS_PORT: wholeNumber(0, 65_535).optional(),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, { error: `it should be one of ${LOG_LEVELS.join(", ")}` })
    .default("info"),
  GITHUB_SERVER_URL: webAddress("https://github.example.com").optional(),
  GITHUB_API_URL: webAddress("https://github.example.com/api/v3").optional(),
  GITHUB_GRAPHQL_URL: webAddress("https://github.example.com/api/graphql").optional(),
  // `network.ts` reads these four before anything is asked of GitHub.
  HTTPS_PROXY: z.string().optional(),
  HTTP_PROXY: z.string().optional(),
  NO_PROXY: z.string().optional(),
  NODE_EXTRA_CA_CERTS: z.string().optional(),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_JOB: z.string().optional(),
  ANTHROPIC_API_KEY: z
    .string()
    .regex(/^[!-~]+$/, "it is no key; it should be one word, as Anthropic's console shows it")
    .optional(),
  SMALLBATCH_CLAUDE_URL: webAddress("https://claude.example.com").default(CLAUDE_URL),
  SMALLBATCH_CLAUDE_MONTHLY_USD: z
    .string()
    .regex(/^\d{1,6}(?:\.\d{1,2})?$/, "it is no number of dollars; it should look like 20 or 2.50")
    .transform(Number)
    .default(5),
  DATABASE_URL: z
    .string()
    .refine(
      (url) => /^postgres(ql)?:$/.test(protocolOf(url)),
      "it is not the address of a PostgreSQL database; it should look like postgres://user:password@db.example.com/smallbatch",
    )
    .optional(),
  SMALLBATCH_DATA_DIR: z.string().default(".smallbatch"),
  SMALLBATCH_START: z.literal("now", { error: "it should be now, or not be set" }).optional(),
  SMALLBATCH_SWEEP_MINUTES: wholeNumber(1, 1_440).default(60),
  SMALLBATCH_WRITE_LIMITS: z.enum(["on", "off"], { error: "it should be on or off" }).default("on"),
  SMALLBATCH_CONCURRENCY: wholeNumber(1, 50).default(5),
} satisfies Record<SettingName, z.ZodType>);

/**
 * Read what is set, for a command that needs more or less of it. Throws `settings/invalid` with one
 * line for each variable that is wrong or missing.
 */
export function readSettings(environment: Environment, purpose: "serve"): ServeSettings;
export function readSettings(environment: Environment, purpose: "app"): AppSettings;
export function readSettings(environment: Environment, purpose: "token"): TokenSettings;
export function readSettings(environment: Environment, purpose?: "why"): Settings;
export function readSettings(
  environment: Environment,
  purpose: keyof typeof NEEDS = "why",
): Settings {
  const { settings, problems } = judge(environment);
  const missing = NEEDS[purpose]
    .filter(({ names: [name] }) => name !== "WEBHOOK_SECRET" || settings?.hasWebhooks !== false)
    .filter(({ names }) => names.every((name) => !environment[name]?.trim()))
    .map(({ names, shape }) => line(names[0], `it is missing; ${shape}`));
  const all = [...missing, ...problems];
  if (settings !== null && all.length === 0) return settings;
  throw new AppError("settings/invalid", all.join("\n"), { retry: { kind: "never" } });
}

interface Need {
  /** One of them is enough. */
  readonly names: readonly [SettingName, ...SettingName[]];
  readonly shape: string;
}

const APP_NEEDS: readonly Need[] = [
  { names: ["APP_ID"], shape: "it should be the App's id" },
  {
    names: ["PRIVATE_KEY", "PRIVATE_KEY_PATH"],
    shape: "set it, or PRIVATE_KEY_PATH to the App's .pem file",
  },
];

const NEEDS: Readonly<Record<"serve" | "app" | "token" | "why", readonly Need[]>> = {
  app: APP_NEEDS,
  serve: [
    ...APP_NEEDS,
    {
      names: ["WEBHOOK_SECRET"],
      shape: `it should be the App's webhook secret, at least ${SECRET_CHARS_MIN} characters`,
    },
  ],
  token: [
    {
      names: ["GITHUB_TOKEN"],
      shape: "it should be a token that can read the repository, and write to it to release",
    },
  ],
  why: [],
};

function judge(environment: Environment): {
  readonly settings: Settings | null;
  readonly problems: readonly string[];
} {
  // An empty variable is what `KEY=` in a file or an unset one in Compose becomes: not set.
  const set = Object.fromEntries(
    SETTINGS.map(({ name }) => [name, environment[name]?.trim() || undefined]),
  );
  const problems: string[] = [];
  if (set["GITHUB_CLIENT_ID"] ?? set["GITHUB_CLIENT_SECRET"]) {
    const missing = LOGIN_NAMES.filter((name) => set[name] === undefined);
    const shape = `login takes ${LOGIN_NAMES.join(", ")}`;
    problems.push(...missing.map((name) => line(name, `it is missing; ${shape}`)));
  }
  const parsed = schema.safeParse(set);
  for (const issue of parsed.error?.issues ?? []) {
    problems.push(line(String(issue.path[0]), issue.message));
  }
  const key = readPrivateKey(set["PRIVATE_KEY"], set["PRIVATE_KEY_PATH"]);
  if ("problem" in key) problems.push(line(key.name, key.problem));
  if (!parsed.success) return { settings: null, problems };
  const settings = toSettings(parsed.data, "text" in key ? key.text : null);
  if (!settings.hasWriteLimits && isGitHubsOwn(new URL(settings.serverUrl).hostname)) {
    problems.push(
      line(
        "SMALLBATCH_WRITE_LIMITS",
        "this GitHub has limits; off is for an Enterprise Server without any",
      ),
    );
  }
  return { settings, problems };
}

function toSettings(data: z.infer<typeof schema>, privateKey: string | null): Settings {
  const secrets = [data.WEBHOOK_SECRET, data.SMALLBATCH_WEBHOOK_SECRET_PREVIOUS];
  return {
    appId: data.APP_ID ?? null,
    privateKey,
    webhookSecrets: secrets.filter((text) => text !== undefined),
    hasWebhooks: data.SMALLBATCH_WEBHOOKS === "on",
    login: loginOf(data),
    ownUrl: data.SMALLBATCH_URL ?? null,
    port: data.PORT,
    host: data.HOST,
    drainSeconds: data.SMALLBATCH_DRAIN_SECONDS,
    metricsPort: data.SMALLBATCH_METRICS_PORT ?? null,
    logLevel: data.LOG_LEVEL,
    ...deriveAddresses({
      serverUrl: data.GITHUB_SERVER_URL ?? null,
      apiUrl: data.GITHUB_API_URL ?? null,
      graphqlUrl: data.GITHUB_GRAPHQL_URL ?? null,
    }),
    token: data.GITHUB_TOKEN ?? null,
    claudeKey: data.ANTHROPIC_API_KEY ?? null,
    claudeUrl: data.SMALLBATCH_CLAUDE_URL,
    claudeMonthlyUsd: data.SMALLBATCH_CLAUDE_MONTHLY_USD,
    ...(data.GITHUB_JOB === undefined ? {} : { ownJob: data.GITHUB_JOB }),
    databaseUrl: data.DATABASE_URL ?? null,
    dataDir: data.SMALLBATCH_DATA_DIR,
    start: data.SMALLBATCH_START ?? null,
    sweepMinutes: data.SMALLBATCH_SWEEP_MINUTES,
    hasWriteLimits: data.SMALLBATCH_WRITE_LIMITS === "on",
    concurrency: data.SMALLBATCH_CONCURRENCY,
  };
}

function loginOf(data: z.infer<typeof schema>): LoginSettings | null {
  const { GITHUB_CLIENT_ID: clientId, GITHUB_CLIENT_SECRET: clientSecret } = data;
  const { SMALLBATCH_URL: ownUrl } = data;
  if (clientId === undefined || clientSecret === undefined || ownUrl === undefined) return null;
  return { clientId, clientSecret, ownUrl };
}

function line(name: string, problem: string): string {
  return `${name}: ${problem}.`;
}
