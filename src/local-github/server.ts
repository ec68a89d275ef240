import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { openSuitesOnPush } from "./checks.ts";
import type { Env } from "./context.ts";
import { recordExchanges, type Exchange } from "./exchange.ts";
import { Faults } from "./faults.ts";
import { GitStore } from "./git.ts";
import { GitHub } from "./github.ts";
import * as graphql from "./graphql/endpoint.ts";
import { isApiPath, registerApiRules } from "./http.ts";
import * as pages from "./pages/pages.ts";
import { findProfile, type ProfileName } from "./profile.ts";
import * as code from "./routes/code.ts";
import * as platform from "./routes/platform.ts";
import { StaleReads } from "./stale-reads.ts";
import { keepState, readState } from "./state-file.ts";
import { Webhooks } from "./webhooks.ts";

export type { Exchange } from "./exchange.ts";

export interface LocalGitHubOptions {
  /** 0, the default, takes any free port. */
  port?: number;
  host?: string;
  /** Keeps the repositories and `state.json`; null or absent: a temporary folder, removed at the end. */
  stateDir?: string | null;
  /** `github`, the default, is github.com. */
  profile?: ProfileName;
  now?: () => Date;
  /** Sees every API exchange with its bodies, after it was answered. */
  onExchange?: (exchange: Exchange) => void;
}

export interface LocalGitHub {
  url: string;
  apiUrl: string;
  graphqlUrl: string;
  gitUrl: string;
  github: GitHub;
  faults: Faults;
  webhooks: Webhooks;
  /** Every API exchange so far, without bodies. */
  requests: Pick<Exchange, "method" | "path" | "query" | "status">[];
  close(): Promise<void>;
}

/** Starts the local GitHub. Resolves when it listens. */
export async function startLocalGitHub(options: LocalGitHubOptions = {}): Promise<LocalGitHub> {
  const directory = options.stateDir ?? (await mkdtemp(join(tmpdir(), "local-github-")));
  const data = options.stateDir ? await readState(directory) : null;
  const github = new GitHub({
    git: new GitStore(join(directory, "git")),
    now: options.now ?? (() => new Date()),
    profile: findProfile(options.profile ?? "github"),
    ...(data === null ? {} : { data }),
  });
  const state = options.stateDir ? keepState(github, directory) : null;
  const requests: LocalGitHub["requests"] = [];
  const stale = new StaleReads(github, join(directory, "stale"), (app, view) =>
    registerRoutes(app, view, webhooks),
  );
  const faults = new Faults(github, stale);
  const webhooks = new Webhooks(github, faults);
  openSuitesOnPush(github);
  const app = new Hono<Env>();
  app.use(faults.middleware());
  app.use(webhooks.middleware());
  recordExchanges(app, (exchange) => {
    const { method, path, query, status } = exchange;
    requests.push({ method, path, query, status });
    options.onExchange?.(exchange);
  });
  registerApiRules(app, github);
  app.use(stale.middleware());
  registerRoutes(app, github, webhooks);

  const server = await listen(app, github, options);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("It has no port.");
  github.url = `http://${options.host ?? "127.0.0.1"}:${address.port}`;
  return {
    url: github.url,
    apiUrl: github.apiUrl,
    graphqlUrl: `${github.url}${github.profile.graphqlPath}`,
    gitUrl: github.url,
    github,
    faults,
    webhooks,
    requests,
    close: async () => {
      await webhooks.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await stale.close();
      github.git.close();
      await state?.close();
      if (!options.stateDir) await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The order matters where one path could match two routes: the longer pattern goes first. */
function registerRoutes(app: Hono<Env>, github: GitHub, webhooks: Webhooks): void {
  platform.register(app, github, webhooks);
  code.register(app, github);
  graphql.register(app, github);
  // Last: the pages answer what no route of the API did.
  pages.register(app, github);
}

function listen(app: Hono<Env>, github: GitHub, options: LocalGitHubOptions): Promise<Server> {
  const answer = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => {
    request.url = presentPath(pathOf(request.url ?? "/", github), github);
    void answer(request, response);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, options.host ?? "127.0.0.1", () => resolve(server));
  });
}

/** An address that no page and no route has: on an Enterprise Server the API is not at the root. */
const NOWHERE = "/-/nowhere";

function pathOf(path: string, { profile }: GitHub): string {
  if (profile.apiPath === "" || path.startsWith("/api/")) return path;
  return isApiPath(path.replace(/\?.*$/, "")) ? NOWHERE : path;
}

/**
 * One path for each thing: the prefixes of GitHub Enterprise Server are taken off, and
 * `/repositories/ID/...`, which GitHub uses in redirects, becomes the present name.
 */
function presentPath(path: string, github: GitHub): string {
  return path
    .replace(/^\/api\/v3(?=[/?]|$)/, "")
    .replace(/^\/api\/graphql(?=\?|$)/, "/graphql")
    .replace(/^\/repositories\/(\d+)(?=[/?]|$)/, (whole, id: string) => {
      const repository = github.repository(Number(id));
      return repository === null ? whole : `/repos/${github.fullName(repository)}`;
    });
}
