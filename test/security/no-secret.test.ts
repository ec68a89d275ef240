import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { openPull, mergePull, setStatus, until } from "../../src/local-github/person.ts";
import { createApp, install } from "../../src/local-github/seed-app.ts";
import {
  commitFiles,
  createOrganization,
  createRepository,
  createUser,
  userToken,
} from "../../src/local-github/seed.ts";
import { runCommand, startCommand, type Running } from "../support/command.ts";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { startQuotingGitHub, type QuotingGitHub } from "./quoting-github.ts";

const github = useLocalGitHub();
// Before the database is dropped.
afterAll(async () => {
  for (const service of services) await service.stop("SIGKILL");
  await quoting.close();
  await test.query(`drop owned by ${ROLE} cascade`);
  await test.query(`drop role ${ROLE}`);
});
const test = useDatabase();

const ROLE = "indiscreet";
const DATABASE_PASSWORD = "s3cret p@ss/w0rd:é+%";
const OTHER_SECRETS = ["Xr7previouswebhooksecret4fQ", "shortsecret42x"];

let quoting: QuotingGitHub;
let env: Record<string, string>;
const secrets = new Set<string>();
const outputs: string[] = [];
const services: Running[] = [];

/** How a secret may stand in a text. */
function writings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const json = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    encodeURI(secret),
    encodeURIComponent(secret),
    json,
    JSON.stringify(json).slice(1, -1),
    ...(["base64", "base64url", "hex"] as const).map((encoding) =>
      bytes.toString(encoding).replace(/=+$/, ""),
    ),
  ];
}

/** Texts around every secret that stands in it. */
function leaksIn(text: string): string[] {
  const forms = [...secrets].flatMap((secret) => {
    const lines = secret.includes("PRIVATE KEY") ? secret.split("\n").slice(1, -2) : [];
    return [secret, ...lines].flatMap(writings);
  });
  return [...new Set(forms)]
    .filter((form) => text.includes(form))
    .map((form) => text.slice(Math.max(0, text.indexOf(form) - 150), text.indexOf(form) + 40));
}

async function run(args: readonly string[], changes: Record<string, string> = {}) {
  const finished = await runCommand(args, { ...env, ...changes });
  outputs.push(finished.stdout, finished.stderr);
  return finished;
}

function databaseUrl(changes: { password?: string; port?: string } = {}): string {
  const url = new URL(test.url);
  url.username = ROLE;
  url.password = encodeURIComponent(changes.password ?? DATABASE_PASSWORD);
  if (changes.port !== undefined) url.port = changes.port;
  return url.href;
}

beforeAll(async () => {
  quoting = await startQuotingGitHub(() => github.url);
  await test.query(
    `create role ${ROLE} superuser login password '${DATABASE_PASSWORD.replaceAll("'", "''")}'`,
  );
  createUser(github.github, "mona");
  createOrganization(github.github, "acme", { admins: ["mona"], members: [] });
  const { app, privateKeyPem } = await createApp(github.github, { slug: "smallbatch" });
  install(github.github, app, "acme", { repositories: "all" });
  const token = userToken(github.github, "mona");
  env = {
    APP_ID: String(app.id),
    PRIVATE_KEY: privateKeyPem,
    WEBHOOK_SECRET: app.webhookSecret,
    SMALLBATCH_WEBHOOK_SECRET_PREVIOUS: OTHER_SECRETS[0] ?? "",
    GITHUB_TOKEN: token,
    GITHUB_SERVER_URL: github.url,
    GITHUB_API_URL: quoting.url,
    GITHUB_GRAPHQL_URL: `${quoting.url}/graphql`,
    PORT: "0",
    LOG_LEVEL: "trace",
  };
  for (const secret of [privateKeyPem, app.webhookSecret, token, DATABASE_PASSWORD]) {
    secrets.add(secret);
  }
  for (const secret of OTHER_SECRETS) secrets.add(secret);
});

/** A started repository with a green merge, which is its first release. */
async function seed(name: string): Promise<{ sha: string; number: number }> {
  const repository = await createRepository(github.github, "acme", name);
  await commitFiles(github.github, repository, {
    branch: "main",
    message: "Start",
    files: { ".github/smallbatch.yml": "version: 1\n" },
  });
  const place = { apiUrl: github.apiUrl, owner: "acme", name };
  const person = { login: "mona", token: env["GITHUB_TOKEN"] ?? "" };
  const change = { branch: "work", path: "a.js", text: "a\n", title: "fix: it" };
  const number = await openPull(place, person, change);
  const sha = await mergePull(place, person, number);
  await setStatus(place, person, sha, "success");
  return { sha, number };
}

async function deliver(url: string, secret: string): Promise<number> {
  const body = JSON.stringify({ zen: "ping" });
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const answer = await fetch(`${url}/api/github/webhooks`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-github-event": "ping",
      "x-github-delivery": `ping-${secret.length}`,
      "x-hub-signature-256": `sha256=${signature}`,
    },
    body,
  });
  return answer.status;
}

describe("smallbatch serve", () => {
  it("goes through every kind of failure while it tells everything it does", async () => {
    const failures = [401, 403, 422, 502, "reset"] as const;
    const names = [...failures.map((failure) => `fails-${failure}`), "refused"];
    await Promise.all(names.map(seed));
    for (const failure of failures) {
      quoting.failNext(new RegExp(`ObserveLine.*fails-${failure}\\b`, "s"), failure);
    }
    quoting.failNext(/POST .*\/refused\/git\/refs/, 422);
    quoting.failNext(/access_tokens .*"contents"/, 502);
    const service = startCommand(["serve"], { ...env, DATABASE_URL: databaseUrl() });
    services.push(service);
    const { url } = JSON.parse(await service.line(/listens on/)) as { url: string };
    expect(await deliver(url, "a secret of somebody else")).toBe(401);
    expect(await deliver(url, OTHER_SECRETS[0] ?? "")).toBe(202);

    await until("releases and parked repositories", async () => {
      const parked = await test.query(
        "select name, parked_message from smallbatch.repository where parked_at is not null",
      );
      const released = github.github.data.releases.length;
      return parked.length === 2 && released === 3 ? parked : null;
    });
    await until("our check on the refused one", async () => {
      const found = github.github.data.checkRuns.find(({ output }) =>
        output.summary?.includes("You sent"),
      );
      return found ?? null;
    });
    await until("nothing is being worked on", async () => {
      const busy = await test.query(
        "select 1 from graphile_worker.jobs where locked_at is not null or run_at < now()",
      );
      return busy.length === 0 ? true : null;
    });
    // The database goes away under it, and does not let it in again.
    await test.query(`alter role ${ROLE} password 'another one'`);
    await test.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where usename = '${ROLE}' and datname = current_database()`);
    expect(await deliver(url, env["WEBHOOK_SECRET"] ?? "")).toBe(503);
    const { stdout, stderr, code } = await service.stop();
    expect(code).toBe(0);
    outputs.push(stdout, stderr);
    for (const said of ["wrong signature", "could not be kept", "parked", "You sent", "401"]) {
      expect(stdout).toContain(said);
    }
  }, 120_000);

  it("does not start, and says why", async () => {
    const key = (env["PRIVATE_KEY"] ?? "").replace("MII", "XXX");
    secrets.add(key);
    const starts = await Promise.all([
      run(["serve"], { DATABASE_URL: databaseUrl({ port: "1" }) }),
      run(["serve"], { DATABASE_URL: databaseUrl({ password: DATABASE_PASSWORD }) }),
      run(["serve"], { PRIVATE_KEY: key, WEBHOOK_SECRET: OTHER_SECRETS[1] ?? "" }),
      run(["serve"], {
        DATABASE_URL: `mysql://u:${encodeURIComponent(DATABASE_PASSWORD)}@h/x`,
      }),
    ]);
    expect(starts.map(({ code }) => code)).toEqual([1, 1, 2, 2]);
    expect(starts.map(({ stderr }) => stderr.split("\n")[0])).toEqual([
      expect.stringContaining("ECONNREFUSED"),
      expect.stringContaining("password authentication failed"),
      expect.stringContaining("WEBHOOK_SECRET: it can be guessed"),
      expect.stringContaining("DATABASE_URL: it is not the address"),
    ]);
  });
});

describe("smallbatch run, why and card", () => {
  it("succeed and fail", async () => {
    await seed("by-hand");
    const target = "acme/by-hand";
    expect(await run(["run", target, "--once", "--json"])).toMatchObject({ code: 0 });
    expect(await run(["why", target])).toMatchObject({ code: 0 });
    expect(await run(["card", target, "v0.1.0", "--json"])).toMatchObject({ code: 0 });
    for (const failure of [401, 422, "reset"] as const) {
      quoting.failNext(/GET \/repos\/acme\/by-hand/, failure);
      const { code, stderr } = await run(["why", target], { LOG_LEVEL: "debug" });
      expect(code).toBe(1);
      expect(stderr).toContain(failure === "reset" ? "no answer" : `: ${failure} You sent`);
    }
    quoting.failNext(/ObserveLine/, 403);
    expect(await run(["run", target, "--once"])).toMatchObject({ code: 1 });
    const gone = { GITHUB_TOKEN: "", DATABASE_URL: databaseUrl({ port: "1" }) };
    expect(await run(["why", target], gone)).toMatchObject({ code: 1 });
  });
});

describe("no secret", () => {
  beforeAll(() => {
    for (const credential of quoting.credentials) if (credential !== "") secrets.add(credential);
    for (const { token } of github.github.data.tokens) secrets.add(token);
  });

  it("is unknown to this search: tokens, those of the App itself, keys, passwords", () => {
    const kinds = [/^ghs_/, /^eyJ/, /BEGIN RSA|BEGIN PRIVATE/, /p@ss/, /previous/];
    expect(kinds.filter((kind) => ![...secrets].some((secret) => kind.test(secret)))).toEqual([]);
    for (const write of [String, encodeURIComponent, JSON.stringify, btoa]) {
      expect(leaksIn(`x ${write(OTHER_SECRETS[0] ?? "")} y`)).not.toEqual([]);
    }
  });

  it("stands in any log or on any terminal", () => {
    expect(outputs.join("\n")).toContain("You sent");
    expect(outputs.flatMap(leaksIn)).toEqual([]);
  });

  it("stands in the database", async () => {
    const tables = await test.query(`select table_schema || '.' || table_name as name
      from information_schema.tables where table_schema in ('smallbatch', 'graphile_worker')
      and table_type = 'BASE TABLE'`);
    expect(tables.length).toBeGreaterThan(8);
    for (const { name } of tables) {
      const rows = await test.query(`select to_jsonb(t) - 'payload' as row from ${String(name)} t`);
      expect(leaksIn(JSON.stringify(rows))).toEqual([]);
    }
  });

  it("stands in a check, a comment or a release", () => {
    const { checkRuns, comments, releases } = github.github.data;
    expect(checkRuns.length).toBeGreaterThan(3);
    expect(leaksIn(JSON.stringify([checkRuns, comments, releases]))).toEqual([]);
  });
});
