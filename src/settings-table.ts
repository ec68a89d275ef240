/**
 * Every environment variable that Smallbatch reads, as `docs/settings.md` shows it. A test holds
 * the two equal; `node scripts/write-settings-page.ts` writes the page.
 */
export const SETTINGS = [
  {
    name: "APP_ID",
    default: null,
    example: "123456",
    meaning: "Id of the GitHub App. Needed by `smallbatch serve`.",
  },
  {
    name: "PRIVATE_KEY",
    default: null,
    example: String.raw`-----BEGIN RSA PRIVATE KEY-----\nMII…`,
    meaning:
      String.raw`The App's private key, as text (line breaks may be written \n) or in base64. This or PRIVATE_KEY_PATH is needed by ` +
      "`smallbatch serve`.",
  },
  {
    name: "PRIVATE_KEY_PATH",
    default: null,
    example: "/run/secrets/app.pem",
    meaning: "File with the App's private key. PRIVATE_KEY wins where both are set.",
  },
  {
    name: "WEBHOOK_SECRET",
    default: null,
    example: "the output of `openssl rand -hex 32`",
    meaning:
      "Secret that GitHub signs webhooks with: at least 16 characters, better 32. Needed by `smallbatch serve` with webhooks; there is no default.",
  },
  {
    name: "SMALLBATCH_WEBHOOK_SECRET_PREVIOUS",
    default: null,
    example: "the secret before",
    meaning: "Also accepted while the secret is being changed. Remove it afterwards.",
  },
  {
    name: "SMALLBATCH_WEBHOOKS",
    default: "on",
    example: "off",
    meaning:
      "`off`: GitHub cannot reach this server, so it looks at GitHub every minute. Needs no WEBHOOK_SECRET. See docs/networks.md.",
  },
  {
    name: "SMALLBATCH_URL",
    default: null,
    example: "https://smallbatch.example.com",
    meaning:
      "This server as people open it in a browser. https, but for http on this machine itself. Needed for login. See docs/login.md.",
  },
  {
    name: "GITHUB_CLIENT_ID",
    default: null,
    example: "Iv23liAbCdEf0123456789",
    meaning:
      "The App's client id: people log in with GitHub. Not set: nobody can, and pages show public repositories only.",
  },
  {
    name: "GITHUB_CLIENT_SECRET",
    default: null,
    example: "the secret that GitHub showed once",
    meaning: "The App's client secret. Whoever is logged in is logged out when it changes.",
  },
  {
    name: "PORT",
    default: "3000",
    example: "8080",
    meaning: "Port of the server; 0 takes any free one.",
  },
  {
    name: "HOST",
    default: "localhost",
    example: "0.0.0.0",
    meaning: "Address that the server listens on. In a container it is 0.0.0.0.",
  },
  {
    name: "SMALLBATCH_METRICS_PORT",
    default: null,
    example: "9464",
    meaning:
      "Port on HOST that serves GET /metrics to Prometheus; 0 takes any free one. Not set: no metrics. Keep it closed to the internet.",
  },
  {
    name: "SMALLBATCH_DRAIN_SECONDS",
    default: "0",
    example: "5",
    meaning: "After SIGTERM, deliveries are taken for so long while /readyz says 503; 0 to 25.",
  },
  {
    name: "LOG_LEVEL",
    default: "info",
    example: "debug",
    meaning: "One of fatal, error, warn, info, debug, trace, silent.",
  },
  {
    name: "GITHUB_SERVER_URL",
    default: "https://github.com",
    example: "https://github.example.com",
    meaning: "GitHub as people open it. For GitHub Enterprise Server and ghe.com this is enough.",
  },
  {
    name: "GITHUB_API_URL",
    default: "derived from GITHUB_SERVER_URL",
    example: "https://github.example.com/api/v3",
    meaning: "GitHub's REST API.",
  },
  {
    name: "GITHUB_GRAPHQL_URL",
    default: "derived from GITHUB_API_URL",
    example: "https://github.example.com/api/graphql",
    meaning: "GitHub's GraphQL API.",
  },
  {
    name: "HTTPS_PROXY",
    default: null,
    example: "http://user:password@proxy.example.com:3128",
    meaning: "Proxy for requests to https addresses; lower case counts too. See docs/networks.md.",
  },
  {
    name: "HTTP_PROXY",
    default: null,
    example: "http://proxy.example.com:3128",
    meaning: "The same for http addresses, and for https ones without HTTPS_PROXY.",
  },
  {
    name: "NO_PROXY",
    default: null,
    example: "github.example.com,.internal",
    meaning: "Hosts that are reached without the proxy. This machine itself always is.",
  },
  {
    name: "NODE_EXTRA_CA_CERTS",
    default: null,
    example: "/etc/ssl/company.pem",
    meaning: "Certificates, in PEM, of authorities that Node does not know. See docs/networks.md.",
  },
  {
    name: "GITHUB_TOKEN",
    default: null,
    example: "the token of a workflow or of a person",
    meaning:
      "Token for `smallbatch run`, `why` and `card`, which then need neither App nor database.",
  },
  {
    name: "GITHUB_JOB",
    default: null,
    example: "smallbatch",
    meaning:
      "Set by GitHub Actions: id of the job that `smallbatch run` runs in. Its own check, which has this name, holds no release.",
  },
  {
    name: "ANTHROPIC_API_KEY",
    default: null,
    example: "the key of a workspace that has a spend limit",
    meaning:
      "Key of Claude, which then words the lines of the notes. Not set: nothing is sent, and notes are made of titles. See docs/notes.md.",
  },
  {
    name: "SMALLBATCH_CLAUDE_URL",
    default: "https://api.anthropic.com",
    example: "https://claude.example.com",
    meaning: "Where Claude answers. No other variable of Anthropic's programs is read.",
  },
  {
    name: "SMALLBATCH_CLAUDE_MONTHLY_USD",
    default: "5",
    example: "20",
    meaning:
      "Dollars that drafts of one installation may cost in a month, UTC; after that its notes are made of titles. 0: none. See docs/notes.md.",
  },
  {
    name: "DATABASE_URL",
    default: "an embedded PostgreSQL in SMALLBATCH_DATA_DIR",
    example: "postgres://user:password@db.example.com/smallbatch",
    meaning:
      "PostgreSQL 14 or newer. Sessions must be real ones: with PgBouncer, use its session mode.",
  },
  {
    name: "SMALLBATCH_DATA_DIR",
    default: ".smallbatch",
    example: "/var/lib/smallbatch",
    meaning: "Folder of the embedded PostgreSQL.",
  },
  {
    name: "SMALLBATCH_START",
    default: null,
    example: "now",
    meaning:
      "`now` starts every repository without waiting for a policy file. For those who run their own.",
  },
  {
    name: "SMALLBATCH_SWEEP_MINUTES",
    default: "60",
    example: "15",
    meaning: "A repository is looked at this often even without a webhook; 1 to 1440.",
  },
  {
    name: "SMALLBATCH_WRITE_LIMITS",
    default: "on",
    example: "off",
    meaning:
      "`off`: this Enterprise Server has no rate limits, so writes need not be spread over minutes and hours. Its waits are obeyed all the same. Refused for github.com.",
  },
  {
    name: "SMALLBATCH_CONCURRENCY",
    default: "5",
    example: "10",
    meaning: "Repositories that one process works on at the same time; 1 to 50.",
  },
] as const satisfies readonly {
  readonly name: string;
  /** Null where there is none. */
  readonly default: string | null;
  readonly example: string;
  readonly meaning: string;
}[];
