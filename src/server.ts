import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, Server as HttpServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { getRequestListener } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { AppError } from "./errors.ts";
import { isDeepJson } from "./github/deep-json.ts";
import type { InterpretDelivery, Logger } from "./ports.ts";
import type { ServeSettings } from "./settings.ts";
import type { Database } from "./store/database.ts";

/** GitHub sends no larger payload: it drops the event instead ("Webhook events and payloads"). */
const BODY_BYTES_MAX = 25 * 1024 * 1024;
/** All bodies being read together: nobody has proven anything before the last byte. */
const BODIES_BYTES_MAX = 256 * 1024 * 1024;
/** GitHub gives up on a delivery after 10 s ("Best practices for using webhooks"). */
const REQUEST_MS_MAX = 10_000;
/** Node looks for requests that take too long this often. */
const TIMEOUT_CHECK_MS = 1_000;
const PING_MS_MAX = 2_000;
/** After `close`, requests in flight have this long. */
const CLOSE_MS_MAX = 15_000;
const CONNECTIONS_MAX = 1_000;

export const WEBHOOK_PATH = "/api/github/webhooks";

const NO_WEBHOOKS =
  "No webhooks are taken here (SMALLBATCH_WEBHOOKS=off): this Smallbatch looks at GitHub by itself.";

export interface ServerOptions {
  readonly settings: Pick<
    ServeSettings,
    "host" | "port" | "webhookSecrets" | "hasWebhooks" | "appId"
  >;
  readonly database: Pick<Database, "ping"> & {
    readonly inbox: Pick<Database["inbox"], "recordDelivery">;
  };
  readonly interpret: InterpretDelivery;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now?: () => number;
  /** Longest time for the whole of a request to arrive. */
  readonly requestMsMax?: number;
}

export interface Server {
  /** `http://localhost:3000`, with the real port. */
  readonly url: string;
  /** Stop accepting, answer what is in flight, then close. */
  close(): Promise<void>;
}

interface Desk extends ServerOptions {
  isClosing: boolean;
  /** Of all bodies being read. */
  bytesInFlight: number;
}

type Bindings = { Bindings: HttpBindings };

/** Serve webhooks and health. Throws what `listen` says, e.g. that the port is taken. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const desk: Desk = { ...options, isClosing: false, bytesInFlight: 0 };
  const app = createRoutes(desk);
  const requestMsMax = options.requestMsMax ?? REQUEST_MS_MAX;
  const server = createServer(
    {
      requestTimeout: requestMsMax,
      headersTimeout: requestMsMax,
      connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, requestMsMax),
    },
    getRequestListener((request, bindings) => app.fetch(request, bindings), {
      overrideGlobalObjects: false,
    }),
  );
  server.maxConnections = CONNECTIONS_MAX;
  const url = await listen(server, options.settings);
  return {
    url,
    close: async () => {
      desk.isClosing = true;
      await closeServer(server);
    },
  };
}

function createRoutes(desk: Desk): Hono<Bindings> {
  const app = new Hono<Bindings>();
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
    }),
  );
  app.use(async (context, next) => {
    await next();
    context.header("Cache-Control", "no-store");
    if (desk.isClosing) context.header("Connection", "close");
  });
  app.get("/livez", (context) => context.json({ ok: true }));
  app.get("/readyz", async (context) => {
    const reason = await findObstacle(desk);
    return reason === null ? context.json({ ok: true }) : context.json({ ok: false, reason }, 503);
  });
  if (desk.settings.hasWebhooks) app.post(WEBHOOK_PATH, (context) => receive(desk, context));
  else app.all(WEBHOOK_PATH, (context) => context.json({ error: NO_WEBHOOKS }, 404));
  app.notFound((context) => context.json({ error: "There is nothing here." }, 404));
  app.onError((error, context) => {
    desk.logger.error({ err: error, path: context.req.path }, "A request failed.");
    return context.json({ error: "Something went wrong here; it is in the log." }, 500);
  });
  return app;
}

/** Why no request should be sent here; null: send. The tables stand before the server starts. */
async function findObstacle(desk: Desk): Promise<string | null> {
  if (desk.isClosing) return "stopping";
  const late = sleep(PING_MS_MAX, "late" as const, { ref: false });
  const answer = await Promise.race([
    desk.database.ping().then(
      () => null,
      () => "failed" as const,
    ),
    late,
  ]);
  return answer === null ? null : "the database does not answer";
}

const HEADERS = ["x-github-event", "x-github-delivery", "x-hub-signature-256"] as const;
/** GUIDs as GitHub writes them; other senders that know the secret may use other unique names. */
const GUID_PATTERN = /^[\w-]{1,100}$/;
const EVENT_PATTERN = /^[a-z0-9_]{1,100}$/;

/**
 * One delivery: 202 only after everything about it is committed. GitHub repeats nothing by itself,
 * but shows what failed and lets it be asked for again.
 */
async function receive(desk: Desk, context: Context<Bindings>): Promise<Response> {
  const [event = "", guid = "", signature = ""] = HEADERS.map((name) => context.req.header(name));
  if (!EVENT_PATTERN.test(event) || !GUID_PATTERN.test(guid) || signature === "") {
    return refuse(context, 400, `A delivery carries the headers ${HEADERS.join(", ")}.`);
  }
  const body = await readBody(desk, context.env.incoming);
  if (body === "too-large") {
    return refuse(context, 413, `A delivery has at most ${BODY_BYTES_MAX} bytes.`);
  }
  if (body === "busy") return refuse(context, 503, "Too much arrives at once; try again.");
  if (body === "broken") return refuse(context, 400, "The body did not arrive.");
  try {
    if (!isSigned(body, signature, desk.settings.webhookSecrets)) {
      desk.logger.warn({ guid, event }, "A delivery has a wrong signature: check WEBHOOK_SECRET.");
      return refuse(context, 401, "The signature is not one of our secret's.");
    }
    const text = body.toString("utf8");
    const payload = parseJson(text);
    if (payload === undefined) {
      return refuse(context, 400, "The body is not JSON: set the content type application/json.");
    }
    return await record(desk, context, { event, guid, text, payload });
  } finally {
    desk.bytesInFlight -= body.length;
  }
}

async function record(
  desk: Desk,
  context: Context<Bindings>,
  delivery: {
    readonly event: string;
    readonly guid: string;
    readonly text: string;
    readonly payload: unknown;
  },
): Promise<Response> {
  const { event, guid, text, payload } = delivery;
  const receivedAt = (desk.now ?? Date.now)();
  const { appId } = desk.settings;
  try {
    const interpretation = desk.interpret(event, payload, { appId, guid, receivedAt });
    const { note, action, installationId, repository, hint } = interpretation;
    const outcome = await desk.database.inbox.recordDelivery({
      guid,
      event,
      receivedAt,
      payload: text,
      interpretation,
    });
    const fields = { guid, event, action, installationId, repositoryId: repository?.id, hint };
    if (note !== null) desk.logger.warn({ ...fields, note }, "A delivery was not understood.");
    else desk.logger.debug(fields, `A delivery is ${outcome}.`);
    return context.json(outcome === "duplicate" ? { duplicate: true } : { ok: true }, 202);
  } catch (error) {
    desk.logger.error({ err: error, guid, event }, "A delivery could not be kept.");
    return context.json({ error: "It could not be kept; please deliver it again." }, 503);
  }
}

/**
 * What is left of the body is read and dropped for at most half a second by the Hono adapter, then
 * it closes the connection: closing at once would take our answer away from the sender.
 */
function refuse(
  context: Context<Bindings>,
  status: 400 | 401 | 413 | 503,
  error: string,
): Response {
  return context.json({ error }, status);
}

/**
 * The raw bytes, counted as they come: `Content-Length` may be missing or wrong. What is returned
 * as bytes stays counted in `bytesInFlight` until the caller takes it off.
 */
function readBody(
  desk: Desk,
  incoming: IncomingMessage,
): Promise<Buffer | "too-large" | "busy" | "broken"> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const finish = (result: Buffer | "too-large" | "busy" | "broken") => {
      incoming.off("data", onData);
      incoming.off("end", onEnd);
      incoming.off("close", onClose);
      if (typeof result === "string") desk.bytesInFlight -= bytes;
      resolve(result);
    };
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      desk.bytesInFlight += chunk.length;
      if (bytes > BODY_BYTES_MAX) finish("too-large");
      else if (desk.bytesInFlight > BODIES_BYTES_MAX) finish("busy");
      else chunks.push(chunk);
    };
    const onEnd = () => finish(Buffer.concat(chunks, bytes));
    const onClose = () => finish("broken");
    incoming.on("data", onData);
    incoming.on("end", onEnd);
    incoming.on("close", onClose);
    incoming.on("error", onClose);
  });
}

/** Is it the HMAC-SHA256 of these bytes with one of the secrets? Takes equally long for each. */
function isSigned(body: Buffer, signature: string, secrets: readonly string[]): boolean {
  const given = Buffer.from(signature);
  return secrets
    .map((secret) => {
      const digest = createHmac("sha256", secret).update(body).digest("hex");
      const expected = Buffer.from(`sha256=${digest}`);
      return given.length === expected.length && timingSafeEqual(given, expected);
    })
    .includes(true);
}

/** Undefined where it is none, or so deep that PostgreSQL would not keep it. */
function parseJson(text: string): unknown {
  if (isDeepJson(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function listen(
  server: HttpServer,
  { host, port }: { host: string; port: number },
): Promise<string> {
  // Where localhost means ::1 first, a relay that sends to 127.0.0.1 would find nobody.
  const listenOn = host === "localhost" ? "127.0.0.1" : host;
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void => reject(explainListen(error, host, port));
    server.once("error", fail);
    server.listen(port, listenOn, () => {
      server.off("error", fail);
      const address = server.address();
      const real = address !== null && typeof address === "object" ? address.port : port;
      resolve(`http://${host.includes(":") ? `[${host}]` : host}:${real}`);
    });
  });
}

function explainListen(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const what = {
    EADDRINUSE: `PORT: ${port} is taken by another process; take another one, or 0 for any free one`,
    EACCES: `PORT: this user may not listen on ${port}; take one above 1023`,
    EADDRNOTAVAIL: `HOST: this machine has no address ${host}`,
    ENOTFOUND: `HOST: nobody knows ${host}`,
  }[error.code ?? ""];
  if (what === undefined) return error;
  return new AppError("settings/invalid", what, { retry: { kind: "never" }, cause: error });
}

/** Idle connections close at once, busy ones after their answer, hopeless ones after a while. */
async function closeServer(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_MS_MAX);
  timer.unref();
  await closed;
  clearTimeout(timer);
}
