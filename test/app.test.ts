import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import nock from "nock";
import { Probot } from "probot";
import { parse } from "yaml";
import smallbatch, { createApp, EVENTS } from "../src/app.ts";
import type { AppEvent } from "../src/app.ts";
import { API, privateKey, useNock } from "./support/nock.ts";
import { WIDGETS } from "./support/payload.ts";

useNock();

const ROOT = path.join(import.meta.dirname, "..");
const READY_MS_MAX = 20_000;

const repository = WIDGETS;
const payload = {
  ref: "refs/heads/main",
  before: "0".repeat(40),
  after: "a".repeat(40),
  commits: [],
  installation: { id: 77 },
  repository,
  sender: { id: 11, login: "mona", type: "User" },
};

function openProbot(): Probot {
  return new Probot({
    appId: 7,
    privateKey: privateKey(),
    secret: "a secret of this test",
    logLevel: "fatal",
  });
}

/** Probot types deliveries by event; this one stands for any. */
function push(guid: string): Parameters<Probot["receive"]>[0] {
  return { id: guid, name: "push", payload } as unknown as Parameters<Probot["receive"]>[0];
}

const PASS = {
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  statuses: "read",
  merge_queues: "read",
  deployments: "read",
};

function expectToken(token: string, permissions: Record<string, string> = PASS): void {
  nock(API)
    .post("/app/installations/77/access_tokens", { repository_ids: [42], permissions })
    .reply(201, {
      token,
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      permissions,
      repository_selection: "selected",
    });
}

/** An owner who has not accepted everything. */
function expectGrant(permissions: Record<string, string>): void {
  nock(API).post("/app/installations/77/access_tokens").reply(422, { message: "Not granted." });
  nock(API).get("/app/installations/77").reply(200, { id: 77, permissions });
}

/** An archived repository without a branch: there is nothing to do, and nothing more to read. */
const NOTHING_TO_DO = {
  id: "R_42",
  databaseId: 42,
  name: "widgets",
  url: "https://github.com/acme/widgets",
  isPrivate: false,
  isArchived: true,
  owner: { login: "acme" },
  defaultBranchRef: null,
  ref: null,
  policyFile: null,
  tags: { pageInfo: { hasNextPage: false, endCursor: null }, nodes: [] },
  releases: { nodes: [] },
  checkedReleases: { nodes: [] },
  latestRelease: null,
  merged: { nodes: [] },
};

function expectLook(token: string): void {
  nock(API, { reqheaders: { authorization: `token ${token}`, "user-agent": /^smallbatch\// } })
    .post("/graphql", /ObserveLine/)
    .reply(200, { data: { repository: NOTHING_TO_DO } });
}

describe("the Probot function", () => {
  it("hands a delivery on, with a token for its repository", async () => {
    const seen: (AppEvent & { token: string; granted?: object } & { appId: number })[] = [];
    const probot = openProbot();
    await probot.load(
      createApp({
        onDelivery: async (event, auth) => {
          seen.push({ ...event, appId: auth.appId, ...(await auth.mintToken(77, 42)) });
        },
      }),
    );
    expectToken("ghs_of_widgets");
    await probot.receive(push("guid-1"));
    expect(seen).toMatchObject([
      { name: "push", guid: "guid-1", payload, appId: 7, token: "ghs_of_widgets" },
    ]);
  });

  it("asks for what is granted, where that suffices, and never for more", async () => {
    const probot = openProbot();
    const minted: unknown[] = [];
    await probot.load(
      createApp({
        onDelivery: async (_, auth) => {
          minted.push(await auth.mintToken(77, 42).catch((error: unknown) => error));
        },
      }),
    );
    expectGrant({ ...PASS, issues: "read", deployments: "read", metadata: "read" });
    expectToken("ghs_of_less", { ...PASS, issues: "read" });
    await probot.receive(push("guid-1"));
    expectGrant({ ...PASS, contents: "read" });
    expectToken("ghs_to_observe", { ...PASS, contents: "read" });
    await probot.receive(push("guid-2"));
    expectGrant({ contents: "read" });
    await probot.receive(push("guid-3"));
    expect(minted).toMatchObject([
      { token: "ghs_of_less", granted: { contents: "write", issues: "read" } },
      { token: "ghs_to_observe", granted: { contents: "read" } },
      { code: "github/forbidden" },
    ]);
  });

  it("asks how it was installed, as the App", async () => {
    const probot = openProbot();
    const told: unknown[] = [];
    await probot.load(
      createApp({
        onDelivery: async (_, auth) => {
          told.push(await auth.readInvitation?.(77));
        },
      }),
    );
    nock(API, { reqheaders: { authorization: /^bearer /i } })
      .get("/app/installations/77")
      .reply(200, { repository_selection: "selected", created_at: "2026-03-02T12:00:00Z" });
    await probot.receive(push("guid-1"));
    expect(told).toEqual([{ selection: "selected", since: Date.UTC(2026, 2, 2, 12) }]);
  });

  it("looks at the repository, and only where there may be something new", async () => {
    const probot = openProbot();
    await probot.load(smallbatch);
    expectToken("ghs_of_widgets");
    expectLook("ghs_of_widgets");
    await probot.receive(push("guid-1"));
    expect(nock.isDone()).toBe(true);
    await probot.receive({
      ...push("guid-2"),
      payload: { ...payload, ref: "refs/heads/work" },
    } as unknown as Parameters<Probot["receive"]>[0]);
    expect(nock.isDone()).toBe(true);
  });

  it("looks again after deliveries that come during a look, and never twice at once", async () => {
    const probot = openProbot();
    await probot.load(smallbatch);
    expectToken("ghs_of_widgets");
    const looks = { running: 0, mostAtOnce: 0, done: 0 };
    nock(API)
      .persist()
      .post("/graphql", /ObserveLine/)
      .reply(200, async () => {
        looks.running += 1;
        looks.mostAtOnce = Math.max(looks.mostAtOnce, looks.running);
        await sleep(20);
        looks.running -= 1;
        looks.done += 1;
        return { data: { repository: NOTHING_TO_DO } };
      });
    await Promise.all(["guid-1", "guid-2", "guid-3"].map((guid) => probot.receive(push(guid))));
    expect(looks.mostAtOnce).toBe(1);
    expect(looks.done).toBeGreaterThanOrEqual(2);
  });

  it("listens to the events of app.yml", () => {
    const manifest: unknown = parse(readFileSync(path.join(ROOT, "app.yml"), "utf8"));
    expect(manifest).toMatchObject({
      default_events: EVENTS,
      default_permissions: {
        metadata: "read",
        contents: "write",
        pull_requests: "write",
        issues: "write",
        checks: "write",
        statuses: "read",
        deployments: "read",
        merge_queues: "read",
      },
    });
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

describe("probot run ./src/app.ts", () => {
  it("starts the App", async () => {
    nock.enableNetConnect("127.0.0.1");
    const port = await freePort();
    const probot = path.join(ROOT, "node_modules/probot/bin/probot.js");
    const child = spawn(process.execPath, [probot, "run", "./src/app.ts"], {
      cwd: ROOT,
      env: {
        PATH: process.env["PATH"],
        APP_ID: "7",
        PRIVATE_KEY: privateKey(),
        WEBHOOK_SECRET: "a secret of this test",
        HOST: "127.0.0.1",
        PORT: String(port),
        NODE_ENV: "production",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += String(chunk)));
    child.stderr.on("data", (chunk) => (output += String(chunk)));
    try {
      const deadline = Date.now() + READY_MS_MAX;
      let answer: string | null = null;
      while (answer === null && Date.now() < deadline && child.exitCode === null) {
        answer = await fetch(`http://127.0.0.1:${port}/ping`).then(
          (response) => response.text(),
          () => null,
        );
        if (answer === null) await sleep(50);
      }
      expect({ answer, output: answer === null ? output : "" }).toEqual({
        answer: "PONG",
        output: "",
      });
    } finally {
      child.kill("SIGKILL");
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    }
  });
});
