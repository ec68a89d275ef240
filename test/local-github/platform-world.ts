import { createSign } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createInstallationToken } from "../../src/local-github/installations.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import type { App, Installation, Repository } from "../../src/local-github/world.ts";
import type { LocalGitHubFixture } from "../support/local-github.ts";

export interface Answer {
  status: number;
  headers: Headers;
  // The shape differs from address to address; a wrong guess fails the assertion that reads it.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

export type Send = (method: string, path: string, body?: unknown) => Promise<Answer>;

export interface Received {
  event: string;
  action: string | undefined;
  headers: Record<string, string>;
  raw: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  payload: any;
}

export interface PlatformWorld {
  repository: Repository;
  /** SHA of the head of `main`. */
  head: string;
  app: App;
  installation: Installation;
  privateKeyPem: string;
  /** Sends as the installation. */
  bot: Send;
  as(who: string): Send;
  asApp(): Send;
  withToken(token: string): Send;
  commit(message: string): Promise<string>;
}

let count = 0;

/**
 * A public repository `acmeN/widgets` and an App installed on it. `owner` owns the organisation,
 * `wilma` writes, `rita` triages, `outsider` has no role, and `nobody` sends no token.
 */
export async function buildPlatform(
  local: LocalGitHubFixture,
  options: { webhookUrl?: string; events?: string[]; permissions?: App["permissions"] } = {},
): Promise<PlatformWorld> {
  const { github } = local;
  count += 1;
  const owner = `acme${count}`;
  const people = {
    owner: `ada${count}`,
    wilma: `wilma${count}`,
    rita: `rita${count}`,
    outsider: `otto${count}`,
  };
  for (const login of Object.values(people)) createUser(github, login);
  createOrganization(github, owner, { admins: [people.owner] });
  const repository = await createRepository(github, owner, "widgets", {
    collaborators: { [people.wilma]: "write", [people.rita]: "triage" },
  });
  const { app, privateKeyPem } = await createApp(github, {
    slug: `batcher${count}`,
    webhookUrl: options.webhookUrl ?? null,
    ...(options.events === undefined ? {} : { events: options.events }),
    ...(options.permissions === undefined ? {} : { permissions: options.permissions }),
  });
  const installation = install(github, app, owner, { repositories: "all" });
  const commit = (message: string): Promise<string> =>
    commitFiles(github, repository, {
      branch: "main",
      message,
      files: { [`${message.replaceAll(/\W/g, "-")}.txt`]: message },
    });
  const head = await commit("first");
  const withToken =
    (token: string | null): Send =>
    (method, path, body) =>
      request(local.url, token, method, path.replace("{repo}", `/repos/${owner}/widgets`), body);
  const asPerson = (who: string): Send => {
    if (who === "nobody") return withToken(null);
    const login = new Map(Object.entries(people)).get(who);
    if (login === undefined) throw new Error(`Nobody here is called ${who}.`);
    return withToken(userToken(github, login));
  };
  return {
    repository,
    head,
    app,
    installation,
    privateKeyPem,
    bot: withToken(createInstallationToken(github, installation).token),
    as: asPerson,
    asApp: () => withToken(signAppToken(app, privateKeyPem, github.now())),
    withToken,
    commit,
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function signAppToken(app: App, privateKeyPem: string, now: Date): string {
  const seconds = Math.floor(now.getTime() / 1_000);
  const claims = { iss: String(app.id), iat: seconds - 30, exp: seconds + 300 };
  const unsigned = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  const signature = createSign("RSA-SHA256").update(unsigned).sign(privateKeyPem, "base64url");
  return `${unsigned}.${signature}`;
}

async function request(
  url: string,
  token: string | null,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(path.startsWith("http") ? path : `${url}${path}`, {
    method,
    redirect: "manual",
    headers: {
      accept: "application/vnd.github+json",
      "content-type": "application/json",
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { status, headers } = response;
  return { status, headers, body: text === "" ? null : JSON.parse(text) };
}

/** The App's own server: keeps what it was sent and answers as it is told. */
export class Receiver {
  readonly received: Received[] = [];
  answerStatus = 200;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const raw = Buffer.concat(chunks).toString("utf8");
        const payload = JSON.parse(raw) as { action?: string };
        const headers = incoming.headers as Record<string, string>;
        this.received.push({
          event: headers["x-github-event"] ?? "",
          action: payload.action,
          headers,
          raw,
          payload,
        });
        response.writeHead(this.answerStatus).end();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}/hook`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Throws when it did not arrive. */
  get(name: string): Received {
    const found = this.find(name);
    if (found === undefined) throw new Error(`${name} did not arrive.`);
    return found;
  }

  /** `name.action` of everything received so far, in order. */
  names(): string[] {
    return this.received.map(({ event, action }) => (action ? `${event}.${action}` : event));
  }

  find(name: string): Received | undefined {
    return this.received.find(
      ({ event, action }) => name === (action ? `${event}.${action}` : event),
    );
  }
}
