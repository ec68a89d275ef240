import { createServer } from "node:http";
import type { IncomingMessage, Server as HttpServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { formatPolicySchema } from "./core/policy/policy-schema.ts";
import { listen } from "./listen.ts";
import type { ServeSettings } from "./settings.ts";
import type { Database } from "./store/database.ts";
import type { ActParts } from "./web/act-ports.ts";
import type { ApiAccess } from "./web/api-access.ts";
import { registerApi } from "./web/api.ts";
import { registerAssets } from "./web/assets.ts";
import { answerHere } from "./web/clock-answer.ts";
import { KeptTexts } from "./web/kept-texts.ts";
import { loginLine } from "./web/login-pages.ts";
import type { Login } from "./web/login.ts";
import { registerPages } from "./web/pages.ts";
import { answerBroken, answerNothing } from "./web/plain-pages.ts";
import { registerSetup } from "./web/setup-routes.ts";
import { provideViewer, SEES_NOTHING } from "./web/viewer.ts";
import type { PageEnv } from "./web/viewer.ts";
import { WEBHOOK_PATH, WebhookDesk } from "./webhooks.ts";
import type { DeskOptions } from "./webhooks.ts";

/** GitHub gives up on a delivery after 10 s ("Best practices for using webhooks"). */
const REQUEST_MS_MAX = 10_000;
/** Node looks for requests that take too long this often. */
const TIMEOUT_CHECK_MS = 1_000;
const PING_MS_MAX = 2_000;
/** After `close`, requests in flight have this long. */
const CLOSE_MS_MAX = 15_000;
/** An idle one costs some 10 KB; too many deliveries are refused one by one, with words. */
const CONNECTIONS_MAX = 5_000;

const RESOURCE_POLICY = "Cross-Origin-Resource-Policy";

const NO_WEBHOOKS =
  "No webhooks are taken here (SMALLBATCH_WEBHOOKS=off): this Smallbatch looks at GitHub by itself.";

/** Where editors find how a policy file looks. */
export const SCHEMA_PATH = "/schema/smallbatch.json";
const SCHEMA = JSON.stringify(formatPolicySchema());

export interface ServerOptions extends DeskOptions {
  readonly settings: DeskOptions["settings"] &
    Pick<ServeSettings, "host" | "port" | "hasWebhooks" | "serverUrl"> &
    Partial<Pick<ServeSettings, "ownUrl">>;
  readonly database: DeskOptions["database"] &
    Pick<
      Database,
      "ping" | "installations" | "viewed" | "apiTokens" | "badgeTokens" | "changelogOf" | "clocksOf"
    >;
  /** Who looks at pages. Nothing of a repository is shown when left out. */
  readonly login?: Login;
  /** What pages act with. They offer nothing when left out. */
  readonly acts?: ActParts;
  /** What pages show of the clocks. Computed in this process when left out. */
  readonly texts?: Pick<KeptTexts, "read">;
  /** Not ready any more, and still accepting: until whoever sends here has noticed. */
  readonly drainMs?: number;
  /** Longest time for the whole of a request to arrive. */
  readonly requestMsMax?: number;
}

export interface Server {
  /** `http://localhost:3000`, with the real port. */
  readonly url: string;
  /** Not be ready, stop accepting when the drain time is over, answer what is in flight, close. */
  close(): Promise<void>;
}

interface Running extends ServerOptions {
  isClosing: boolean;
}

/** Serve webhooks and health. Throws what `listen` says, e.g. that the port is taken. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const running: Running = { ...options, isClosing: false };
  const desk = new WebhookDesk(options);
  const pages = getRequestListener(createRoutes(running).fetch, { overrideGlobalObjects: false });
  const requestMsMax = options.requestMsMax ?? REQUEST_MS_MAX;
  const server = createServer(
    {
      requestTimeout: requestMsMax,
      headersTimeout: requestMsMax,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, requestMsMax),
    },
    (request, response) => {
      const isDelivery =
        options.settings.hasWebhooks &&
        request.method === "POST" &&
        pathOf(request) === WEBHOOK_PATH;
      void (isDelivery ? desk.receive(request, response) : pages(request, response));
    },
  );
  server.maxConnections = CONNECTIONS_MAX;
  const { host, port } = options.settings;
  const url = await listen(server, { name: "PORT", host, port });
  return {
    url,
    close: async () => {
      running.isClosing = true;
      desk.close();
      await sleep(options.drainMs ?? 0);
      await closeServer(server);
    },
  };
}

function pathOf({ url = "" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}

function createRoutes(running: Running): Hono<PageEnv> {
  const app = new Hono<PageEnv>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
      // Below: badges stand on other sites.
      crossOriginResourcePolicy: false,
      xFrameOptions: "DENY",
      // Nothing for other hosts, and no `Origin: null` with our own forms.
      referrerPolicy: "same-origin",
    }),
  );
  app.use(async (context, next) => {
    await next();
    const { headers } = context.res;
    if (!headers.has("Cache-Control")) context.header("Cache-Control", "no-store");
    if (!headers.has(RESOURCE_POLICY)) context.header(RESOURCE_POLICY, "same-origin");
    if (running.isClosing) context.header("Connection", "close");
  });
  app.get("/livez", (context) => context.json({ ok: true }));
  app.get("/readyz", async (context) => {
    const reason = await findObstacle(running);
    return reason === null ? context.json({ ok: true }) : context.json({ ok: false, reason }, 503);
  });
  app.get(SCHEMA_PATH, (context) =>
    context.body(SCHEMA, 200, { "Content-Type": "application/schema+json" }),
  );
  registerAssets(app);
  if (!running.settings.hasWebhooks) {
    app.all(WEBHOOK_PATH, (context) => context.json({ error: NO_WEBHOOKS }, 404));
  }
  // Routes above ask for nobody; pages stand below.
  if (running.login === undefined) app.use(provideViewer(() => Promise.resolve(SEES_NOTHING)));
  else running.login.register(app);
  registerSetup(app, {
    readInstalled: (id, repositoryIds, limit) =>
      running.database.installations.readInstalled(id, repositoryIds, limit),
    serverUrl: running.settings.serverUrl,
  });
  const parts = partsOf(running);
  registerPages(app, parts);
  registerApi(app, {
    ...parts,
    logger: running.logger,
    access: accessOf(running.database, () => parts.now()),
    answerError: async (error, context) =>
      (await running.login?.answerError(error, context)) ?? null,
  });
  app.notFound(answerNothing);
  app.onError(async (error, context) => {
    const answer = await running.login?.answerError(error, context);
    if (answer) return answer;
    // The address of a badge is its secret.
    const path = context.req.path.replace(/^\/badges\/[^/]*/, "/badges/…");
    running.logger.error({ err: error, path }, "A request failed.");
    return await answerBroken(context);
  });
  return app;
}

/** What pages are made from. */
function partsOf(running: Running): Parameters<typeof registerPages>[1] {
  return {
    texts:
      running.texts ??
      new KeptTexts(
        answerHere((id) => running.database.clocksOf(id)),
        running.now ?? Date.now,
      ),
    changelogOf: (installationId) => running.database.changelogOf(installationId),
    clocksOf: (installationId) => running.database.clocksOf(installationId),
    now: running.now ?? Date.now,
    serverUrl: running.settings.serverUrl,
    ownUrl: running.settings.ownUrl ?? null,
    accountLine: loginLine,
    badgeTokens: running.database.badgeTokens,
    viewed: running.database.viewed,
    acts: running.acts ?? null,
    logger: running.logger,
  };
}

function accessOf({ apiTokens, viewed }: Running["database"], now: () => number): ApiAccess {
  return {
    findToken: (hash) => apiTokens.find(hash, now()),
    findByName: (owner, name) => viewed.findByName(owner, name),
    findById: (id) => viewed.find(id),
    listOf: (installationId) => viewed.listOf(installationId),
  };
}

/** Why no request should be sent here; null: send. The tables stand before the server starts. */
async function findObstacle(running: Running): Promise<string | null> {
  if (running.isClosing) return "stopping";
  const late = sleep(PING_MS_MAX, "late" as const, { ref: false });
  const answer = await Promise.race([
    running.database.ping().then(
      () => null,
      () => "failed" as const,
    ),
    late,
  ]);
  return answer === null ? null : "the database does not answer";
}

/** Idle connections close at once, busy ones after their answer, hopeless ones after a while. */
async function closeServer(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS_MAX);
  timer.unref();
  await closed;
  clearTimeout(timer);
}
