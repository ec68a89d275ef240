import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Anthropic } from "@anthropic-ai/sdk";
import { afterAll, afterEach, describe, expect, it } from "@jest/globals";
import { createDrafter } from "../../src/claude/drafter.ts";
import { openSdk } from "../../src/claude/sdk.ts";
import { API_VERSION } from "../../src/claude/wire.ts";
import { openRedactor } from "../../src/redactor.ts";
import { useMessagesApi } from "../support/messages-api.ts";
import { noteSource, STYLE } from "../support/note-sources.ts";

const api = useMessagesApi();
const elsewhere = useMessagesApi({ apiKey: "another-key" });
const kept = { ...process.env };
const folder = mkdtempSync(path.join(tmpdir(), "claude-environment-"));

afterEach(() => {
  process.env = { ...kept };
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Whatever the SDK reads, set to lead elsewhere or to say more. */
function setEverything(): void {
  writeFileSync(path.join(folder, "token"), "another-key");
  Object.assign(process.env, {
    ANTHROPIC_BASE_URL: elsewhere.url,
    ANTHROPIC_API_KEY: "another-key",
    ANTHROPIC_AUTH_TOKEN: "another-token",
    ANTHROPIC_CUSTOM_HEADERS: [
      "Authorization: Bearer another-key",
      "anthropic-version: 2023-06-01",
      "anthropic-beta: something",
      "x-tracked: yes",
      "X-Api-Key: another-key",
    ].join("\n"),
    ANTHROPIC_LOG: "debug",
    ANTHROPIC_PROFILE: "someone",
    ANTHROPIC_CONFIG_DIR: folder,
    ANTHROPIC_ORGANIZATION_ID: "org",
    ANTHROPIC_WORKSPACE_ID: "workspace",
    ANTHROPIC_IDENTITY_TOKEN: "another-key",
    ANTHROPIC_IDENTITY_TOKEN_FILE: path.join(folder, "token"),
    ANTHROPIC_FEDERATION_RULE_ID: "rule",
    ANTHROPIC_SERVICE_ACCOUNT_ID: "service",
    ANTHROPIC_SCOPE: "everything",
    ANTHROPIC_OPEN_TELEMETRY: "true",
    ANTHROPIC_OPEN_TELEMETRY_PROPAGATION: "true",
    ANTHROPIC_OPEN_TELEMETRY_TRACES_CONTENT_MODE: "content",
    ANTHROPIC_WEBHOOK_SIGNING_KEY: "whsec_x",
  });
}

const clock = { now: () => Date.now() };

function settings() {
  return { apiKey: api.apiKey, baseUrl: api.url, userAgent: "smallbatch/0.0.0", clock };
}

function draft() {
  const request = { sources: [noteSource()], style: STYLE, deadline: Date.now() + 5_000 };
  return createDrafter(settings()).draft(request);
}

describe("the environment of the SDK", () => {
  it("changes neither where a request goes nor what it holds, and nothing is logged", async () => {
    await draft();
    setEverything();
    const written: string[] = [];
    const consoles = (["debug", "info", "warn", "error", "log"] as const).map((name) => {
      const before = console[name];
      console[name] = (...words: unknown[]) => written.push(words.join(" "));
      return () => (console[name] = before);
    });
    const drafted = await draft();
    for (const restore of consoles) restore();
    expect(drafted.kind).toBe("drafted");
    expect(written).toEqual([]);
    expect(elsewhere.requests).toEqual([]);
    const [before, after] = api.requests;
    expect(after?.headers).toEqual(before?.headers);
    expect(after?.text).toBe(before?.text);
  });

  it("would change both if it were left to the SDK", async () => {
    setEverything();
    delete process.env["ANTHROPIC_AUTH_TOKEN"];
    delete process.env["ANTHROPIC_LOG"];
    await new Anthropic({ maxRetries: 0 }).models.list().catch(() => undefined);
    expect(elsewhere.requests[0]?.headers).toMatchObject({
      "x-tracked": "yes",
      "anthropic-version": "2023-06-01",
    });
  });
});

describe("the key", () => {
  it("is taken out of what is logged and reported, whatever it looks like", () => {
    const clean = openRedactor({
      ANTHROPIC_API_KEY: "plain-looking-key",
      SMALLBATCH_CLAUDE_URL: "https://robot:gate-word@claude.example.com",
    });
    expect(clean("Bearer is plain-looking-key, robot:gate-word@")).not.toMatch(/plain|gate/);
  });
});

describe("a request", () => {
  it("holds no header that is not ours", async () => {
    await draft();
    const { host, connection, ...headers } = api.requests[0]?.headers ?? {};
    expect(host).toBe(new URL(api.url).host);
    expect(connection).toBe("keep-alive");
    expect(headers).toEqual({
      accept: "application/json",
      "accept-encoding": expect.any(String),
      "accept-language": "*",
      "anthropic-version": API_VERSION,
      authorization: `Bearer ${api.apiKey}`,
      "content-length": expect.any(String),
      "content-type": "application/json",
      "sec-fetch-mode": "cors",
      "user-agent": "smallbatch/0.0.0",
    });
  });

  it("names the version that the SDK was written for", async () => {
    const client = new Anthropic({ apiKey: api.apiKey, baseURL: api.url, logLevel: "off" });
    await client.models.list();
    expect(api.requests[0]?.headers["anthropic-version"]).toBe(API_VERSION);
  });

  it("is made by the client as it was opened: no retries, no log, no traces", async () => {
    const { client } = await openSdk(settings());
    expect(client.maxRetries).toBe(0);
    expect(client.logLevel).toBe("off");
    expect(client.openTelemetry.traces.enabled).toBe(false);
  });
});
