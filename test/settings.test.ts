import { generateKeyPairSync } from "node:crypto";
import { readFileSync, rmSync, writeFileSync, mkdtempSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "@jest/globals";
import { renderSettingsPage } from "../scripts/write-settings-page.ts";
import { AppError } from "../src/errors.ts";
import { SETTINGS } from "../src/settings-table.ts";
import { readSettings } from "../src/settings.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "smallbatch-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

const key = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
}).privateKey.trim();

const valid = { APP_ID: "123", PRIVATE_KEY: key, WEBHOOK_SECRET: "0123456789abcdef" };

function failureOf(environment: Record<string, string>): unknown {
  try {
    return readSettings({ ...valid, ...environment }, "serve");
  } catch (error) {
    return error;
  }
}

function problemsOf(environment: Record<string, string>): string[] {
  const failure = failureOf(environment);
  return failure instanceof AppError ? failure.message.split("\n") : [];
}

describe("docs/settings.md", () => {
  it("is the table of the code (node scripts/write-settings-page.ts writes it)", () => {
    const page = readFileSync(new URL("../docs/settings.md", import.meta.url), "utf8");
    expect(page).toBe(renderSettingsPage());
  });

  it("names every variable once", () => {
    const names = SETTINGS.map((setting) => setting.name);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe("readSettings", () => {
  it("needs no webhook secret where no webhooks are taken", () => {
    const { WEBHOOK_SECRET: _, ...rest } = valid;
    expect(() => readSettings(rest, "serve")).toThrow("WEBHOOK_SECRET: it is missing");
    const off = readSettings({ ...rest, SMALLBATCH_WEBHOOKS: "off" }, "serve");
    expect(off).toMatchObject({ hasWebhooks: false, webhookSecrets: [] });
    expect(problemsOf({ SMALLBATCH_WEBHOOKS: "no" })).toEqual([
      "SMALLBATCH_WEBHOOKS: it should be on or off.",
    ]);
  });

  it("needs nothing", () => {
    expect(readSettings({})).toEqual({
      login: null,
      ownUrl: null,
      appId: null,
      privateKey: null,
      webhookSecrets: [],
      hasWebhooks: true,
      port: 3000,
      host: "localhost",
      drainSeconds: 0,
      metricsPort: null,
      logLevel: "info",
      serverUrl: "https://github.com",
      apiUrl: "https://api.github.com",
      graphqlUrl: "https://api.github.com/graphql",
      token: null,
      claudeKey: null,
      claudeUrl: "https://api.anthropic.com",
      claudeMonthlyUsd: 5,
      databaseUrl: null,
      dataDir: ".smallbatch",
      start: null,
      sweepMinutes: 60,
      hasWriteLimits: true,
      concurrency: 5,
    });
  });

  it.each(["https://github.com", "https://acme.ghe.com"])("knows that %s has limits", (url) => {
    expect(problemsOf({ SMALLBATCH_WRITE_LIMITS: "off", GITHUB_SERVER_URL: url })).toHaveLength(1);
  });

  it("spreads no writes where an Enterprise Server has no limits", () => {
    const own = { GITHUB_SERVER_URL: "https://github.example.com", SMALLBATCH_WRITE_LIMITS: "off" };
    expect(readSettings(own).hasWriteLimits).toBe(false);
  });

  it("takes an empty variable for one that is not set", () => {
    const empty = Object.fromEntries(SETTINGS.map(({ name }) => [name, " "]));
    expect(readSettings(empty)).toEqual(readSettings({}));
  });

  it("reads what is set", () => {
    expect(
      readSettings({
        ...valid,
        SMALLBATCH_WEBHOOK_SECRET_PREVIOUS: "fedcba9876543210",
        PORT: "0",
        HOST: "0.0.0.0",
        LOG_LEVEL: "trace",
        GITHUB_TOKEN: "t",
        ANTHROPIC_API_KEY: "k",
        SMALLBATCH_CLAUDE_URL: "http://127.0.0.1:4000/",
        DATABASE_URL: "postgresql://u:p@db.example.com/x",
        SMALLBATCH_CLAUDE_MONTHLY_USD: "2.50",
        SMALLBATCH_DATA_DIR: "/data",
        SMALLBATCH_START: "now",
        SMALLBATCH_SWEEP_MINUTES: "15",
        SMALLBATCH_CONCURRENCY: "50",
      }),
    ).toMatchObject({
      appId: 123,
      privateKey: key,
      webhookSecrets: ["0123456789abcdef", "fedcba9876543210"],
      port: 0,
      host: "0.0.0.0",
      logLevel: "trace",
      token: "t",
      claudeKey: "k",
      claudeUrl: "http://127.0.0.1:4000",
      claudeMonthlyUsd: 2.5,
      databaseUrl: "postgresql://u:p@db.example.com/x",
      dataDir: "/data",
      start: "now",
      sweepMinutes: 15,
      concurrency: 50,
    });
  });

  it.each([
    ["text", { PRIVATE_KEY: key }],
    [String.raw`text with \n`, { PRIVATE_KEY: key.replaceAll("\n", String.raw`\n`) }],
    ["base64", { PRIVATE_KEY: Buffer.from(key).toString("base64") }],
    ["a file", { PRIVATE_KEY: "", PRIVATE_KEY_PATH: path.join(folder, "app.pem") }],
    ["text beside a file", { PRIVATE_KEY: key, PRIVATE_KEY_PATH: "/nowhere" }],
  ])("accepts the private key as %s", (_how, environment) => {
    writeFileSync(path.join(folder, "app.pem"), `${key}\n`);
    expect(readSettings({ ...valid, ...environment }, "serve").privateKey).toBe(key);
  });

  it.each([
    ["GITHUB_SERVER_URL", "https://github.com/", "https://api.github.com"],
    ["GITHUB_SERVER_URL", "https://octo.ghe.com", "https://api.octo.ghe.com"],
    ["GITHUB_SERVER_URL", "https://ghes.example.com", "https://ghes.example.com/api/v3"],
    ["GITHUB_API_URL", "https://api.github.com", "https://api.github.com"],
    ["GITHUB_API_URL", "https://api.octo.ghe.com", "https://api.octo.ghe.com"],
    [
      "GITHUB_API_URL",
      "https://ghes.example.com:8443/api/v3",
      "https://ghes.example.com:8443/api/v3",
    ],
    ["GITHUB_API_URL", "http://127.0.0.1:4000", "http://127.0.0.1:4000"],
  ])("completes the addresses from %s=%s", (name, url, apiUrl) => {
    const github = readSettings({ [name]: url });
    expect(github.apiUrl).toBe(apiUrl);
    expect(github.graphqlUrl).toBe(`${apiUrl.replace("/v3", "")}/graphql`);
    const server = new URL(url);
    expect(github.serverUrl).toBe(`${server.protocol}//${server.host.replace("api.", "")}`);
  });

  it("takes three given addresses as they are", () => {
    const given = {
      GITHUB_SERVER_URL: "http://a.example.com",
      GITHUB_API_URL: "http://b.example.com/x",
      GITHUB_GRAPHQL_URL: "http://c.example.com/y",
    };
    const { serverUrl, apiUrl, graphqlUrl } = readSettings(given);
    expect([serverUrl, apiUrl, graphqlUrl]).toEqual(Object.values(given));
  });
});

const LOGIN = {
  GITHUB_CLIENT_ID: "Iv23liAbCdEf0123456789",
  GITHUB_CLIENT_SECRET: "0123456789abcdef0123456789abcdef01234567",
  SMALLBATCH_URL: "https://smallbatch.example.com",
};

describe("login", () => {
  it.each([
    "https://smallbatch.example.com",
    "https://smallbatch.example.com:8443",
    "http://localhost:3000",
    "http://127.0.0.1:3000",
    "http://[::1]:3000",
  ])("is set up by three settings, for %s", (url) => {
    expect(readSettings({ ...LOGIN, SMALLBATCH_URL: `${url}/` }).login).toEqual({
      clientId: LOGIN.GITHUB_CLIENT_ID,
      clientSecret: LOGIN.GITHUB_CLIENT_SECRET,
      ownUrl: url,
    });
  });

  it("is not set up by an address alone", () => {
    expect(readSettings({ SMALLBATCH_URL: LOGIN.SMALLBATCH_URL })).toMatchObject({
      login: null,
      ownUrl: LOGIN.SMALLBATCH_URL,
    });
  });

  const takes = "login takes GITHUB_CLIENT_ID, GITHUB_CLIENT_SECRET, SMALLBATCH_URL";
  it.each([
    [{ SMALLBATCH_URL: "" }, `SMALLBATCH_URL: it is missing; ${takes}.`],
    [{ GITHUB_CLIENT_ID: "" }, `GITHUB_CLIENT_ID: it is missing; ${takes}.`],
    [{ GITHUB_CLIENT_SECRET: "" }, `GITHUB_CLIENT_SECRET: it is missing; ${takes}.`],
    [
      { GITHUB_CLIENT_ID: "two words" },
      "GITHUB_CLIENT_ID: it is no client id; it should be one word, as in the App's settings.",
    ],
    [
      { SMALLBATCH_URL: "http://smallbatch.example.com" },
      "SMALLBATCH_URL: browsers keep nobody logged in without https; it should begin with https://.",
    ],
    [
      { SMALLBATCH_URL: "https://example.com/smallbatch" },
      "SMALLBATCH_URL: it should end with the host: https://smallbatch.example.com.",
    ],
  ])("is not set up by halves: %j", (change, problem) => {
    expect(problemsOf({ ...LOGIN, ...change })).toEqual([problem]);
  });
});

describe("a wrong setting", () => {
  it.each([
    ["APP_ID", "abc", "it is not a whole number; it should be one from 1 to 9007199254740991."],
    ["APP_ID", "0", "it should be a whole number from 1 to 9007199254740991."],
    ["PORT", "65536", "it should be a whole number from 0 to 65535."],
    ["PORT", "-1", "it is not a whole number; it should be one from 0 to 65535."],
    ["SMALLBATCH_SWEEP_MINUTES", "1441", "it should be a whole number from 1 to 1440."],
    ["SMALLBATCH_CONCURRENCY", "51", "it should be a whole number from 1 to 50."],
    [
      "SMALLBATCH_CLAUDE_MONTHLY_USD",
      "5 dollars",
      "it is no number of dollars; it should look like 20 or 2.50.",
    ],
    [
      "SMALLBATCH_WRITE_LIMITS",
      "off",
      "this GitHub has limits; off is for an Enterprise Server without any.",
    ],
    ["LOG_LEVEL", "loud", "it should be one of fatal, error, warn, info, debug, trace, silent."],
    ["SMALLBATCH_START", "yes", "it should be now, or not be set."],
    [
      "GITHUB_API_URL",
      "api.github.com",
      "it is not a web address; it should look like https://github.example.com/api/v3.",
    ],
    [
      "GITHUB_SERVER_URL",
      "https://user:pass@github.example.com",
      "it is not a web address; it should look like https://github.example.com.",
    ],
    [
      "DATABASE_URL",
      "mysql://x",
      "it is not the address of a PostgreSQL database; it should look like postgres://user:password@db.example.com/smallbatch.",
    ],
    [
      "ANTHROPIC_API_KEY",
      "two words",
      "it is no key; it should be one word, as Anthropic's console shows it.",
    ],
    [
      "SMALLBATCH_CLAUDE_URL",
      "claude.example.com",
      "it is not a web address; it should look like https://claude.example.com.",
    ],
    [
      "PRIVATE_KEY",
      "-----BEGIN RSA PRIVATE KEY----- rubbish",
      "it is not a private key; it should begin with -----BEGIN RSA PRIVATE KEY-----.",
    ],
  ])("%s=%s gives one line", (name, value, expected) => {
    expect(problemsOf({ [name]: value })).toEqual([`${name}: ${expected}`]);
  });

  it.each(["development", "0123456789abcde"])("refuses the webhook secret %s", (text) => {
    for (const name of ["WEBHOOK_SECRET", "SMALLBATCH_WEBHOOK_SECRET_PREVIOUS"]) {
      const problems = problemsOf({ [name]: text });
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(`${name}: it can be guessed; it should be at least 16 random`);
    }
  });

  it("is never repeated where it may be a secret", () => {
    expect(problemsOf({ WEBHOOK_SECRET: "hunter2", PRIVATE_KEY: "hunter2" }).join()).not.toContain(
      "hunter2",
    );
  });

  it("names the file that cannot be read", () => {
    const file = path.join(folder, "missing.pem");
    expect(problemsOf({ PRIVATE_KEY: "", PRIVATE_KEY_PATH: file })).toEqual([
      `PRIVATE_KEY_PATH: ${file} cannot be read; it should be a .pem file.`,
    ]);
  });

  it("stops the start for good", () => {
    expect(failureOf({ PORT: "x" })).toMatchObject({
      code: "settings/invalid",
      retry: { kind: "never" },
    });
  });

  it("is a missing token, for the commands that need one", () => {
    expect(() => readSettings({ GITHUB_TOKEN: "" }, "token")).toThrow(
      "GITHUB_TOKEN: it is missing",
    );
    expect(readSettings({ GITHUB_TOKEN: "t" }, "token").token).toBe("t");
    expect(readSettings({}, "why").token).toBeNull();
  });

  it("is listed with all others", () => {
    const names = problemsOf({ APP_ID: "", PRIVATE_KEY: "", WEBHOOK_SECRET: "", PORT: "x" }).map(
      (text) => text.split(":")[0],
    );
    expect(names).toEqual(["APP_ID", "PRIVATE_KEY", "WEBHOOK_SECRET", "PORT"]);
  });
});
