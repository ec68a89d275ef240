import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "@jest/globals";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
} from "../../src/local-github/seed.ts";
import { startCommand, type Running } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { eventually } from "../support/eventually.ts";
import { useLocalGitHub } from "../support/local-github.ts";

const github = useLocalGitHub();
const test = useDatabase();
const replicas: Running[] = [];

afterAll(async () => {
  for (const { child, finished } of replicas) {
    child.kill("SIGKILL");
    await finished;
  }
});

/** A balancer looks every few seconds; what matters is that it is less than the drain time. */
const PROBE_MS = 500;

interface Replica {
  readonly url: string;
  readonly running: Running;
}

/** A balancer's view of one replica. */
interface Backend {
  readonly replica: Replica;
  isReady: boolean;
}

const agent = new Agent({ keepAlive: true });

/** Status of the answer; a text where the connection broke. */
function send(url: string, method: string, headers = {}, body = ""): Promise<number | string> {
  return new Promise((resolve) => {
    const sent = request(url, { method, headers, agent }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    sent.end(body);
  });
}

async function begin(env: Readonly<Record<string, string>>): Promise<Replica> {
  const running = startCommand(["serve"], env);
  replicas.push(running);
  const line = await running.line(/Smallbatch listens/);
  return { running, url: (JSON.parse(line) as { url: string }).url };
}

/** One repository with an App on it, and what `serve` needs to know of them. */
async function world() {
  const { github: model } = github;
  createUser(model, "mona");
  createOrganization(model, "acme", { admins: ["mona"], members: [] });
  const repository = await createRepository(model, "acme", "widgets");
  const sha = await commitFiles(model, repository, {
    branch: "main",
    message: "Start",
    files: { ".github/smallbatch.yml": "version: 1\n" },
  });
  const { app, privateKeyPem } = await createApp(model, { slug: "smallbatch" });
  const installation = install(model, app, "acme", { repositories: "all" });
  const body = JSON.stringify({
    ref: "refs/heads/main",
    before: "0".repeat(40),
    after: sha,
    repository: {
      id: repository.id,
      node_id: "R_1",
      full_name: "acme/widgets",
      name: "widgets",
      private: false,
      owner: { login: "acme" },
      default_branch: "main",
    },
    installation: { id: installation.id },
    sender: { id: 1, login: "mona", type: "User" },
  });
  const env = {
    APP_ID: String(app.id),
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_SECRET: app.webhookSecret,
    ...github.addresses,
    DATABASE_URL: test.url,
    HOST: "127.0.0.1",
    PORT: "0",
    SMALLBATCH_DRAIN_SECONDS: "5",
  };
  const signature = createHmac("sha256", app.webhookSecret).update(body).digest("hex");
  const headersOf = (guid: string) => ({
    "content-type": "application/json",
    "x-github-event": "push",
    "x-github-delivery": guid,
    "x-hub-signature-256": `sha256=${signature}`,
  });
  return {
    env,
    repositoryId: repository.id,
    deliver: (url: string, guid: string) =>
      send(`${url}/api/github/webhooks`, "POST", headersOf(guid), body),
  };
}

describe("a rolling deployment", () => {
  it("loses no delivery and breaks no connection while one replica replaces another", async () => {
    const { env, repositoryId, deliver } = await world();
    const first = await begin(env);
    const backends: Backend[] = [{ replica: first, isReady: true }];
    const answers = new Map<string, number | string>();
    const state = { isStopped: false };

    /** Asks each replica again and again whether deliveries may go there. */
    const probe = async () => {
      while (!state.isStopped) {
        for (const backend of backends) {
          backend.isReady = (await send(`${backend.replica.url}/readyz`, "GET")) === 200;
        }
        await sleep(PROBE_MS);
      }
    };
    const stream = async () => {
      for (let turn = 0; !state.isStopped; turn += 1) {
        const ready = backends.filter(({ isReady }) => isReady);
        const backend = ready[turn % ready.length];
        if (backend === undefined) throw new Error("No replica is ready");
        const guid = randomUUID();
        answers.set(guid, await deliver(backend.replica.url, guid));
      }
    };
    const traffic = Promise.all([probe(), ...Array.from({ length: 8 }, stream)]);
    try {
      await eventually("deliveries flow", () => answers.size > 50);
      const second = await begin(env);
      backends.push({ replica: second, isReady: false });
      await eventually("the new one is ready", () => backends[1]?.isReady);
      first.running.child.kill("SIGTERM");
      await eventually("the old one is not ready", () => backends[0]?.isReady === false);
      const atTurn = answers.size;
      expect(await first.running.finished).toMatchObject({ code: 0 });
      await eventually("deliveries flow on", () => answers.size > atTurn + 50);
    } finally {
      state.isStopped = true;
    }
    await traffic;

    expect([...answers.values()].filter((answer) => answer !== 202)).toEqual([]);
    const known = await test.database.inbox.findKnown([...answers.keys()]);
    expect(known.size).toBe(answers.size);
    await eventually("every hint is served", async () => {
      const rows = await test.query(
        "select 1 from smallbatch.repository where id = $1 and served = generation",
        [repositoryId],
      );
      return rows.length > 0;
    });
    agent.destroy();
    const [, second] = replicas;
    expect(await second?.stop()).toMatchObject({ code: 0 });
    const held = await test.query(
      `select 1 from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and d.datname = current_database()`,
    );
    expect(held).toEqual([]);
  });
});
