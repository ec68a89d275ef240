import { afterAll, beforeAll } from "@jest/globals";
import { Hono } from "hono";
import { composeActs } from "../../src/compose-acts.ts";
import { composeLogin } from "../../src/compose-login.ts";
import { createMemoryBudget } from "../../src/github/budget.ts";
import { openGitHub } from "../../src/github/client.ts";
import { interpretDelivery } from "../../src/github/events.ts";
import { createForgeMemory } from "../../src/github/forge-memory.ts";
import { openForge } from "../../src/github/forge.ts";
import { openSigner } from "../../src/github/signer.ts";
import { clientIdOf } from "../../src/local-github/render/app.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import { createOrganization, createRepository, createUser } from "../../src/local-github/seed.ts";
import type { Account, App, Installation, Repository } from "../../src/local-github/world.ts";
import type { Forge } from "../../src/ports.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import type { Reconciled } from "../../src/reconcile/reconcile.ts";
import { startServer } from "../../src/server.ts";
import type { Server } from "../../src/server.ts";
import type { ApiAccess } from "../../src/web/api-access.ts";
import { registerApi } from "../../src/web/api.ts";
import { answerHere } from "../../src/web/clock-answer.ts";
import { KeptTexts } from "../../src/web/kept-texts.ts";
import { loginLine } from "../../src/web/login-pages.ts";
import type { Login as Pages } from "../../src/web/login.ts";
import { registerPages } from "../../src/web/pages.ts";
import { registerSetup } from "../../src/web/setup-routes.ts";
import type { PageParts } from "../../src/web/show-page.ts";
import type { PageEnv, SeenRepository } from "../../src/web/viewer.ts";
import { WEBHOOK_PATH } from "../../src/webhooks.ts";
import { submit, visit } from "./browser.ts";
import { useDatabase } from "./database.ts";
import { useLocalGitHub } from "./local-github.ts";

export const OWN_URL = "https://smallbatch.test";

/** No byte of these may reach anybody whom GitHub does not show them. */
export const HIDDEN_NAME = "zanzibar";

export const PEOPLE = {
  ada: "admin",
  mona: "maintain",
  wilma: "write",
  tristan: "triage",
  rita: "read",
  /** In the organisation, which gives its members nothing. */
  mina: "none",
  otto: "none",
} as const;

export type PersonLogin = keyof typeof PEOPLE;

/** What a browser got. */
export interface Got {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser at our server: it keeps cookies as browsers do, and follows nothing by itself. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #app: () => Hono<PageEnv>;

  constructor(app: () => Hono<PageEnv>) {
    this.#app = app;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Got> {
    return await this.#send(path, { headers });
  }

  /** As the form of one of our pages. */
  async post(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Got> {
    const sent = { origin: OWN_URL, "sec-fetch-site": "same-origin", ...headers };
    const kept = Object.entries(sent).filter(([, value]) => value !== "");
    const body = new URLSearchParams(fields);
    return await this.#send(path, { method: "POST", headers: Object.fromEntries(kept), body });
  }

  /** The whole way through GitHub's page. Gives back our answer at the end. */
  async logIn(login: PersonLogin, path = "/login"): Promise<Got> {
    const begun = await this.get(path);
    const target = await sayYes(begun.headers.get("location") ?? "", login);
    return await this.get(`${target.pathname}${target.search}`);
  }

  async #send(path: string, init: RequestInit): Promise<Got> {
    const headers = new Headers(init.headers);
    if (!headers.has("host")) headers.set("host", new URL(OWN_URL).host);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    if (cookie !== "") headers.set("cookie", cookie);
    const answer = await this.#app().fetch(new Request(`${OWN_URL}${path}`, { ...init, headers }));
    for (const line of answer.headers.getSetCookie()) this.#keep(line);
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  }

  #keep(line: string): void {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    if (/max-age=0/i.test(line)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Where GitHub sends somebody who says yes on its page. */
export async function sayYes(url: string, login: PersonLogin): Promise<URL> {
  const answer = await submit(await visit(url), { as: login }, { redirect: "manual" });
  return new URL(answer.headers.get("location") ?? "");
}

type WorldParts = PageParts & Parameters<typeof registerSetup>[1];

interface World {
  readonly local: ReturnType<typeof useLocalGitHub>;
  readonly test: ReturnType<typeof useDatabase>;
  readonly time: { now: number };
  readonly github: {
    readonly acme: Account;
    readonly app: App;
    readonly installation: Installation;
    readonly open: Repository;
    readonly hidden: Repository;
  };
  /** Our real server, with the same logins. */
  readonly serverUrl: string;
  /** Lines of the log, as they would be written. */
  readonly logged: string[];
  browser(): Browser;
  person(login: PersonLogin): Account;
  /** All that was sent to us is kept. */
  settle(): Promise<void>;
  /** One look of the loop at a repository, as a worker takes it. */
  look(repository: Repository): Promise<Reconciled>;
  /** Another process on the same database, which has seen nothing yet. */
  restart(changes?: { clientSecret?: string }): void;
}

/**
 * Our pages for people who log in, on the local GitHub, PostgreSQL and real deliveries. The public
 * repository `acme/open` and the private `acme/zanzibar`, on which `PEOPLE` have their roles. Call it
 * at the top of a file.
 */
export function useLoginWorld(): World {
  const time = { now: Date.UTC(2026, 10, 22, 12) };
  const local = useLocalGitHub({ now: () => new Date(time.now) });
  const test = useDatabase();
  const logged: string[] = [];
  const clock = { now: () => time.now };
  const keep = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ ...fields, message }));
  };
  const logger = { debug: () => undefined, info: keep, warn: keep, error: keep };
  let made: (World["github"] & { privateKey: string }) | null = null;
  let pages: Hono<PageEnv> | null = null;
  let server: Server | null = null;

  const parts = (): WorldParts => ({
    readInstalled: (id, ids, limit) => test.database.installations.readInstalled(id, ids, limit),
    changelogOf: (id) => test.database.changelogOf(id),
    clocksOf: (id) => test.database.clocksOf(id),
    texts: new KeptTexts(
      answerHere((id) => test.database.clocksOf(id)),
      clock.now,
    ),
    now: clock.now,
    serverUrl: local.url,
    ownUrl: OWN_URL,
    accountLine: loginLine,
    badgeTokens: test.database.badgeTokens,
    viewed: test.database.viewed,
    acts: composeActs({ database: test.database, forge: forgeOf, clock }),
    logger,
  });
  const access = (): ApiAccess => {
    const { apiTokens, viewed } = test.database;
    return {
      findToken: (hash) => apiTokens.find(hash, time.now),
      findByName: (owner, name) => viewed.findByName(owner, name),
      findById: (id) => viewed.find(id),
      listOf: (id) => viewed.listOf(id),
    };
  };
  const found = () => {
    if (made === null) throw new Error("The world stands within tests only.");
    return made;
  };

  const clientOf = (
    { app, privateKey }: { readonly app: App; readonly privateKey: string },
    installationId: number,
  ) =>
    openGitHub({
      apiUrl: local.apiUrl,
      graphqlUrl: local.graphqlUrl,
      credentials: { kind: "app", appId: app.id, privateKey, installationId },
      budget: createMemoryBudget(clock),
      clock,
      userAgent: "smallbatch/test",
    });
  const forges = new Map<number, Forge>();
  const forgeOf = (installationId: number): Promise<Forge> => {
    const world = found();
    const forge =
      forges.get(installationId) ??
      openForge(clientOf(world, installationId), {
        isStartForced: false,
        memory: createForgeMemory(),
        sign: openSigner(world.privateKey),
      });
    forges.set(installationId, forge);
    return Promise.resolve(forge);
  };

  const open = (
    { app, privateKey }: { readonly app: App; readonly privateKey: string },
    changes: { clientSecret?: string } = {},
  ): Pages => {
    const addresses = {
      serverUrl: local.url,
      apiUrl: local.apiUrl,
      graphqlUrl: local.graphqlUrl,
      start: null,
    };
    return composeLogin(
      {
        ...addresses,
        login: {
          clientId: clientIdOf(app.id),
          clientSecret: app.clientSecret ?? "",
          ownUrl: OWN_URL,
          ...changes,
        },
      },
      {
        database: test.database,
        client: (installationId) => clientOf({ app, privateKey }, installationId),
        logger,
        clock,
      },
    );
  };

  beforeAll(async () => {
    const { github } = local;
    for (const login of Object.keys(PEOPLE)) createUser(github, login);
    const acme = createOrganization(github, "acme", { admins: ["ada"], members: ["mina"] });
    acme.baseRole = "none";
    const given = Object.entries(PEOPLE).filter(([, role]) => role !== "none" && role !== "admin");
    const collaborators = Object.fromEntries(given) as Record<string, "read">;
    const opened = await createRepository(github, "acme", "open", { collaborators });
    const hidden = await createRepository(github, "acme", HIDDEN_NAME, {
      private: true,
      collaborators,
    });
    const { app, privateKeyPem } = await createApp(github, {
      slug: "smallbatch",
      callbackUrls: [`${OWN_URL}/login/callback`],
    });
    const login = open({ app, privateKey: privateKeyPem });
    server = await startServer({
      login,
      settings: {
        host: "127.0.0.1",
        port: 0,
        webhookSecrets: [app.webhookSecret],
        hasWebhooks: true,
        serverUrl: local.url,
        ownUrl: OWN_URL,
        appId: app.id,
      },
      database: test.database,
      interpret: interpretDelivery,
      acts: composeActs({ database: test.database, forge: forgeOf, clock }),
      logger,
      now: clock.now,
    });
    app.webhookUrl = `${server.url}${WEBHOOK_PATH}`;
    const installation = install(github, app, "acme", { repositories: ["open", HIDDEN_NAME] });
    await local.webhooks.idle();
    made = { acme, app, installation, open: opened, hidden, privateKey: privateKeyPem };
    pages = serve(login, parts(), access());
  });
  afterAll(async () => {
    await server?.close();
  });

  return {
    local,
    test,
    time,
    logged,
    get serverUrl() {
      return server?.url ?? "";
    },
    get github() {
      return found();
    },
    browser: () =>
      new Browser(() => {
        if (pages === null) throw new Error("The pages stand within tests only.");
        return pages;
      }),
    person: (login) => {
      const account = local.github.accountByLogin(login);
      if (account === null) throw new Error(`Nobody is called ${login}.`);
      return account;
    },
    settle: () => local.webhooks.idle(),
    look: async (repository) => {
      const { installation } = found();
      return await reconcile({
        forge: await forgeOf(installation.id),
        store: test.database.forInstallation(installation.id),
        clock,
        repository: { id: repository.id, owner: "acme", name: repository.name },
        defaultBranch: repository.defaultBranch,
      });
    },
    restart: (changes = {}) => {
      pages = serve(open(found(), changes), parts(), access());
    },
  };
}

/** Pages of the product, and one for each way to ask a viewer. */
function serve(login: Pages, parts: WorldParts, access: ApiAccess): Hono<PageEnv> {
  const routes = new Hono<PageEnv>();
  login.register(routes);
  registerApi(routes, {
    ...parts,
    access,
    logger: { error: () => undefined },
    answerError: (error, context) => login.answerError(error, context),
  });
  addPages(routes);
  registerPages(routes, parts);
  registerSetup(routes, parts);
  routes.notFound((context) => context.html("<h1>There is nothing here.</h1>", 404));
  routes.onError(async (error, context) => {
    const answer = await login.answerError(error, context);
    if (answer !== null) return answer;
    throw error;
  });
  return routes;
}

function show(repository: SeenRepository): string {
  return `${repository.owner}/${repository.name} ${repository.id} ${repository.permission}`;
}

/** Pages as every page of ours is made: by the viewer alone. */
function addPages(app: Hono<PageEnv>): void {
  app.get("/named/:owner/:name", async (context) => {
    const { owner, name } = context.req.param();
    const repository = await context.var.viewer.find(owner, name);
    return repository === null ? context.notFound() : context.html(show(repository));
  });
  app.get("/id/:id", async (context) => {
    const repository = await context.var.viewer.findById(Number(context.req.param("id")));
    return repository === null ? context.notFound() : context.html(show(repository));
  });
  app.get("/i/:id", async (context) => {
    const repositories = await context.var.viewer.list(Number(context.req.param("id")));
    return repositories.length === 0
      ? context.notFound()
      : context.html(repositories.map(show).join("\n"));
  });
  app.get("/mine", async (context) => {
    return context.html((await context.var.viewer.list(null)).map(show).join("\n"));
  });
  app.get("/api/:owner/:name", async (context) => {
    const { owner, name } = context.req.param();
    const { viewer } = context.var;
    const repository = await viewer.find(owner, name);
    if (repository === null) return context.notFound();
    const permission = await viewer.permissionOn(repository.id);
    return context.json({ ...repository, permission, sees: await viewer.sees(repository.id) });
  });
  app.get("/token", (context) => context.text(context.var.viewer.formToken ?? ""));
  app.get("/who", (context) => {
    const { login, userId, canLogIn } = context.var.viewer;
    return context.json({ login, userId, canLogIn });
  });
  app.post("/act/:id", async (context) => {
    const permission = await context.var.viewer.permissionNow(Number(context.req.param("id")));
    return permission === "none" ? context.notFound() : context.text(permission);
  });
}
