import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { secureHeaders } from "hono/secure-headers";
import { AppError } from "../../errors.ts";
import type { RegisteredApp } from "../../github/app-manifest.ts";
import { STYLESHEET_HASH } from "../../web/page.ts";
import type { Manifest } from "./manifest.ts";
import { donePage, failedPage, startPage } from "./page.ts";

/** GitHub's codes live an hour; who has not gone on by then has forgotten it. */
const WAIT_MS_MAX = 3_600_000;
/** 256 bits. */
const SECRET_BYTES = 32;

export interface RegistrationOptions {
  /** `https://github.com` */
  readonly serverUrl: string;
  /** Login of the organisation that is to own the App; null: the person who registers it. */
  readonly organization: string | null;
  /** 0 takes a free one. */
  readonly port: number;
  readonly manifest: (redirectUrl: string) => Manifest;
  /** Exchange the code and keep what comes back. What it throws ends the registration. */
  readonly onCode: (code: string) => Promise<RegisteredApp>;
  /** Something came that does not belong to this registration. */
  readonly onStranger: (what: string) => void;
  readonly waitMsMax?: number;
}

export interface Registration {
  /** The page to open. Nobody can guess it, and so nobody else on this machine can go first. */
  readonly url: string;
  /** Rejects with AppError. */
  readonly done: Promise<RegisteredApp>;
  close(): Promise<void>;
}

interface Desk extends RegistrationOptions {
  readonly key: string;
  /** Null once it was used. */
  state: string | null;
  readonly settle: PromiseWithResolvers<RegisteredApp>;
}

/** Serve the page that begins the registration, and the address where GitHub sends its code. */
export async function startRegistration(options: RegistrationOptions): Promise<Registration> {
  const desk: Desk = {
    ...options,
    key: randomBytes(SECRET_BYTES).toString("base64url"),
    state: randomBytes(SECRET_BYTES).toString("base64url"),
    settle: Promise.withResolvers<RegisteredApp>(),
  };
  const app = new Hono();
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  const root = await listen(server, options.port);
  addRoutes(app, desk, root);
  const timer = setTimeout(
    () => desk.settle.reject(failure("nobody registered the App within an hour; start again")),
    options.waitMsMax ?? WAIT_MS_MAX,
  );
  // Whoever closes early waits for nothing.
  desk.settle.promise.catch(() => undefined);
  return {
    url: `${root}/${desk.key}`,
    done: desk.settle.promise,
    close: async () => {
      clearTimeout(timer);
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      await closed;
    },
  };
}

function failure(message: string): AppError {
  return new AppError("setup/failed", message, { retry: { kind: "never" } });
}

function addRoutes(app: Hono, desk: Desk, root: string): void {
  const { host } = new URL(root);
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: [STYLESHEET_HASH],
        formAction: [new URL(desk.serverUrl).origin],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      xFrameOptions: "DENY",
      // GitHub may want to know where a form comes from: the origin, and never the page's key.
      referrerPolicy: "strict-origin",
    }),
  );
  app.use(async (c, next) => {
    // A name that somebody made to mean 127.0.0.1 would let their page read ours.
    if (c.req.header("host") !== host) return c.text("This is not for you.", 421);
    await next();
    c.header("Cache-Control", "no-store");
    c.header("Connection", "close");
    return c.res;
  });
  app.get("/callback", (c) => receive(c, desk));
  app.get("/:key", (c) => {
    if (desk.state === null || !isSame(c.req.param("key"), desk.key)) return c.notFound();
    const manifest = desk.manifest(`${root}/callback`);
    const action = `${registerUrl(desk)}?${new URLSearchParams({ state: desk.state }).toString()}`;
    return c.html(startPage({ action, manifest }));
  });
  app.notFound((c) => c.text("There is nothing here.", 404));
  app.onError((error, c) => {
    desk.settle.reject(error);
    return c.html(failedPage("The terminal says why."), 500);
  });
}

function registerUrl({ serverUrl, organization }: Desk): string {
  const owner = organization === null ? "" : `/organizations/${encodeURIComponent(organization)}`;
  return `${serverUrl}${owner}/settings/apps/new`;
}

/** GitHub's answer, brought by the browser. Only the first one with our state counts. */
async function receive(c: Context, desk: Desk): Promise<Response> {
  const { state = "", code = "", error = "" } = c.req.query();
  const expected = desk.state;
  if (expected === null || !isSame(state, expected)) {
    const isLate = expected === null;
    desk.onStranger(isLate ? "a second answer" : "an answer with another state");
    const why = isLate ? "it was answered already" : "the answer belongs to another registration";
    return c.html(failedPage(`This changed nothing: ${why}.`), 400);
  }
  desk.state = null;
  if (code === "") {
    const said = error === "" ? "without a code" : `with "${error.slice(0, 100)}"`;
    const message = `GitHub answered ${said}: nothing was registered; start again`;
    desk.settle.reject(failure(message));
    return c.html(failedPage(`${message}.`), 400);
  }
  try {
    const app = await desk.onCode(code);
    desk.settle.resolve(app);
    return c.html(donePage({ name: app.name, installUrl: `${app.url}/installations/new` }));
  } catch (thrown) {
    desk.settle.reject(thrown);
    const said = thrown instanceof AppError ? thrown.message : "The terminal says why";
    return c.html(failedPage(`${said}.`), 502);
  }
}

/** Takes equally long whatever is given. */
function isSame(given: string, expected: string): boolean {
  const [left, right] = [given, expected].map((text) => createHash("sha256").update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}

/** The address of the server, without a slash at the end. */
function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      const address = server.address();
      const real = address !== null && typeof address === "object" ? address.port : port;
      resolve(`http://127.0.0.1:${real}`);
    });
  });
}
