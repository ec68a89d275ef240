import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { Command } from "commander";
import colours from "picocolors";
import { pino } from "pino";
import { listen } from "../listen.ts";
import type { LocalClaude } from "../local-claude/server.ts";
import type { Example } from "../local-github/example.ts";
import { startService } from "../service.ts";
import { readSettings } from "../settings.ts";
import { ACTS } from "./demo/acts.ts";
import { FAST_BUT_BAD, QUARTER_DAYS, SOBER } from "./demo/quarters.ts";
import type { Simulated, Stage } from "./demo/stage.ts";
import { EXIT, explain } from "./exit.ts";
import { waitForStop } from "./stop.ts";
import { wrap } from "./wrap.ts";

/** Of the two quarters: the same ones every time. */
const SEED = 9;

interface Demo {
  stage?: Stage;
  readonly close: (() => Promise<void>)[];
}

/** `smallbatch demo`: the main job on a local GitHub, acted out in the terminal. */
export function demoCommand(): Command {
  return new Command("demo")
    .description("act out the main job on a local GitHub, with no account, key or database")
    .option("--once", "end after the acts instead of staying up; exit code 1 if an act fails")
    .option("--repo <path>", "a clone of this local git repository, instead of the example")
    .option("--json", "print one line of JSON per act instead of the show")
    .action(async (options: { once?: boolean; repo?: string; json?: boolean }) => {
      const stopped = waitForStop();
      const demo: Demo = { close: [] };
      try {
        const isShow = options.json !== true;
        if (isShow) process.stdout.write(`${welcome()}\n`);
        await play(demo, { repositoryPath: options.repo ?? null, isShow });
        if (options.once !== true) {
          if (isShow && demo.stage !== undefined) process.stdout.write(`${farewell(demo.stage)}\n`);
          if (isShow) process.stdout.write(`${colours.dim("Everything stays up until Ctrl-C.")}\n`);
          await stopped;
        }
      } catch (error) {
        const { text } = explain(error);
        const message = error instanceof Error ? error.message : text;
        process.stderr.write(`\nThe demo failed: ${message}\n`);
        process.exitCode = EXIT.failed;
      } finally {
        for (const close of demo.close.toReversed()) await close();
      }
      // Kept-alive connections would hold the process for seconds; everything is closed by now.
      process.exit();
    });
}

function welcome(): string {
  return [
    "",
    `${colours.bold("Smallbatch")} turns every merged pull request into a small, verified release.`,
    colours.dim("A local GitHub on real git, PostgreSQL and the App, all on this machine."),
    "",
  ].join("\n");
}

function farewell(stage: Stage): string {
  const { url, repository } = stage.example.address;
  const rows = [
    ["the two quarters", stage.simulated?.url ?? ""],
    ["releases", `${url}/${repository}/releases`],
    ["repository", `${url}/${repository}`],
    ["newest check", `${url}/${repository}/commit/${stage.lastSha.slice(0, 10)}/checks`],
    ["proposal", `${url}/${repository}/pull/${stage.proposal}`],
    ["a pull's size", `${url}/${repository}/pull/${stage.large}/checks`],
    ["release desk", `${url}/${repository}/issues/${stage.desk}`],
    ["a rollback", `${url}/${repository}/issues/${stage.rollback}`],
    ["one in conflict", `${url}/${repository}/pull/${stage.conflict}`],
    ["a pull's comment", `${url}/${repository}/pull/${stage.lastPull}`],
  ];
  const list = rows.map(
    ([name = "", address = ""]) => `  ${name.padEnd(18)}${colours.cyan(address)}`,
  );
  return ["", "Open in a browser:", ...list, ""].join("\n");
}

async function play(
  demo: Demo,
  options: { readonly repositoryPath: string | null; readonly isShow: boolean },
): Promise<void> {
  const { Listr } = await import("listr2");
  const tasks = new Listr<Demo>(
    [
      {
        title: "Start a local GitHub, PostgreSQL and Smallbatch",
        task: async (context, task) => {
          context.stage = await setUp(context, options.repositoryPath);
          task.title = `Started: ${context.stage.example.address.repository} on ${context.stage.example.address.url}`;
        },
      },
      ...ACTS.map((act) => ({
        title: act.title,
        task: async (context: Demo, task: { title: string; output: string }) => {
          const { stage } = context;
          if (stage === undefined) throw new Error("The stage does not stand");
          const said: string[] = [];
          await act.play(stage, (line) => {
            said.push(line);
            for (const row of rowsOf(line)) task.output = row;
          });
          if (!options.isShow) {
            process.stdout.write(`${JSON.stringify({ act: act.name, ok: true, said })}\n`);
          }
        },
        rendererOptions: { persistentOutput: true, outputBar: Number.POSITIVE_INFINITY },
      })),
    ],
    {
      ctx: demo,
      renderer: "default",
      silentRendererCondition: !options.isShow,
      fallbackRenderer: "simple",
      rendererOptions: { collapseErrors: false, formatOutput: "wrap" },
    },
  );
  await tasks.run();
}

/** The list puts so many columns before each. */
const PREFIX = " ".repeat(4);

function rowsOf(line: string): readonly string[] {
  const [indent = ""] = /^ */.exec(line) ?? [];
  const rows = wrap(line, `${PREFIX}${indent}`, `${PREFIX}${indent}  `);
  return rows.map((row) => row.slice(PREFIX.length));
}

async function setUp(demo: Demo, repositoryPath: string | null): Promise<Stage> {
  // Loaded here alone: the App itself must not carry it in memory.
  const { openExample } = await import("../local-github/example.ts");
  const example = await openExample({
    port: 0,
    stateDir: null,
    repositoryPath,
    webhookUrl: null,
    isStarted: false,
    isSelected: true,
  });
  demo.close.push(() => example.close());
  const repository = await simulateQuarters(example);
  const { startClaude } = await import("./demo/claude.ts");
  const claude = await startClaude();
  demo.close.push(() => claude.close());
  const { service, settings } = await startApp(demo, example, claude);
  example.setWebhookUrl(`${service.url}/api/github/webhooks`);
  return {
    example,
    simulated: { repository, service, settings, url: "" },
    place: example.place,
    users: example.address.users,
    policy: "",
    lastSha: "",
    lastPull: 0,
    waiting: [],
    drafted: [],
    proposal: 0,
    large: 0,
    desk: 0,
    rollback: 0,
    conflict: 0,
  };
}

/** Before anybody listens: meanwhile the local GitHub's clock stands in the past. */
async function simulateQuarters(example: Example): Promise<Simulated["repository"]> {
  const { simulateTeam } = await import("./demo/simulated-team.ts");
  const { local, clock, place } = example;
  return simulateTeam({
    local,
    clock,
    owner: place.owner,
    quarters: [SOBER, FAST_BUT_BAD],
    quarterDays: QUARTER_DAYS,
    seed: SEED,
  });
}

/** Login has to know the address before the server listens there. */
async function findFreePort(): Promise<number> {
  const probe = createServer();
  const url = await listen(probe, { name: "PORT", host: "127.0.0.1", port: 0 });
  await new Promise<void>((resolve) => probe.close(() => resolve()));
  return Number(new URL(url).port);
}

async function startApp(
  demo: Demo,
  example: Example,
  claude: Pick<LocalClaude, "url" | "apiKey">,
): Promise<Pick<Simulated, "service" | "settings">> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "smallbatch-demo-"));
  demo.close.push(() => rm(dataDir, { recursive: true, force: true }));
  const { address } = example;
  const port = await findFreePort();
  const settings = readSettings(
    {
      APP_ID: String(address.appId),
      PRIVATE_KEY_PATH: address.privateKeyPath,
      WEBHOOK_SECRET: address.webhookSecret,
      GITHUB_SERVER_URL: address.url,
      GITHUB_API_URL: address.apiUrl,
      GITHUB_GRAPHQL_URL: address.graphqlUrl,
      ANTHROPIC_API_KEY: claude.apiKey,
      SMALLBATCH_CLAUDE_URL: claude.url,
      SMALLBATCH_DATA_DIR: dataDir,
      // A day's work goes by in a minute, and the local GitHub has no limits.
      SMALLBATCH_WRITE_LIMITS: "off",
      PORT: String(port),
      HOST: "127.0.0.1",
      GITHUB_CLIENT_ID: address.clientId,
      GITHUB_CLIENT_SECRET: address.clientSecret,
      SMALLBATCH_URL: `http://127.0.0.1:${port}`,
    },
    "serve",
  );
  const logger = pino({ level: process.env["LOG_LEVEL"] ?? "silent" }, pino.destination(2));
  const service = await startService(settings, { logger, isDurable: false });
  demo.close.push(() => service.stop());
  return { service, settings };
}
